// Case folding as the database's function fold() does it, whatever its locale: letter by letter, ASCII and the pairs of
// migration 000008. What it does not know keeps its case on both sides.

import { readFileSync } from 'node:fs';

let pairs: Map<string, string> | undefined;

/** Read when the first text that is not all ASCII asks for them. */
function readPairs(): Map<string, string> {
  const [, upper, lower] = /'([^']+)',\s+'([^']+)'\)/.exec(readFileSync(new URL('migrations/000008.sql', import.meta.url), 'utf8'))!;
  const small = [...lower!];
  return new Map([...upper!].map((letter, i) => [letter, small[i]!]));
}

/** The text without case. What is not ASCII is looked up, the rest not: a long text has few such letters. */
export function fold(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\0-\x7F]*$/.test(text)) return text.toLowerCase();
  const known = (pairs ??= readPairs());
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()).replaceAll(/[^\0-\x7F]/gu, (letter) => known.get(letter) ?? letter);
}
