// CONTAINS_TOKEN: stored text and operand fall into words at anything but letters, digits, `.`, `@` and `_`; every word of
// the operand must be one of the text's, `*` standing for any letters of a word (platform.md 1.8).

/** What ends a word: the rest of ASCII. */
const BREAK = String.raw` \t\n\r\f\v!"#$%&'()+,/:;<=>?\[\\\]^{|}~\x60\-`;
const breaks = new RegExp(`[${BREAK}]+`);

/** A regular expression for each word of the operand, understood alike by Postgres and JavaScript; none for no word. */
export function tokenPatterns(operand: string): string[] {
  return operand.split(breaks).filter((word) => word !== '').map((word) => {
    const body = word.split(/\*+/).map((part) => part.replaceAll('.', String.raw`\.`)).join(`[^${BREAK}]*`);
    return `(^|[${BREAK}])${body}($|[${BREAK}])`;
  });
}
