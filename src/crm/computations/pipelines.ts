// Tickets, leads, orders, services: what follows from the stage they are in. That these are computed is documented or
// observed (schema.md section 4), how is our reading of their names [I].

import { isClosed, isHomeCurrency, valueOf, type Computation, type Write } from './computation.ts';
import { subtract } from './decimal.ts';

const STAGE = ['hs_pipeline', 'hs_pipeline_stage'];

/** When the record came into a closed stage; leaving it clears the date. */
const closedAt = (property: string): Computation => ({
  property, dependsOn: STAGE,
  compute: (write) => (write.stage !== undefined && isClosed(write.stage) ? valueOf(write, property) ?? write.at : null),
});

export const TICKETS: readonly Computation[] = [
  { property: 'hs_helpdesk_sort_timestamp', dependsOn: [], onCreate: true, compute: (write) => valueOf(write, 'hs_helpdesk_sort_timestamp') ?? write.at },
  closedAt('closed_date'),
  {
    property: 'time_to_close', dependsOn: ['closed_date'],
    compute(write) {
      const closed = valueOf(write, 'closed_date');
      return closed === null ? null : String(Date.parse(closed) - Date.parse(write.createdAt));
    },
  },
  {
    property: 'hs_last_closed_date', dependsOn: ['closed_date'],
    compute: (write) => valueOf(write, 'closed_date') ?? valueOf(write, 'hs_last_closed_date'),
  },
];

const leadState = (property: string, ...states: string[]): Computation => ({
  property, dependsOn: STAGE,
  compute: ({ stage }: Write) => (stage === undefined ? null : states.includes(stage.metadata.leadState ?? '') ? '1' : '0'),
});

export const LEADS: readonly Computation[] = [
  leadState('hs_lead_is_open', 'NEW', 'IN_PROGRESS'),
  { property: 'hs_lead_is_open_v2', dependsOn: STAGE, compute: ({ stage }) => (stage === undefined ? null : String(!isClosed(stage))) },
  leadState('hs_lead_is_new', 'NEW'),
  leadState('hs_lead_is_in_progress', 'IN_PROGRESS'),
  leadState('hs_lead_is_qualified', 'QUALIFIED'),
  leadState('hs_lead_is_disqualified', 'UNQUALIFIED'),
];

/** Of a total in another currency the rate is not known. */
export const homeAmount: Computation = {
  property: 'hs_homecurrency_amount', dependsOn: ['hs_total_price', 'hs_currency_code'],
  compute: (write) => (isHomeCurrency(write, 'hs_currency_code') ? valueOf(write, 'hs_total_price') : null),
};

export const ORDERS: readonly Computation[] = [
  { property: 'hs_is_closed', dependsOn: STAGE, compute: ({ stage }) => (stage === undefined ? null : String(isClosed(stage))) },
  homeAmount,
];

export const SERVICES: readonly Computation[] = [
  closedAt('hs_close_date'),
  {
    property: 'hs_amount_remaining', dependsOn: ['hs_total_cost', 'hs_amount_paid'],
    compute(write) {
      const cost = valueOf(write, 'hs_total_cost');
      return cost === null ? null : subtract(cost, valueOf(write, 'hs_amount_paid') ?? '0');
    },
  },
];
