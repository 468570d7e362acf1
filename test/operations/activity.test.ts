// What was done in a portal (platform.md 6.4): the audit, sign-ins, security; every change of the model is in it once, and
// who made it.
// Proves: activity.audit, activity.logins, activity.security.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeAccount } from '../../src/crm/account.ts';
import { recordActivity } from '../../src/crm/activity.ts';
import { setPassword } from '../../src/crm/logins.ts';
import { switchType } from '../../src/crm/object-types.ts';
import { addOwner, addTeam, archiveOwner } from '../../src/crm/owners.ts';
import { rotateToken } from '../../src/crm/private-apps.ts';
import { createToken, revokeToken } from '../../src/crm/tokens.ts';
import { clockOf, idsOf, invalid } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const AUDIT = '/account-info/v3/activity/audit-logs';
const SECURITY = '/account-info/v3/activity/security';
const VERSIONS = ['v3', '2025-09', '2026-03', '2026-09', '2026-09-beta'];
/** The token of the Spoke's own test portal is made on the command line: nobody is known behind it. */
const NOBODY = { userId: 0 };
const OWNER = { userId: 1, userEmail: 'owner@example.com' };

let spoke: Spoke;
/** Of an OAuth app that the portal's owner granted access. */
let granted: string;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  granted = await spoke.oauthToken(7001);
});
/** Every test looks at what was done in its own time. */
beforeEach(() => void tick());
afterAll(() => spoke.close());

interface Entry { category: string; subCategory?: string; action: string; targetObjectId: string; actingUser: object }

/** What the audit says was done since the test began. */
async function audited(): Promise<(readonly [string, string | undefined, string, string])[]> {
  const { body } = await spoke.get(`${AUDIT}?occurredAfter=${now()}`);
  return body.results.map(({ category, subCategory, action, targetObjectId }: Entry) => [category, subCategory, action, targetObjectId] as const);
}

/** Does one thing after the other: requests with their bodies. */
async function done(...calls: [request: string, body?: object][]): Promise<Answer[]> {
  const all: Answer[] = [];
  for (const [request, body] of calls) all.push(await spoke.call(request, body ? { body } : {}));
  expect(all.filter(({ status }) => status >= 300)).toEqual([]);
  return all;
}

const property = (name: string): object => ({ name, label: 'Shoe size', type: 'string', fieldType: 'text', groupName: 'contactinformation' });

describe.each(VERSIONS)('%s', (version) => {
  test('the audit: what was done, when, by whom', async () => {
    const name = `shoe_size_${version.replaceAll('-', '_')}`;
    expect((await spoke.post('/crm/v3/properties/contacts', property(name), { token: granted })).status).toBe(201);
    const { status, body } = await spoke.get(`/account-info/${version}/activity/audit-logs?occurredAfter=${now()}`);
    expect(status).toBe(200);
    expect(body).toEqual({ results: [{
      id: expect.stringMatching(/^\d+$/), category: 'PROPERTY', subCategory: 'CONTACT', action: 'CREATE', targetObjectId: name, occurredAt: now(), actingUser: OWNER,
    }] });
  });

  test('security: users who come and go', async () => {
    const { body: user } = await spoke.post('/settings/v3/users', { email: `${version}@example.com` }, { token: granted });
    const { status, body } = await spoke.get(`/account-info/${version}/activity/security?fromTimestamp=${Date.parse(now())}`);
    expect(status).toBe(200);
    expect(body).toEqual({ results: [
      { id: expect.stringMatching(/^\d+$/), createdAt: now(), userId: 1, type: 'ADD_USER', actingUser: 'owner@example.com', objectId: user.id },
    ] });
  });

  test('sign-ins, successful or not', async () => {
    const attempt = (userAgent: string | null, loginSucceeded: boolean) => recordActivity(spoke.db, PORTAL_ID, 'login', {
      at: now(), userId: 1, details: { email: 'owner@example.com', ipAddress: userAgent && '192.0.2.7', userAgent, loginSucceeded },
    });
    await attempt('Lynx/2.9', false);
    await attempt(null, true);
    const { status, body } = await spoke.get(`/account-info/${version}/activity/login?limit=2`);
    expect(status).toBe(200);
    const entry = { id: expect.stringMatching(/^\d+$/), loginAt: now(), userId: 1, email: 'owner@example.com' };
    expect(body.results).toEqual([
      { ...entry, loginSucceeded: true }, { ...entry, loginSucceeded: false, ipAddress: '192.0.2.7', userAgent: 'Lynx/2.9' },
    ]);
  });
});

describe('what is in the audit', () => {
  test('properties: made, alone and in batches, changed, archived; not what changed nothing or was refused', async () => {
    const P = '/crm/v3/properties/companies';
    const own = (name: string) => ({ ...property(name), groupName: 'companyinformation' });
    await done([`POST ${P}`, own('one')], [`PATCH ${P}/one`, { label: 'Other' }], [`PATCH ${P}/one`, { label: 'Other' }]);
    const batch = await spoke.post(`${P}/batch/create`, { inputs: [own('two'), own('one'), own('three')] });
    expect(batch.status).toBe(207);
    expect((await spoke.post(P, own('one'))).status).toBe(409);
    await done([`DELETE ${P}/one`], [`POST ${P}/batch/archive`, { inputs: [{ name: 'two' }, { name: 'three' }, { name: 'nothing' }] }]);
    expect(await audited()).toEqual([
      ['CREATE', 'one'], ['UPDATE', 'one'], ['CREATE', 'two'], ['CREATE', 'three'], ['DELETE', 'one'], ['DELETE', 'two'], ['DELETE', 'three'],
    ].map(([action, name]) => ['PROPERTY', 'COMPANY', action, name]));
  });

  test('groups and validation rules', async () => {
    const G = '/crm/v3/properties/deals/groups';
    await done(
      [`POST ${G}`, { name: 'sizes', label: 'Sizes' }], [`PATCH ${G}/sizes`, { label: 'All sizes' }], [`DELETE ${G}/sizes`],
      ['PUT /crm/v3/property-validations/0-3/dealname/rule-type/MAX_LENGTH', { ruleArguments: ['50'] }],
    );
    expect(await audited()).toEqual([
      ['PROPERTY_GROUP', 'DEAL', 'CREATE', 'sizes'], ['PROPERTY_GROUP', 'DEAL', 'UPDATE', 'sizes'], ['PROPERTY_GROUP', 'DEAL', 'DELETE', 'sizes'],
      ['PROPERTY', 'DEAL', 'UPDATE', 'dealname'],
    ]);
  });

  test('pipelines, by their labels as HubSpot\'s sample has it, whatever of them was changed', async () => {
    const P = '/crm/v3/pipelines/deals';
    const [made] = await done([`POST ${P}`, { label: 'Partners', displayOrder: 1, stages: [{ label: 'New', displayOrder: 0, metadata: { probability: '0.1' } }] }]);
    const { id } = made!.body;
    await done(
      [`POST ${P}/${id}/stages`, { label: 'Won', displayOrder: 1, metadata: { probability: '1.0' } }],
      [`PATCH ${P}/${id}`, { label: 'Partners' }], [`PATCH ${P}/${id}`, { label: 'Allies' }],
      [`DELETE ${P}/${id}`],
    );
    expect(await audited()).toEqual([['CREATE', 'Partners'], ['UPDATE', 'Partners'], ['UPDATE', 'Allies'], ['DELETE', 'Allies']].map(([action, label]) => ['PIPELINE', 'DEAL', action, label]));
  });

  test('custom objects, labels and maxima', async () => {
    const [car] = await done(['POST /crm/v3/schemas', {
      name: 'car', labels: { singular: 'Car', plural: 'Cars' }, primaryDisplayProperty: 'plate', requiredProperties: ['plate'], searchableProperties: [],
      properties: [{ name: 'plate', label: 'Plate', type: 'string', fieldType: 'text' }], associatedObjects: ['CONTACT'],
    }]);
    const { objectTypeId } = car!.body;
    const L = `/crm/v4/associations/contacts/${objectTypeId}/labels`;
    const [labels] = await done([`POST ${L}`, { name: 'driver', label: 'Driver' }]);
    const [{ typeId }] = labels!.body.results;
    const M = `/crm/v4/associations/definitions/configurations/${objectTypeId}/contacts/batch`;
    const name = { category: 'USER_DEFINED', typeId };
    await done(
      [`PUT ${L}`, { associationTypeId: labels!.body.results[1].typeId, label: 'Chauffeur' }], [`POST ${M}/create`, { inputs: [{ ...name, maxToObjectIds: 3 }] }],
      [`POST ${M}/purge`, { inputs: [name] }], [`DELETE ${L}/${labels!.body.results[1].typeId}`],
      ['PATCH /crm/v3/schemas/car', { description: 'Four wheels' }], ['DELETE /crm/v3/schemas/car'], ['DELETE /crm/v3/schemas/car?archived=true'],
    );
    expect(await audited()).toEqual([
      ['SCHEMA', undefined, 'CREATE', 'car'], ['ASSOCIATION_LABEL', 'CONTACT_TO_CAR', 'CREATE', 'Driver'], ['ASSOCIATION_LABEL', 'CONTACT_TO_CAR', 'UPDATE', 'Chauffeur'],
      ['ASSOCIATION_LIMIT', 'CAR_TO_CONTACT', 'UPDATE', String(typeId)], ['ASSOCIATION_LIMIT', 'CAR_TO_CONTACT', 'DELETE', String(typeId)],
      ['ASSOCIATION_LABEL', 'CONTACT_TO_CAR', 'DELETE', 'Chauffeur'], ['SCHEMA', undefined, 'UPDATE', 'car'], ['SCHEMA', undefined, 'DELETE', 'car'], ['SCHEMA', undefined, 'DELETE', 'car'],
    ]);
  });

  test('users, in HubSpot\'s word for what is critical', async () => {
    const [made] = await done(['POST /settings/v3/users', { email: 'ada@example.com', firstName: 'Ada' }]);
    const { id } = made!.body;
    await done([`PUT /settings/v3/users/${id}`, { lastName: 'Lovelace' }], [`DELETE /settings/v3/users/${id}`]);
    expect(await audited()).toEqual([
      ['CRITICAL_ACTION', 'ADD_USER', 'PERFORM', id], ['USER', undefined, 'UPDATE', id], ['CRITICAL_ACTION', 'REMOVE_USER', 'PERFORM', id],
    ]);
  });

  test('sign-ins', async () => {
    for (const loginSucceeded of [false, true]) {
      await recordActivity(spoke.db, PORTAL_ID, 'login', { at: now(), userId: 1, details: { email: OWNER.userEmail, ipAddress: null, userAgent: null, loginSucceeded } });
    }
    const { body } = await spoke.get(`${AUDIT}?occurredAfter=${now()}`);
    expect(body.results).toEqual(['LOGIN_FAILED', 'LOGIN_SUCCEEDED'].map((subCategory) => ({
      id: expect.any(String), category: 'LOGIN', subCategory, action: 'PERFORM', targetObjectId: '1', occurredAt: now(), actingUser: OWNER,
    })));
  });

  test('what the command line does, by nobody in particular', async () => {
    const made = await addOwner(spoke.db, PORTAL_ID, { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' }, now());
    if (made === undefined || made === 'taken') throw new Error('not made');
    expect(await addOwner(spoke.db, PORTAL_ID, { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' }, now())).toBe('taken');
    await archiveOwner(spoke.db, PORTAL_ID, made.ownerId, now());
    await archiveOwner(spoke.db, PORTAL_ID, made.ownerId, now());
    const team = await addTeam(spoke.db, PORTAL_ID, 'Navy', now());
    await changeAccount(spoke.db, PORTAL_ID, { companyCurrency: 'CHF' }, now());
    await switchType(spoke.db, PORTAL_ID, '0-421', false, now());
    expect(await setPassword(spoke.db, OWNER.userEmail, 'scrypt:not:looked:at', now())).toBe(true);
    const { appId } = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'sync', scopes: [], at: now() });
    await rotateToken(spoke.db, { portalId: PORTAL_ID, appId, overlapMs: 0, at: now() });
    for (const revoked of [true, false]) expect(await revokeToken(spoke.db, PORTAL_ID, appId, now())).toBe(revoked);
    expect(await audited()).toEqual([
      ['CRITICAL_ACTION', 'ADD_USER', 'PERFORM', String(made.userId)], ['CRITICAL_ACTION', 'REMOVE_USER', 'PERFORM', String(made.userId)],
      ['CRITICAL_ACTION', 'TEAM_ADDED', 'PERFORM', String(team!.id)], ['ACCOUNT_SETTINGS', undefined, 'UPDATE', String(PORTAL_ID)], ['OBJECT_TYPE', undefined, 'UPDATE', '0-421'],
      ['CRITICAL_ACTION', 'CHANGE_PASSWORD', 'PERFORM', '1'],
      ...['CREATE', 'ROTATE', 'DEACTIVATE'].map((what) => ['CRITICAL_ACTION', `PRIVATE_APP_ACCESS_TOKEN_${what}`, 'PERFORM', String(appId)]),
    ]);
    const { body } = await spoke.get(`${AUDIT}?occurredAfter=${now()}`);
    expect(body.results.map(({ actingUser }: Entry) => actingUser)).toEqual(Array(9).fill(NOBODY));
    const security = (await spoke.get(`${SECURITY}?fromTimestamp=${Date.parse(now())}`)).body.results;
    expect(security[0]).toEqual({ id: expect.any(String), createdAt: now(), userId: 0, type: 'PRIVATE_APP_ACCESS_TOKEN_DEACTIVATE', objectId: String(appId) });
    spoke.forgetPortal();
  });

  test('GDPR deletes, by ids alone', async () => {
    const [made] = await done(['POST /crm/v3/objects/contacts', { properties: { email: 'gone@example.com' } }]);
    await done(['POST /crm/v3/objects/contacts/gdpr-delete', { objectId: 'gone@example.com', idProperty: 'email' }], ['POST /crm/v3/objects/contacts/gdpr-delete', { objectId: made!.body.id }]);
    expect(await audited()).toEqual([['CRITICAL_ACTION', 'GDPR_DELETE', 'PERFORM', made!.body.id]]);
  });

  test('not what is done to records otherwise', async () => {
    await done(['POST /crm/v3/objects/contacts', { properties: { lastname: 'Hopper' } }], ['GET /crm/v3/objects/contacts'], ['POST /crm/v3/objects/contacts/search', {}]);
    expect(await audited()).toEqual([]);
  });
});

describe('pages and filters', () => {
  let token: string;
  const PORTAL = 300;
  let start: number;
  beforeAll(async () => {
    token = await spoke.addPortal(PORTAL);
    start = Date.parse(tick());
    for (const [i, userId] of [1, 2, 1, null].entries()) {
      const at = new Date(start + i * 1_000).toISOString();
      await recordActivity(spoke.db, PORTAL, 'audit', { at, userId, details: { category: 'PROPERTY', subCategory: 'CONTACT', action: 'CREATE', targetObjectId: `p${i}`, userEmail: null } });
      await recordActivity(spoke.db, PORTAL, 'security', { at, userId, details: { type: 'ADD_USER', objectId: `u${i}`, userEmail: null } });
      await recordActivity(spoke.db, PORTAL, 'login', { at, userId, details: { email: `${i}@example.com`, ipAddress: null, userAgent: null, loginSucceeded: true } });
    }
  });
  const get = (path: string) => spoke.get(`/account-info/2026-03/activity/${path}`, { token });
  const at = (i: number): string => new Date(start + i * 1_000).toISOString();
  const since = (query = ''): string => `audit-logs?occurredAfter=${at(0)}${query}`;
  const targets = ({ body }: Answer): string[] => body.results.map(({ targetObjectId }: Entry) => targetObjectId);

  test('the audit from the oldest on, or by sort from the newest', async () => {
    expect(targets(await get(since('&limit=4')))).toEqual(['p0', 'u0', '1', 'p1']);
    expect(targets(await get(since('&limit=4&sort=occurredAt')))).toEqual(['p0', 'u0', '1', 'p1']);
    expect(targets(await get(since('&limit=4&sort=-occurredAt')))).toEqual(['0', 'u3', 'p3', '1']);
  });

  test('every page leads to the next', async () => {
    const all = targets(await get(since()));
    expect(all).toHaveLength(12);
    const seen: string[] = [];
    let path: string | undefined = since('&limit=5');
    const sizes: number[] = [];
    while (path !== undefined) {
      const page: Answer = await get(path);
      seen.push(...targets(page));
      sizes.push(page.body.results.length);
      const next = page.body.paging?.next;
      if (next) expect([next.after, next.link.startsWith('http://spoke.test/account-info/2026-03/activity/audit-logs?')]).toEqual([idsOf(page).at(-1), true]);
      path = next && `audit-logs${new URL(next.link).search}`;
    }
    expect([seen, sizes]).toEqual([all, [5, 5, 2]]);
    const logins = await get('login?limit=3');
    expect(idsOf(await get(`login?limit=3&after=${logins.body.paging.next.after}`))).toHaveLength(1);
    const security = await get('security?limit=2&userId=1');
    expect(security.body).toEqual({ results: [expect.objectContaining({ objectId: 'u2' }), expect.objectContaining({ objectId: 'u0' })] });
  });

  test('by user; 0 stands for none ([I])', async () => {
    expect(targets(await get(since('&actingUserId=2')))).toEqual(['p1', 'u1', '2']);
    expect(targets(await get(since('&actingUserId=2&actingUserId=0')))).toEqual(['p1', 'u1', '2', 'p3', 'u3', '0']);
    expect((await get('login?userId=2')).body.results).toEqual([expect.objectContaining({ email: '1@example.com' })]);
    expect((await get('security?userId=2')).body.results).toEqual([expect.objectContaining({ objectId: 'u1' })]);
  });

  test('by time', async () => {
    expect(targets(await get(`audit-logs?occurredAfter=${at(1)}&occurredBefore=${at(1)}`))).toEqual(['p1', 'u1', '2']);
    expect((await get(`security?fromTimestamp=${start + 1_000}&toTimestamp=${start + 2_000}`)).body.results.map(({ objectId }: { objectId: string }) => objectId)).toEqual(['u2', 'u1']);
  });

  test('another portal\'s feeds are its own', async () => {
    expect(targets(await spoke.get(`${AUDIT}?occurredAfter=${at(0)}&actingUserId=2`))).toEqual([]);
  });

  test.each([
    ['audit-logs?after=x', 'after', 'must be what paging.next.after was'], ['audit-logs?limit=201', 'limit', 'must be between 1 and 200'],
    ['login?limit=0', 'limit', 'must be between 1 and 200'], ['audit-logs?actingUserId=1,x', 'actingUserId', 'must be whole numbers'],
    ['audit-logs?occurredAfter=yesterday', 'occurredAfter', 'must be a time such as 2026-10-02T09:00:00Z'], ['audit-logs?sort=action', 'sort', 'must be occurredAt or -occurredAt'],
    ['security?fromTimestamp=now', 'fromTimestamp', 'must be a whole number'], ['login?userId=me', 'userId', 'must be a whole number'],
  ])('%s is refused', async (path, name, reason) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toEqual(invalid(`Invalid value for query parameter ${name}: ${reason}`, { errors: [{ message: reason, in: name }], context: { [name]: [reason] } }));
  });

  test('sign-ins of more than 90 days ago are not listed ([D])', async () => {
    spoke.tick(start + 90 * 86_400_000 - Date.parse(now()));
    expect((await get('login')).body.results).toHaveLength(4);
    spoke.tick(1);
    expect((await get('login')).body.results).toHaveLength(3);
  });
});
