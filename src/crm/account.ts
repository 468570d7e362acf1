// What kind of account a portal is: its name, time zone, currencies and where its data is said to be. Set from the command
// line; days, home currencies and links follow from it.

import { bumpModelVersion, lockModel, readPortal, writeAccount, type AccountSettings, type PortalRow } from '../db/portals.ts';
import type { Db } from '../db/db.ts';
import { recordActivity } from './activity.ts';

export type { AccountSettings } from '../db/portals.ts';

export const ACCOUNT_TYPES = ['STANDARD', 'DEVELOPER_TEST', 'SANDBOX', 'APP_DEVELOPER'] as const;
export const HOSTING_LOCATIONS = ['na1', 'na2', 'na3', 'eu1', 'ap1'] as const;

/** What a new portal is. */
const DEFAULTS: AccountSettings = { timeZone: 'UTC', companyCurrency: 'USD', additionalCurrencies: [], accountType: 'STANDARD', dataHostingLocation: 'na1' };

export interface Account extends AccountSettings {
  name: string;
  createdAt: string;
  /** Where the pages of records would be. */
  uiDomain: string;
}

/** The account of a portal's row. */
export function accountOf({ name, createdAt, account }: PortalRow): Account {
  const settings = { ...DEFAULTS, ...account };
  const location = settings.dataHostingLocation;
  return { name, createdAt, ...settings, uiDomain: location === 'na1' ? 'app.hubspot.com' : `app-${location}.hubspot.com` };
}

/** The account, undefined when there is no such portal. */
export async function readAccount(db: Db, portalId: number): Promise<Account | undefined> {
  const row = await readPortal(db, portalId);
  return row && accountOf(row);
}

/**
 * Changes what is given, and answers the account as it is then; undefined when there is no such portal. Every process sees it
 * within a second. Values that were computed before stay.
 */
export async function changeAccount(db: Db, portalId: number, change: Partial<AccountSettings & { name: string }>, at: string): Promise<Account | undefined> {
  return await db.transaction(async (tx) => {
    await lockModel(tx, portalId);
    const row = await readPortal(tx, portalId);
    if (!row) return undefined;
    const { name = row.name, ...settings } = change;
    const account = { ...row.account, ...settings };
    await writeAccount(tx, portalId, name, account);
    await recordActivity(tx, portalId, 'audit', {
      at, userId: null, details: { category: 'ACCOUNT_SETTINGS', action: 'UPDATE', targetObjectId: String(portalId), userEmail: null },
    });
    await bumpModelVersion(tx, portalId);
    return accountOf({ ...row, name, account });
  });
}
