// Exact arithmetic on numbers as they are stored: decimal text of any precision, never a double. Results lose trailing
// zeros; one that is too long to be a stored number is null.

export interface Decimal {
  /** The number without its point. */
  digits: bigint;
  /** Digits after the point. */
  scale: number;
}

/** As property-types/number.ts keeps them. */
const MAX_LENGTH = 300;

/** `a` times `b`. */
export function multiply(a: string, b: string): string | null {
  const [x, y] = [parse(a), parse(b)];
  return print({ digits: x.digits * y.digits, scale: x.scale + y.scale });
}

/** `a` minus `b`. */
export function subtract(a: string, b: string): string | null {
  return sum([a, b.startsWith('-') ? b.slice(1) : `-${b}`]);
}

/** The sum of all, '0' of none. */
export function sum(numbers: readonly string[]): string | null {
  const parsed = numbers.map(parse);
  const scale = Math.max(0, ...parsed.map((n) => n.scale));
  return print({ digits: parsed.reduce((total, n) => total + n.digits * 10n ** BigInt(scale - n.scale), 0n), scale });
}

/** `12`, `-0.5`, `.5`, `5.`: what a number property holds. */
export function parse(text: string): Decimal {
  const point = text.indexOf('.');
  if (point < 0) return { digits: BigInt(text), scale: 0 };
  const digits = text.slice(0, point) + text.slice(point + 1);
  return { digits: digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits), scale: text.length - point - 1 };
}

export function print({ digits, scale }: Decimal): string | null {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const whole = text.slice(0, text.length - scale);
  const printed = sign + whole + (scale > 0 && fraction !== '' ? `.${fraction}` : '');
  return printed.length <= MAX_LENGTH ? printed : null;
}
