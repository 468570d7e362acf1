// Two portals in one database: a token sees what its own portal has, and nothing of the other.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, invalidValues, refusal } from '../support/expect.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Call, type Spoke } from '../support/spoke.ts';

const OTHER_ID = 7_654_321;

let spoke: Spoke;
/** What each portal has. The two are filled alike. */
interface Portal {
  portalId: number;
  token: string;
  contact: string;
  company: string;
  label: number;
  get: (path: string) => Promise<Answer>;
  post: (path: string, body: unknown) => Promise<Answer>;
}
let here: Portal;
let there: Portal;

async function fill(portalId: number, token: string, firstname: string): Promise<Portal> {
  const call: Call = { token };
  const get = (path: string) => spoke.get(path, call);
  const post = (path: string, body: unknown) => spoke.post(path, body, call);
  const badge = await post('/crm/v3/properties/contacts', { name: 'badge', label: `Badge of ${firstname}`, type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true });
  expect(badge.status).toBe(201);
  const labels = await post('/crm/v4/associations/contacts/companies/labels', { name: 'chief', label: `Chief of ${firstname}` });
  const contacts = await post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'ada@example.org', badge: 'B-1', firstname } }] });
  expect(contacts.status).toBe(201);
  const companies = await post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: `${firstname} Ltd` } }] });
  const [contact, company, label] = [contacts.body.results[0].id, companies.body.results[0].id, labels.body.results[1].typeId];
  const associated = await post('/crm/v4/associations/contacts/companies/batch/create', {
    inputs: [{ from: { id: contact }, to: { id: company }, types: [{ associationCategory: 'USER_DEFINED', associationTypeId: label }] }],
  });
  expect(associated.status).toBe(201);
  return { portalId, token, contact, company, label, get, post };
}

beforeAll(async () => {
  spoke = await startSpoke();
  const other = await spoke.addPortal(OTHER_ID);
  here = await fill(PORTAL_ID, spoke.token, 'Here');
  there = await fill(OTHER_ID, other, 'There');
});
afterAll(() => spoke.close());

const contactOf = (portal: Portal, firstname: string) => ({
  id: portal.contact, properties: { createdate: NOW, email: 'ada@example.org', firstname, hs_object_id: portal.contact, lastmodifieddate: NOW, lastname: null },
  createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/${portal.portalId}/record/0-1/${portal.contact}`,
});
const bothWays = () => [{ name: 'here', own: here, other: there, first: 'Here' }, { name: 'there', own: there, other: here, first: 'There' }];

test('the ids of the two are different', () => {
  expect(new Set([here.contact, here.company, there.contact, there.company]).size).toBe(4);
});

test('each has the same email, and finds its own contact by it', async () => {
  for (const { own, first } of bothWays()) {
    expect((await own.get('/crm/v3/objects/contacts/ada@example.org?idProperty=email')).body).toEqual(contactOf(own, first));
    expect((await own.get('/crm/v3/objects/contacts/B-1?idProperty=badge')).body).toEqual(contactOf(own, first));
    expect((await own.post('/crm/v3/objects/contacts/batch/read', { inputs: [{ id: 'ada@example.org' }], idProperty: 'email' })).body.results).toEqual([contactOf(own, first)]);
  }
});

test('a conflict names the own record', async () => {
  for (const { own } of bothWays()) {
    const answer = await own.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'ada@example.org' } }] });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(refusal(`Contact already exists. Existing ID: ${own.contact}`, { category: 'CONFLICT' }));
  }
});

test('lists hold own records only', async () => {
  for (const { own, first } of bothWays()) expect((await own.get('/crm/v3/objects/contacts')).body).toEqual({ results: [contactOf(own, first)] });
});

test("properties and labels are each portal's own", async () => {
  for (const { own, first } of bothWays()) {
    expect((await own.get('/crm/v3/properties/contacts/badge')).body.label).toBe(`Badge of ${first}`);
    const labels = (await own.get('/crm/v4/associations/contacts/companies/labels')).body.results.filter((type: { category: string }) => type.category === 'USER_DEFINED');
    expect(labels).toEqual([{ category: 'USER_DEFINED', typeId: own.label, label: `Chief of ${first}` }]);
  }
  await here.post('/crm/v3/properties/contacts', { name: 'only_here', label: 'X', type: 'string', fieldType: 'text', groupName: 'contactinformation' });
  expect((await there.get('/crm/v3/properties/contacts/only_here')).status).toBe(404);
  expect((await there.get('/crm/v3/properties/contacts')).body.results.map((property: { name: string }) => property.name)).not.toContain('only_here');
  const write = await there.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { only_here: 'x' } }] });
  expect(write.status).toBe(400);
  expect(write.body.message).toContain(`"portalId":${OTHER_ID}`);
});

test('the second label of one portal is no type of the other', async () => {
  const made = await here.post('/crm/v4/associations/contacts/companies/labels', { name: 'second', label: 'Second' });
  const { typeId } = made.body.results[1];
  const answer = await there.post('/crm/v4/associations/contacts/companies/batch/create', {
    inputs: [{ from: { id: there.contact }, to: { id: there.company }, types: [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }] }],
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid('One or more associations are invalid', {
    context: { INVALID_ASSOCIATION_TYPE_ID: [`USER_DEFINED=${typeId} is not a valid association definition id`], associationSpec: [`USER_DEFINED=${typeId}`] },
  }));
});

describe("an id of the other portal's", () => {
  test('GET one: 404', async () => {
    for (const { own, other } of bothWays()) {
      for (const query of ['', '?archived=true', '?idProperty=hs_object_id', '?associations=companies', '?propertiesWithHistory=email']) {
        const answer = await own.get(`/crm/v3/objects/contacts/${other.contact}${query}`);
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual(refusal('resource not found'));
      }
    }
  });

  test('list from it: nothing of the other', async () => {
    for (const { own, other } of bothWays()) {
      const ids = (await own.get(`/crm/v3/objects/contacts?after=${other.contact}`)).body.results.map((record: { id: string }) => record.id);
      expect(ids).not.toContain(other.contact);
    }
  });

  test('batch read: missing', async () => {
    for (const { own, other, first } of bothWays()) {
      const answer = await own.post('/crm/v3/objects/contacts/batch/read', { inputs: [{ id: own.contact }, { id: other.contact }], propertiesWithHistory: [] });
      expect(answer.status).toBe(207);
      expect(answer.body).toEqual({
        status: 'COMPLETE', results: [contactOf(own, first)], numErrors: 1, startedAt: NOW, completedAt: NOW,
        errors: [{
          status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: [other.contact] },
          message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
        }],
      });
    }
  });

  test('batch upsert by id: missing, and not written', async () => {
    for (const { own, other } of bothWays()) {
      const answer = await own.post('/crm/v3/objects/contacts/batch/upsert', { inputs: [{ id: other.contact, properties: { lastname: 'Stolen' } }] });
      expect(answer.status).toBe(207);
      expect(answer.body.results).toEqual([]);
      expect(answer.body.errors[0].context).toEqual({ ids: [other.contact] });
      expect((await other.get(`/crm/v3/objects/contacts/${other.contact}`)).body.properties.lastname).toBeNull();
    }
  });

  test('batch create with an association to it: refused', async () => {
    for (const { own, other } of bothWays()) {
      const answer = await own.post('/crm/v3/objects/contacts/batch/create', {
        inputs: [{ properties: { firstname: 'X' }, associations: [{ to: { id: other.company }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }] }],
      });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalid('One or more associations are invalid', {
        context: { INVALID_OBJECT_IDS: [`COMPANY=${other.company} is not valid`], objectId: [other.company], objectType: ['COMPANY'] },
      }));
    }
  });

  test('associating it: refused, from either end', async () => {
    for (const { own, other } of bothWays()) {
      for (const [from, to, token, id] of [[own.contact, other.company, 'COMPANY', other.company], [other.contact, own.company, 'CONTACT', other.contact]] as const) {
        const answer = await own.post('/crm/v4/associations/contacts/companies/batch/create', {
          inputs: [{ from: { id: from }, to: { id: to }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
        });
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual(invalid('One or more associations are invalid', {
          context: { INVALID_OBJECT_IDS: [`${token}=${id} is not valid`], objectId: [id], objectType: [token] },
        }));
      }
    }
  });

  test('its associations: 404', async () => {
    for (const { own, other } of bothWays()) {
      for (const root of ['/crm/v3/objects', '/crm/v4/objects', '/crm/objects/2026-03']) {
        const answer = await own.get(`${root}/contacts/${other.contact}/associations/companies`);
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual(refusal('resource not found'));
      }
    }
  });

  test('each still has its own association, and no more', async () => {
    for (const { own, first } of bothWays()) {
      expect((await own.get(`/crm/v4/objects/contacts/${own.contact}/associations/companies`)).body).toEqual({
        results: [{
          toObjectId: Number(own.company),
          associationTypes: [
            { category: 'HUBSPOT_DEFINED', typeId: 279, label: null }, { category: 'USER_DEFINED', typeId: own.label, label: `Chief of ${first}` },
          ],
        }],
      });
    }
  });
});

test("an owner of one portal is none of the other's", async () => {
  const [{ id }] = await spoke.db.query<{ id: number }>({ text: 'insert into owner select $1::bigint, 991, 991, email, first_name, last_name, created_at, updated_at, archived_at from owner where portal_id = $1::bigint limit 1 returning id', values: [OTHER_ID] }) as [{ id: number }];
  await spoke.db.script(`update portal set model_version = model_version + 1 where portal_id = ${OTHER_ID}`);
  spoke.forgetPortal(OTHER_ID);
  expect((await there.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { hubspot_owner_id: String(id) } }] })).status).toBe(201);
  const answer = await here.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { hubspot_owner_id: String(id) } }] });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalidValues(['hubspot_owner_id', 'INVALID_OWNER_ID', `${id} was not a valid owner ID`]));
});
