// Writing association rows, and keeping count of those of records that have many. Whoever calls this holds the locks of both
// ends (records.ts lockRecords), so counts and maxima are exact.

import sql, { empty } from 'sql-template-tag';
import { countAssociations, isOfType, type AssociationRow } from './associations.ts';
import { BUCKETS, bucketOfId, type Placement } from './buckets.ts';
import { errorCode, integers, prepared, type Queryable } from './db.ts';
import { StaleWriteError, UNIQUE_VIOLATION } from './write-records.ts';

/** The associations of one type that a record has. */
export interface AssociationCount extends Omit<AssociationRow, 'toId'> {
  count: number;
  /** The count is kept in a row of its own; otherwise rows were counted. */
  kept: boolean;
}

/** Up to here rows are counted when somebody asks; a record with more has its count kept. */
export const COUNTED_UP_TO = 1_000;

/** What is to be said of how many associations of a type records have after a write. */
export interface CountRule {
  /** Counts above this are answered. */
  reportAbove: number;
  /** Counts every record that gains some. Otherwise, of records whose count is not kept, only a sample is looked at. */
  always: boolean;
}

export interface AssociationWrite {
  at: string;
  /** Each once; none of them is there yet, but for `mayExist`. */
  add: AssociationRow[];
  /** All of them are there. */
  remove: AssociationRow[];
  /** Rows of `add` that are there stay as they are; without it they are a unique violation. Costs half as much again. */
  mayExist?: boolean;
  /** Undefined for types that nobody counts. */
  countRule: (row: AssociationRow) => CountRule | undefined;
}

/**
 * Removes rows and adds others, a statement per bucket of the from-records (mostly one), and keeps the kept counts true.
 * Answers the counts that are above what was asked. Throws StaleWriteError when a row of `add` is there.
 *
 * Counting each record that gains an association costs as much as half of the insert, so most are left out: a record that
 * gains few is looked at when one of the far ids is in the sample (one of 32). A maximum far above COUNTED_UP_TO is not
 * passed unseen by that, and once a count is kept it is exact.
 *
 * What is to be removed is looked up in a hash (`is true` keeps Postgres from making a join of it): joined, a table whose
 * size it does not know yet is compared row by row, 8.5 s for 4,000 of them.
 */
export async function writeAssociations(tx: Queryable, placement: Placement, write: AssociationWrite): Promise<AssociationCount[]> {
  const counts: AssociationCount[] = [];
  const buckets = new Set<number>();
  for (const rows of [write.add, write.remove]) for (const row of rows) buckets.add(bucketOfId(row.fromId));
  for (const bucket of [...buckets].sort((a, b) => a - b)) {
    const here = (rows: AssociationRow[]): AssociationRow[] => (buckets.size === 1 ? rows : rows.filter((row) => bucketOfId(row.fromId) === bucket));
    const changes = changesOf(write, here(write.add), here(write.remove));
    let kept: AssociationCount[];
    try {
      kept = await tx.query<AssociationCount>(writeStatement(placement, bucket, write, here(write.add), here(write.remove), changes));
    } catch (error) {
      if (errorCode(error) === UNIQUE_VIOLATION) throw new StaleWriteError('an association is there already');
      throw error;
    }
    counts.push(...await countsAbove(tx, placement, changes, kept));
  }
  return counts;
}

/** Rows as columns: `places` says which kind of association each is. */
interface Columns {
  places: number[];
  from: number[];
  to: number[];
}

/** How the number of a record's associations of a kind changes. */
interface Change {
  place: number;
  fromId: number;
  n: number;
  probe: boolean;
}

const SAMPLE = 32;
/** Each once. */
const some = <T>(values: T[]): T[] => [...new Set(values)];
const inSample = (id: number): boolean => Math.floor(id / BUCKETS) % SAMPLE === 0;

/** What a write does to associations of one kind. */
interface Kind {
  place: number;
  row: AssociationRow;
  rule: CountRule | undefined;
  /** By from-record. */
  changes: Map<number, Change>;
}

/** Category and number name an association type of a portal, and that its two object types. */
const kindKey = (row: { category: number; typeId: number }): number => row.typeId * 4 + row.category;

function changesOf(write: AssociationWrite, add: AssociationRow[], remove: AssociationRow[]): Map<number, Kind> {
  const kinds = new Map<number, Kind>();
  for (const [rows, n] of [[remove, -1], [add, 1]] as const) {
    for (const row of rows) {
      const key = kindKey(row);
      let kind = kinds.get(key);
      if (!kind) kinds.set(key, (kind = { place: kinds.size + 1, row, rule: write.countRule(row), changes: new Map() }));
      if (!kind.rule) continue;
      let change = kind.changes.get(row.fromId);
      if (!change) kind.changes.set(row.fromId, (change = { place: kind.place, fromId: row.fromId, n: 0, probe: kind.rule.always }));
      change.n += n;
      change.probe ||= n > 0 && (inSample(row.toId) || change.n >= SAMPLE);
    }
  }
  return kinds;
}

/**
 * The counts that are above what was asked, of records that gained some: the kept ones, and those that are looked at. These
 * are counted by a statement of their own: inside the write Postgres chose at times to read the whole table for each.
 */
async function countsAbove(tx: Queryable, placement: Placement, kinds: Map<number, Kind>, kept: AssociationCount[]): Promise<AssociationCount[]> {
  const above: AssociationCount[] = [];
  for (const count of kept) {
    const { rule, changes } = kinds.get(kindKey(count))!;
    if (count.count > rule!.reportAbove && changes.get(count.fromId)!.n > 0) above.push(count);
  }
  for (const [key, { row, rule, changes }] of kinds) {
    const known = new Set(kept.filter((count) => kindKey(count) === key).map((count) => count.fromId));
    const probed = [...changes.values()].filter((change) => change.probe && change.n > 0 && !known.has(change.fromId)).map((change) => change.fromId);
    const { fromType, toType, category, typeId } = row;
    for (const [fromId, count] of await countAssociations(tx, placement, row, probed)) {
      if (count > rule!.reportAbove) above.push({ fromType, fromId, toType, category, typeId, count, kept: false });
    }
  }
  return above;
}

function writeStatement(placement: Placement, bucket: number, write: AssociationWrite, add: AssociationRow[], remove: AssociationRow[], kinds: Map<number, Kind>) {
  const toColumns = (rows: AssociationRow[]): Columns => ({
    places: rows.map((row) => kinds.get(kindKey(row))!.place), from: rows.map((row) => row.fromId), to: rows.map((row) => row.toId),
  });
  const [removed, added] = [toColumns(remove), toColumns(add)];
  const all = [...kinds.values()];
  const changes = all.flatMap((kind) => [...kind.changes.values()]);
  // Bounds and no second list: Postgres before 17 would look for each id of the one with each of the other.
  const [lowest, highest] = removed.to.reduce(([low, high], id) => [Math.min(low, id), Math.max(high, id)], [Number.MAX_SAFE_INTEGER, 0]);
  const { portalId } = placement;
  const removing = sql`
    removed as (
      delete from association a
      where a.bucket = ${bucket}::int and a.portal_id = ${portalId}::bigint and a.from_type = any(${some(all.map((k) => k.row.fromType))}::text[])
        and a.from_id = any(${integers(some(removed.from))}::bigint[]) and a.to_type = any(${some(all.map((k) => k.row.toType))}::text[])
        and a.to_id between ${lowest}::bigint and ${highest}::bigint
        and ((a.from_id, a.to_id, a.category, a.type_id) in (
          select r.from_id, r.to_id, t.category, t.type_id
          from unnest(${integers(removed.places)}::int[], ${integers(removed.from)}::bigint[], ${integers(removed.to)}::bigint[]) as r (place, from_id, to_id)
          join kinds t on t.place = r.place)) is true),`;
  // Most writes remove nothing, and what is not there cannot be planned badly.
  const removes = remove.length > 0;
  return prepared(`${removes ? 'change' : 'write'}-associations-${write.mayExist ? 'some' : 'new'}`, sql`
    with kinds as materialized (
      select * from unnest(${all.map((k) => k.row.fromType)}::text[], ${all.map((k) => k.row.toType)}::text[], ${integers(all.map((k) => k.row.category))}::smallint[],
        ${integers(all.map((k) => k.row.typeId))}::int[]) with ordinality as t (from_type, to_type, category, type_id, place)),
    ${removes ? removing : empty}
    added as (
      insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      select ${bucket}::int, ${portalId}::bigint, t.from_type, n.from_id, t.to_type, n.to_id, t.category, t.type_id, ${write.at}::timestamptz
      from unnest(${integers(added.places)}::int[], ${integers(added.from)}::bigint[], ${integers(added.to)}::bigint[]) as n (place, from_id, to_id)
      join kinds t on t.place = n.place
      ${write.mayExist ? sql`on conflict do nothing` : empty}),
    changed as materialized (
      select t.from_type, c.from_id, t.to_type, t.category, t.type_id, c.n
      from unnest(${integers(changes.map((c) => c.place))}::int[], ${integers(changes.map((c) => c.fromId))}::bigint[], ${integers(changes.map((c) => c.n))}::int[]) as c (place, from_id, n)
      join kinds t on t.place = c.place),
    kept as materialized (
      select from_type, from_id, to_type, category, type_id from association_count
      where bucket = ${bucket}::int and portal_id = ${portalId}::bigint and from_type = any(${all.map((k) => k.row.fromType)}::text[])
        and from_id = any(${integers([...new Set(changes.map((c) => c.fromId))])}::bigint[])),
    updated as (
      update association_count k set count = k.count + c.n
      from kept o join changed c on c.from_type = o.from_type and c.from_id = o.from_id and c.to_type = o.to_type and c.category = o.category and c.type_id = o.type_id
      where k.bucket = ${bucket}::int and k.portal_id = ${portalId}::bigint and k.from_type = o.from_type and k.from_id = o.from_id
        and k.to_type = o.to_type and k.category = o.category and k.type_id = o.type_id
      returning k.from_type, k.from_id, k.to_type, k.category, k.type_id, k.count)
    select from_type as "fromType", from_id as "fromId", to_type as "toType", category, type_id as "typeId", count, true as kept from updated`);
}

/** Counts the rows of a record's association type and keeps the count from now on: for the holder of its lock. */
export async function keepCount(tx: Queryable, placement: Placement, of: Omit<AssociationRow, 'toId'>): Promise<number> {
  const bucket = bucketOfId(of.fromId);
  const [row] = await tx.query<{ count: number }>(prepared('keep-count', sql`
    insert into association_count (bucket, portal_id, from_type, from_id, to_type, category, type_id, count)
    select ${bucket}::int, ${placement.portalId}::bigint, ${of.fromType}::text, ${of.fromId}::bigint, ${of.toType}::text, ${of.category}::smallint, ${of.typeId}::int, count(*)
    from association where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and from_type = ${of.fromType}
      and from_id = ${of.fromId}::bigint and to_type = ${of.toType} and ${isOfType(of)}
    on conflict (bucket, portal_id, from_type, from_id, to_type, category, type_id) do update set count = excluded.count
    returning count`));
  return row!.count;
}
