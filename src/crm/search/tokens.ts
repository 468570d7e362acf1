// CONTAINS_TOKEN: stored text and operand fall into words at anything but letters, digits, `.`, `@` and `_`; every word of
// the operand must be one of the text's, `*` standing for any letters of a word (platform.md 1.8).

import type { WordPattern } from '../../db/search-plan.ts';
import { betweenWords, WORD_BREAKS } from '../../db/word-breaks.ts';

/** The words of an operand. None for an operand without words. */
export function tokenPatterns(operand: string): WordPattern[] {
  return operand.split(betweenWords).filter((word) => word !== '').map((word) => {
    const parts = word.split(/\*+/);
    const body = parts.map((part) => part.replaceAll('.', String.raw`\.`)).join(`[^${WORD_BREAKS}]*`);
    return { expression: `(^|[${WORD_BREAKS}])${body}($|[${WORD_BREAKS}])`, parts };
  });
}
