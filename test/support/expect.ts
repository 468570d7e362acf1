// Expected bodies in short: envelopes, batch frames, and what a write answers beside the values of the scenario. All of
// it is written down from objects.md; nothing here asks the program.

import { expect } from 'vitest';
import { ANY_CORRELATION_ID, NOW, type Answer, type Spoke } from './spoke.ts';

/** The one error envelope (objects.md 6.1). */
export const refusal = (message: string, more: object = {}): object => ({
  status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID), ...more,
});

/** A refusal with category VALIDATION_ERROR. */
export const invalid = (message: string, more: object = {}): object => refusal(message, { ...more, category: 'VALIDATION_ERROR' });

/** One refused value: property, code, message. */
export type Fault = readonly [name: string, code: string, message: string];

/** `Property values were not valid: [...]` (objects.md 5.3). */
export const faultsMessage = (...faults: Fault[]): string => `Property values were not valid: ${JSON.stringify(faults.map(([name, error, message]) => ({
  isValid: false, message, error, name, localizedErrorMessage: message, portalId: 1234567,
})))}`;

/** The refusal of a write with these faults, of one input or of all. */
export const invalidValues = (...faults: Fault[]): object => invalid(faultsMessage(...faults), {
  errors: faults.map(([name, code, message]) => ({ message, code, context: { propertyName: [name] } })),
});

/** An entry of a batch's errors[]. */
export const batchError = (category: string, message: string, context: Record<string, string[]>): object => ({ status: 'error', category, message, context });

/** The frame of a batch answer (objects.md 3.2). */
export const batch = (at: string, results: object[], errors: object[] = []): object => ({
  status: 'COMPLETE', results, startedAt: at, completedAt: at, ...(errors.length > 0 ? { errors, numErrors: errors.length } : {}),
});

const SOURCE = { hs_object_source: 'INTEGRATION', hs_object_source_id: '1', hs_object_source_label: 'INTEGRATION' };

interface Times { id: string; createdAt: string; updatedAt?: string }

/** A record on the wire with exactly these properties. */
export const record = (typeId: string, { id, createdAt, updatedAt = createdAt }: Times, properties: object, more: object = {}): object => ({
  id, properties, createdAt, updatedAt, archived: false, url: `https://app.hubspot.com/contacts/1234567/record/${typeId}/${id}`, ...more,
});

/** A record of a type with `createdate` (default) or `hs_createdate`, as create and upsert answer it: these values and its own data. */
export const created = (
  typeId: string, id: string, at: string, properties: object, more: object = {}, createdProperty: 'createdate' | 'hs_createdate' = 'createdate',
): object => record(typeId, { id, createdAt: at }, { [createdProperty]: at, hs_lastmodifieddate: at, hs_object_id: id, ...SOURCE, ...properties }, more);

/** An updated record of any type but contacts: the changed values, its id and its times (objects.md 3.10). */
export const updated = (typeId: string, times: Required<Times>, properties: object, more: object = {}, createdProperty: 'createdate' | 'hs_createdate' = 'createdate'): object =>
  record(typeId, times, { [createdProperty]: times.createdAt, hs_lastmodifieddate: times.updatedAt, hs_object_id: times.id, ...properties }, more);

/** A new contact: a lead with these values (objects.md 3.10, "2025+"). */
export const createdContact = (id: string, at: string, properties: object, more: object = {}): object => record('0-1', { id, createdAt: at }, {
  createdate: at, hs_all_contact_vids: id, hs_associated_target_accounts: '0', hs_currently_enrolled_in_prospecting_agent: 'false', hs_is_contact: 'true',
  hs_is_unworked: 'true', hs_lifecyclestage_lead_date: String(Date.parse(at)), hs_membership_has_accessed_private_content: '0', hs_object_id: id, ...SOURCE,
  hs_pipeline: 'contacts-lifecycle-pipeline', hs_registered_member: '0', hs_sequences_actively_enrolled_count: '0', lastmodifieddate: at,
  lifecyclestage: 'lead', num_notes: '0', ...properties,
}, more);

/** An updated contact: the changed values and those that always come along (objects.md 3.10, "2025+"). */
export const updatedContact = (times: Required<Times>, properties: object, more: object = {}): object => record('0-1', times, {
  createdate: times.createdAt, hs_is_unworked: 'true', hs_object_id: times.id, ...SOURCE, hs_pipeline: 'contacts-lifecycle-pipeline',
  lastmodifieddate: times.updatedAt, lifecyclestage: 'lead', ...properties,
}, more);

/** What follows from the stage of a deal, without an amount (objects.md 5.5 [D], which values and how [I]). */
export function stageOfDeal(state: 'open' | 'won' | 'lost', probability: string): Record<string, string> {
  const [open, won] = [state === 'open', state === 'won'];
  return {
    hs_is_closed: String(!open), hs_is_closed_won: String(won), hs_is_closed_lost: String(!open && !won), hs_is_closed_count: open ? '0' : '1',
    hs_closed_won_count: won ? '1' : '0', hs_is_open_count: open ? '1' : '0', hs_is_in_first_deal_stage: String(probability === '0.2'),
    hs_deal_stage_probability: probability, hs_deal_stage_probability_shadow: probability,
    ...(won ? {} : { hs_closed_amount: '0', hs_closed_amount_in_home_currency: '0' }), ...(open ? {} : { hs_open_amount_in_home_currency: '0' }),
  };
}

/** What follows from the owner of a record (objects.md 5.4 [I]): the one that a new portal has. */
export const ownedSince = (at: string): object => ({ hs_all_owner_ids: '1', hs_user_ids_of_all_owners: '1', hubspot_owner_assigneddate: at, hubspot_owner_id: '1' });

/** The clock of a Spoke, for tests that move it: `tick` answers the new time. */
export function clockOf(spoke: () => Spoke): { now: () => string; tick: () => string } {
  let now = Date.parse(NOW);
  return {
    now: () => new Date(now).toISOString(),
    tick: () => {
      spoke().tick(1_000);
      return new Date(now += 1_000).toISOString();
    },
  };
}

/** What an answer says, for comparison in one. */
export const told = ({ status, body }: Answer): Pick<Answer, 'status' | 'body'> => ({ status, body });

/** The ids of a batch answer's results. */
export const idsOf = (answer: Answer): string[] => answer.body.results.map((result: { id: string }) => result.id);

/** How many live records of a type there are, 100 at most. */
export const countOf = async (spoke: Spoke, type: string): Promise<number> => (await spoke.get(`/crm/v3/objects/${type}?limit=100`)).body.results.length;

/** Makes a property with unique values. */
export async function addUniqueProperty(spoke: Spoke, type: string, name: string, groupName: string): Promise<void> {
  const answer = await spoke.post(`/crm/v3/properties/${type}`, { name, label: name, type: 'string', fieldType: 'text', groupName, hasUniqueValue: true });
  expect(answer.status).toBe(201);
}

/** A unique value that another record has (objects.md 6.7): the whole message. */
export const takenMessage = (legacyType: string, property: string, value: string, on: string, holder: string): string =>
  `Cannot set PropertyValueCoordinates{portalId=1234567, objectTypeId=ObjectTypeId{legacyObjectType=${legacyType}}, propertyName=${property}, value=${value}} on ${on}. ${holder} already has that value.`;
