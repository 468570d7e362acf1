// What knowing the caller and counting the call add to a get, in this process, without HTTP: the two alone, as every request
// runs them, beside the whole get through the app. In turns; the share is the median over the rounds.

import { createApp } from '../src/app.ts';
import { loadCatalogue } from '../src/catalogue/load.ts';
import { createApiUsage } from '../src/crm/api-usage.ts';
import { createPortalCache } from '../src/crm/portal.ts';
import { createCalendar } from '../src/crm/time-zones.ts';
import { createTokenUpkeep } from '../src/crm/token-upkeep.ts';
import { createCallers } from '../src/crm/tokens.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { measure, median, TOKEN } from './support.ts';

const WORKERS = 4;
/** Callers that are looked up between two looks at the clock. */
const AT_ONCE = 200;

export interface Share {
  getMicroseconds: number;
  addedMicroseconds: number;
  /** Of the get, in per cent. */
  percent: number;
}

/** Measures gets of `pathOf()`, which answers a path at random. */
export async function measureAuthentication(databaseUrl: string, portalId: number, pathOf: () => string, seconds: number, rounds: number): Promise<Share> {
  const db = openPostgres({ url: databaseUrl, connections: WORKERS });
  const log = { error: console.error };
  const app = createApp({ db });
  const upkeep = createTokenUpkeep({ db, log });
  const callers = createCallers(db, Date.now, upkeep.note);
  const usage = createApiUsage({ db, now: Date.now, calendar: createCalendar(), log });
  const portal = (await createPortalCache(db, loadCatalogue(), () => {}).get(portalId))!;

  const get = async (): Promise<void> => {
    const answer = await app.fetch(new Request(`http://spoke.bench${pathOf()}`, { headers: { authorization: `Bearer ${TOKEN}` } }));
    await answer.text();
    if (answer.status !== 200) throw new Error(`a get answered ${answer.status}`);
  };
  const add = async (): Promise<void> => {
    for (let i = 0; i < AT_ONCE; i++) usage.count(await callers.find(TOKEN), portal);
  };
  await measure(WORKERS, 1, 1, get);
  await measure(1, 0.5, AT_ONCE, add);
  const pairs: { get: number; added: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [whole, added] = [await measure(WORKERS, seconds, 1, get), await measure(1, seconds / 2, AT_ONCE, add)];
    pairs.push({ get: 1e6 / whole.perSecond, added: 1e6 / added.perSecond });
  }
  await Promise.all([usage.close(), upkeep.close(), app.close()]);
  await db.close();
  return {
    getMicroseconds: median(pairs.map((pair) => pair.get)), addedMicroseconds: median(pairs.map((pair) => pair.added)),
    percent: median(pairs.map((pair) => (pair.added / pair.get) * 100)),
  };
}
