// Case folding as the database's function fold() does it, whatever its locale: letter by letter, ASCII and the pairs of
// migration 000005. What it does not know keeps its case on both sides.

import { readFileSync } from 'node:fs';

const [, upper, lower] = /'([^']+)',\s+'([^']+)'\) end/.exec(readFileSync(new URL('migrations/000005.sql', import.meta.url), 'utf8'))!;
const pairs = new Map([...upper!].map((letter, i) => [letter, [...lower!][i]!]));

/** The text without case. */
export function fold(text: string): string {
  const ascii = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  // eslint-disable-next-line no-control-regex
  return /^[\0-\x7F]*$/.test(ascii) ? ascii : [...ascii].map((letter) => pairs.get(letter) ?? letter).join('');
}
