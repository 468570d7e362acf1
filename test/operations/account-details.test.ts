// What kind of account a portal is (platform.md 6.4): details in every version, and what else follows from them.
// Proves: accountInfo.details.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccountFlags, type AccountFlags } from '../../src/cli/portal.ts';
import { SettingError } from '../../src/config.ts';
import { changeAccount, readAccount } from '../../src/crm/account.ts';
import { NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';

const OTHER = 33;
const NEW_PORTAL = {
  portalId: PORTAL_ID, accountType: 'STANDARD', timeZone: 'UTC', companyCurrency: 'USD', additionalCurrencies: [], utcOffset: '+00:00', utcOffsetMilliseconds: 0,
  uiDomain: 'app.hubspot.com', dataHostingLocation: 'na1',
};

let spoke: Spoke;
let token: string;
beforeAll(async () => {
  spoke = await startSpoke();
  token = await spoke.addPortal(OTHER);
  const set = readAccountFlags({
    name: ' Engines ', timeZone: 'europe/zurich', currency: 'chf', additionalCurrencies: 'EUR, usd EUR', accountType: 'SANDBOX', dataHostingLocation: 'eu1',
  });
  await changeAccount(spoke.db, OTHER, set, NOW);
});
afterAll(() => spoke.close());

const set = {
  portalId: OTHER, accountType: 'SANDBOX', timeZone: 'Europe/Zurich', companyCurrency: 'CHF', additionalCurrencies: ['EUR', 'USD'], utcOffset: '+02:00',
  utcOffsetMilliseconds: 7_200_000, uiDomain: 'app-eu1.hubspot.com', dataHostingLocation: 'eu1',
};

test.each(['v3', '2025-09', '2026-03'])('%s: the nine fields, of a new portal and of one that was set', async (version) => {
  const first = await spoke.get(`/account-info/${version}/details`);
  expect([first.status, first.body]).toEqual([200, NEW_PORTAL]);
  expect((await spoke.get(`/account-info/${version}/details`, { token })).body).toEqual(set);
});

test.each(['2026-09', '2026-09-beta'])('%s: name and age too', async (version) => {
  expect((await spoke.get(`/account-info/${version}/details`)).body).toEqual({ ...NEW_PORTAL, portalName: `Portal ${PORTAL_ID}`, createdAt: Date.parse(NOW) });
  expect((await spoke.get(`/account-info/${version}/details`, { token })).body).toEqual({ ...set, portalName: 'Engines', createdAt: Date.parse(NOW) });
});

test('any token may read them: it wants the scope that every app has', async () => {
  expect((await spoke.get('/account-info/v3/details', { token: await spoke.tokenWith([]) })).status).toBe(200);
  expect((await spoke.get('/account-info/v3/details', { token: null })).status).toBe(401);
});

test('what is in the portal\'s own currency, and where its pages are', async () => {
  const make = async (currency: string) => (await spoke.post('/crm/v3/objects/deals', { properties: { dealname: currency, dealstage: 'closedwon', amount: '10', deal_currency_code: currency } }, { token })).body;
  const home = await make('CHF');
  expect(home.properties).toMatchObject({ amount_in_home_currency: '10', hs_closed_amount_in_home_currency: '10' });
  expect(home.url).toBe(`https://app-eu1.hubspot.com/contacts/${OTHER}/record/0-3/${home.id}`);
  expect((await make('USD')).properties).not.toHaveProperty('amount_in_home_currency');
  const cart = (code: string) => spoke.post('/crm/v3/objects/carts', { properties: { hs_total_price: '20', hs_currency_code: code } }, { token });
  expect((await cart('CHF')).body.properties.hs_homecurrency_amount).toBe('20');
  expect((await cart('EUR')).body.properties).not.toHaveProperty('hs_homecurrency_amount');
});

test('the offset is that of the time of the call; the rest stays when one thing is set', async () => {
  const fresh = await spoke.addPortal(34);
  await changeAccount(spoke.db, 34, { timeZone: 'America/St_Johns' }, NOW);
  expect((await spoke.get('/account-info/v3/details', { token: fresh })).body).toMatchObject({ utcOffset: '-02:30', utcOffsetMilliseconds: -9_000_000 });
  await changeAccount(spoke.db, 34, { companyCurrency: 'CAD' }, NOW);
  spoke.forgetPortal(34);
  spoke.tick(60 * 86_400_000);
  expect((await spoke.get('/account-info/v3/details', { token: fresh })).body).toMatchObject({
    timeZone: 'America/St_Johns', companyCurrency: 'CAD', utcOffset: '-03:30', utcOffsetMilliseconds: -12_600_000,
  });
});

test('there is no such portal', async () => {
  expect(await changeAccount(spoke.db, 99, { timeZone: 'UTC' }, NOW)).toBeUndefined();
  expect(await readAccount(spoke.db, 99)).toBeUndefined();
});

describe('what cannot be set is one line', () => {
  test.each<[AccountFlags, string]>([
    [{}, 'Nothing to set. `npm run spoke -- portal set --help` shows what can be.'],
    [{ name: ' ' }, '--name is " ", but must be a name.'],
    [{ timeZone: 'Mars' }, '--time-zone is "Mars", but must be a time zone such as Europe/Zurich.'],
    [{ currency: 'franc' }, '--currency is "franc", but must be a currency code such as CHF.'],
    [{ additionalCurrencies: 'EUR,XYZZY' }, '--additional-currencies is "XYZZY", but must be a currency code such as CHF.'],
    [{ accountType: 'standard' }, '--account-type is "standard", but must be one of STANDARD, DEVELOPER_TEST, SANDBOX, APP_DEVELOPER.'],
    [{ dataHostingLocation: 'mars1' }, '--data-hosting-location is "mars1", but must be one of na1, na2, na3, eu1, ap1.'],
  ])('%j', (flags, message) => {
    expect(() => readAccountFlags(flags)).toThrow(new SettingError(message));
  });
});
