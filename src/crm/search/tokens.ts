// CONTAINS_TOKEN: stored text and operand fall into words at anything but letters, digits, `.`, `@` and `_`; every word of
// the operand must be one of the text's, `*` standing for any letters of a word (platform.md 1.8).

/** What ends a word: the rest of ASCII. */
const BREAK = String.raw` \t\n\r\f\v!"#$%&'()+,/:;<=>?\[\\\]^{|}~\x60\-`;
const breaks = new RegExp(`[${BREAK}]+`);

/** The words of an operand, each as a regular expression and as the texts that it holds, in their order. */
export interface TokenPattern {
  /** Understood alike by Postgres and JavaScript. */
  expression: string;
  holds: string[];
  /** Where any text matches that starts, ends or is all like this: parts with anything between them. */
  whole: string[] | undefined;
}

/** None for an operand without words. */
export function tokenPatterns(operand: string): TokenPattern[] {
  return operand.split(breaks).filter((word) => word !== '').map((word) => {
    const parts = word.split(/\*+/);
    const body = parts.map((part) => part.replaceAll('.', String.raw`\.`)).join(`[^${BREAK}]*`);
    const holds = parts.filter((part) => part !== '');
    // Between two parts must be no end of a word.
    return { expression: `(^|[${BREAK}])${body}($|[${BREAK}])`, holds, whole: holds.length < 2 ? parts : undefined };
  });
}
