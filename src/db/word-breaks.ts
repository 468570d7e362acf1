// Where a word ends, for CONTAINS_TOKEN and for the lists of words: at anything of ASCII but letters, digits, `.`, `@`, `_` and
// `*` (platform.md 1.8).

/** The inside of a regular expression's brackets, understood alike by Postgres and JavaScript. */
export const WORD_BREAKS = String.raw` \t\n\r\f\v!"#$%&'()+,/:;<=>?\[\\\]^{|}~\x60\-`;

/** What stands between two words. */
export const betweenWords = new RegExp(`[${WORD_BREAKS}]+`);
