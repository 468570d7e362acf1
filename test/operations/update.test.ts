// PATCH of one record on the wire (objects.md 3.6, 3.10, 4.3, 4.5, 5.3, 5.5, 6.7).
// Proves: records.update.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUniqueProperty, clockOf, created, invalid, invalidValues, refusal, stageOfDeal, takenMessage, updated, updatedContact, type Fault,
} from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'];

const patch = (path: string, properties: object, more: object = {}): Promise<Answer> =>
  spoke.call(`PATCH /crm/v3/objects/${path}`, { body: { properties, ...more } });

/** Makes a record and answers its id. */
async function make(type: string, properties: object): Promise<string> {
  const answer = await spoke.post(`/crm/v3/objects/${type}`, { properties });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

const read = async (path: string, ...names: string[]): Promise<object> => (await spoke.get(`/crm/v3/objects/${path}?properties=${names.join(',')}`)).body.properties;

/** The times of a record made now, of which an update a second later knows. */
function later(id: string): { id: string; createdAt: string; updatedAt: string } {
  const createdAt = now();
  return { id, createdAt, updatedAt: tick() };
}

const NOT_FOUND = refusal('resource not found');
const noSuch = (name: string): Fault => [name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`];

describe('what an update answers and leaves behind', () => {
  test.each(ROOTS)('%s: the changed values, id and dates of a company; the others stay (3.10 [O], 4.3 [D])', async (root) => {
    const id = await make('companies', { name: 'Acme', city: 'Bonn' });
    const times = later(id);
    const answer = await spoke.call(`PATCH ${root}/companies/${id}`, { body: { properties: { city: 'Ulm' } } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-2', times, { city: 'Ulm' }));
    expect((await spoke.get(`${root}/companies/${id}?properties=name,city`)).body).toEqual(updated('0-2', times, { city: 'Ulm', name: 'Acme' }));
  });

  test('a contact echoes its stage, pipeline and source too (3.10 [O])', async () => {
    const id = await make('contacts', { email: 'ada@example.org' });
    const times = later(id);
    const answer = await patch(`contacts/${id}`, { firstname: 'Ada', email: 'Ada@Example.ORG' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updatedContact(times, { email: 'ada@example.org', firstname: 'Ada', hs_full_name_or_email: 'Ada' }));
  });

  test('an activity has hs_createdate (3.10 [O]), and required properties are not asked again (2.5 [O])', async () => {
    const id = await make('notes', { hs_timestamp: now() });
    const times = later(id);
    const answer = await patch(`notes/${id}`, { hs_note_body: 'Hi' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-46', times, {
      hs_note_body: 'Hi', hs_body_preview: 'Hi', hs_body_preview_is_truncated: 'false',
    }, {}, 'hs_createdate'));
  });

  test('properties are sorted by name (3.10 [O])', async () => {
    const id = await make('companies', { name: 'Sorted' });
    const answer = await patch(`companies/${id}`, { zip: '1', city: 'Bonn', address: '' });
    expect(Object.keys(answer.body.properties)).toEqual(['address', 'city', 'createdate', 'hs_lastmodifieddate', 'hs_object_id', 'zip']);
  });

  test("'' clears and shows as '', later reads show null (4.3 [D, O]); null clears too (4.3 [I])", async () => {
    const id = await make('companies', { name: 'Clear', city: 'Bonn', phone: '1' });
    const times = later(id);
    const answer = await patch(`companies/${id}`, { city: '', phone: null });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-2', times, { city: '', phone: '' }));
    expect(await read(`companies/${id}`, 'name', 'city', 'phone')).toEqual({
      city: null, createdate: times.createdAt, hs_lastmodifieddate: times.updatedAt, hs_object_id: id, name: 'Clear', phone: null,
    });
  });

  test('what was computed from a cleared value is cleared with it (4.3 [O], 5.5 [D])', async () => {
    const id = await make('contacts', { email: 'bob@example.org', firstname: 'Bob' });
    const times = later(id);
    const answer = await patch(`contacts/${id}`, { email: '', firstname: '' });
    expect(answer.body).toEqual(updatedContact(times, { email: '', firstname: '', hs_email_domain: '', hs_full_name_or_email: '' }));
  });

  test.each([['equal values', { city: 'Bonn', name: 'Same' }], ['clearing what is empty', { phone: '', zip: null }]])(
    '%s: the values are answered, updatedAt stays, no history (4.3 [I])', async (_name, properties) => {
      const id = await make('companies', { name: 'Same', city: 'Bonn' });
      const at = now();
      tick();
      const answer = await patch(`companies/${id}`, properties);
      expect(answer.status).toBe(200);
      const shown = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value ?? '']));
      expect(answer.body).toEqual(updated('0-2', { id, createdAt: at, updatedAt: at }, shown));
      const { body } = await spoke.get(`/crm/v3/objects/companies/${id}?propertiesWithHistory=city,phone`);
      expect(body).toEqual(updated('0-2', { id, createdAt: at, updatedAt: at }, { city: 'Bonn', phone: null }, {
        propertiesWithHistory: { city: [{ value: 'Bonn', timestamp: at, sourceType: 'INTEGRATION', sourceId: '1' }], phone: [] },
      }));
    },
  );

  test('histories know every change, newest first, a cleared value as empty text (4.1 [D, O])', async () => {
    const id = await make('companies', { city: 'Bonn' });
    const times = later(id);
    await patch(`companies/${id}`, { city: '' });
    const last = tick();
    await patch(`companies/${id}`, { city: 'Ulm' });
    const entry = (value: string, timestamp: string): object => ({ value, timestamp, sourceType: 'INTEGRATION', sourceId: '1' });
    expect((await spoke.get(`/crm/v3/objects/companies/${id}?propertiesWithHistory=city`)).body.propertiesWithHistory).toEqual({
      city: [entry('Ulm', last), entry('', times.updatedAt), entry('Bonn', times.createdAt)],
    });
  });

  test('numbers and booleans are written as text (5.1 [O])', async () => {
    const id = await make('companies', { name: 'Text' });
    const times = later(id);
    expect((await patch(`companies/${id}`, { numberofemployees: 5, phone: 12, city: true })).body)
      .toEqual(updated('0-2', times, { city: 'true', numberofemployees: '5', phone: '12' }));
  });

  test('associations in the body change nothing (4.3 [D])', async () => {
    const company = await make('companies', { name: 'Boss' });
    const id = await make('contacts', { firstname: 'Ada' });
    const answer = await patch(`contacts/${id}`, { city: 'Bonn' }, {
      associations: [{ to: { id: company }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] }],
    });
    expect(answer.status).toBe(200);
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}?associations=companies`)).body.associations).toBeUndefined();
  });

  test('a date that is a time: a warning from 2026-09 on, refused before (5.2, 5.6 [D])', async () => {
    const id = await make('contacts', { firstname: 'Eve' });
    const added = await spoke.post('/crm/v3/properties/contacts', { name: 'birthday', label: 'Birthday', type: 'date', fieldType: 'date', groupName: 'contactinformation' });
    expect(added.status).toBe(201);
    const value = '2026-10-02T13:45:00Z';
    const times = later(id);
    const answer = await spoke.call(`PATCH /crm/objects/2026-09/contacts/${id}`, { body: { properties: { birthday: value } } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updatedContact(times, { birthday: '2026-10-02' }, {
      warnings: [{
        category: 'PROPERTY_VALUE_NORMALIZED', message: 'birthday was normalized',
        context: { propertyName: 'birthday', rawValue: value, normalizedValue: '2026-10-02' },
      }],
    }));
    expect((await patch(`contacts/${id}`, { birthday: value })).body).toEqual(invalidValues(['birthday', 'INVALID_DATE', `${value} is at 13:45:00.000 UTC, not midnight!`]));
  });
});

describe('idProperty (2.10, 4.3 [D])', () => {
  test.each([
    ['email', 'kim@example.org'], ['email', 'KIM@Example.org'], ['email', 'kim%40example.org'], ['customer_no', 'K 1'],
  ])('%s %s', async (idProperty, value) => {
    const found = await spoke.get('/crm/v3/objects/contacts/kim@example.org?idProperty=email');
    const id = found.status === 200 ? found.body.id : await make('contacts', { email: 'kim@example.org', customer_no: 'K 1' });
    const { createdAt } = (await spoke.get(`/crm/v3/objects/contacts/${id}`)).body;
    const updatedAt = tick();
    const answer = await patch(`contacts/${encodeURI(value)}?idProperty=${idProperty}`.replace('%25', '%'), { city: `City ${updatedAt}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updatedContact({ id, createdAt, updatedAt }, { city: `City ${updatedAt}` }));
  });

  test('the value it was found by may be written', async () => {
    const id = await make('companies', { vat_no: 'V1' });
    const times = later(id);
    const answer = await patch('companies/V1?idProperty=vat_no', { vat_no: 'V2' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-2', times, { vat_no: 'V2' }));
    expect((await patch('companies/V1?idProperty=vat_no', { city: 'Bonn' })).body).toEqual(NOT_FOUND);
    expect((await patch('companies/V2?idProperty=vat_no', { city: 'Bonn' })).body.id).toBe(id);
  });

  test('hs_object_id is the record id, as a read takes it [I]', async () => {
    const id = await make('companies', { name: 'Acme' });
    const times = later(id);
    const answer = await patch(`companies/${id}?idProperty=hs_object_id`, { city: 'Bonn' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-2', times, { city: 'Bonn' }));
    const nobody = await patch('companies/999?idProperty=hs_object_id', { city: 'Bonn' });
    expect(nobody.status).toBe(404);
    expect(nobody.body).toEqual(NOT_FOUND);
    const name = await patch('companies/abc?idProperty=hs_object_id', { city: 'Bonn' });
    expect(name.status).toBe(404);
    expect(name.body).toEqual(refusal('Object not found.  objectId are usually numeric.', { context: { id: ['abc'] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test('a value that nobody has is 404, and makes nothing (4.5 [I])', async () => {
    const answer = await patch('contacts/nobody@example.org?idProperty=email', { city: 'Bonn' });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(NOT_FOUND);
    expect((await spoke.get('/crm/v3/objects/contacts/nobody@example.org?idProperty=email')).status).toBe(404);
  });

  test.each([
    ['companies', 'domain', '0-2'], ['contacts', 'firstname', '0-1'], ['deals', 'dealname', '0-3'], ['contacts', 'no_such', '0-1'],
  ])('%s by %s: not unique (3.6 [O])', async (type, property, typeId) => {
    const answer = await patch(`${type}/1?idProperty=${property}`, { city: 'Bonn' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Unable to perform update/upsert by non-unique ${typeId} property ${property}`));
  });
});

describe('refused', () => {
  test.each(['1', 'abc', 'ada@example.org?idProperty=email'])('no properties, before the record is looked for: %s (4.3 [O])', async (path) => {
    const answer = await patch(`contacts/${path}`, {});
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('No properties found to update, please provide at least one.', { context: { properties: ['{}'] } }));
  });

  test.each(['999', '0', '007', '99999999999999999999'])('id %s reaches nothing (4.3, 4.5 [O])', async (id) => {
    const answer = await patch(`companies/${id}`, { name: 'x' });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(NOT_FOUND);
  });

  test.each(['abc', '12x', '-1', '1.5', 'ada@example.org'])('id %s is no number (4.5 [O])', async (id) => {
    const answer = await patch(`contacts/${id}`, { firstname: 'x' });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal('Object not found.  objectId are usually numeric.', { context: { id: [id] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test('the id of another type (4.5 [O])', async () => {
    expect((await patch(`contacts/${await make('companies', { name: 'Other' })}`, { firstname: 'x' })).body).toEqual(NOT_FOUND);
  });

  test('an archived record is 404, by id and by value, and stays as it was (4.3 [I])', async () => {
    const id = await make('contacts', { email: 'gone@example.org', firstname: 'Gone' });
    await spoke.call(`DELETE /crm/v3/objects/contacts/${id}`);
    for (const path of [id, 'gone@example.org?idProperty=email']) expect((await patch(`contacts/${path}`, { firstname: 'Back' })).body).toEqual(NOT_FOUND);
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}?archived=true&properties=firstname`)).body.properties).toMatchObject({ firstname: 'Gone' });
  });

  test('all faults are told and nothing is written; unknown record ids are told first (5.3 [O])', async () => {
    const id = await make('companies', { name: 'Keep' });
    const faults: Fault[] = [
      noSuch('colour'), ['numberofemployees', 'INVALID_LONG', 'many was not a valid long.'],
      ['hs_object_id', 'READ_ONLY_VALUE', '"hs_object_id" is a calculated property; its value cannot be set.'],
      ['hs_lastmodifieddate', 'READ_ONLY_VALUE', '"hs_lastmodifieddate" is a read only property; its value cannot be set.'],
    ];
    const properties = { colour: 'red', name: 'Lost', numberofemployees: 'many', hs_object_id: '1', hs_lastmodifieddate: now() };
    const answer = await patch(`companies/${id}`, properties);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(...faults));
    expect(await read(`companies/${id}`, 'name')).toMatchObject({ name: 'Keep' });
    expect((await patch('companies/999', properties)).body).toEqual(NOT_FOUND);
  });

  test.each([
    ['no properties field', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [properties]'],
    ['an object as value', '{"properties":{"city":{}}}', expect.stringMatching(/^Invalid input JSON on line 1, column 23: Cannot deserialize value of type /)],
    ['no body', '', 'Invalid JSON input: a request body was expected, but none found'],
  ])('%s (5.1, 6.2 [O])', async (_name, body, message) => {
    const answer = await spoke.call(`PATCH /crm/v3/objects/companies/1`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message as string));
  });

  test.each([
    ['email', 'Held@example.org', 'held@example.org'], ['customer_no', 'Held 1', 'Held 1'],
  ])('a taken %s is 400 with the holder, not 409 (6.7 [O])', async (property, value, shown) => {
    const holder = await make('contacts', { [property]: property === 'email' ? 'held@example.org' : 'held 1' });
    const id = await make('contacts', { firstname: 'Kim' });
    const answer = await patch(`contacts/${id}`, { [property]: value, firstname: 'Lost' });
    const message = takenMessage('CONTACT', property, shown, id, holder);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: [property] } }] }));
    expect(await read(`contacts/${id}`, property, 'firstname')).toMatchObject({ [property]: null, firstname: 'Kim' });
  });

  test('a value given up by its holder is free at once (6.7 [I])', async () => {
    const holder = await make('companies', { vat_no: 'Free' });
    const id = await make('companies', { name: 'Next' });
    expect((await patch(`companies/${holder}`, { vat_no: '' })).status).toBe(200);
    const times = later(id);
    const answer = await patch(`companies/${id}`, { vat_no: 'free' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-2', { ...times, createdAt: answer.body.createdAt }, { vat_no: 'free' }));
    expect((await spoke.get('/crm/v3/objects/companies/FREE?idProperty=vat_no')).body.id).toBe(id);
  });
});

describe('rules between values', () => {
  test('a lifecycle stage moves forward; backward succeeds and changes nothing; cleared it may start over (5.5 [D, O])', async () => {
    const id = await make('contacts', { firstname: 'Ada' });
    const epoch = (): string => String(Date.parse(now()));
    const times = later(id);
    const forward = await patch(`contacts/${id}`, { lifecyclestage: 'customer' });
    expect(forward.body).toEqual(updatedContact(times, { lifecyclestage: 'customer', hs_lifecyclestage_customer_date: epoch() }));
    tick();
    const backward = await patch(`contacts/${id}`, { lifecyclestage: 'lead' });
    expect(backward.status).toBe(200);
    expect(backward.body).toEqual(updatedContact(times, { lifecyclestage: 'customer' }));
    const cleared = await patch(`contacts/${id}`, { lifecyclestage: '' });
    expect(cleared.body).toEqual(updatedContact({ ...times, updatedAt: now() }, { lifecyclestage: '' }));
    tick();
    const anew = await patch(`contacts/${id}`, { lifecyclestage: 'subscriber' });
    expect(anew.body).toEqual(updatedContact({ ...times, updatedAt: now() }, { lifecyclestage: 'subscriber', hs_lifecyclestage_subscriber_date: epoch() }));
  });

  test('a stage of the pipeline, with what follows from it (2.4, 5.5 [D], which values [I])', async () => {
    const id = await make('deals', { dealname: 'Big', dealstage: 'contractsent' });
    const times = later(id);
    const answer = await patch(`deals/${id}`, { dealstage: 'closedwon', amount: '5' });
    expect(answer.status).toBe(200);
    const { hs_is_closed_lost: _lost, hs_is_in_first_deal_stage: _first, ...changed } = stageOfDeal('won', '1.0');
    expect(answer.body).toEqual(updated('0-3', times, {
      amount: '5', amount_in_home_currency: '5', dealstage: 'closedwon', hs_forecast_amount: '5', hs_projected_amount: '5', hs_projected_amount_in_home_currency: '5',
      hs_closed_amount: '5', hs_closed_amount_in_home_currency: '5', hs_closed_won_date: now(), closedate: now(), days_to_close: '0', ...changed,
    }));
    expect((await patch(`deals/${id}`, { dealstage: 'closedlost' })).body).toEqual(updated('0-3', times, {
      dealstage: 'closedlost', hs_is_closed_won: 'false', hs_is_closed_lost: 'true', hs_closed_won_count: '0', hs_closed_won_date: '', hs_closed_amount: '0',
      hs_closed_amount_in_home_currency: '0', hs_deal_stage_probability: '0.0', hs_deal_stage_probability_shadow: '0.0',
      hs_projected_amount: '0', hs_projected_amount_in_home_currency: '0',
    }));
  });

  test('a stage of another pipeline is refused (2.4 [D], 5.3 [O])', async () => {
    const id = await make('tickets', { subject: 'Help', hs_pipeline_stage: '1' });
    const answer = await patch(`tickets/${id}`, { hs_pipeline_stage: 'closedwon' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(
      ['hs_pipeline_stage', 'INVALID_OPTION', 'closedwon is not a valid pipeline stage ID. Valid options are: pipelineId=0 : [1, 2, 3, 4]'],
    ));
    expect(await read(`tickets/${id}`, 'hs_pipeline_stage')).toMatchObject({ hs_pipeline_stage: '1' });
  });

  test('a later domain does not fill the website: only a create does (2.4 [O])', async () => {
    const id = await make('companies', { name: 'Later' });
    const times = later(id);
    expect((await patch(`companies/${id}`, { domain: 'later.example' })).body).toEqual(updated('0-2', times, { domain: 'later.example' }));
  });

  test('a record just made and one just updated read alike (4.1 [O])', async () => {
    const id = await make('companies', { name: 'Twin', domain: 'twin.example' });
    const at = now();
    expect((await spoke.get(`/crm/v3/objects/companies/${id}?properties=name,domain,website,hs_object_source,hs_object_source_id,hs_object_source_label`)).body)
      .toEqual(created('0-2', id, at, { name: 'Twin', domain: 'twin.example', website: 'twin.example' }));
  });
});
