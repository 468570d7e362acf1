// Two programs over one database: an account's limit is one, however its calls are spread, and so is the count of them.

import { expect, inject, test } from 'vitest';
import { changeAccount } from '../../src/crm/account.ts';
import { ensurePortal } from '../../src/crm/portals.ts';
import { openTestDatabase } from '../support/database.ts';
import { startProgram } from '../support/program.ts';
import { NOW, PORTAL_ID } from '../support/spoke.ts';

const TOKEN = 'two-programs';

// An embedded database has one process.
test.runIf(inject('database') === 'postgres')('no more are let through than one of them would', async () => {
  const database = await openTestDatabase();
  await ensurePortal(database.db, PORTAL_ID, NOW);
  // A zone where it is about noon: no day ends during the test.
  const hours = 12 - new Date().getUTCHours();
  await changeAccount(database.db, PORTAL_ID, { timeZone: `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}` }, NOW);
  const settings = { SPOKE_DATABASE_URL: database.url!, SPOKE_PORTAL_ID: String(PORTAL_ID), SPOKE_TOKEN: TOKEN, SPOKE_RATE_LIMITS: 'daily=30' };
  const programs = [await startProgram(settings), await startProgram(settings)];
  const call = async (n: number): Promise<{ status: number; remaining: number }> => {
    const answer = await fetch(`${programs[n % 2]!.url}/crm/v3/objects/contacts`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await answer.arrayBuffer();
    return { status: answer.status, remaining: Number(answer.headers.get('x-hubspot-ratelimit-daily-remaining')) };
  };

  for (let n = 0; n < 4; n++) expect(await call(n)).toEqual({ status: 200, remaining: 29 - n });
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => call(n)));
  const admitted = answers.filter(({ status }) => status === 200);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(60 - admitted.length);
  // Each of the 26 that were left, once.
  expect(admitted.map(({ remaining }) => remaining).sort((a, b) => a - b)).toEqual(Array.from({ length: 26 }, (_, n) => n));

  for (const program of programs) await program.stop();
  expect(await database.db.query({ text: 'select sum(calls)::bigint as calls from api_usage where portal_id = $1', values: [PORTAL_ID] })).toEqual([{ calls: 30 }]);
  await database.close();
});
