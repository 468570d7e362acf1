// What formulas mean (schema.md 3.7): by example, and random ones against a tiny evaluator of its own, which works with
// fractions and builds the value beside the text.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PropertyDefinition } from '../../../src/catalogue/types.ts';
import { compileFormula } from '../../../src/crm/formulas/compile.ts';
import { FormulaFault } from '../../../src/crm/formulas/tree.ts';

const TYPES: Record<string, string> = {
  n: 'number', m: 'number', no_number: 'number', s: 'string', no_string: 'string', e: 'enumeration', p: 'phone_number', yes: 'bool', no: 'bool', no_bool: 'bool',
  d: 'date', t: 'datetime', if_only: 'number', max: 'number',
};
const VALUES: Record<string, string> = { n: '12', m: '-0.50', s: 'Straße', e: 'gold', p: '+41 44', yes: 'true', no: 'false', d: '2026-01-02', if_only: '3', max: '8' };

const find = (name: string): PropertyDefinition | undefined => (Object.hasOwn(TYPES, name) ? { name, type: TYPES[name] } as PropertyDefinition : undefined);
const evaluate = (formula: string): string | null => compileFormula(formula, find).evaluate((name) => VALUES[name] ?? null);

test.each([
  // literals
  ['1', '1'], ['1.50', '1.5'], ['.5', '0.5'], ["'x'", 'x'], ['"it\'s"', "it's"], ["'say \"hi\"'", 'say "hi"'], ['true', 'true'], ['FALSE', 'false'], ["''", null],
  // arithmetic: order, signs, exactness
  ['1 + 2 * 3', '7'], ['(1 + 2) * 3', '9'], ['10 - 4 - 3', '3'], ['100 / 10 / 5', '2'], ['2 - -3', '5'], ['-n', '-12'], ['- - n', '12'], ['---n', '-12'], ['0.1 + 0.2', '0.3'],
  ['1 / 3', `0.${'3'.repeat(30)}`], ['2 / 3', `0.${'6'.repeat(29)}7`], ['1 / 3 * 3', '1'], ['-2 / 3', `-0.${'6'.repeat(29)}7`], ['1 / 4', '0.25'], ['1 / 0', null], ['n / (m + 0.5)', null],
  ['99999999999999999999 * 99999999999999999999', '9999999999999999999800000000000000000001'], ['0 * -1', '0'],
  // a number beside a name
  ['10n', '120'], ['2n + 1', '25'], ['2 n', '24'], ['2(n + 1)', '26'], ['2max(n, 3)', '24'], ['24/2n', '1'], ['1.5n', '18'],
  // properties
  ['n + m', '11.5'], ['N', '12'], ['string(s)', 'Straße'], ['string(e)', 'gold'], ['string(p)', '+41 44'], ['bool(yes)', 'true'], ['BOOL(No)', 'false'],
  ['if_only + 1', '4'], ['max', '8'], ['max(max, 2)', '8'],
  // nothing from nothing
  ['no_number', null], ['no_number + 1', null], ['0 * no_number', null], ['string(no_string)', null], ['bool(no_bool)', null], ['not bool(no_bool)', null],
  ['max(n, no_number)', null], ['concatenate(string(s), string(no_string))', null], ['no_number > 1', null], ['no_number = no_number', null],
  // texts
  ["string(s) + '!' + 'x'", 'Straße!x'], ["concatenate('a', 'b', 'c')", 'abc'], ["contains(string(s), 'raß')", 'true'], ["contains(string(s), 'RASS')", 'false'],
  ["string(e) = 'gold'", 'true'], ["string(e) = 'Gold'", 'false'], ["string(e) != 'Gold'", 'true'], ["string(e) equals 'gold'", 'true'],
  ['number_to_string(n) + \'x\'', '12x'], ['number_to_string(1 / 3)', `0.${'3'.repeat(30)}`], ["string_to_number(' 1.50 ')", '1.5'], ["string_to_number('1e5')", null], ["string_to_number('x')", null],
  // comparisons and logic
  ['n > 3', 'true'], ['n >= 12', 'true'], ['n < 12', 'false'], ['n <= 11.9', 'false'], ['n = 12.0', 'true'], ['n EQUALS 12', 'true'], ['n != 12', 'false'],
  ['true = bool(yes)', 'true'], ['n + 1 > 12 and m < 0', 'true'], ['true or false and false', 'true'], ['(true or false) and false', 'false'],
  ['not true or true', 'true'], ['not (true or true)', 'false'], ['not n = 12', 'false'], ['NOT NOT true', 'true'], ['not not not true', 'false'],
  ['false and bool(no_bool)', 'false'], ['bool(no_bool) and false', 'false'], ['true and bool(no_bool)', null], ['bool(no_bool) or true', 'true'], ['bool(no_bool) or false', null],
  // presence
  ['is_present(n)', 'true'], ['is_present(no_number)', 'false'], ['is_present(string(s))', 'true'], ['is_present(d)', 'true'], ['is_present(t)', 'false'],
  ['is_present(1 / 0)', 'false'], ['IS_PRESENT(bool(no))', 'true'], ['not is_present(no_number) or no_number > 3', 'true'],
  // conditions
  ['if n > 3 then 1', '1'], ['if n > 30 then 1', null], ['if n > 3 then 1 endif', '1'], ['if n > 30 then 1 else 2', '2'], ['if n > 30 then 1 else 2 endif', '2'],
  ['if n > 30 then 1 elseif n > 20 then 2 elseif n > 10 then 3 else 4', '3'], ['if no_number > 1 then 1 else 2', null], ['if is_present(no_number) then no_number else 0', '0'],
  ['if true then if false then 1 else 2 endif else 3', '2'], ['if false then if true then 1 endif else 3', '3'], ['if false then (if true then 1) else 3', '3'],
  ['1 + (if n > 3 then 1 else 2)', '2'], ['max(if n > 3 then 1 else 2, 0)', '1'], ["IF n>3 THEN 'x'ELSE'y'", 'x'], ['if true then 1 else if true then 2 else 3', '1'],
  // white space
  ['  n\n\t+\r\n1  ', '13'], ['n+1', '13'],
  // limits of what can be stored
  [`${'9'.repeat(200)} * ${'9'.repeat(200)}`, null], [`concatenate('${'x'.repeat(1_000)}', 'y')`, `${'x'.repeat(1_000)}y`],
])('%s is %s', (formula, value) => {
  expect(evaluate(formula)).toBe(value);
});

describe('is refused', () => {
  test.each([
    ['', 'it ends too early', 0], ['  ', 'it ends too early', 2], ['1 +', 'it ends too early', 3], ['(1', 'it ends too early', 2], ['1)', 'unexpected ")"', 1], ['1 2', 'unexpected "2"', 2],
    ['n m', 'unexpected "m"', 2], ['1 ++ 2', 'unexpected "+"', 3], ['* 2', 'unexpected "*"', 0], ['1 == 2', 'unexpected "="', 3], ['1 < 2 < 3', 'unexpected "<"', 6], ['1 <> 2', 'unexpected ">"', 3],
    ['a.b', 'unexpected "."', 1], ["'open", 'unexpected "\'"', 0], ['n ^ 2', 'unexpected "^"', 2], ['n % 2', 'unexpected "%"', 2], ['😀', 'unexpected "😀"', 0], ['n; 1', 'unexpected ";"', 1],
    ['if n > 3', 'it ends too early', 8], ['if then 1', 'unexpected "then"', 3], ['if n > 3 then', 'it ends too early', 13], ['else 1', 'unexpected "else"', 0], ['if true then 1 else', 'it ends too early', 19],
    ['max(1,)', 'unexpected ")"', 6], ['max(,1)', 'unexpected ","', 4], ['max 1, 2', 'unexpected "1"', 4], ['not', 'it ends too early', 3], ['and 1', 'unexpected "and"', 0],
    ['max()', 'max takes 2 to 100 arguments, here are 0', 0], ['max(n)', 'max takes 2 to 100 arguments, here are 1', 0], ["contains('a')", 'contains takes 2 arguments, here are 1', 0],
    ['string()', 'string takes 1 arguments, here are 0', 0], [`min(${Array(101).fill('1').join()})`, 'min takes 2 to 100 arguments, here are 101', 0],
    ["string('s')", 'string takes the name of a property', 7], ['bool(n > 1)', 'bool takes the name of a property', 7],
    ['constructor', 'there is no property "constructor" that a formula can use', 0], ['toString(1)', 'there is no function "tostring"', 0], ['constructor(1)', 'there is no function "constructor"', 0],
    ['s', 'property "s" is of type string, which is no number, write string(s)', 0], ['e + 1', 'property "e" is of type enumeration, which is no number, write string(e) or bool(e)', 0],
    ['yes', 'property "yes" is of type bool, which is no number, write bool(yes)', 0], ['bool(n)', 'property "n" is of type number, which is no bool', 5], ['t - d', 'property "t" is of type datetime, which is no number', 0],
    ["1 + 'x'", 'expected a number, this is a string', 4], ["'x' + 1", 'expected a string, this is a number', 6], ["'x' * 2", '"*" does not take a string', 4], ["'x' - 'y'", '"-" does not take a string', 4],
    ['true + 1', '"+" does not take a bool', 0], ["-'x'", 'expected a number, this is a string', 1], ["'a' < 'b'", '"<" compares numbers only', 4], ['1 = true', 'expected a number, this is a bool', 4],
    ["'1' = 1", 'expected a string, this is a number', 6], ['not 1', 'expected a bool, this is a number', 4], ['1 and true', 'expected a bool, this is a number', 0], ['if 1 then 2', 'expected a bool, this is a number', 3],
    ["if true then 1 else 'x'", 'expected a number, this is a string', 20], ["if true then 1 elseif true then 'x'", 'expected a number, this is a string', 32], ["max(1, 'x')", 'expected a number, this is a string', 7],
    ['if '.repeat(101), 'it has more than 100 times "if"', 300],
  ])('%s', (formula, reason, at) => {
    const refused = (() => {
      try {
        return evaluate(formula);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(FormulaFault);
    expect(refused).toMatchObject({ message: reason, at });
  });
});

// ---- random formulas

/** A fraction; null is a value that is empty. */
interface Fraction { top: bigint; bottom: bigint }
interface Made<V> { text: string; value: V | null }

const fraction = (top: bigint, bottom = 1n): Fraction => (bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom });
const less = (a: Fraction, b: Fraction): boolean => a.top * b.bottom < b.top * a.bottom;
const OPERATORS: Record<string, (a: Fraction, b: Fraction) => Fraction | null> = {
  '+': (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom),
  '-': (a, b) => fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom),
  '*': (a, b) => fraction(a.top * b.top, a.bottom * b.bottom),
  '/': (a, b) => (b.top === 0n ? null : fraction(a.top * b.bottom, a.bottom * b.top)),
};
const COMPARISONS: Record<string, (a: Fraction, b: Fraction) => boolean> = {
  '<': less, '>': (a, b) => less(b, a), '<=': (a, b) => !less(b, a), '>=': (a, b) => !less(a, b),
  '=': (a, b) => !less(a, b) && !less(b, a), equals: (a, b) => !less(a, b) && !less(b, a), '!=': (a, b) => less(a, b) || less(b, a),
};
const both = <A, B, R>(a: A | null, b: B | null, map: (a: A, b: B) => R | null): R | null => (a === null || b === null ? null : map(a, b));
const choose = <V>(condition: boolean | null, yes: V | null, no: V | null): V | null => (condition === null ? null : condition ? yes : no);
const conjunction = (a: boolean | null, b: boolean | null): boolean | null => (a === false || b === false ? false : a === null || b === null ? null : true);
const flip = (a: boolean | null): boolean | null => (a === null ? null : !a);

/** `divides`: quotients are rounded, so formulas with `/` compare nothing and are held to twenty digits only. */
const formulas = (divides: boolean) => fc.letrec<{ number: Made<Fraction>; string: Made<string>; bool: Made<boolean> }>((tie) => {
  const depth = { depthSize: 'small', maxDepth: 5 } as const;
  const number = tie('number'), string = tie('string'), bool = tie('bool');
  return {
    number: fc.oneof(
      depth,
      fc.integer({ min: 0, max: 999 }).map((n): Made<Fraction> => ({ text: String(n), value: fraction(BigInt(n)) })),
      fc.integer({ min: 0, max: 999 }).map((n): Made<Fraction> => ({ text: `${n}.25`, value: fraction(BigInt(4 * n + 1), 4n) })),
      fc.constantFrom<Made<Fraction>>({ text: 'n', value: fraction(12n) }, { text: 'M', value: fraction(-1n, 2n) }, { text: 'no_number', value: null }),
      fc.tuple(number, fc.constantFrom('+', '-', '*', ...(divides ? ['/'] : [])), number)
        .map(([a, op, b]): Made<Fraction> => ({ text: `(${a.text}) ${op} (${b.text})`, value: both(a.value, b.value, OPERATORS[op]!) })),
      fc.tuple(fc.constantFrom('max', 'MIN'), number, number).map(([name, a, b]): Made<Fraction> => ({
        text: `${name}(${a.text},${b.text})`, value: both(a.value, b.value, (x, y) => (less(x, y) === (name === 'max') ? y : x)),
      })),
      number.map((a): Made<Fraction> => ({ text: `-(${a.text})`, value: both(a.value, true, (x) => fraction(-x.top, x.bottom)) })),
      fc.tuple(bool, number, number).map(([c, a, b]): Made<Fraction> => ({ text: `(if ${c.text} then ${a.text} else ${b.text})`, value: choose(c.value, a.value, b.value) })),
    ),
    string: fc.oneof(
      depth,
      fc.constantFrom<Made<string>>({ text: "'x'", value: 'x' }, { text: '"y"', value: 'y' }, { text: 'string(s)', value: 'Straße' }, { text: 'string(no_string)', value: null }),
      fc.tuple(string, string).map(([a, b]): Made<string> => ({ text: `${a.text} + ${b.text}`, value: both(a.value, b.value, (x, y) => x + y) })),
      fc.tuple(string, string).map(([a, b]): Made<string> => ({ text: `Concatenate(${a.text}, ${b.text})`, value: both(a.value, b.value, (x, y) => x + y) })),
      fc.tuple(bool, string, string).map(([c, a, b]): Made<string> => ({ text: `(IF ${c.text} THEN ${a.text} ELSE ${b.text} ENDIF)`, value: choose(c.value, a.value, b.value) })),
    ),
    bool: fc.oneof(
      depth,
      fc.constantFrom<Made<boolean>>({ text: 'true', value: true }, { text: 'False', value: false }, { text: 'bool(yes)', value: true }, { text: 'bool(no_bool)', value: null }),
      ...(divides ? [] : [fc.tuple(number, fc.constantFrom(...Object.keys(COMPARISONS)), number)
        .map(([a, op, b]): Made<boolean> => ({ text: `((${a.text}) ${op} (${b.text}))`, value: both(a.value, b.value, COMPARISONS[op]!) }))]),
      fc.tuple(bool, bool).map(([a, b]): Made<boolean> => ({ text: `(${a.text} and ${b.text})`, value: conjunction(a.value, b.value) })),
      fc.tuple(bool, bool).map(([a, b]): Made<boolean> => ({ text: `(${a.text} or ${b.text})`, value: flip(conjunction(flip(a.value), flip(b.value))) })),
      bool.map((a): Made<boolean> => ({ text: `not ${a.text}`, value: flip(a.value) })),
      fc.oneof(number, string).map((a): Made<boolean> => ({ text: `is_present(${a.text})`, value: a.value !== null })),
      fc.tuple(string, string).map(([a, b]): Made<boolean> => ({ text: `contains(${a.text}, ${b.text})`, value: both(a.value, b.value, (x, y) => x.includes(y)) })),
    ),
  };
});

const isExactly = (text: string, { top, bottom }: Fraction): boolean => {
  const [whole, part = ''] = text.replace('-', '').split('.') as [string, string?];
  const sign = text.startsWith('-') ? -1n : 1n;
  return sign * BigInt(whole + part) * bottom === top * 10n ** BigInt(part.length);
};

const SEED = 20_261_002;

test.each(['number', 'string', 'bool'] as const)('any formula that gives a %s means what the reference says', (type) => {
  fc.assert(fc.property(formulas(false)[type] as fc.Arbitrary<Made<Fraction | string | boolean>>, ({ text, value }) => {
    const result = evaluate(text);
    if (value === null) expect(result, text).toBeNull();
    else if (typeof value !== 'object') expect(result, text).toBe(String(value));
    else expect(isExactly(result!, value), `${text} is not ${result}`).toBe(true);
  }), { seed: SEED, numRuns: 1_000 });
});

test('quotients have twenty right digits', () => {
  fc.assert(fc.property(formulas(true).number, ({ text, value }) => {
    const result = evaluate(text);
    // A sum of rounded quotients may miss zero by a hair, and what it divides is then far off: only values of ordinary size are compared.
    if (value === null || result === null) return;
    const [whole, part = ''] = result.replace('-', '').split('.') as [string, string?];
    const digits = BigInt(whole + part) * (result.startsWith('-') ? -1n : 1n) * value.bottom;
    const wanted = value.top * 10n ** BigInt(part.length);
    const distance = digits > wanted ? digits - wanted : wanted - digits;
    const size = wanted < 0n ? -wanted : wanted;
    if (size > 0n && size * 10n ** 6n > value.bottom * 10n ** BigInt(part.length)) expect(distance * 10n ** 20n <= size, `${text} is not ${result}`).toBe(true);
  }), { seed: SEED, numRuns: 1_000 });
});

test('any text at all is a formula or a fault with a place in it', () => {
  const words = fc.constantFrom('n', 's', 'string', 'bool', 'max', 'if', 'then', 'else', 'elseif', 'endif', 'and', 'or', 'not', '(', ')', ',', '+', '-', '*', '/', '=', '<', '!=', '1', '.5', "'x'", '"', ' ', '😀', '\0', '\uD800');
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(words, { maxLength: 30 }).map((some) => some.join(' '))), (text) => {
    try {
      evaluate(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaFault);
      expect((error as FormulaFault).at).toBeGreaterThanOrEqual(0);
      expect((error as FormulaFault).at).toBeLessThanOrEqual(text.length);
    }
  }), { seed: SEED, numRuns: 3_000 });
});
