// Rules about the characters of a text. Letters and digits are those of any script [I]; lengths count characters, not
// UTF-16 units [I].

import { RE2JS } from 're2js';
import { STRING, STRING_OR_PHONE, TEXT, wholeNumber, type Check, type Rule } from './rule.ts';

const only = (pattern: RegExp, demand: string): Check => ({ holds: (value) => pattern.test(value), demand });

/** A rule whose one argument is the name of one of its variants. */
const oneOf = (of: Rule['of'], variants: Record<string, Check>): Rule => ({
  of,
  prepare: (args) => (args.length === 1 && Object.hasOwn(variants, args[0]!) ? variants[args[0]!]! : `it takes one of ${Object.keys(variants).join(', ')}`),
});

export const alphanumeric = oneOf(STRING, {
  ALPHANUMERIC: only(/^[\p{L}\p{M}\p{N}]+$/u, 'have letters and digits only'),
  ALPHA_ONLY: only(/^[\p{L}\p{M}]+$/u, 'have letters only'),
  NUMERIC_ONLY: only(/^\p{Nd}+$/u, 'have digits only'),
});

/** The values are compared with what the normalisation makes of them. */
const normal = (normalise: (value: string) => string, demand: string): Check => ({ holds: (value) => value === normalise(value), demand, normalise });

export const format = oneOf(STRING, {
  UPPER: normal((value) => value.toUpperCase(), 'be in upper case'),
  LOWER: normal((value) => value.toLowerCase(), 'be in lower case'),
  /** The first letter of every word; the others as they are [I]. */
  CAPITALIZATION: normal((value) => value.replace(/(?<=^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase()), 'have every word start with a capital letter'),
});

/** What is neither letter, digit nor white space is special [I]. */
export const specialCharacters = oneOf(STRING, { NOT_ALLOWED: only(/^[\p{L}\p{M}\p{N}\s]+$/u, 'have no special characters') });

const NO_SPACE = normal((value) => value.replace(/\s+/gu, ''), 'have no white space');
const TRIMMED = normal((value) => value.trim(), 'have no white space at its ends');

/** Without an argument: all [I]. */
export const whitespace: Rule = {
  of: TEXT,
  prepare(args) {
    if (args.length === 0 || (args.length === 1 && args[0] === 'ALL')) return NO_SPACE;
    return args.length === 1 && args[0] === 'TRIM' ? TRIMMED : 'it takes nothing, ALL or TRIM';
  },
};

const MAX_LENGTH = 10_000;

/** From 1, as the documentation's sample has it; its table says more than 1. */
const length = (demand: (limit: number) => string, holds: (value: string, limit: number) => boolean): Rule => ({
  of: STRING_OR_PHONE,
  prepare(args) {
    const limit = wholeNumber(args, 1, MAX_LENGTH);
    if (limit === undefined) return `it takes a whole number from 1 to ${MAX_LENGTH}`;
    return { holds: (value) => holds(value, limit), demand: demand(limit) };
  },
});

/** Characters of a text; only asked where its UTF-16 units, which are never fewer, do not decide. */
function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length++;
  return length;
}

export const minLength = length((limit) => `have at least ${limit} characters`, (value, limit) => value.length >= limit && lengthOf(value) >= limit);
export const maxLength = length((limit) => `have at most ${limit} characters`, (value, limit) => value.length <= limit || lengthOf(value) <= limit);

/** RE2 takes time in proportion to pattern and text, so both are bounded: a value is judged within some 50 ms at worst. */
const MAX_PATTERN = 1_000;
const MAX_PROGRAM = 1_000;
const MAX_WORK = 2_000_000;
const MAX_MESSAGE = 1_000;

/** The whole value must match [I]. A value too long for the pattern does not [I]. */
export const regex: Rule = {
  of: STRING,
  prepare(args) {
    const [pattern, message] = args;
    if (args.length < 1 || args.length > 2) return 'it takes a pattern and an error message';
    if (pattern === '' || pattern!.length > MAX_PATTERN) return `its pattern must have 1 to ${MAX_PATTERN} characters`;
    if (message !== undefined && message.length > MAX_MESSAGE) return `its error message must have at most ${MAX_MESSAGE} characters`;
    const compiled = compilePattern(pattern!);
    if (typeof compiled === 'string') return compiled;
    const size = compiled.programSize();
    if (size > MAX_PROGRAM) return 'its pattern is too large';
    return {
      holds: (value) => value.length * size <= MAX_WORK && compiled.matches(value),
      demand: message ? `satisfy: ${message}` : `match ${pattern}`,
    };
  },
};

function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return 'its pattern is no RE2 regular expression';
  }
}
