// Line items: the amounts of one line. Totals that follow from other records (a quote's from its line items) are not
// computed here. How is our reading of the names [I].

import { valueOf, type Computation, type Write } from './computation.ts';
import { multiply, subtract } from './decimal.ts';

const PRICE = ['price', 'quantity'];
const DISCOUNT = [...PRICE, 'discount', 'hs_discount_percentage'];

/** One of it, when the line does not say how many. */
const quantityOf = (write: Write): string => valueOf(write, 'quantity') ?? '1';

export const LINE_ITEMS: readonly Computation[] = [
  {
    property: 'hs_pre_discount_amount', dependsOn: PRICE,
    compute(write) {
      const price = valueOf(write, 'price');
      return price === null ? null : multiply(price, quantityOf(write));
    },
  },
  // `discount` is an amount off each unit, the percentage is off the whole; the amount goes first.
  {
    property: 'hs_total_discount', dependsOn: DISCOUNT,
    compute(write) {
      const full = valueOf(write, 'hs_pre_discount_amount');
      const [discount, percentage] = [valueOf(write, 'discount'), valueOf(write, 'hs_discount_percentage')];
      if (full === null) return null;
      if (discount !== null) return multiply(discount, quantityOf(write));
      const hundredfold = percentage === null ? '0' : multiply(full, percentage);
      return hundredfold === null ? null : multiply(hundredfold, '0.01');
    },
  },
  {
    property: 'amount', dependsOn: DISCOUNT,
    compute(write) {
      const [full, discount] = [valueOf(write, 'hs_pre_discount_amount'), valueOf(write, 'hs_total_discount')];
      return full === null || discount === null ? null : subtract(full, discount);
    },
  },
];
