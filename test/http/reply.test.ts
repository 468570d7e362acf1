// Long answers are printed another way than short ones: the bytes are the same.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonReply, printInPieces } from '../../src/http/reply.ts';

/** Parts left out, null, and texts that JSON escapes or UTF-8 makes longer. */
const part = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"],"results":[]', '\ud800', '\u2028', '€'), fc.integer()), { nil: undefined });
const record = fc.record({ id: fc.string(), properties: fc.dictionary(fc.string(), fc.option(fc.string(), { nil: null })), url: part });
const list = (maxLength: number): fc.Arbitrary<unknown> => fc.array(record, { maxLength });

test('what is printed in pieces is what JSON.stringify prints', () => {
  fc.assert(fc.property(
    fc.oneof(fc.record({ status: part, results: list(110), errors: list(30), startedAt: part }), fc.dictionary(fc.string(), fc.oneof(part, list(60)))),
    (body) => void expect(new TextDecoder().decode(printInPieces(body))).toBe(JSON.stringify(body)),
  ));
});

test.each([24, 25, 26, 50, 51, 100])('an answer of %i long records is whole', async (count) => {
  const results = Array.from({ length: count }, (_, n) => ({ id: String(n), text: `${n} ${'é'.repeat(8_000)}` }));
  const reply = jsonReply('some-id', 200, { results, paging: undefined, total: count });
  expect(await reply.text()).toBe(JSON.stringify({ results, total: count }));
  expect(reply.headers.get('content-type')).toBe('application/json;charset=utf-8');
});
