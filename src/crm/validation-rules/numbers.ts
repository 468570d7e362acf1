// Rules about numbers, which are compared exactly.

import { parse } from '../computations/decimal.ts';
import { order } from '../formulas/numbers.ts';
import { NUMBER, wholeNumber, type Rule } from './rule.ts';

const PLAIN = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;
const MAX_LENGTH = 300;

const limit = (demand: string, holds: (sign: number) => boolean): Rule => ({
  of: NUMBER,
  prepare(args) {
    const [text] = args;
    if (args.length !== 1 || text!.length > MAX_LENGTH || !PLAIN.test(text!)) return 'it takes a number';
    const bound = parse(text!);
    return { holds: (value) => holds(order(parse(value), bound)), demand: `${demand} ${text}` };
  },
});

export const minNumber = limit('be at least', (sign) => sign >= 0);
export const maxNumber = limit('be at most', (sign) => sign <= 0);

const MAX_DECIMALS = 20;

/** Zeros at the end are none [I]. */
export const decimal: Rule = {
  of: NUMBER,
  prepare(args) {
    const most = wholeNumber(args, 0, MAX_DECIMALS);
    if (most === undefined) return `it takes a whole number from 0 to ${MAX_DECIMALS}`;
    return { holds: (value) => (value.split('.')[1] ?? '').replace(/0+$/, '').length <= most, demand: `have at most ${most} decimal places` };
  },
};
