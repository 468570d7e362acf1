// Pausing, resuming and cancelling subscriptions. What they answer is not documented: nothing [I].

import { changeSubscription, type SubscriptionStep } from '../crm/subscriptions.ts';
import { operation } from './operation.ts';

const step = (name: SubscriptionStep, summary: string) => operation({
  id: `subscriptions.${name}`, method: 'POST', area: 'subscriptions', path: `/{objectId}/${name}`, tag: 'Subscriptions',
  summary, scopes: 'write', scopesOf: '0-69', versions: ['v1'], statuses: [204],
  run: async (ctx, { params }) => {
    await changeSubscription(ctx, params.objectId!, name);
    return { status: 204 };
  },
});

export const subscriptionOperations = [
  step('pause', 'Pause a subscription'), step('unpause', 'Resume a paused subscription'), step('cancel', 'Cancel a subscription'),
];
