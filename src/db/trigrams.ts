// Trigrams: pieces of three letters, as pg_trgm takes them from texts. An index of them finds a word by the lists of all its
// trigrams, and those that are in nearly every record are long to read: of 1,000,000 contacts `%quillfeather1007%` took
// 98 ms, `%r1007%` 3 ms. So an index is asked for the rarest part of a word.

/** Trigrams that are in many texts, as `trigramAt` writes them. */
export type CommonTrigrams = ReadonlySet<string>;

/** A trigram in more than this share of the texts is common. */
const COMMON = 0.05;

/** The trigrams that are in many of the texts. */
export function commonTrigrams(texts: string[]): CommonTrigrams {
  const counts = new Map<string, number>();
  for (const text of texts) for (const trigram of trigramsOf(text)) counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > texts.length * COMMON).map(([trigram]) => trigram));
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

/** The longest part of the word that holds no common trigram; the whole word when there is none. */
export function rarePart(word: string, common: CommonTrigrams): string {
  let best = '';
  for (let from = 0; from + 3 <= word.length; from++) {
    let to = from;
    for (let trigram = trigramAt(word, to); trigram !== undefined && !common.has(trigram); trigram = trigramAt(word, to)) to++;
    if (to > from && to + 2 - from > best.length) best = word.slice(from, to + 2);
    from = Math.max(from, to - 1);
  }
  return best || word;
}
