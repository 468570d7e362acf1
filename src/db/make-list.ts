// Making a list of words: from now on every write notes whom it was about, then all records go in, then those that were
// written meanwhile. Nobody waits for it, and nothing is lost when the process that makes it dies: another begins anew.

import sql from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import { errorCode, prepared, toJsonb, type Db } from './db.ts';
import { GIVEN_UP_AFTER_MS } from './search-indexes.ts';
import { addToLists, inList, tableOf, trigramIndex, type ListKind, type WantedList } from './search-lists.ts';
import { inTail, listsLock, takeIn } from './search-tail.ts';
import { sampleTexts } from './search-words.ts';
import { betweenWords } from './word-breaks.ts';

export type ListState = 'new' | 'full' | 'ready' | 'refused';

/** Texts of more words than this, on average, get no list of words: it would have a row for every one of them. */
const MAX_WORDS = 8;

/** What is put in at once is sorted at once, at half the cost of the default 4 MB; takeIn does it at its end. */
const PENDING_KB = 16_384;

const LOCK_NOT_AVAILABLE = '55P03';

/** Where a list stands; undefined when nobody has begun it. One that is asked for stays wanted. */
export async function readListState(db: Db, { portalId }: Placement, { id, objectType, kind, of }: WantedList, at: string): Promise<ListState | undefined> {
  // Another one of the same id, should there ever be one, is not this.
  const [row] = await db.query<{ state: ListState }>(sql`
    update search_list set wanted_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and id = ${id}::int and object_type = ${objectType} and kind = ${kind} and refs = ${toJsonb(of)}::jsonb returning state`);
  return row?.state;
}

/** True for the one process that is to make the list. */
export async function claimList(db: Db, { portalId }: Placement, { id, objectType, kind, of }: WantedList, at: Date): Promise<boolean> {
  const time = at.toISOString();
  await db.query(sql`insert into search_lock (portal_id, object_type) values (${portalId}::bigint, ${objectType}) on conflict do nothing`);
  const rows = await db.query(sql`
    insert into search_list (portal_id, id, object_type, kind, refs, state, claimed_at, wanted_at)
    values (${portalId}::bigint, ${id}::int, ${objectType}, ${kind}, ${toJsonb(of)}::jsonb, 'new', ${time}::timestamptz, ${time}::timestamptz)
    on conflict (portal_id, id) do update set claimed_at = excluded.claimed_at
      where search_list.object_type = excluded.object_type and search_list.kind = excluded.kind and search_list.refs = excluded.refs and search_list.state in ('new', 'full') and search_list.claimed_at < ${new Date(at.getTime() - GIVEN_UP_AFTER_MS).toISOString()}::timestamptz
    returning id`);
  return rows.length === 1;
}

/** Makes a list that was claimed. `hasTrigrams` tells whether Postgres can find parts of words by an index. */
export async function makeList(db: Db, placement: Placement, list: WantedList, hasTrigrams: boolean): Promise<ListState> {
  const { objectType } = list;
  const setState = (state: ListState) => sql`update search_list set state = ${state} where portal_id = ${placement.portalId}::bigint and id = ${list.id}::int`;
  if (list.kind !== 'text' && wordsOfEach(await sampleTexts(db, placement, objectType, list.of)) > MAX_WORDS) {
    await db.query(setState('refused'));
    return 'refused';
  }
  await waitForWriters(db);
  await db.transaction(async (tx) => {
    await tx.query(sql`set local statement_timeout = 0`);
    await tx.query(listsLock(placement, objectType));
    await tx.query(sql`delete from ${tableOf(list.kind)} s where ${inList(placement, list, 's')}`);
    await tx.query(addToLists(placement, [list]));
    await tx.query(setState('full'));
  });
  if (list.kind === 'text' && hasTrigrams) {
    await db.maintain([`create index concurrently if not exists ${trigramIndex(placement, list)} on search_text using gin (words gin_trgm_ops)
      with (gin_pending_list_limit = ${PENDING_KB}) where portal_id = ${placement.portalId} and list = ${list.id}`]);
  }
  // An index is read alone only where Postgres knows that all rows of a page are there for everybody.
  const table = list.kind === 'text' ? 'search_text' : 'search_word';
  await db.maintain([db.concurrent ? `vacuum analyze ${table}` : `analyze ${table}`]);
  await takeInAllOfNow(db, placement, objectType);
  await db.query(setState('ready'));
  return 'ready';
}

const wordsOfEach = (texts: string[]): number => texts.flatMap((text) => text.split(betweenWords)).length / Math.max(1, texts.length);

/** Until every statement that began before the list was known has ended: those after it see the list. */
async function waitForWriters(db: Db): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction(async (tx) => {
        // Whoever comes later waits behind this, so it is not for long.
        await tx.query(sql`set local lock_timeout = '1s'`);
        await tx.query(sql`lock table record in share mode`);
      });
    } catch (error) {
      if (errorCode(error) !== LOCK_NOT_AVAILABLE || tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Records that were written before the list was full may be in it and in the tail: the list is good when these are taken in. */
async function takeInAllOfNow(db: Db, placement: Placement, objectType: string): Promise<void> {
  const seen = await db.query<{ entry: string }>(sql`select t.entry from search_tail t where ${inTail(placement, objectType)}`);
  const entries = seen.map((row) => row.entry);
  const isLeft = async (): Promise<boolean> =>
    (await db.query(sql`select 1 from search_tail t where ${inTail(placement, objectType)} and t.entry = any(${entries}::uuid[]) limit 1`)).length > 0;
  while (entries.length > 0 && await isLeft()) {
    // Somebody else may be at it.
    if (await takeIn(db, placement, objectType) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Drops lists that nobody has asked for since: so long ago that no process can still believe in them. Returns their ids. */
export async function dropLists(db: Db, unwantedSince: string): Promise<number[]> {
  const rows = await db.query<{ portalId: number; id: number; kind: ListKind }>(prepared('beside-unwanted-lists', sql`
    delete from search_list where state in ('ready', 'refused') and wanted_at < ${unwantedSince}::timestamptz returning portal_id as "portalId", id, kind`));
  for (const { portalId, id, kind } of rows) {
    await db.maintain([`drop index ${db.concurrent ? 'concurrently ' : ''}if exists ${trigramIndex({ portalId }, { id })}`]);
    await db.query(sql`delete from ${tableOf(kind)} where portal_id = ${portalId}::bigint and list = ${id}::int`);
  }
  return rows.map(({ id }) => id);
}
