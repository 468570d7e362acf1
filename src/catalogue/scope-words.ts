// What a scope lets an app do, in words for the person who is asked to grant it. Most scopes belong to a family whose name
// says it; the others are a list.

/** What types are called where the scope's name is no word. */
const TYPES: Record<string, string> = { commercepayments: 'payments', custom: 'custom objects', 'partner-clients': 'partner clients', 'partner-services': 'partner services' };

const typeWords = (name: string): string => TYPES[name] ?? name.replaceAll('_', ' ');

const FAMILIES: [pattern: RegExp, words: (type: string, level: string) => string][] = [
  [/^crm\.objects\.([\w-]+)\.read$/, (type) => `See ${type}`],
  [/^crm\.objects\.([\w-]+)\.write$/, (type) => `Create, change and delete ${type}`],
  [/^crm\.objects\.([\w-]+)\.(sensitive|highly_sensitive)\.read(?:\.v2)?$/, (type, level) => `See ${level} properties of ${type}`],
  [/^crm\.objects\.([\w-]+)\.(sensitive|highly_sensitive)\.write(?:\.v2)?$/, (type, level) => `Change ${level} properties of ${type}`],
  [/^(tickets)\.(sensitive|highly_sensitive)\.v2$/, (type, level) => `See and change ${level} properties of ${type}`],
  [/^crm\.schemas\.([\w-]+)\.read$/, (type) => `See how ${type} are set up: their properties and pipelines`],
  [/^crm\.schemas\.([\w-]+)\.write$/, (type) => `Change how ${type} are set up: their properties and pipelines`],
  [/^crm\.pipelines\.([\w-]+)\.write$/, (type) => `Change the pipelines of ${type}`],
];

const OTHERS: Record<string, string> = {
  'account-info.security.read': 'See who signed in to the account and what was changed in it',
  automation: 'See and change workflows',
  'cms.membership.access_groups.write': 'Change who may see member pages',
  'crm.dealsplits.read_write': 'See and change how deals are split between owners',
  'crm.export': 'Export records',
  'crm.import': 'Import records',
  'crm.lists.read': 'See lists',
  'crm.lists.write': 'Create, change and delete lists',
  'developers-read': 'See settings of developer apps',
  'developers-write': 'Change settings of developer apps',
  'e-commerce': 'See and change products, line items, quotes and other commerce records',
  'forecast-read': 'See forecasts',
  'forecasting-access': 'Use forecasts',
  'media_bridge.read': 'See media that apps have added',
  oauth: 'Know which account this is, and who granted the access',
  'private-apps-read': 'See private apps',
  'private-apps-write': 'Change private apps',
  'sales-email-read': 'See the content of one-to-one emails',
  'settings.currencies.read': 'See the currencies of the account',
  'settings.currencies.write': 'Change the currencies of the account',
  'settings.users.read': 'See users and their permissions',
  'settings.users.teams.read': 'See teams and who is in them',
  'settings.users.write': 'Add, change and remove users',
  tickets: 'See, create, change and delete tickets',
  timeline: 'Add events to the timelines of records',
};

/** The sentence for a scope; its name when nothing is known of it. */
export function describeScope(scope: string): string {
  if (Object.hasOwn(OTHERS, scope)) return OTHERS[scope]!;
  for (const [pattern, words] of FAMILIES) {
    const found = pattern.exec(scope);
    if (found) return words(typeWords(found[1]!), (found[2] ?? '').replace('_', ' '));
  }
  return scope;
}
