// The arithmetic of formulas, on the exact decimals of computations/decimal.ts, and where it stops being exact: a quotient
// may have no end, and a chain of products would grow without one.

import type { Decimal } from '../computations/decimal.ts';
import type { ArithmeticOperator, Comparison } from './tree.ts';

/** Digits of a quotient, and of what is stored of a formula that divides: 1/3*3 is 1 then [I]. */
const QUOTIENT_DIGITS = 40;
const STORED_DIGITS = 30;
/** More digits than this after the point are cut off. */
const MAX_SCALE = 150;
/** Above this there is no result: a stored number has 300 characters. */
const LIMIT = 10n ** 500n;

/** Raising ten anew took half of an addition's time. */
const powers: bigint[] = [];

function powerOfTen(exponent: number): bigint {
  return (powers[exponent] ??= 10n ** BigInt(exponent));
}

/** `a operator b`; null for a division by zero and for what is too large [I]. */
export function calculate(operator: ArithmeticOperator, a: Decimal, b: Decimal): Decimal | null {
  switch (operator) {
    case '+': return add(a, b);
    case '-': return add(a, { digits: -b.digits, scale: b.scale });
    case '*': return bounded({ digits: a.digits * b.digits, scale: a.scale + b.scale });
    case '/': return b.digits === 0n ? null : divide(a, b);
    default: return operator satisfies never;
  }
}

/** Whether `a operator b` is true. */
export function compareNumbers(operator: Comparison, a: Decimal, b: Decimal): boolean {
  const sign = order(a, b);
  switch (operator) {
    case '<': return sign < 0;
    case '<=': return sign <= 0;
    case '>': return sign > 0;
    case '>=': return sign >= 0;
    case '=': return sign === 0;
    case '!=': return sign !== 0;
    default: return operator satisfies never;
  }
}

/** Below 0 when `a` is less, 0 when both are the same number. */
export function order(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** At most 30 digits from the first that is no zero, half rounded away from zero; whole digits are all kept. */
export function roundToStored(number: Decimal): Decimal {
  const excess = Math.min(number.scale, lengthOf(number.digits) - STORED_DIGITS);
  return excess <= 0 ? number : { digits: divideRounded(number.digits, powerOfTen(excess)), scale: number.scale - excess };
}

function add(a: Decimal, b: Decimal): Decimal | null {
  const [x, y] = aligned(a, b);
  return bounded({ digits: x + y, scale: Math.max(a.scale, b.scale) });
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  if (a.scale === b.scale) return [a.digits, b.digits];
  return a.scale < b.scale ? [a.digits * powerOfTen(b.scale - a.scale), b.digits] : [a.digits, b.digits * powerOfTen(a.scale - b.scale)];
}

function divide(a: Decimal, b: Decimal): Decimal | null {
  // So many places that the quotient has QUOTIENT_DIGITS of its own, and all of its whole digits.
  const scale = Math.max(QUOTIENT_DIGITS, QUOTIENT_DIGITS + lengthOf(b.digits) - b.scale - lengthOf(a.digits) + a.scale);
  const shift = scale - a.scale + b.scale;
  const dividend = shift >= 0 ? a.digits * powerOfTen(shift) : a.digits;
  const divisor = shift >= 0 ? b.digits : b.digits * powerOfTen(-shift);
  return bounded({ digits: divideRounded(dividend, divisor), scale });
}

function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend - quotient * divisor;
  if (2n * abs(rest) < abs(divisor)) return quotient;
  return (dividend < 0n) === (divisor < 0n) ? quotient + 1n : quotient - 1n;
}

function bounded(number: Decimal): Decimal | null {
  const { digits, scale } = number.scale <= MAX_SCALE ? number : cut(number);
  return digits < LIMIT && digits > -LIMIT ? { digits, scale } : null;
}

const cut = ({ digits, scale }: Decimal): Decimal => ({ digits: divideRounded(digits, powerOfTen(scale - MAX_SCALE)), scale: MAX_SCALE });
const abs = (n: bigint): bigint => (n < 0n ? -n : n);
const lengthOf = (n: bigint): number => String(abs(n)).length;
