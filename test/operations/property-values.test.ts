// Property values on the wire: what each type takes, stores and refuses, the rules between values, and their history
// (objects.md 5).
// Proves: records.batchCreate, records.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUniqueProperty, batch, clockOf, countOf, created, createdContact, idsOf, invalidValues, ownedSince, stageOfDeal, updated, updatedContact, type Fault,
} from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OPTIONS = ['red', 'green', 'blue', 'Light Blue'].map((value) => ({ label: value.toUpperCase(), value }));

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  for (const [name, type, fieldType] of [
    ['t_text', 'string', 'text'], ['t_area', 'string', 'textarea'], ['t_html', 'string', 'html'], ['t_number', 'number', 'number'],
    ['t_bool', 'bool', 'booleancheckbox'], ['t_date', 'date', 'date'], ['t_time', 'datetime', 'date'], ['t_phone', 'phone_number', 'phonenumber'],
    ['t_select', 'enumeration', 'select'], ['t_radio', 'enumeration', 'radio'], ['t_multi', 'enumeration', 'checkbox'],
  ]) {
    const answer = await spoke.post('/crm/v3/properties/contacts', {
      name, label: name, type, fieldType, groupName: 'contactinformation', ...(type === 'enumeration' ? { options: OPTIONS } : {}),
    });
    expect(answer.status).toBe(201);
  }
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
});
afterAll(() => spoke.close());

const create = (type: string, properties: object): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: [{ properties }] });
const upsert = (id: string, properties: object): Promise<Answer> =>
  spoke.post('/crm/v3/objects/contacts/batch/upsert', { inputs: [{ idProperty: 'customer_no', id, properties }] });
const midnight = (day: string): string => String(Date.parse(`${day}T00:00:00.000Z`));

describe('accepted values', () => {
  test.each<[what: string, name: string, sent: unknown, stored: string]>([
    ['text as it is (5.2 [D])', 't_text', 'Zoë & <b>Ünïcode</b> 🎈 "x"\n', 'Zoë & <b>Ünïcode</b> 🎈 "x"\n'],
    ['text with white space around (5.1 [D])', 't_text', '  spaced  ', '  spaced  '],
    ['text of 65,536 characters (5.1 [D])', 't_area', 'x'.repeat(65_536), 'x'.repeat(65_536)],
    ['html as it is (5.2 [D])', 't_html', '<p>Hi</p>', '<p>Hi</p>'],
    ['a JSON number as text (5.1 [O])', 't_text', 42, '42'],
    ['a JSON boolean as text (5.1 [O])', 't_text', true, 'true'],
    ['zero is a value (5.1 [O])', 't_number', 0, '0'],
    ['false is a value (5.1 [O])', 't_bool', false, 'false'],
    ['an integer (5.2 [D])', 't_number', '42', '42'],
    ['a JSON number (5.1 [O])', 't_number', 42.5, '42.5'],
    ['a negative decimal (5.2 [D])', 't_number', '-1234.50', '-1234.50'],
    ['a number as it was sent, "5.0" (5.2 [O])', 't_number', '5.0', '5.0'],
    ['more digits than a double has (5.2 [O])', 't_number', '12345678901234567890.123', '12345678901234567890.123'],
    ['an exponent, written out [I]', 't_number', 1e21, '1000000000000000000000'],
    ['true as text (5.2 [D])', 't_bool', 'true', 'true'],
    ['true as JSON (5.2 [D])', 't_bool', true, 'true'],
    ['a boolean in upper case [I]', 't_bool', 'TRUE', 'true'],
    ['a date (5.2 [D])', 't_date', '2026-10-02', '2026-10-02'],
    ['29 February (5.2 [D])', 't_date', '2028-02-29', '2028-02-29'],
    ['epoch milliseconds at midnight, as text (5.2 [D])', 't_date', midnight('2026-10-02'), '2026-10-02'],
    ['epoch milliseconds at midnight, as a number (5.1 [O], 5.2 [D])', 't_date', Number(midnight('1969-12-31')), '1969-12-31'],
    ['a time without milliseconds (5.2 [D])', 't_time', '2026-10-02T08:15:30Z', '2026-10-02T08:15:30.000Z'],
    ['a time with milliseconds (5.2 [D])', 't_time', '2026-10-02T08:15:30.123Z', '2026-10-02T08:15:30.123Z'],
    ['a time with an offset (5.2 [D])', 't_time', '2026-10-02T01:15:30.5+02:00', '2026-10-01T23:15:30.500Z'],
    ['a time as epoch milliseconds (5.2 [D])', 't_time', 1_790_000_000_123, '2026-09-21T14:13:20.123Z'],
    ['a bare date as a time [I]', 't_time', '2026-10-02', '2026-10-02T00:00:00.000Z'],
    ['an option (5.2 [D])', 't_select', 'green', 'green'],
    ['an option with a space (5.2 [D])', 't_radio', 'Light Blue', 'Light Blue'],
    ['several options (5.2 [D])', 't_multi', 'blue;red', 'blue;red'],
    ['a leading ; on a new record (5.2 [D])', 't_multi', ';red', 'red'],
    ['options twice are one, in their order [I]', 't_multi', 'blue;red;blue', 'blue;red'],
    ['a phone number as it was typed (5.2 [D])', 't_phone', '(030) 123-456 ext. 7', '(030) 123-456 ext. 7'],
    ['an owner of the portal (5.2 [D])', 'hubspot_owner_id', '1', '1'],
    ['an owner id as a number (5.1 [O])', 'hubspot_owner_id', 1, '1'],
  ])('%s', async (_what, name, sent, stored) => {
    const answer = await create('contacts', { [name]: sent });
    const id = idsOf(answer)[0]!;
    expect(answer.status).toBe(201);
    const owned = name === 'hubspot_owner_id' ? ownedSince(now()) : {};
    expect(answer.body).toEqual(batch(now(), [createdContact(id, now(), { ...owned, [name]: stored })]));
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}?properties=${name}`)).body.properties).toEqual({
      createdate: now(), hs_object_id: id, lastmodifieddate: now(), [name]: stored,
    });
  });

  test.each<[unknown, string]>([['', 'empty text (5.2 [D])'], [null, 'null (10.1 [I])']])('%o on create is no value: %s', async (empty, _source) => {
    const answer = await create('contacts', { t_text: empty, t_number: empty, t_bool: empty, t_date: empty, t_multi: empty, email: empty, hubspot_owner_id: empty });
    const id = idsOf(answer)[0]!;
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [createdContact(id, now(), {})]));
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}?properties=t_text,t_bool,email`)).body.properties).toEqual({
      createdate: now(), email: null, hs_object_id: id, lastmodifieddate: now(), t_bool: null, t_text: null,
    });
  });

  test.each([
    ['Ada@Example.ORG', 'ada@example.org', 'example.org'], ['  pad@example.org ', 'pad@example.org', 'example.org'],
    ["o'neil+tag@sub.example.co.uk", "o'neil+tag@sub.example.co.uk", 'sub.example.co.uk'],
  ])('the email %o is stored as %s (2.4 [O])', async (sent, email, domain) => {
    const answer = await create('contacts', { email: sent });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [
      createdContact(idsOf(answer)[0]!, now(), { email, hs_email_domain: domain, hs_full_name_or_email: email }),
    ]));
  });

  test.each([['https://www.Acme.example/about', 'acme.example'], ['WWW.acme.example', 'acme.example'], ['sub.acme.example', 'sub.acme.example']])(
    'the domain %s is stored as %s (5.2 [I])', async (sent, domain) => {
      const answer = await create('companies', { domain: sent });
      expect(answer.body).toEqual(batch(now(), [created('0-2', idsOf(answer)[0]!, now(), { domain, website: domain })]));
    },
  );

  test.each([
    [{ firstname: 'Ada', lastname: 'Byron', email: 'full1@example.org' }, 'Ada Byron'], [{ lastname: 'Byron' }, 'Byron'], [{ email: 'full2@example.org' }, 'full2@example.org'],
  ])('%o is called %s (5.5 [D])', async (properties, name) => {
    const answer = await create('contacts', properties);
    expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), {
      ...properties, hs_full_name_or_email: name, ...('email' in properties ? { hs_email_domain: 'example.org' } : {}),
    })]));
  });
});

const OFF_MIDNIGHT = String(Date.parse('2026-10-02T13:45:00.007Z'));
const readOnly = (name: string): Fault => [name, 'READ_ONLY_VALUE', `"${name}" is a read only property; its value cannot be set.`];
const calculated = (name: string): Fault => [name, 'READ_ONLY_VALUE', `"${name}" is a calculated property; its value cannot be set.`];

describe('refused values', () => {
  test.each<[what: string, sent: object, ...faults: Fault[]]>([
    ['an unknown property (5.1, 5.3 [O])', { colour: 'x' }, ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist']],
    ['a known name in another case (5.1 [D])', { Email: 'a@example.org' }, ['Email', 'PROPERTY_DOESNT_EXIST', 'Property "Email" does not exist']],
    ['an unknown property without value (5.3 [O])', { colour: '' }, ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist']],
    ['a name that objects have anyway [I]', { constructor: 'x' }, ['constructor', 'PROPERTY_DOESNT_EXIST', 'Property "constructor" does not exist']],
    ['a bad email (5.3 [O])', { email: 'not an email' }, ['email', 'INVALID_EMAIL', 'Email address not an email is invalid']],
    ['an email without domain (5.3 [O])', { email: 'ada@' }, ['email', 'INVALID_EMAIL', 'Email address ada@ is invalid']],
    ['text that is no number (5.3 [O])', { t_number: 'many' }, ['t_number', 'INVALID_LONG', 'many was not a valid long.']],
    ['thousands separators (5.2 [D])', { t_number: '1,000' }, ['t_number', 'INVALID_LONG', '1,000 was not a valid long.']],
    ['a number with two points (5.2 [D])', { t_number: '1.2.3' }, ['t_number', 'INVALID_LONG', '1.2.3 was not a valid long.']],
    ['a boolean for a number (5.2 [D])', { t_number: true }, ['t_number', 'INVALID_LONG', 'true was not a valid long.']],
    ['other text for a bool (5.2 [D], text [I])', { t_bool: 'yes' }, ['t_bool', 'INVALID_BOOLEAN', 'yes was not a valid boolean.']],
    ['1 for a bool (5.2 [D], text [I])', { t_bool: 1 }, ['t_bool', 'INVALID_BOOLEAN', '1 was not a valid boolean.']],
    ['a date off midnight (5.3 [O])', { t_date: OFF_MIDNIGHT }, ['t_date', 'INVALID_DATE', `${OFF_MIDNIGHT} is at 13:45:00.007 UTC, not midnight!`]],
    ['a time for a date (5.2, 5.6 [D])', { t_date: '2026-10-02T13:45:00Z' }, ['t_date', 'INVALID_DATE', '2026-10-02T13:45:00Z is at 13:45:00.000 UTC, not midnight!']],
    ['epoch seconds for a date (5.2 [D])', { t_date: 1_790_899_200 }, ['t_date', 'INVALID_DATE', '1790899200 is at 17:28:19.200 UTC, not midnight!']],
    ['a day that is none [I]', { t_date: '2026-02-30' }, ['t_date', 'INVALID_DATE', '2026-02-30 was not a valid date.']],
    ['a date in words [I]', { t_date: '2 October 2026' }, ['t_date', 'INVALID_DATE', '2 October 2026 was not a valid date.']],
    ['a time that is none [I]', { t_time: 'tomorrow' }, ['t_time', 'INVALID_DATE', 'tomorrow was not a valid date.']],
    ['no option (5.3 [O])', { t_select: 'pink' }, ['t_select', 'INVALID_OPTION', 'pink was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['an option in another case (5.2 [D])', { t_radio: 'Red' }, ['t_radio', 'INVALID_OPTION', 'Red was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['the label of an option (5.2 [D])', { t_select: 'LIGHT BLUE' }, ['t_select', 'INVALID_OPTION', 'LIGHT BLUE was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['two options where one goes (5.2 [D])', { t_select: 'red;blue' }, ['t_select', 'INVALID_OPTION', 'red;blue was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['one bad option of several (5.3 [O])', { t_multi: 'red;pink' }, ['t_multi', 'INVALID_OPTION', 'pink was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['a bad option to append (8.14 [I])', { t_multi: ';pink' }, ['t_multi', 'INVALID_OPTION', 'pink was not one of the allowed options: [red, green, blue, Light Blue]']],
    ['an owner of nobody (5.3 [O])', { hubspot_owner_id: '999' }, ['hubspot_owner_id', 'INVALID_OWNER_ID', '999 was not a valid owner ID']],
    ['the email of an owner (5.2 [D])', { hubspot_owner_id: 'owner@example.com' }, ['hubspot_owner_id', 'INVALID_OWNER_ID', 'owner@example.com was not a valid owner ID']],
    ['65,537 characters (5.1 [D], code and text [I])', { t_area: 'x'.repeat(65_537) }, ['t_area', 'VALUE_TOO_LONG', 'Property "t_area" exceeds the maximum length of 65536 characters']],
    ['hs_object_id (5.3 [O])', { hs_object_id: '1' }, calculated('hs_object_id')],
    ['a calculated property (5.3 [O])', { hs_additional_emails: 'a@example.org' }, calculated('hs_additional_emails')],
    ['a read-only property (5.3 [O])', { hs_object_source: 'X' }, readOnly('hs_object_source')],
    ['the modify date (5.4 [D])', { lastmodifieddate: '2026-10-02' }, readOnly('lastmodifieddate')],
    ['hs_unique_creation_key (5.4 [O])', { hs_unique_creation_key: 'x' }, readOnly('hs_unique_creation_key')],
    ['a read-only property without value [I]', { hs_object_source: '' }, readOnly('hs_object_source')],
    ['several problems, in the order of the values (5.3 [O])', { colour: 'x', firstname: 'Fine', t_number: 'a', hs_object_id: '1' },
      ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist'], ['t_number', 'INVALID_LONG', 'a was not a valid long.'], calculated('hs_object_id')],
  ])('%s', async (_what, sent, ...faults) => {
    const answer = await create('contacts', sent);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(...faults));
  });

  test('hs_unique_creation_key of a service (5.4 [O])', async () => {
    const answer = await create('services', { hs_unique_creation_key: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(readOnly('hs_unique_creation_key')));
  });

  test('the modify date of a company (5.4 [D])', async () => {
    const answer = await create('companies', { hs_lastmodifieddate: '2026-10-02' });
    expect(answer.body).toEqual(invalidValues(readOnly('hs_lastmodifieddate')));
  });

  test('an update is refused by the same rules (5.3 [O])', async () => {
    await create('contacts', { customer_no: 'R1', t_number: '1' });
    const answer = await upsert('R1', { t_number: 'x', hs_object_id: '', colour: null, t_multi: ';pink' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(
      ['t_number', 'INVALID_LONG', 'x was not a valid long.'], calculated('hs_object_id'), ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist'],
      ['t_multi', 'INVALID_OPTION', 'pink was not one of the allowed options: [red, green, blue, Light Blue]'],
    ));
    expect((await spoke.get('/crm/v3/objects/contacts/R1?idProperty=customer_no&properties=t_number')).body.properties.t_number).toBe('1');
  });

  test('nothing of the refused writes is there (3.3 [O])', async () => {
    const before = await countOf(spoke, 'companies');
    await create('companies', { name: 'x', colour: 'y' });
    expect(await countOf(spoke, 'companies')).toBe(before);
  });
});

describe('appending to checkboxes (5.2 [D])', () => {
  test.each([
    ['A1', 'red', ';blue', 'red;blue'], ['A2', 'red;blue', 'green', 'green'], ['A3', 'red;blue', ';green;red', 'red;blue;green'], ['A4', undefined, ';red;blue', 'red;blue'],
  ])('%s: %s and then %s is %s', async (number, before, sent, after) => {
    const first = await create('contacts', { customer_no: number, ...(before === undefined ? {} : { t_multi: before }) });
    const times = { id: idsOf(first)[0]!, createdAt: now() };
    const updatedAt = tick();
    const answer = await upsert(number, { t_multi: sent });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [updatedContact({ ...times, updatedAt }, { t_multi: after }, { new: false })]));
    expect((await spoke.get(`/crm/v3/objects/contacts/${times.id}?properties=t_multi`)).body.properties.t_multi).toBe(after);
  });

  test('an option that is there already changes nothing [I]', async () => {
    const first = await create('contacts', { customer_no: 'A5', t_multi: 'red;blue' });
    const times = { id: idsOf(first)[0]!, createdAt: now(), updatedAt: now() };
    const at = tick();
    expect((await upsert('A5', { t_multi: ';blue' })).body).toEqual(batch(at, [updatedContact(times, { t_multi: 'red;blue' }, { new: false })]));
  });
});

describe('lifecycle stage (5.5 [D, O])', () => {
  const stageOf = async (number: string): Promise<string> =>
    (await spoke.get(`/crm/v3/objects/contacts/${number}?idProperty=customer_no&properties=lifecyclestage`)).body.properties.lifecyclestage;

  test('a new contact may start at any stage', async () => {
    const answer = await create('contacts', { lifecyclestage: 'customer' });
    const { hs_lifecyclestage_lead_date: _, ...rest } = (createdContact(idsOf(answer)[0]!, now(), {
      lifecyclestage: 'customer', hs_lifecyclestage_customer_date: String(Date.parse(now())),
    }) as { properties: Record<string, string> }).properties;
    expect(answer.status).toBe(201);
    expect(answer.body.results[0].properties).toEqual(rest);
  });

  test('forward is written, with the date of the stage', async () => {
    const id = idsOf(await create('contacts', { customer_no: 'L1' }))[0]!;
    const createdAt = now();
    const updatedAt = tick();
    const answer = await upsert('L1', { lifecyclestage: 'opportunity' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [updatedContact({ id, createdAt, updatedAt }, {
      lifecyclestage: 'opportunity', hs_lifecyclestage_opportunity_date: String(Date.parse(updatedAt)),
    }, { new: false })]));
  });

  test('backward is a success that changes nothing', async () => {
    const id = idsOf(await create('contacts', { customer_no: 'L2', lifecyclestage: 'customer' }))[0]!;
    const createdAt = now();
    const updatedAt = tick();
    const answer = await upsert('L2', { lifecyclestage: 'lead', firstname: 'Back' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [updatedContact({ id, createdAt, updatedAt }, {
      lifecyclestage: 'customer', firstname: 'Back', hs_full_name_or_email: 'Back',
    }, { new: false })]));
    expect(await stageOf('L2')).toBe('customer');
  });

  test('backward after it was cleared is written', async () => {
    const id = idsOf(await create('contacts', { customer_no: 'L3', lifecyclestage: 'customer' }))[0]!;
    const createdAt = now();
    const clearedAt = tick();
    const cleared = await upsert('L3', { lifecyclestage: '' });
    expect(cleared.status).toBe(200);
    expect(cleared.body).toEqual(batch(clearedAt, [updatedContact({ id, createdAt, updatedAt: clearedAt }, { lifecyclestage: '' }, { new: false })]));
    expect(await stageOf('L3')).toBeNull();
    const updatedAt = tick();
    const answer = await upsert('L3', { lifecyclestage: 'subscriber' });
    expect(answer.body).toEqual(batch(updatedAt, [updatedContact({ id, createdAt, updatedAt }, {
      lifecyclestage: 'subscriber', hs_lifecyclestage_subscriber_date: String(Date.parse(updatedAt)),
    }, { new: false })]));
    expect(await stageOf('L3')).toBe('subscriber');
  });

  test('an unknown stage is refused (5.3 [O])', async () => {
    const answer = await create('contacts', { lifecyclestage: 'friend' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(['lifecyclestage', 'INVALID_OPTION',
      'friend was not one of the allowed options: [subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity, customer, evangelist, other]']));
  });

  test('companies move forward only as well', async () => {
    const id = idsOf(await create('companies', { vat_no: 'L1', lifecyclestage: 'customer' }))[0]!;
    const at = now();
    const answer = await spoke.post('/crm/v3/objects/companies/batch/upsert', { inputs: [{ idProperty: 'vat_no', id: 'L1', properties: { lifecyclestage: 'lead' } }] });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(at, [updated('0-2', { id, createdAt: at, updatedAt: at }, { lifecyclestage: 'customer' }, { new: false })]));
  });
});

describe('what is computed of deals (5.5 [D], how [I])', () => {
  const upsertDeal = (properties: object): Promise<Answer> =>
    spoke.post('/crm/v3/objects/deals/batch/upsert', { inputs: [{ idProperty: 'order_no', id: 'D1', properties }] });

  test.each([
    ['appointmentscheduled', stageOfDeal('open', '0.2'), { hs_projected_amount: '300.1', hs_projected_amount_in_home_currency: '300.1', hs_open_amount_in_home_currency: '1500.5' }],
    ['closedwon', stageOfDeal('won', '1.0'), {
      hs_projected_amount: '1500.5', hs_projected_amount_in_home_currency: '1500.5', hs_closed_amount: '1500.5', hs_closed_amount_in_home_currency: '1500.5',
      closedate: '<now>', days_to_close: '0', hs_closed_won_date: '<now>',
    }],
    ['closedlost', stageOfDeal('lost', '0.0'), { hs_projected_amount: '0', hs_projected_amount_in_home_currency: '0', closedate: '<now>', days_to_close: '0' }],
  ])('%s', async (dealstage, ofStage, more) => {
    const answer = await create('deals', { dealname: 'Big', dealstage, amount: 1500.5 });
    expect(answer.status).toBe(201);
    const dated = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, value.replace('<now>', now())]));
    expect(answer.body).toEqual(batch(now(), [created('0-3', idsOf(answer)[0]!, now(), {
      amount: '1500.5', amount_in_home_currency: '1500.5', dealname: 'Big', dealstage, hs_forecast_amount: '1500.5', pipeline: 'default', ...ofStage, ...dated,
    })]));
  });

  test('they follow the stage and the amount', async () => {
    await addUniqueProperty(spoke, 'deals', 'order_no', 'dealinformation');
    const id = idsOf(await upsertDeal({ dealname: 'Big', dealstage: 'contractsent', amount: '10' }))[0]!;
    const createdAt = now();
    const updatedAt = tick();
    const won = await upsertDeal({ dealstage: 'closedwon', amount: '' });
    expect(won.status).toBe(200);
    const { hs_is_closed_lost: _lost, hs_is_in_first_deal_stage: _first, ...changed } = stageOfDeal('won', '1.0');
    expect(won.body).toEqual(batch(updatedAt, [updated('0-3', { id, createdAt, updatedAt }, {
      amount: '', amount_in_home_currency: '', dealstage: 'closedwon', hs_forecast_amount: '', hs_projected_amount: '', hs_projected_amount_in_home_currency: '',
      hs_closed_amount: '', hs_closed_amount_in_home_currency: '', closedate: updatedAt, days_to_close: '0', hs_closed_won_date: updatedAt, ...changed,
    }, { new: false })]));
    const lost = await upsertDeal({ dealstage: 'closedlost' });
    expect(lost.body).toEqual(batch(updatedAt, [updated('0-3', { id, createdAt, updatedAt }, {
      dealstage: 'closedlost', hs_is_closed_won: 'false', hs_is_closed_lost: 'true', hs_closed_won_count: '0', hs_closed_won_date: '', hs_closed_amount: '0',
      hs_closed_amount_in_home_currency: '0', hs_deal_stage_probability: '0.0', hs_deal_stage_probability_shadow: '0.0',
    }, { new: false })]));
  });

  test('an amount in another currency has no value in that of the portal [I]', async () => {
    const answer = await create('deals', { dealname: 'Far', amount: '10', deal_currency_code: 'JPY' });
    expect(answer.body).toEqual(batch(now(), [created('0-3', idsOf(answer)[0]!, now(), {
      amount: '10', dealname: 'Far', deal_currency_code: 'JPY', hs_forecast_amount: '10', pipeline: 'default',
    })]));
  });

  test('they cannot be written (5.3 [O])', async () => {
    const answer = await create('deals', { hs_is_closed: true, amount_in_home_currency: '1', hs_is_closed_won: true });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(calculated('hs_is_closed'), calculated('amount_in_home_currency'), readOnly('hs_is_closed_won')));
  });
});

describe('history (4.1 [D, O])', () => {
  const entry = (value: string, timestamp: string): object => ({ value, timestamp, sourceType: 'INTEGRATION', sourceId: '1' });
  const historyOf = async (number: string, ...names: string[]): Promise<Answer> =>
    spoke.get(`/crm/v3/objects/contacts/${number}?idProperty=customer_no&propertiesWithHistory=${names.join(',')}`);

  test('the values of several upserts, newest first, each with its source; a cleared one is empty text', async () => {
    const id = idsOf(await upsert('Y1', { city: 'Aachen', t_number: 1 }))[0]!;
    const first = now();
    const second = tick();
    await upsert('Y1', { city: 'Bonn' });
    const third = tick();
    await upsert('Y1', { city: 'Celle', t_number: '' });
    const answer = await historyOf('Y1', 'city', 't_number', 't_text', 'no_such');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id, properties: { city: 'Celle', createdate: first, hs_object_id: id, lastmodifieddate: third, t_number: null, t_text: null },
      propertiesWithHistory: {
        city: [entry('Celle', third), entry('Bonn', second), entry('Aachen', first)], t_number: [entry('', third), entry('1', first)], t_text: [],
      },
      createdAt: first, updatedAt: third, archived: false, url: `https://app.hubspot.com/contacts/1234567/record/0-1/${id}`,
    });
  });

  test('a record that was only created has one value each', async () => {
    const id = idsOf(await create('contacts', { customer_no: 'Y2', city: 'Aachen' }))[0]!;
    expect((await historyOf('Y2', 'city')).body).toEqual({
      id, properties: { city: 'Aachen', createdate: now(), hs_object_id: id, lastmodifieddate: now() }, propertiesWithHistory: { city: [entry('Aachen', now())] },
      createdAt: now(), updatedAt: now(), archived: false, url: `https://app.hubspot.com/contacts/1234567/record/0-1/${id}`,
    });
  });

  test('an equal value adds nothing (4.3 [I]), whatever form it was sent in', async () => {
    await create('contacts', { customer_no: 'Y3', city: 'Aachen', t_date: '2026-10-02', t_multi: 'red', t_bool: 'true' });
    const first = now();
    tick();
    await upsert('Y3', { city: 'Aachen', t_date: midnight('2026-10-02'), t_multi: ';red', t_bool: true, t_text: '' });
    tick();
    await upsert('Y3', { city: 'Aachen' });
    expect((await historyOf('Y3', 'city', 't_date', 't_multi', 't_bool', 't_text')).body.propertiesWithHistory).toEqual({
      city: [entry('Aachen', first)], t_bool: [entry('true', first)], t_date: [entry('2026-10-02', first)], t_multi: [entry('red', first)], t_text: [],
    });
  });

  test('a change and back again are three values', async () => {
    await create('contacts', { customer_no: 'Y4', city: 'Aachen' });
    const times = [now(), tick()];
    await upsert('Y4', { city: 'Bonn' });
    times.push(tick());
    await upsert('Y4', { city: 'Aachen' });
    expect((await historyOf('Y4', 'city')).body.propertiesWithHistory).toEqual({ city: [entry('Aachen', times[2]!), entry('Bonn', times[1]!), entry('Aachen', times[0]!)] });
  });

  test('a stage that could not go back leaves no trace (5.5 [O])', async () => {
    await create('contacts', { customer_no: 'Y5', lifecyclestage: 'customer' });
    const first = now();
    tick();
    await upsert('Y5', { lifecyclestage: 'lead' });
    expect((await historyOf('Y5', 'lifecyclestage')).body.propertiesWithHistory).toEqual({ lifecyclestage: [entry('customer', first)] });
  });

  test('a refused batch leaves no trace (3.3 [O])', async () => {
    await create('contacts', { customer_no: 'Y6', city: 'Aachen' });
    const first = now();
    tick();
    expect((await upsert('Y6', { city: 'Bonn', colour: 'x' })).status).toBe(400);
    expect((await historyOf('Y6', 'city')).body.propertiesWithHistory).toEqual({ city: [entry('Aachen', first)] });
  });
});
