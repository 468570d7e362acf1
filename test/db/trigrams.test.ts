// Which part of a word an index is asked for.

import { expect, test } from 'vitest';
import { commonTrigrams, rarePart } from '../../src/db/trigrams.ts';

/** In all texts: what stands around the number. Of a hundred numbers each is rare. */
const TEXTS = Array.from({ length: 100 }, (_, i) => `quillfeather${String(i).padStart(2, '0')}xyz\nmail.${i + 300}@example.com é_${i}`);
const common = commonTrigrams(TEXTS);

test('trigrams in more than a twentieth of the texts are common; those with other letters than ASCII are none', () => {
  for (const one of ['qui', 'xyz', '  q', ' qu', 'com', 'le ', ' co', ' 34']) expect([one, common.has(one)]).toEqual([one, true]);
  for (const one of ['r42', '42x', '342', 'zzz', 'l 3', 'é_4']) expect([one, common.has(one)]).toEqual([one, false]);
});

test.each([
  ['quillfeather42xyz', 'r42x'], ['quillfeather', 'quillfeather'], ['mail.342@', '342@'], ['342@example', '342@'], ['quillzzzfeather', 'llzzzfe'],
  ['é42', 'é42'], ['a', 'a'], ['', ''], ['quill_rare', '_rare'], ['--quill', '--quill'], ['%_%', '%_%'], ['xyz', 'xyz'],
])('%s: %s', (word, part) => {
  expect(rarePart(word, common)).toBe(part);
});
