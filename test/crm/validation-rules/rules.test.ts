// Every validation rule (schema.md 3.8): which properties it goes with and which arguments it takes [D], what it lets
// through (mostly [I]), and that none throws or is slow whatever it is asked.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIELD_TYPES } from '../../../src/crm/property-checks.ts';
import { RULE_TYPES, validationRules, type RuleType } from '../../../src/crm/validation-rules/index.ts';
import type { Check } from '../../../src/crm/validation-rules/rule.ts';
import type { PropertyDefinition } from '../../../src/catalogue/types.ts';

const NOW = Date.parse('2026-10-02T09:00:00.000Z');
const DAY = 86_400_000;

function prepare(ruleType: RuleType, args: string[]): Check {
  const check = validationRules[ruleType].prepare(args);
  if (typeof check === 'string') throw new Error(check);
  return check;
}

test('there are 27, each with its row here', () => {
  expect(RULE_TYPES).toHaveLength(27);
  expect(Object.keys(validationRules).sort()).toEqual([...RULE_TYPES].sort());
  expect(new Set(EXAMPLES.map(([ruleType]) => ruleType))).toEqual(new Set(RULE_TYPES));
});

const EXAMPLES: [ruleType: RuleType, args: string[], kept: string[], broken: string[]][] = [
  ['ALPHANUMERIC', ['ALPHANUMERIC'], ['abc123', 'Straße', '東京7'], ['a b', 'a-b', 'a_b', '😀']],
  ['ALPHANUMERIC', ['ALPHA_ONLY'], ['abc', 'Ähre'], ['abc1', 'a b', "O'Neil"]],
  ['ALPHANUMERIC', ['NUMERIC_ONLY'], ['0123'], ['1.5', '-1', '1a', ' 1']],
  ['FORMAT', ['UPPER'], ['ABC 1!', '123'], ['Abc', 'aBC']],
  ['FORMAT', ['LOWER'], ['abc 1!', 'ß'], ['Abc']],
  ['FORMAT', ['CAPITALIZATION'], ['Ada Lovelace', 'McCoy', '1st Street'], ['ada Lovelace', 'Ada lovelace', 'Ada\tlovelace']],
  ['SPECIAL_CHARACTERS', ['NOT_ALLOWED'], ['Ada 1', 'Élan'], ['a@b', 'a-b', 'a.', '€']],
  ['WHITESPACE', [], ['abc'], ['a b', ' a', 'a\n']],
  ['WHITESPACE', ['ALL'], ['abc'], ['a b', 'a\u00A0b']],
  ['WHITESPACE', ['TRIM'], ['a b'], [' a', 'a ', '\ta']],
  ['MIN_LENGTH', ['3'], ['abc', '😀😀😀'], ['ab', '😀😀']],
  ['MAX_LENGTH', ['3'], ['abc', '😀😀😀'], ['abcd', '😀😀😀😀']],
  ['REGEX', ['[A-Z]{2}-\\d+', 'two letters and a number'], ['AB-1'], ['AB-', 'xAB-1', 'AB-1x', 'AB-1\n']],
  ['REGEX', ['(?i)abc|x.*y'], ['ABC', 'xy', 'x--y'], ['ab', 'x\ny']],
  ['EMAIL', [], ['ada@example.com', 'ADA+1@sub.example.co.uk'], ['ada', 'ada@', 'ada@example', 'a b@example.com', '@example.com']],
  ['DOMAIN', [], ['example.com', 'a.b.c.example', 'bücher.example'], ['example', 'http://example.com', 'exa mple.com', '-a.com', 'a..com']],
  ['URL', [], ['https://example.com', 'http://example.com:80/a?b#c', 'www.example.com/x', 'example.com', 'https://bücher.example'], ['ftp://example.com', 'mailto:a@b.com', 'localhost', 'https://', 'exa mple.com', 'javascript:alert(1)']],
  ['EMAIL_ALLOWED_DOMAINS', ['example.com', 'bücher.example'], ['a@example.com', 'a@EXAMPLE.com', 'a@sub.example.com', 'a@xn--bcher-kva.example'], ['a@badexample.com', 'a@example.org', 'example.com']],
  ['EMAIL_BLOCKED_DOMAINS', ['example.com'], ['a@example.org', 'a@badexample.com', 'no address'], ['a@example.com', 'a@sub.Example.com']],
  ['URL_ALLOWED_DOMAINS', ['example.com'], ['https://example.com/x', 'www.example.com'], ['https://example.org', 'https://example.com.evil.org', 'https://example.com@evil.org', 'x']],
  ['URL_BLOCKED_DOMAINS', ['example.com'], ['https://example.org', 'x'], ['https://www.example.com/x', 'EXAMPLE.com']],
  ['PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE', [], ['+41 44 668 18 00', '+1 (212) 555-0100', '+49301234567'], ['044 668 18 00', '+1', '+999 123456', 'abc']],
  ['PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE', ['ch'], ['+41 44 668 18 00'], ['+49 30 1234567', '044 668 18 00']],
  ['MIN_NUMBER', ['1.5'], ['1.5', '2', '1.50', '10000000000000000000000'], ['1.49', '-2', '1.4999999999999999999999']],
  ['MAX_NUMBER', ['-1'], ['-1', '-1.0', '-5'], ['0', '-0.99']],
  ['DECIMAL', ['2'], ['1', '1.25', '1.2500', '-3.1'], ['1.255', '.001']],
  ['DECIMAL', ['0'], ['1', '1.', '1.0'], ['1.5']],
  ['START_DATE', [String(Date.UTC(2026, 0, 1))], ['2026-01-01', '2027-05-05'], ['2025-12-31']],
  ['END_DATE', [String(Date.UTC(2026, 0, 1))], ['2026-01-01', '1999-05-05'], ['2026-01-02']],
  ['START_DATETIME', [String(NOW)], ['2026-10-02T09:00:00.000Z'], ['2026-10-02T08:59:59.999Z']],
  ['END_DATETIME', [String(NOW)], ['2026-10-02T09:00:00.000Z'], ['2026-10-02T09:00:00.001Z']],
  ['BEFORE_DURATION', ['P30D'], ['2026-11-01', '2000-01-01'], ['2026-11-02']],
  ['BEFORE_DURATION', ['-P1Y'], ['2025-10-02'], ['2025-10-03']],
  ['AFTER_DURATION', ['P1M1W'], ['2026-11-09'], ['2026-11-08']],
  ['AFTER_DURATION', ['-P30D'], ['2026-09-02', '2030-01-01'], ['2026-09-01']],
  ['BEFORE_DATETIME_DURATION', ['PT1H30M'], ['2026-10-02T10:30:00.000Z'], ['2026-10-02T10:30:00.001Z']],
  ['AFTER_DATETIME_DURATION', ['P0D'], ['2026-10-02T09:00:00.000Z'], ['2026-10-02T08:59:59.999Z']],
  ['DAYS_OF_WEEK', ['MONDAY', 'FRIDAY'], ['2026-10-02', '2026-10-05', '2026-10-02T23:59:59.999Z'], ['2026-10-03', '2026-10-04T00:00:00.000Z']],
];

test.each(EXAMPLES)('%s %j keeps %j and refuses %j', (ruleType, args, kept, broken) => {
  const check = prepare(ruleType, args);
  expect(kept.filter((value) => !check.holds(value, NOW))).toEqual([]);
  expect(broken.filter((value) => check.holds(value, NOW))).toEqual([]);
});

test('a month added to its last day ends with the next one', () => {
  const check = prepare('BEFORE_DURATION', ['P1M']);
  const january = Date.UTC(2027, 0, 31, 12);
  expect([check.holds('2027-02-28', january), check.holds('2027-03-01', january)]).toEqual([true, false]);
});

test.each([
  ['FORMAT', ['UPPER'], 'straße', 'STRASSE'], ['FORMAT', ['LOWER'], 'ABC', 'abc'], ['FORMAT', ['CAPITALIZATION'], 'ada  o lovelace', 'Ada  O Lovelace'],
  ['WHITESPACE', ['TRIM'], '  a b ', 'a b'], ['WHITESPACE', ['ALL'], ' a b ', 'ab'], ['WHITESPACE', [], ' a b ', 'ab'],
] as const)('%s %j makes %j %j, which holds', (ruleType, args, value, wanted) => {
  const check = prepare(ruleType, [...args]);
  expect(check.normalise!(value)).toBe(wanted);
  expect(check.holds(wanted, NOW)).toBe(true);
});

test.each<[RuleType, string[][]]>([
  ['ALPHANUMERIC', [[], ['X'], ['ALPHA_ONLY', 'ALPHA_ONLY'], ['alpha_only'], ['constructor']]], ['FORMAT', [[], ['TITLE']]], ['SPECIAL_CHARACTERS', [[], ['ALLOWED']]],
  ['WHITESPACE', [['NONE'], ['ALL', 'TRIM']]], ['MIN_LENGTH', [[], ['0'], ['-1'], ['1.5'], ['x'], [''], ['10001'], ['1', '2']]], ['MAX_LENGTH', [[], ['0'], ['10001'], ['1e2']]],
  ['REGEX', [[], [''], ['('], ['a{2000}'], ['(?=a)'], ['(a)\\1'], ['a', 'b', 'c'], ['x'.repeat(1_001)], ['(a{1,100}){100}'], ['((a{1,30}){1,30}){1,30}'], ['a', 'b'.repeat(1_001)]]],
  ['EMAIL', [['x']]], ['DOMAIN', [['x']]], ['URL', [['x']]],
  ...(['EMAIL_ALLOWED_DOMAINS', 'EMAIL_BLOCKED_DOMAINS', 'URL_ALLOWED_DOMAINS', 'URL_BLOCKED_DOMAINS'] as const)
    .map((ruleType): [RuleType, string[][]] => [ruleType, [[], ['x'], ['example.com', 'no domain'], Array.from({ length: 21 }, (_, i) => `a${i}.com`), ['https://example.com'], ['']]]),
  ['PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE', [['CH'], ['xx'], ['che'], ['ch', 'de'], ['']]], ['MIN_NUMBER', [[], ['x'], [''], ['1e5'], ['1', '2'], ['NaN'], ['9'.repeat(301)]]], ['MAX_NUMBER', [[], ['--1']]],
  ['DECIMAL', [[], ['21'], ['-1'], ['1.5']]],
  ...(['START_DATE', 'END_DATE', 'START_DATETIME', 'END_DATETIME'] as const).map((ruleType): [RuleType, string[][]] => [ruleType, [[], ['2026-01-01'], ['x'], ['1', '2'], ['9'.repeat(20)], ['']]]),
  ...(['BEFORE_DURATION', 'AFTER_DURATION', 'BEFORE_DATETIME_DURATION', 'AFTER_DATETIME_DURATION'] as const)
    .map((ruleType): [RuleType, string[][]] => [ruleType, [[], ['P'], ['PT'], ['P1DT'], ['30'], ['P1.5D'], ['P30D', 'P1D'], ['p30d'], ['P1D1Y'], ['P999999Y'], ['']]]),
  ['DAYS_OF_WEEK', [[], ['monday'], ['MONDAY', 'MONDAY'], ['FUNDAY'], ['MONDAY,FRIDAY']]],
])('%s does not take any of %j', (ruleType, lists) => {
  for (const args of lists) expect(validationRules[ruleType].prepare(args), JSON.stringify(args).slice(0, 100)).toBeTypeOf('string');
});

test('each goes with the properties of its row', () => {
  const all = Object.entries(FIELD_TYPES).flatMap(([type, fieldTypes]) => fieldTypes.filter((fieldType) => fieldType !== 'calculation_equation').map((fieldType) => ({ type, fieldType } as PropertyDefinition)));
  const takenBy = (ruleType: RuleType): string => all.filter(validationRules[ruleType].of.has).map(({ type, fieldType }) => `${type}/${fieldType}`).join(' ');
  const STRINGS = 'string/text string/textarea string/html string/file string/phonenumber';
  const TEXTS = 'string/text string/textarea';
  const PHONES = 'string/phonenumber phone_number/phonenumber';
  expect(Object.fromEntries(RULE_TYPES.map((ruleType) => [ruleType, takenBy(ruleType)]))).toEqual({
    ALPHANUMERIC: STRINGS, FORMAT: STRINGS, SPECIAL_CHARACTERS: STRINGS, REGEX: STRINGS, MIN_LENGTH: `${STRINGS} phone_number/phonenumber`, MAX_LENGTH: `${STRINGS} phone_number/phonenumber`,
    WHITESPACE: TEXTS, EMAIL: TEXTS, DOMAIN: TEXTS, URL: TEXTS, EMAIL_ALLOWED_DOMAINS: TEXTS, EMAIL_BLOCKED_DOMAINS: TEXTS, URL_ALLOWED_DOMAINS: TEXTS, URL_BLOCKED_DOMAINS: TEXTS,
    PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE: PHONES, MIN_NUMBER: 'number/number', MAX_NUMBER: 'number/number', DECIMAL: 'number/number',
    START_DATE: 'date/date', END_DATE: 'date/date', BEFORE_DURATION: 'date/date', AFTER_DURATION: 'date/date',
    START_DATETIME: 'datetime/date', END_DATETIME: 'datetime/date', BEFORE_DATETIME_DURATION: 'datetime/date', AFTER_DATETIME_DURATION: 'datetime/date',
    DAYS_OF_WEEK: 'date/date datetime/date',
  });
});

describe('whatever it is asked', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('\0', '\uD800', '+', '@', '.', 'x'.repeat(65_536), '9'.repeat(300), ' '.repeat(65_536), 'xn--', 'https://[::1]', '+1'.repeat(100)));
  const TEXT_RULES = EXAMPLES.filter(([ruleType]) => validationRules[ruleType].of.has({ type: 'string', fieldType: 'text' } as PropertyDefinition) || ruleType.startsWith('PHONE'));

  test.each(TEXT_RULES)('%s %j answers for any text', (ruleType, args) => {
    const check = prepare(ruleType, args);
    fc.assert(fc.property(text, (value) => {
      expect(check.holds(value, NOW)).toBeTypeOf('boolean');
      if (!check.normalise) return;
      const formed = check.normalise(value);
      expect(formed === '' || check.holds(formed, NOW)).toBe(true);
    }), { seed: 20_261_002, numRuns: 200 });
  });

  test.each(RULE_TYPES)('%s takes any arguments or says what is wrong with them', (ruleType) => {
    const argument = fc.oneof(text, fc.constantFrom(...EXAMPLES.flatMap(([, args]) => args), '(?P<x>a)', '[[:alpha:]]', '\\C', '\\pN'));
    fc.assert(fc.property(fc.array(argument, { maxLength: 22 }), (args) => {
      const check = validationRules[ruleType].prepare(args);
      expect(typeof check === 'string' || typeof check.demand === 'string').toBe(true);
    }), { seed: 20_261_002, numRuns: 200 });
  });

  test.each(['(a+)+b', '(a|aa)+$', '(.*a){20}', '(x+x+)+y', '(a{1,20}){1,10}'])('the pattern %s is done with a long text', (pattern) => {
    const check = prepare('REGEX', [pattern]);
    // A backtracking engine would not come back from any of these.
    for (const length of [30, 1_000, 65_536]) expect(check.holds('a'.repeat(length) + '!', NOW)).toBe(false);
  });
});

test('days are whole', () => {
  expect(prepare('BEFORE_DURATION', ['P0D']).holds('1969-12-31', -DAY / 2)).toBe(true);
  expect(prepare('AFTER_DURATION', ['P0D']).holds('1969-12-31', -DAY / 2)).toBe(true);
});
