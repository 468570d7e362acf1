// What holds for every type and every text: an answer, that is stable, that the database can keep.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PropertyDefinition } from '../../../src/catalogue/types.ts';
import { define, normalise, options } from './support.ts';

const definitions: Record<string, PropertyDefinition> = {
  string: define('string'),
  email: define('string', { name: 'email' }),
  domain: define('string', { name: 'domain' }),
  number: define('number'),
  bool: define('bool'),
  date: define('date'),
  datetime: define('datetime'),
  select: define('enumeration', { fieldType: 'select', options: options('a', 'b', 'www.') }),
  checkbox: define('enumeration', { fieldType: 'checkbox', options: options('a', 'b', 'www.') }),
  'checkbox without options': define('enumeration', { fieldType: 'checkbox' }),
  booleancheckbox: define('enumeration', { fieldType: 'booleancheckbox' }),
  owner: define('enumeration', { fieldType: 'select', externalOptions: true, referencedObjectType: 'OWNER' }),
  phone_number: define('phone_number'),
  object_coordinates: define('object_coordinates'),
  json: define('json'),
};

// Pieces that the types look for, so that texts come near to what they accept.
const piece = fc.constantFrom(
  'a', 'b', 'x', 'true', 'FALSE', ';', ' ', '\u00A0', '\0', '\uD83D', 'İ', 'Σ', '@', '.', '-', '+', '/', '?', ':', '//',
  'http://', 'www.', 'WWW.', 'example', 'com', '0', '1', '5', '12', '1760000000', 'e', 'E', '2026', '10', '02', 'T', 'Z', '08:15:30',
);
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const time = fc.tuple(
  fc.constantFrom('0000', '0001', '0099', '1900', '2024', '9999'), fc.constantFrom('-02-29', '-02-30', '-12-31', '-01-01'),
  fc.constantFrom('', 'T00:00', 'T23:59:59', 'T08:15:30.1234', 'T24:00'), fc.constantFrom('', 'Z', '+02:00', '-0530', '+25'),
).map((parts) => parts.join(''));
const text = fc.oneof(
  fc.string({ unit, minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.integer({ min: -1e15, max: 1e15 }).map(String),
  fc.double().map(String),
  time,
);

describe.each(Object.entries(definitions))('%s', (_name, definition) => {
  test('answers any text with a stable value or a problem', () => {
    fc.assert(fc.property(text, fc.boolean(), fc.option(text), (sent, normalisesDates, currentText) => {
      const current = currentText === null ? null : normalise(definition, currentText).value ?? null;
      const { value, problem } = normalise(definition, sent, { normalisesDates, current });
      if (value === undefined) {
        expect(problem).toMatchObject({ name: definition.name, code: expect.any(String), message: expect.any(String) });
        return;
      }
      expect(value).not.toContain('\0');
      expect(value.isWellFormed()).toBe(true);
      if (value === '') return;
      expect(normalise(definition, value, { normalisesDates, current: value })).toEqual({ value });
    }), { numRuns: 1000 });
  });

  test.each([
    ['digits', '1'], ['zeros', '0'], ['points', 'a.'], ['hyphens', 'a@a-'], ['www.', 'www.'], ['semicolons', 'a;'], ['spaces', ' '],
  ])('is quick on 65,536 characters of %s', (_what, part) => {
    const long = `${part.repeat(65_535 / part.length)}!`;
    const start = performance.now();
    normalise(definition, long);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
