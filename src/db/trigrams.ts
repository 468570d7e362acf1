// Trigrams: pieces of three letters, as pg_trgm takes them from texts. An index of them finds a word by the lists of all its
// trigrams, and those that are in nearly every record are long to read: of 1,000,000 contacts `%quillfeather1007%` took
// 98 ms, `%r1007%` 3 ms. So an index is asked for the rarest part of a word.

/** Trigrams that are in many texts, as `trigramAt` writes them, with the share of texts that they are in. */
export type CommonTrigrams = ReadonlyMap<string, number>;

/** A trigram in more than this share of the texts is common. */
const COMMON = 0.05;
/** One in more than this share narrows nothing down: all records are read as fast. */
const EVERYWHERE = 0.3;

/** The trigrams that are in many of the texts. */
export function commonTrigrams(texts: string[]): CommonTrigrams {
  const counts = new Map<string, number>();
  for (const text of texts) for (const trigram of trigramsOf(text)) counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
  return new Map([...counts].map(([trigram, count]) => [trigram, count / texts.length] as const).filter(([, share]) => share > COMMON));
}

/** Words stand apart by two spaces, as pg_trgm has them, and so they begin and end. */
function trigramsOf(text: string): Set<string> {
  const apart = `  ${text.replaceAll(/[\0-\x7F]/g, (letter) => (/[a-z0-9]/.test(letter) ? letter : '  '))}  `;
  const all = new Set<string>();
  for (let at = 0; at + 3 <= apart.length; at++) {
    const trigram = trigramAt(apart, at);
    if (trigram !== undefined) all.add(trigram);
  }
  return all;
}

/**
 * The three characters from `at` on, when they surely are a trigram of pg_trgm's: letters of one word, with a space for what
 * stands before or after it. Letters beyond ASCII are none in some locales.
 */
function trigramAt(text: string, at: number): string | undefined {
  const piece = text.slice(at, at + 3);
  if (piece.length < 3 || !/^[\0-\x7F]+$/.test(piece)) return undefined;
  const plain = piece.replaceAll(/[^a-z0-9]/g, ' ');
  return /^(\S{3}| \S{2}|\S{2} | \S |  \S)$/.test(plain) ? plain : undefined;
}

/**
 * What to ask an index for: the longest part of the word that holds no common trigram, else the whole word. Nothing when the
 * word has no trigrams, or all of them are everywhere.
 */
export function rarePart(word: string, common: CommonTrigrams): string | undefined {
  let best = '';
  let least = 1;
  for (let from = 0; from + 3 <= word.length; from++) {
    const trigram = trigramAt(word, from);
    if (trigram !== undefined) least = Math.min(least, common.get(trigram) ?? 0);
    const part = word.slice(from, from + rareLength(word.slice(from), common));
    if (part.length > best.length) best = part;
  }
  return best || (least < EVERYWHERE ? word : undefined);
}

/**
 * Where a word starts pg_trgm asks for its first letter alone, too: of `.123` for `  1`, which a tenth of all records had, and
 * `%.123456@%` took 3.6 ms, `%123456@%` 0.7.
 */
const startOf = (trigram: string): string => (/^ \S/.test(trigram) ? `  ${trigram[1]}` : trigram);

/** How far from its start the text holds rare trigrams only; 0 when it starts with none. */
function rareLength(text: string, common: CommonTrigrams): number {
  let at = 0;
  for (let trigram = trigramAt(text, at); trigram !== undefined && !common.has(trigram) && !common.has(startOf(trigram)); trigram = trigramAt(text, at)) at++;
  return at === 0 ? 0 : at + 2;
}
