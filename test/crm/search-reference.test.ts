// Random searches over random records: what the SQL finds must be what plain loops over the same records find. The loops
// know the rules (platform.md 1.2 to 1.8) and nothing of how the program goes about it.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSpoke, type Spoke } from '../support/spoke.ts';

const SEED = 20_261_002;
const RUNS = 1_000;
const RECORDS = 120;

/** The properties of the test's contacts by how they compare. */
const PROPERTIES = {
  name_text: 'string', size: 'number', flag: 'bool', day: 'date', at: 'datetime', tier: 'choice', tags: 'choices',
} as const;
type Name = keyof typeof PROPERTIES;
type Values = Partial<Record<Name, string>>;

const WORDS = ['Ada', 'ada', 'Love-lace', 'a.b@x.org', "O'Neil", 'ÉCLAIR', 'éclair', 'one two', '100%', 'under_score', 'Z', '*star', 'tab\tbed', '日本'];
const NUMBERS = ['0', '-1', '1', '2.5', '10', '100000000000', '0.1'];
const DAYS = ['2026-01-01', '2026-01-02', '2025-12-31', '1999-06-15'];
const INSTANTS = ['2026-01-01T00:00:00.000Z', '2026-01-01T10:30:00.500Z', '2025-12-31T23:59:59.999Z'];
const TIERS = ['gold', 'Gold', 'silver'];
const TAGS = ['a', 'b', 'A b'];

const valuesOf: Record<Name, fc.Arbitrary<string>> = {
  name_text: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  size: fc.constantFrom(...NUMBERS), flag: fc.constantFrom('true', 'false'), day: fc.constantFrom(...DAYS), at: fc.constantFrom(...INSTANTS),
  tier: fc.constantFrom(...TIERS), tags: fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1 }).map((tags) => tags.join(';')),
};

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

// ---- the loops

interface Filter { propertyName: Name; operator: string; value?: string; highValue?: string; values?: string[] }

const lower = (text: string): string => text.toLowerCase();
const instant = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text));

/** Below 0, 0, or above: how a stored value compares with an operand. */
function order(name: Name, stored: string, operand: string): number {
  const sign = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);
  switch (PROPERTIES[name]) {
    case 'number': return sign(Number(stored), Number(operand));
    case 'date': case 'datetime': return sign(instant(stored), instant(operand));
    case 'string': return compareCodePoints(lower(stored), lower(operand));
    case 'bool': return compareCodePoints(stored, lower(operand));
    default: return compareCodePoints(stored, operand);
  }
}

/** As bytes of UTF-8 compare. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function equals(name: Name, stored: string, operand: string): boolean {
  return PROPERTIES[name] === 'choices' ? stored.split(';').includes(operand) : order(name, stored, operand) === 0;
}

function isIn(name: Name, stored: string, values: string[]): boolean {
  // The operands of text are taken as they are: with a capital letter they never match.
  if (PROPERTIES[name] === 'string') return values.includes(lower(stored));
  return values.some((value) => equals(name, stored, value));
}

const BREAKS = /[ \t\n\r\f\v!"#$%&'()+,/:;<=>?[\\\]^`{|}~-]+/;

function containsTokens(name: Name, stored: string, operand: string): boolean {
  const text = PROPERTIES[name] === 'choice' || PROPERTIES[name] === 'choices' ? (t: string) => t : lower;
  // A star is a letter of a stored word like any other.
  const words = text(stored).split(BREAKS);
  return text(operand).split(BREAKS).filter(Boolean).every((wanted) => words.some((word) => matches(word, wanted)));
}

function matches(word: string, wanted: string): boolean {
  if (!wanted.includes('*')) return word === wanted;
  const [head, ...rest] = wanted.split(/\*+/) as [string, ...string[]];
  if (!word.startsWith(head)) return false;
  let at = head.length;
  for (const [i, part] of rest.entries()) {
    const last = i === rest.length - 1;
    const found = last ? (word.endsWith(part) ? word.length - part.length : -1) : word.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
  }
  return true;
}

function holds(values: Values, { propertyName: name, operator, value, highValue, values: list }: Filter): boolean {
  const stored = values[name];
  if (operator === 'NOT_HAS_PROPERTY') return stored === undefined;
  if (stored === undefined) return false;
  switch (operator) {
    case 'HAS_PROPERTY': return true;
    case 'EQ': return equals(name, stored, value!);
    case 'NEQ': return !equals(name, stored, value!);
    case 'LT': return order(name, stored, value!) < 0;
    case 'LTE': return order(name, stored, value!) <= 0;
    case 'GT': return order(name, stored, value!) > 0;
    case 'GTE': return order(name, stored, value!) >= 0;
    case 'BETWEEN': return order(name, stored, value!) >= 0 && order(name, stored, highValue!) <= 0;
    case 'IN': return isIn(name, stored, list!);
    case 'NOT_IN': return !isIn(name, stored, list!);
    case 'CONTAINS_TOKEN': return containsTokens(name, stored, value!);
    case 'NOT_CONTAINS_TOKEN': return !containsTokens(name, stored, value!);
    default: throw new Error(operator);
  }
}

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
