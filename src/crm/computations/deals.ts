// Deals: what follows from stage, amount and close date. Which values are computed is documented (objects.md 5.5 [D]),
// how is our reading of their names [I].

import { daysToClose, isClosed, isHomeCurrency, valueOf, type Computation, type Write } from './computation.ts';
import { multiply } from './decimal.ts';

const STAGE = ['pipeline', 'dealstage'];

const isWon = ({ stage }: Write): boolean => stage !== undefined && isClosed(stage) && Number(stage.metadata.probability) === 1;

/** True or false, or a count of one or none, of every deal that is in a stage. */
const ofStage = (property: string, print: 'flag' | 'count', test: (write: Write) => boolean): Computation => ({
  property, dependsOn: STAGE,
  compute: (write) => (write.stage === undefined ? null : print === 'flag' ? String(test(write)) : test(write) ? '1' : '0'),
});

/** Product of two properties, null when either is empty. */
const product = (property: string, a: string, b: string): Computation => ({
  property, dependsOn: [a, b],
  compute(write) {
    const [x, y] = [valueOf(write, a), valueOf(write, b)];
    return x === null || y === null ? null : multiply(x, y);
  },
});

/** The amount of the deals that pass, 0 of the others. */
const amountOf = (property: string, amount: string, test: (write: Write) => boolean): Computation => ({
  property, dependsOn: [amount, ...STAGE],
  compute: (write) => (write.stage === undefined ? null : test(write) ? valueOf(write, amount) : '0'),
});

const probability = (property: string): Computation => ({
  property, dependsOn: STAGE, compute: (write) => write.stage?.metadata.probability ?? null,
});

const isOpen = ({ stage }: Write): boolean => stage !== undefined && !isClosed(stage);
const isLost = (write: Write): boolean => write.stage !== undefined && isClosed(write.stage) && !isWon(write);

export const DEALS: readonly Computation[] = [
  ofStage('hs_is_closed', 'flag', ({ stage }) => isClosed(stage!)),
  ofStage('hs_is_closed_won', 'flag', isWon),
  ofStage('hs_is_closed_lost', 'flag', isLost),
  ofStage('hs_is_closed_count', 'count', ({ stage }) => isClosed(stage!)),
  ofStage('hs_closed_won_count', 'count', isWon),
  ofStage('hs_is_open_count', 'count', isOpen),
  ofStage('hs_is_in_first_deal_stage', 'flag', ({ stage, portal, type }) => portal.pipelines(type.id).some((pipeline) => pipeline.stages[0] === stage)),
  probability('hs_deal_stage_probability'),
  probability('hs_deal_stage_probability_shadow'),
  // Closing a deal dates it, unless it has a date.
  {
    property: 'closedate', dependsOn: STAGE,
    compute: (write) => valueOf(write, 'closedate') ?? (write.stage !== undefined && isClosed(write.stage) ? write.at : null),
  },
  daysToClose,
  {
    property: 'hs_closed_won_date', dependsOn: ['closedate', ...STAGE],
    compute: (write) => (isWon(write) ? valueOf(write, 'closedate') : null),
  },
  // Of an amount in another currency only the deal itself can say the rate.
  {
    property: 'amount_in_home_currency', dependsOn: ['amount', 'deal_currency_code', 'hs_exchange_rate'],
    compute(write) {
      const amount = valueOf(write, 'amount');
      if (amount === null || isHomeCurrency(write, 'deal_currency_code')) return amount;
      const rate = valueOf(write, 'hs_exchange_rate');
      return rate === null ? null : multiply(amount, rate);
    },
  },
  {
    property: 'hs_forecast_amount', dependsOn: ['amount', 'hs_forecast_probability'],
    compute(write) {
      const [amount, forecast] = [valueOf(write, 'amount'), valueOf(write, 'hs_forecast_probability')];
      return amount === null || forecast === null ? amount : multiply(amount, forecast);
    },
  },
  product('hs_projected_amount', 'amount', 'hs_deal_stage_probability'),
  product('hs_projected_amount_in_home_currency', 'amount_in_home_currency', 'hs_deal_stage_probability'),
  amountOf('hs_closed_amount', 'amount', isWon),
  amountOf('hs_closed_amount_in_home_currency', 'amount_in_home_currency', isWon),
  amountOf('hs_open_amount_in_home_currency', 'amount_in_home_currency', isOpen),
];
