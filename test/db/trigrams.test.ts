// Which part of a word an index is asked for.

import { expect, test } from 'vitest';
import { commonTrigrams, rarePart } from '../../src/db/trigrams.ts';

/** In all texts: what stands around the number. Of a hundred numbers each is rare. */
const TEXTS = Array.from({ length: 100 }, (_, i) => `quillfeather${String(i).padStart(2, '0')}xyz\nmail.${i + 300}@example.com é_${i}`);
const common = commonTrigrams(TEXTS.map((text, i) => (i % 5 === 0 ? `${text} half` : text)));

test('trigrams in more than a twentieth of the texts are common; those with other letters than ASCII are none', () => {
  for (const [one, share] of [['qui', 1], ['xyz', 1], ['  q', 1], ['le ', 1], [' co', 1], [' 34', 0.11], ['alf', 0.2]] as const) expect([one, common.get(one)]).toEqual([one, share]);
  for (const one of ['r42', '42x', '342', 'zzz', 'l 3', 'é_4']) expect([one, common.has(one)]).toEqual([one, false]);
});

test.each([
  ['quillfeather42xyz', 'r42x'], ['quillfeather', undefined], ['xyz', undefined],  ['mail.342@', '342@'], ['342@example', '342@'], ['quillzzzfeather', 'llzzzfe'],
  ['x.42xyz', '42x'], ['mail.7zz', '7zz'], ['é42', undefined], ['a', undefined], ['', undefined], ['quill_rare', '_rare'], ['--quill', undefined], ['%_%', undefined], ['half', 'half'],
])('%s: %s', (word, part) => {
  expect(rarePart(word, common)).toBe(part);
});
