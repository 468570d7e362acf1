// The portal's account on the command line: which words it takes, and how it is shown.

import { SettingError } from '../config.ts';
import { ACCOUNT_TYPES, HOSTING_LOCATIONS, type Account, type AccountSettings } from '../crm/account.ts';
import { zoneNamed } from '../crm/time-zones.ts';

/** What `spoke portal set` was given. */
export interface AccountFlags {
  name?: string;
  timeZone?: string;
  currency?: string;
  additionalCurrencies?: string;
  accountType?: string;
  dataHostingLocation?: string;
}

/** Checks the flags. Throws SettingError for the first that cannot be. */
export function readAccountFlags(flags: AccountFlags): Partial<AccountSettings & { name: string }> {
  const change: Partial<AccountSettings & { name: string }> = {};
  if (flags.name !== undefined) change.name = flags.name.trim() || wrong('--name', flags.name, 'a name');
  if (flags.timeZone !== undefined) change.timeZone = zoneNamed(flags.timeZone) ?? wrong('--time-zone', flags.timeZone, 'a time zone such as Europe/Zurich');
  if (flags.currency !== undefined) change.companyCurrency = readCurrency('--currency', flags.currency);
  if (flags.additionalCurrencies !== undefined) {
    const codes = flags.additionalCurrencies.split(/[\s,]+/).filter(Boolean);
    change.additionalCurrencies = [...new Set(codes.map((code) => readCurrency('--additional-currencies', code)))];
  }
  if (flags.accountType !== undefined) change.accountType = readChoice('--account-type', flags.accountType, ACCOUNT_TYPES);
  if (flags.dataHostingLocation !== undefined) change.dataHostingLocation = readChoice('--data-hosting-location', flags.dataHostingLocation, HOSTING_LOCATIONS);
  if (Object.keys(change).length === 0) throw new SettingError('Nothing to set. `npm run spoke -- portal set --help` shows what can be.');
  return change;
}

function readCurrency(flag: string, text: string): string {
  const code = text.toUpperCase();
  return Intl.supportedValuesOf('currency').includes(code) ? code : wrong(flag, text, 'a currency code such as CHF');
}

const readChoice = (flag: string, text: string, choices: readonly string[]): string => (choices.includes(text) ? text : wrong(flag, text, `one of ${choices.join(', ')}`));

function wrong(flag: string, text: string, hint: string): never {
  throw new SettingError(`${flag} is "${text}", but must be ${hint}.`);
}

/** The lines of a table. */
export function describeAccount({ name, timeZone, companyCurrency, additionalCurrencies, accountType, dataHostingLocation }: Account): Record<string, string> {
  return {
    name, 'time zone': timeZone, currency: companyCurrency, 'additional currencies': additionalCurrencies.join(' '), 'account type': accountType,
    'data hosting location': dataHostingLocation,
  };
}
