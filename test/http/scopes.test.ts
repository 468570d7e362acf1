// Every operation in every version, for every object type: refused without its scopes, let through with each of them alone.
// Which they are is written down in support/scopes.ts (platform.md 5.6). Only that matters here: requests have no bodies and
// ask for records that there are not, which is told after the scope. A new operation fails until RULES says whose it is.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { routesOf, type Route } from '../../src/http/mount.ts';
import { operations } from '../../src/operations/index.ts';
import type { Area, Operation } from '../../src/operations/operation.ts';
import { missing, tokensFor, TYPE_SCOPES, type TypeScopes } from '../support/scopes.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

/** What decides: a kind of scopes of the types in the path, of one type, of any type; or a list. */
type Rule = keyof TypeScopes | { of: string; kind: keyof TypeScopes } | 'any-schema-read' | string[];

const reads = ({ method, path }: Operation): boolean => method === 'GET' || /\/(batch\/read|search)$/.test(path);
const records = (operation: Operation): Rule => (reads(operation) ? 'read' : 'write');
const model = (operation: Operation): Rule => (reads(operation) ? 'schemaRead' : 'schemaWrite');
const namesTypes = ({ path }: Operation): boolean => /objecttype(id)?\}/i.test(path);
const whenReads = (read: string[], write: string[]) => (operation: Operation): Rule => (reads(operation) ? read : write);

/** By area, of operations that need a token. */
const RULES: Partial<Record<Area, (operation: Operation) => Rule>> = {
  objects: records,
  associations: (operation) => (namesTypes(operation) ? records(operation) : 'any-schema-read'),
  properties: model, pipelines: model, propertyValidations: model,
  schemas: whenReads(
    ['crm.schemas.custom.read', 'crm.objects.custom.sensitive.read.v2', 'crm.objects.custom.read', 'crm.objects.custom.highly_sensitive.read.v2'], ['crm.schemas.custom.write'],
  ),
  dealSplits: (operation) => ({ of: 'deal_splits', kind: reads(operation) ? 'read' : 'write' }),
  subscriptions: () => ({ of: 'subscriptions', kind: 'write' }),
  owners: () => ['crm.objects.owners.read', 'automation'],
  users: ({ path, method }) => (path === '/teams' ? ['settings.users.teams.read'] : method === 'GET' ? ['settings.users.read'] : ['settings.users.write']),
  // Not documented whose they are.
  objectLibrary: () => 'any-schema-read',
  limits: ({ id }) => (id === 'limits.nearRecords' ? 'read' : id === 'limits.toTypes' ? 'schemaRead' : 'any-schema-read'),
  appInstalls: () => ['oauth'],
  accountInfo: ({ path }) => (path.startsWith('/activity/') ? ['account-info.security.read'] : ['oauth']),
};

/** Answer whoever asks: they have no token yet, or say in the body which one they mean. */
const PUBLIC_AREAS: Area[] = ['oauth', 'privateApps'];

const catalogue = loadCatalogue();
const TYPES = catalogue.objectTypes.map((type) => type.name);
const ANY_MODEL = [...new Set(Object.values(TYPE_SCOPES).flatMap((scopes) => scopes.schemaRead))].sort();

/** One request, and what it needs: one scope of each list. */
interface Case {
  request: string;
  needs: string[][];
  /** The object type that it is about. */
  type: string | undefined;
}

let spoke: Spoke;
let customType: string;
let tokenOf: (scopes: readonly string[]) => string;
const cases = new Map<Route, Case[]>();
const routes = routesOf(operations).filter((route) => !route.alias);
const guarded = routes.filter(({ operation }) => operation.scopes !== 'public');

beforeAll(async () => {
  spoke = await startSpoke();
  const answer = await spoke.post('/crm/v3/schemas', {
    name: 'ship', labels: { singular: 'Ship', plural: 'Ships' }, properties: [{ name: 'name', label: 'Name' }], requiredProperties: [], searchableProperties: [],
    secondaryDisplayProperties: [], associatedObjects: [], primaryDisplayProperty: 'name',
  });
  expect(answer.status).toBe(201);
  customType = answer.body.objectTypeId;
  for (const route of guarded) cases.set(route, casesOf(route));
  const all = [...cases.values()].flat();
  tokenOf = await tokensFor(spoke, [[], ...all.flatMap(({ needs }) => [...needs.map(withoutAny), ...eachAlone(needs)])]);
});
afterAll(() => spoke.close());

/** Everything that there is but these. */
const withoutAny = (scopes: readonly string[]): string[] => catalogue.scopes.filter((scope) => !scopes.includes(scope));

/** Each alternative of each list, with as little as the other lists ask for. */
const eachAlone = (needs: string[][]): string[][] => needs.flatMap((need, n) => need.map((scope) => [scope, ...needs.flatMap((other, m) => (m === n ? [] : other.slice(0, 1)))]));

function casesOf({ operation, path }: Route): Case[] {
  const rule = RULES[operation.area]!(operation);
  const places = [...path.matchAll(/\{(\w*objecttype)(id)?\}/gi)].map(([place, , isId]) => ({ place, isId: isId !== undefined }));
  const request = (types: string[]): string => {
    const named = places.reduce((text, { place, isId }, n) => text.replace(place, isId ? idOf(types[n]!) : types[n] === 'custom' ? customType : types[n]!), path);
    return `${operation.method} ${named.replace(/\{\w+\}/g, 'none')}`;
  };
  if (typeof rule !== 'string') return [{ request: request(places.map(() => 'appointments')), needs: [Array.isArray(rule) ? rule : TYPE_SCOPES[rule.of]![rule.kind]], type: undefined }];
  if (rule === 'any-schema-read') return [{ request: request(places.map(() => 'appointments')), needs: [ANY_MODEL], type: undefined }];
  return [...TYPES, 'custom'].flatMap((type) => {
    // Another one, whose scopes open nothing of this one.
    const other = type === 'deals' ? 'companies' : 'deals';
    const pairs = places.length === 1 ? [[type]] : [[type, other], [other, type]];
    return pairs.map((types) => ({ request: request(types), needs: types.map((name) => TYPE_SCOPES[name]![rule]), type }));
  });
}

const idOf = (type: string): string => (type === 'custom' ? customType : catalogue.objectTypes.find((one) => one.name === type)!.id);

test('every operation has a rule, here and in its declaration', () => {
  for (const operation of operations) {
    expect(operation.scopes, operation.id).toBeDefined();
    if (operation.scopes === 'public') expect(PUBLIC_AREAS, operation.id).toContain(operation.area);
    else expect(RULES[operation.area], operation.id).toBeDefined();
  }
});

test('every object type is written down, and every scope is one that a token can have', () => {
  expect(Object.keys(TYPE_SCOPES).sort()).toEqual([...TYPES, 'custom'].sort());
  for (const scope of Object.values(TYPE_SCOPES).flatMap((scopes) => Object.values(scopes).flat() as string[])) expect(catalogue.scopes).toContain(scope);
});

test('a model is read by some of the hundred scopes, and changed by some of the 26 where they have any of the type (5.6 [D])', () => {
  const changed = new Set(Object.values(TYPE_SCOPES).flatMap((scopes) => scopes.schemaWrite));
  for (const name of ['appointments', 'carts', 'commercepayments', 'companies', 'contacts', 'courses', 'custom', 'deals', 'invoices', 'listings', 'orders', 'projects', 'quotes', 'services', 'subscriptions', 'tickets']) {
    expect(changed).toContain(`crm.schemas.${name}.write`);
    expect(ANY_MODEL).toContain(`crm.schemas.${name}.read`);
  }
});

/** Not the page of a path that is none, nor a refusal of the token. */
function expectLetThrough(answer: Answer, what: string): void {
  expect([401, 403, 405], `${what}: ${JSON.stringify(answer.body)}`).not.toContain(answer.status);
  if (answer.body !== undefined) expect(answer.headers['content-type'], what).toContain('json');
}

/** What the type lacks is told before its scopes. */
const isLacked = ({ type }: Case, answer: Answer): boolean => answer.status === 405 && catalogue.objectTypes.some((one) => one.name === type && one.lacks);

/**
 * Who is refused is tried for every type in every version. Who is let through: all in one version of each operation, in the
 * others those of some types, and of long lists the first few.
 */
const SOME_TYPES = ['contacts', 'tickets', 'emails', 'line_items', 'projects', 'custom'];

async function tryAll({ request, needs, type }: Case, isFirst: boolean): Promise<void> {
  for (const need of needs) {
    const token = tokenOf(withoutAny(need));
    const answer = await spoke.call(request, { token });
    if (isLacked({ request, needs, type }, answer)) return;
    if (need.includes('oauth')) expectLetThrough(await spoke.call(request, { token: tokenOf([]) }), `${request} with no scope`);
    else {
      expect(answer.status, `${request} without ${need.join()}`).toBe(403);
      expect(answer.body).toEqual(missing(...need));
    }
  }
  if (!isFirst && type !== undefined && !SOME_TYPES.includes(type)) return;
  for (const scopes of eachAlone(needs).slice(0, isFirst ? undefined : 8)) expectLetThrough(await spoke.call(request, { token: tokenOf(scopes) }), `${request} with ${scopes.join()}`);
}

describe.each([...Map.groupBy(guarded, (route) => route.operation.id)])('%s', (_, some) => {
  test.each(some.map((route) => [route.version.name, route] as const))('%s', async (_version, route) => {
    const all = cases.get(route)!;
    expect(all.length).toBeGreaterThan(0);
    const left = [...all];
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let one = left.pop(); one; one = left.pop()) await tryAll(one, route === some[0]);
    }));
  });
});
