// Who may do what, written down from platform.md 5.6 and objects.md 2.1, 2.7; nothing here asks the program.

import { hashSecret } from '../../src/crm/tokens.ts';
import { refusal } from './expect.ts';
import { NOW, PORTAL_ID, type Spoke } from './spoke.ts';

/** Any one of a list is enough. */
export interface TypeScopes {
  read: string[];
  write: string[];
  schemaRead: string[];
  schemaWrite: string[];
}

/** `crm.objects.contacts.read` and `.write` in short. */
const of = (name: string, ...more: string[]) => ({ read: [`crm.objects.${name}.read`, ...more], write: [`crm.objects.${name}.write`, ...more] });

/** Scopes over records (the table of 5.6). */
const RECORDS: Record<string, Pick<TypeScopes, 'read' | 'write'>> = {
  contacts: of('contacts'), companies: of('companies'), deals: of('deals'), tickets: { read: ['tickets'], write: ['tickets'] },
  products: of('products', 'e-commerce'), line_items: of('line_items', 'e-commerce'), quotes: of('quotes', 'e-commerce'),
  discounts: of('line_items', 'e-commerce'), fees: of('line_items', 'e-commerce'), taxes: of('line_items'),
  communications: of('contacts'), tasks: of('contacts'), notes: of('contacts'), meetings: of('contacts'), calls: of('contacts'), postal_mail: of('contacts'),
  emails: of('contacts', 'sales-email-read'), invoices: of('invoices'), marketing_events: of('marketing_events'), subscriptions: of('subscriptions'),
  goal_targets: of('goals'), commerce_payments: of('commercepayments'), users: of('users'), orders: of('orders'), leads: of('leads'), carts: of('carts'),
  services: of('services'), courses: of('courses'), listings: of('listings'), appointments: of('appointments'), projects: of('projects'),
  partner_clients: of('partner-clients'), partner_services: of('partner-services'), contracts: of('contracts'),
  // Its records are only read; the scope for writing is for associations with them [I].
  feedback_submissions: { read: ['crm.objects.feedback_submissions.read', 'crm.objects.contacts.read'], write: ['crm.objects.contacts.write'] },
  deal_splits: { read: ['crm.dealsplits.read_write'], write: ['crm.dealsplits.read_write'] },
  custom: of('custom'),
};

/** Types with scopes over their model alone, as scopes call them. */
const WITH_SCHEMA_SCOPES = [
  'appointments', 'carts', 'commercepayments', 'companies', 'contacts', 'courses', 'custom', 'deals', 'invoices', 'listings', 'orders', 'projects', 'quotes', 'services',
  'subscriptions', 'tickets',
];
/** Activities are of contacts. */
const CALLED: Record<string, string> = {
  commerce_payments: 'commercepayments', communications: 'contacts', tasks: 'contacts', notes: 'contacts', meetings: 'contacts', calls: 'contacts', postal_mail: 'contacts',
  emails: 'contacts', feedback_submissions: 'contacts',
};
const SENSITIVE: Record<string, [sensitive: string[], highly: string[]]> = {
  ...Object.fromEntries(['contacts', 'companies', 'deals', 'custom'].map((name) => [name, [[`crm.objects.${name}.sensitive.read.v2`], [`crm.objects.${name}.highly_sensitive.read.v2`]]])),
  appointments: [['crm.objects.appointments.sensitive.read.v2'], []],
  projects: [['crm.objects.projects.sensitive.read'], ['crm.objects.projects.highly_sensitive.read']],
  tickets: [['crm.objects.tickets.sensitive.read', 'tickets.sensitive.v2'], ['crm.objects.tickets.highly_sensitive.read', 'tickets.highly_sensitive.v2']],
};
/** Open no record, and yet are among the hundred that read models. */
const OF_ACTIVITIES = ['calls', 'emails', 'meetings', 'notes', 'tasks'];

/** Of the 26 that change models, those of types that have others than their schema scope, or none of their own. */
const MODEL_WRITES: Record<string, string[]> = {
  products: ['e-commerce'], line_items: ['e-commerce'], discounts: ['e-commerce'], fees: ['e-commerce'], taxes: ['e-commerce'],
  quotes: ['crm.schemas.quotes.write', 'e-commerce'], users: ['crm.objects.users.write'],
  carts: ['crm.schemas.carts.write', 'crm.objects.carts.write'],
  orders: ['crm.schemas.orders.write', 'crm.objects.orders.write', 'crm.pipelines.orders.write'],
  tickets: [
    'crm.schemas.tickets.write', 'crm.objects.tickets.sensitive.write', 'tickets.sensitive.v2', 'tickets', 'crm.objects.tickets.highly_sensitive.write',
    'tickets.highly_sensitive.v2',
  ],
};

/** The scopes of every object type by name, of custom objects under `custom`. What the 26 leave out goes by the scopes over records [I]. */
export const TYPE_SCOPES: Record<string, TypeScopes> = Object.fromEntries(Object.entries(RECORDS).map(([type, { read, write }]) => {
  const called = CALLED[type] ?? type;
  const hasOwn = WITH_SCHEMA_SCOPES.includes(called);
  const [sensitive = [], highly = []] = SENSITIVE[type] ?? [];
  // In the order of the refusal that was seen (objects.md 2.7 [O]).
  const schemaRead = [...hasOwn ? [`crm.schemas.${called}.read`] : [], ...sensitive, ...read, ...OF_ACTIVITIES.includes(type) ? [`crm.objects.${type}.read`] : [], ...highly];
  return [type, { read, write, schemaRead, schemaWrite: MODEL_WRITES[type] ?? (hasOwn ? [`crm.schemas.${called}.write`] : write) }];
}));

/** The refusal of a token that has none of them (objects.md 6.5 [O]). */
export const missing = (...scopes: string[]): object => refusal(
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
  {
    errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
    links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
  },
);

/** A token for each set of scopes, made in one go. The same set gives the same token. */
export async function tokensFor(spoke: Spoke, sets: readonly (readonly string[])[]): Promise<(scopes: readonly string[]) => string> {
  const keyOf = (scopes: readonly string[]): string => [...scopes].sort().join(' ');
  const tokens = new Map([...new Set(sets.map(keyOf))].map((key, n) => [key, `scopes-test-${n}`]));
  const rows = [...tokens].map(([key, token], n) => ({ hash: hashSecret(token), app: 100_000 + n, scopes: key === '' ? [] : key.split(' ') }));
  await spoke.db.query({
    text: `insert into token (token_hash, kind, portal_id, app_id, name, hint, scopes, created_at)
      select row ->> 'hash', 'private', $1::bigint, (row ->> 'app')::bigint, 'scopes', 'test', row -> 'scopes', $2::timestamptz from jsonb_array_elements($3::jsonb) row`,
    values: [PORTAL_ID, NOW, JSON.stringify(rows)],
  });
  return (scopes) => {
    const token = tokens.get(keyOf(scopes));
    if (token === undefined) throw new Error(`no token was made for ${keyOf(scopes)}`);
    return token;
  };
}
