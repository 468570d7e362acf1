// `spoke portal`: what it shows and sets, while Spoke runs.

import { expect, test } from 'vitest';
import { ownProgram } from '../support/own-program.ts';
import { request, runProgram } from '../support/program.ts';

const own = ownProgram();

test('what is set is shown, by the API too, at once', { timeout: 60_000 }, async () => {
  const set = await runProgram(['portal', 'set', '--name', 'Engines', '--time-zone', 'europe/zurich', '--currency', 'chf', '--additional-currencies', 'eur,usd'], own.settings);
  expect([set.code, set.stderr]).toEqual([0, '']);
  for (const shown of ['Engines', 'Europe/Zurich', 'CHF', 'EUR USD', 'STANDARD', 'na1']) expect(set.stdout).toContain(`'${shown}'`);
  const { body } = await request(own.program, own.program.token, 'GET', '/account-info/2026-09/details');
  expect(body).toMatchObject({ portalName: 'Engines', timeZone: 'Europe/Zurich', companyCurrency: 'CHF', additionalCurrencies: ['EUR', 'USD'] });
  expect((await runProgram(['portal', 'show'], own.settings)).stdout).toBe(set.stdout);
});

test('what cannot be is one line', { timeout: 60_000 }, async () => {
  const wrong = await runProgram(['portal', 'set', '--currency', 'franc'], own.settings);
  expect([wrong.code, wrong.stderr]).toEqual([1, '--currency is "franc", but must be a currency code such as CHF.\n']);
  const nowhere = await runProgram(['portal', 'show', '--portal-id', '99'], own.settings);
  expect([nowhere.code, nowhere.stderr]).toEqual([1, 'There is no portal 99. Start Spoke with it once, or name another SPOKE_PORTAL_ID.\n']);
});
