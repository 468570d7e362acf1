// Portals and their owners. What a portal adds to the catalogue is in property-definitions.ts, association-types.ts, model.ts.

import sql, { type Sql } from 'sql-template-tag';
import { homeBucket, type Placement } from './buckets.ts';
import { prepared, toJsonb, type Queryable } from './db.ts';

/** What a portal's account is set to (crm/account.ts). */
export interface AccountSettings {
  /** `Europe/Zurich` */
  timeZone: string;
  /** `CHF` */
  companyCurrency: string;
  additionalCurrencies: string[];
  accountType: string;
  /** `na1`, `eu1` */
  dataHostingLocation: string;
}

export interface PortalRow extends Placement {
  name: string;
  createdAt: string;
  /** What was set of the account. */
  account: Partial<AccountSettings>;
  modelVersion: number;
  /** True once an email was put on the portal's blocklist. */
  blocksEmails: boolean;
  /** Ids of the object types that are switched off. */
  disabledTypes: string[];
  /** True while records have calculated values that are not up to date (recomputations.ts). */
  isRecomputing: boolean;
}

/** Makes the portal unless it is there. Returns whether it was made. */
export async function createPortal(db: Queryable, portal: { portalId: number; name: string; at: string }): Promise<boolean> {
  const rows = await db.query(sql`
    insert into portal (portal_id, name, bucket_home, bucket_spread, settings, model_version, created_at)
    values (${portal.portalId}::bigint, ${portal.name}, ${homeBucket(portal.portalId)}::int, 1, '{}'::jsonb, 1, ${portal.at}::timestamptz)
    on conflict (portal_id) do nothing returning portal_id`);
  return rows.length === 1;
}

/** The portal's own row, undefined when there is none. */
export async function readPortal(db: Queryable, portalId: number): Promise<PortalRow | undefined> {
  const [row] = await db.query<PortalRow>(prepared('read-portal', sql`
    select portal_id as "portalId", name, bucket_home as "bucketHome", bucket_spread as "bucketSpread", model_version as "modelVersion",
      settings->>'blocksEmails' is not null as "blocksEmails", coalesce(settings->'disabledTypes', '[]') as "disabledTypes",
      coalesce(settings->'recomputing', '{}') <> '{}' as "isRecomputing", created_at as "createdAt", coalesce(settings->'account', '{}') as account
    from portal where portal_id = ${portalId}::bigint`));
  return row;
}

/** Makes those who change the portal's model take turns: held until the end of the transaction. */
export async function lockModel(tx: Queryable, portalId: number): Promise<void> {
  await tx.query(sql`select 1 from portal where portal_id = ${portalId}::bigint for update`);
}

/** The version of the portal's model as it is now. */
export async function readModelVersion(tx: Queryable, portalId: number): Promise<number> {
  const [row] = await tx.query<{ version: number }>(prepared('read-model-version', sql`
    select model_version as version from portal where portal_id = ${portalId}::bigint`));
  return row!.version;
}

/**
 * The same as a column of rows that are read anyway: a get takes 3 % longer by it, where a statement of its own would cost
 * it 30 %.
 */
export const modelVersion = ({ portalId }: Placement): Sql => sql`(select model_version from portal where portal_id = ${portalId}::bigint) as model_version`;

/** Says that the portal's model has changed: every process reads its snapshot anew. Call it in the transaction of the change. */
export async function bumpModelVersion(tx: Queryable, portalId: number): Promise<void> {
  await tx.query(sql`update portal set model_version = model_version + 1 where portal_id = ${portalId}::bigint`);
}

/** Sets which object types are switched off. Call it in a transaction that holds lockModel. */
export async function writeDisabledTypes(tx: Queryable, portalId: number, typeIds: string[]): Promise<void> {
  await tx.query(sql`
    update portal set settings = settings || jsonb_build_object('disabledTypes', ${toJsonb(typeIds)}::jsonb) where portal_id = ${portalId}::bigint`);
}

/** Sets the portal's name and account. Call it in a transaction that holds lockModel. */
export async function writeAccount(tx: Queryable, portalId: number, name: string, account: Partial<AccountSettings>): Promise<void> {
  await tx.query(sql`
    update portal set name = ${name}, settings = settings || jsonb_build_object('account', ${toJsonb(account)}::jsonb) where portal_id = ${portalId}::bigint`);
}

export interface OwnerRow {
  id: number;
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
}

/** The portal's active owners. */
export async function readOwners(db: Queryable, portalId: number): Promise<OwnerRow[]> {
  return await db.query<OwnerRow>(sql`
    select id, user_id as "userId", email, first_name as "firstName", last_name as "lastName"
    from owner where portal_id = ${portalId}::bigint and archived_at is null order by id`);
}

/** Adds an owner. */
export async function insertOwner(tx: Queryable, portalId: number, owner: OwnerRow, at: string): Promise<void> {
  await tx.query(sql`
    insert into owner (portal_id, id, user_id, email, first_name, last_name, created_at, updated_at)
    values (${portalId}::bigint, ${owner.id}::bigint, ${owner.userId}::bigint, ${owner.email}, ${owner.firstName}, ${owner.lastName},
      ${at}::timestamptz, ${at}::timestamptz)`);
}
