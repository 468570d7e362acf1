// Properties whose value follows from a record's associations: one table. They are worked out when they are read, so that
// they are always true and writing an association costs nothing for them; HubSpot fills them in some time later
// (objects.md 5.5 [D]). Which there are is documented; what each of them counts is our reading of its name [I].

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { countAssociations, readRowsOfTypes, type AssociationRow } from '../db/associations.ts';
import { readRecords } from '../db/records.ts';
import type { Context } from './context.ts';
import type { Portal } from './portal.ts';
import type { RecordView } from './views.ts';

interface Source {
  property: string;
  /** The associated type, and the association type that leads to it; the unlabeled one when absent. */
  toType: string;
  typeId?: number;
  /** The number of associated records, whether there are any, the id of one, or the values that a property of theirs has. */
  shows: 'count' | 'any' | 'id' | { valuesOf: string };
}

const count = (property: string, toType: string, typeId?: number): Source => ({ property, toType, ...(typeId === undefined ? {} : { typeId }), shows: 'count' });
const id = (property: string, toType: string, typeId: number): Source => ({ property, toType, typeId, shows: 'id' });
const values = (property: string, toType: string, valuesOf: string, typeId?: number): Source => ({ property, toType, ...(typeId === undefined ? {} : { typeId }), shows: { valuesOf } });

const CONTACTS = '0-1';
const COMPANIES = '0-2';
const DEALS = '0-3';
const TICKETS = '0-5';
const LINE_ITEMS = '0-8';
const DEAL_SPLITS = '0-72';
const LEADS = '0-136';

/** By object type. */
const TABLE: Record<string, readonly Source[]> = {
  [CONTACTS]: [id('associatedcompanyid', COMPANIES, 1), count('num_associated_deals', DEALS)],
  [COMPANIES]: [
    count('num_associated_contacts', CONTACTS), count('num_associated_deals', DEALS),
    count('hs_num_child_companies', COMPANIES, 13), id('hs_parent_company_id', COMPANIES, 14),
  ],
  [DEALS]: [
    count('num_associated_contacts', CONTACTS), count('hs_num_of_associated_line_items', LINE_ITEMS),
    count('hs_num_associated_deal_splits', DEAL_SPLITS), { property: 'hs_is_deal_split', toType: DEAL_SPLITS, shows: 'any' },
    values('hs_all_deal_split_owner_ids', DEAL_SPLITS, 'hubspot_owner_id'), id('hs_primary_associated_company', COMPANIES, 5),
  ],
  [TICKETS]: [
    count('hs_num_associated_companies', COMPANIES),
    values('hs_all_associated_contact_emails', CONTACTS, 'email'), values('hs_all_associated_contact_firstnames', CONTACTS, 'firstname'),
    values('hs_all_associated_contact_lastnames', CONTACTS, 'lastname'), values('hs_all_associated_contact_phones', CONTACTS, 'phone'),
    values('hs_all_associated_contact_mobilephones', CONTACTS, 'mobilephone'), values('hs_all_associated_contact_companies', CONTACTS, 'company'),
  ],
  [LEADS]: [
    count('hs_lead_associated_deals_count', DEALS),
    values('hs_associated_contact_email', CONTACTS, 'email', 578), values('hs_associated_contact_firstname', CONTACTS, 'firstname', 578),
    values('hs_associated_contact_lastname', CONTACTS, 'lastname', 578),
    values('hs_associated_company_name', COMPANIES, 'name', 580), values('hs_associated_company_domain', COMPANIES, 'domain', 580),
  ],
};

/** True when the property's value is worked out from associations, wherever it is read. */
export function followsFromAssociations(type: ObjectType, property: string): boolean {
  return TABLE[type.id]?.some((source) => source.property === property) === true;
}

/** Where the property's value comes from, when it follows from associations. */
export function associationSource(portal: Portal, type: ObjectType, property: string): { toType: string; typeId: number; shows: Source['shows'] } | undefined {
  const source = TABLE[type.id]?.find((one) => one.property === property);
  const typeId = source?.typeId ?? (source && portal.unlabeledType(type.id, source.toType)?.typeId);
  return source && typeId !== undefined ? { toType: source.toType, typeId, shows: source.shows } : undefined;
}

/** The property of the type that a client may write although it follows from associations. */
export function linkProperty(portal: Portal, type: ObjectType): string | undefined {
  return findLink(portal, type)?.property;
}

/** The same with the type of those associations. */
export function linkSource(portal: Portal, type: ObjectType): { property: string; toType: string; associationType: AssociationType } | undefined {
  const source = findLink(portal, type);
  return source && { property: source.property, toType: source.toType, associationType: portal.associationType('HUBSPOT_DEFINED', source.typeId!)! };
}

function findLink(portal: Portal, type: ObjectType): Source | undefined {
  return TABLE[type.id]?.find(({ property, shows }) => shows === 'id' && portal.properties(type.id).get(property)?.readOnly === false);
}

/** Fills in those of the properties `names` that follow from associations: a statement or two for each, however many records there are. */
export async function addAssociationProperties(ctx: Context, type: ObjectType, views: RecordView[], names: string[]): Promise<void> {
  const asked = (TABLE[type.id] ?? []).filter((source) => names.includes(source.property));
  if (asked.length === 0) return;
  const ids = views.map((view) => Number(view.id));
  for (const source of asked) {
    const typeId = source.typeId ?? ctx.portal.unlabeledType(type.id, source.toType)?.typeId;
    if (typeId === undefined) continue;
    const counted = source.shows === 'count' || source.shows === 'any';
    const found = counted ? await counts(ctx, type, source, typeId, ids) : await valuesByRecord(ctx, type, source, typeId, ids);
    for (const view of views) {
      const value = found.get(Number(view.id)) ?? (counted ? '0' : null);
      view.properties[source.property] = source.shows === 'any' ? String(value !== '0') : value;
    }
  }
}

async function counts(ctx: Context, type: ObjectType, { toType }: Source, typeId: number, ids: number[]): Promise<Map<number, string>> {
  const of = { fromType: type.id, toType, category: ASSOCIATION_CATEGORIES.indexOf('HUBSPOT_DEFINED'), typeId };
  return new Map([...await countAssociations(ctx.db, ctx.portal.placement, of, ids)].map(([from, n]) => [from, String(n)]));
}

async function valuesByRecord(ctx: Context, type: ObjectType, { toType, shows }: Source, typeId: number, ids: number[]): Promise<Map<number, string>> {
  const byRecord = Map.groupBy(await readRowsOfTypes(ctx.db, ctx.portal.placement, type.id, toType, ids, [typeId]), (row: AssociationRow) => row.fromId);
  if (typeof shows !== 'object') return new Map([...byRecord].map(([from, rows]) => [from, String(rows[0]!.toId)]));
  const targets = new Map((await readRecords(ctx.db, ctx.portal.placement, toType, [...new Set([...byRecord.values()].flat().map((row) => row.toId))])).map((row) => [row.id, row]));
  const shown = [...byRecord].map(([from, rows]) => [from, rows.toSorted((a, b) => a.toId - b.toId).flatMap((row) => targets.get(row.toId)?.properties[shows.valuesOf] ?? [])] as const);
  return new Map(shown.filter(([, some]) => some.length > 0).map(([from, some]) => [from, some.join(';')]));
}
