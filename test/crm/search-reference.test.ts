// Random searches over random records: what the SQL finds must be what plain loops over the same records find.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAYS, holds, INSTANTS, lower, NUMBERS, order, PROPERTIES, TAGS, TIERS, valuesOf, WORDS, type Filter, type Name, type Values } from '../support/search-loops.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

const SEED = 20_261_002;
const RUNS = 1_000;
const RECORDS = 120;

interface Record_ { id: string; values: Values }

let spoke: Spoke;
let records: Record_[];
beforeAll(async () => {
  spoke = await startSpoke();
  const define = async (name: Name, type: string, fieldType: string, options: string[] = []): Promise<void> => {
    const answer = await spoke.post('/crm/v3/properties/companies', { name, label: name, type, fieldType, groupName: 'companyinformation', options: options.map((value) => ({ label: value, value })) });
    expect(answer.status).toBe(201);
  };
  await define('name_text', 'string', 'text');
  await define('size', 'number', 'number');
  await define('flag', 'bool', 'booleancheckbox');
  await define('day', 'date', 'date');
  await define('at', 'datetime', 'date');
  await define('tier', 'enumeration', 'select', TIERS);
  await define('tags', 'enumeration', 'checkbox', TAGS);
  const all = fc.sample(fc.record(valuesOf, { requiredKeys: [] }), { seed: SEED, numRuns: RECORDS });
  records = [];
  for (let at = 0; at < RECORDS; at += 100) {
    const answer = await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: all.slice(at, at + 100).map((properties) => ({ properties })) });
    expect(answer.status).toBe(201);
    records.push(...answer.body.results.map(({ id }: { id: string }, i: number) => ({ id, values: all[at + i]! })));
  }
});
afterAll(() => spoke.close());

// ---- searches

const OPERATORS = ['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'];

function operandOf(name: Name): fc.Arbitrary<string> {
  const epoch = (texts: string[]): fc.Arbitrary<string> => fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...texts).map((text) => String(Date.parse(text))));
  switch (PROPERTIES[name]) {
    case 'string': return fc.oneof(valuesOf.name_text, fc.constantFrom(...WORDS), fc.constantFrom('a*', '*a', '*@x.org', 'lo*ce', '*e*', 'lace love', '%', '_', 'ÉCLAIR', 'neil', '', '日*'));
    case 'number': return fc.oneof(fc.constantFrom(...NUMBERS), fc.constantFrom('1e1', '+1', '.1', '2.50'));
    case 'date': return epoch([...DAYS, '2026-01-01T10:00:00Z']);
    case 'datetime': return epoch([...INSTANTS, '2026-01-01']);
    case 'choices': return fc.oneof(fc.constantFrom(...TAGS), valuesOf.tags);
    default: return valuesOf[name];
  }
}

const filter: fc.Arbitrary<Filter> = fc.tuple(fc.constantFrom(...Object.keys(PROPERTIES) as Name[]), fc.constantFrom(...OPERATORS)).chain(([propertyName, operator]) => {
  const operand = operandOf(propertyName);
  if (operator.endsWith('HAS_PROPERTY')) return fc.constant({ propertyName, operator });
  if (operator === 'BETWEEN') return fc.record({ propertyName: fc.constant(propertyName), operator: fc.constant(operator), value: operand, highValue: operand });
  if (operator.endsWith('IN')) return fc.record({ propertyName: fc.constant(propertyName), operator: fc.constant(operator), values: fc.array(fc.oneof(operand, operand.map(lower)), { minLength: 1, maxLength: 4 }) });
  return fc.record({ propertyName: fc.constant(propertyName), operator: fc.constant(operator), value: operand });
});

const search = fc.record({
  groups: fc.array(fc.array(filter, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  sort: fc.option(fc.record({ propertyName: fc.constantFrom(...Object.keys(PROPERTIES) as Name[]), direction: fc.constantFrom('ASCENDING', 'DESCENDING') })),
  limit: fc.constantFrom(1, 7, 200), offset: fc.constantFrom(0, 3),
});

test(`${RUNS} random searches find what loops find, in their order`, async () => {
  await fc.assert(fc.asyncProperty(search, async ({ groups, sort, limit, offset }) => {
    const found = records.filter((record) => groups.length === 0 || groups.some((group) => group.every((one) => holds(record.values, one))));
    if (sort) {
      const { propertyName: name, direction } = sort;
      found.sort((a, b) => {
        const [x, y] = [a.values[name], b.values[name]];
        if (x === undefined || y === undefined) return x === y ? Number(a.id) - Number(b.id) : x === undefined ? 1 : -1;
        return (direction === 'DESCENDING' ? -1 : 1) * order(name, x, y) || Number(a.id) - Number(b.id);
      });
    }
    const answer = await spoke.post('/crm/v3/objects/companies/search', {
      filterGroups: groups.map((filters) => ({ filters })), ...(sort ? { sorts: [sort] } : {}), limit, after: String(offset), properties: ['name_text'],
    });
    expect(answer.status).toBe(200);
    expect({ total: answer.body.total, ids: answer.body.results.map((record: { id: string }) => record.id) })
      .toEqual({ total: found.length, ids: found.slice(offset, offset + limit).map((record) => record.id) });
    expect(answer.body.paging).toEqual(offset + limit < found.length ? { next: { after: String(offset + limit) } } : undefined);
  }), { seed: SEED, numRuns: RUNS });
}, 120_000);
