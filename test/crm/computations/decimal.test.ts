// Exact arithmetic on the texts of number properties.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multiply, subtract, sum } from '../../../src/crm/computations/decimal.ts';

test.each([
  ['1500.50', '0.2', '300.1'], ['0.1', '3', '0.3'], ['-2', '.5', '-1'], ['5.', '1.0', '5'], ['0', '-7', '0'], ['-0', '7', '0'], ['-.5', '-.5', '0.25'],
  ['12345678901234567890.123', '10', '123456789012345678901.23'], ['100', '100', '10000'],
])('%s times %s is %s', (a, b, product) => expect(multiply(a, b)).toBe(product));

test.each([['10', '3', '7'], ['0.3', '0.1', '0.2'], ['1', '-1', '2'], ['-1', '-1', '0'], ['1.50', '1.5', '0'], ['5', '.25', '4.75']])(
  '%s minus %s is %s', (a, b, difference) => expect(subtract(a, b)).toBe(difference),
);

test('sums', () => {
  expect(sum([])).toBe('0');
  expect(sum(['0.1', '0.2', '0.7'])).toBe('1');
  expect(sum(['0.33333333', '0.33333333', '0.33333333'])).toBe('0.99999999');
});

test('a result that is too long for a number property is none', () => {
  expect(multiply('9'.repeat(200), '9'.repeat(200))).toBeNull();
});

test('any two decimals give what whole numbers of hundredths give', () => {
  const hundredths = fc.integer({ min: -1_000_000, max: 1_000_000 });
  const text = (n: number): string => `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`;
  fc.assert(fc.property(hundredths, hundredths, (a, b) => {
    expect(Number(sum([text(a), text(b)]))).toBeCloseTo((a + b) / 100, 6);
    expect(Number(subtract(text(a), text(b)))).toBeCloseTo((a - b) / 100, 6);
    expect(Number(multiply(text(a), text(b)))).toBeCloseTo((a * b) / 10_000, 3);
  }));
});
