// Scenarios of associations: records to associate, the shapes of requests and answers in every version, and what a record
// shows of its associations.

import { expect } from 'vitest';
import { batch, idsOf, invalid } from './expect.ts';
import { NOW, type Answer, type Spoke } from './spoke.ts';

/** The versions that speak of association types by number: their roots, and how they print ids of records. */
export const VERSIONS = [
  { version: 'v4', batch: '/crm/v4/associations', objects: '/crm/v4/objects', print: Number, created: 201, partial: 207 },
  { version: 'v4 by its other path', batch: '/crm/associations/v4', objects: '/crm/objects/v4', print: Number, created: 201, partial: 207 },
  { version: '2025-09', batch: '/crm/associations/2025-09', objects: '/crm/objects/2025-09', print: String, created: 201, partial: 207 },
  { version: '2026-03', batch: '/crm/associations/2026-03', objects: '/crm/objects/2026-03', print: String, created: 201, partial: 207 },
  { version: '2026-09', batch: '/crm/associations/2026-09', objects: '/crm/objects/2026-09', print: String, created: 200, partial: 200 },
  { version: '2026-09-beta', batch: '/crm/associations/2026-09-beta', objects: '/crm/objects/2026-09-beta', print: String, created: 201, partial: 207 },
] as const;

/** What a new record of a type needs here. */
const PROPERTIES: Record<string, Record<string, string>> = {
  companies: { name: 'Acme' }, tickets: { hs_pipeline_stage: '1' }, orders: { hs_order_name: 'One' }, products: { name: 'Bolt' },
  quotes: { hs_title: 'Offer', hs_expiration_date: '2026-12-31' }, invoices: { hs_currency: 'EUR' }, subscriptions: { hs_name: 'Plan' }, notes: { hs_timestamp: NOW },
};

export const defined = (...ids: number[]): object[] => ids.map((associationTypeId) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }));
export const own = (...ids: number[]): object[] => ids.map((associationTypeId) => ({ associationCategory: 'USER_DEFINED', associationTypeId }));
export const pair = (from: string, to: string, types?: object[]): object => ({ from: { id: from }, to: { id: to }, ...(types ? { types } : {}) });

/** The one refusal of records that do not exist (schema.md 1.9). */
export const invalidObjects = (...objects: [type: string, id: string][]): object => invalid('One or more associations are invalid', {
  context: {
    INVALID_OBJECT_IDS: objects.map(([type, id]) => `${type}=${id} is not valid`), objectId: objects.map(([, id]) => id), objectType: objects.map(([type]) => type),
  },
});

/** Entries of errors[] (schema.md 1.4). */
export const badId = (id: string): object => ({
  status: 'error', category: 'VALIDATION_ERROR', subCategory: 'crm.associations.INVALID_IDENTIFIER', message: `${id} is not a valid ID`, context: { id: [id] },
});
export const noneFound = (fromType: string, id: string, toType: string): object => ({
  status: 'error', category: 'OBJECT_NOT_FOUND', subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND', message: `No ${toType} is associated with ${fromType} ${id}.`,
  context: { fromObjectId: [id], fromObjectType: [fromType], toObjectType: [toType] },
});

/** A refused id of no batch: the same with an envelope around it. */
export const refusedId = (id: string): object => invalid(`${id} is not a valid ID`, { context: { id: [id] }, subCategory: 'crm.associations.INVALID_IDENTIFIER' });

/** The frame of a batch answer while the clock stands. */
export const frame = (results: object[], errors: object[] = []): object => batch(NOW, results, errors);

/** A type of an associated record, as lists and batch reads show it. */
export const type = (typeId: number, label: string | null, category = 'HUBSPOT_DEFINED'): object => ({ category, typeId, label });

/** Shows of each associated record, by id, its types as `[id, label]`. */
export type Shown = Record<string, [number, string | null][]>;

export function associationsIn(spoke: () => Spoke) {
  const post = async (path: string, operation: string, inputs: unknown[], root = '/crm/v4/associations'): Promise<Answer> =>
    await spoke().post(`${root}/${path}/${operation}`, { inputs });
  return {
    post,
    /** Ids of new records. */
    async make(typeName: string, count: number, properties: Record<string, string> = PROPERTIES[typeName] ?? {}): Promise<string[]> {
      const ids: string[] = [];
      while (ids.length < count) {
        const inputs = Array.from({ length: Math.min(100, count - ids.length) }, () => ({ properties }));
        const answer = await spoke().post(`/crm/v3/objects/${typeName}/batch/create`, { inputs });
        expect(answer.status, JSON.stringify(answer.body)).toBe(201);
        ids.push(...idsOf(answer));
      }
      return ids;
    },
    /** Associates pairs, which succeeds. */
    async associate(path: string, ...inputs: object[]): Promise<void> {
      const answer = await post(path, 'batch/create', inputs);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    },
    async shown(from: string, id: string, to: string): Promise<Shown> {
      const { status, body } = await spoke().get(`/crm/objects/2026-03/${from}/${id}/associations/${to}?limit=500`);
      expect(status).toBe(200);
      return Object.fromEntries(body.results.map((row: { toObjectId: string; associationTypes: { typeId: number; label: string | null }[] }) =>
        [row.toObjectId, row.associationTypes.map(({ typeId, label }) => [typeId, label])]));
    },
    /** The number of a new label, seen from the first type. */
    async label(path: string, text: string, inverseLabel?: string): Promise<number> {
      const answer = await spoke().post(`/crm/v4/associations/${path}/labels`, { name: text.toLowerCase().replaceAll(' ', '_'), label: text, ...(inverseLabel ? { inverseLabel } : {}) });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      const [from, to] = path.split('/') as [string, string];
      const seen = await spoke().get(`/crm/v4/associations/${from}/${to}/labels`);
      return seen.body.results.find((one: { label: string | null }) => one.label === text).typeId;
    },
    archive: async (typeName: string, id: string): Promise<void> => expect((await spoke().call(`DELETE /crm/v3/objects/${typeName}/${id}`)).status).toBe(204),
    async merge(typeName: string, primaryObjectId: string, objectIdToMerge: string): Promise<string> {
      const answer = await spoke().post(`/crm/v3/objects/${typeName}/merge`, { primaryObjectId, objectIdToMerge });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body.id;
    },
  };
}
