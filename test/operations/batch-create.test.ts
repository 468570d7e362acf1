// POST .../batch/create on the wire (objects.md 3).
// Proves: records.batchCreate.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUniqueProperty, batch, batchError, countOf, created, createdContact, faultsMessage, idsOf, invalid, invalidValues, refusal, takenMessage, type Fault,
} from '../support/expect.ts';
import { ANY_CORRELATION_ID, NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await addUniqueProperty(spoke, 'products', 'article_no', 'productinformation');
});
afterAll(() => spoke.close());

const create = (type: string, inputs: unknown): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs });
const contacts = (...properties: object[]): Promise<Answer> => create('contacts', properties.map((values) => ({ properties: values })));
const traced = (type: string, inputs: Record<string, object>): Promise<Answer> =>
  create(type, Object.entries(inputs).map(([objectWriteTraceId, properties]) => ({ objectWriteTraceId, properties })));

const noSuch = (name: string): Fault => [name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`];
const exists = (id?: string): object => refusal(id === undefined ? 'Contact already exists' : `Contact already exists. Existing ID: ${id}`, { category: 'CONFLICT' });

/** What a new contact shows of its email. */
const emailOf = (email: string): object => ({ email, hs_email_domain: 'example.org', hs_full_name_or_email: email });

describe('contacts', () => {
  test('a created contact answers what was set, what is computed and its own data (3.10 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'Ada@Example.org', firstname: 'Ada' } }] });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      status: 'COMPLETE',
      results: [{
        id: spoke.recordId(1),
        properties: {
          createdate: NOW, email: 'ada@example.org', firstname: 'Ada', hs_all_contact_vids: spoke.recordId(1), hs_associated_target_accounts: '0',
          hs_currently_enrolled_in_prospecting_agent: 'false', hs_email_domain: 'example.org', hs_full_name_or_email: 'Ada', hs_is_contact: 'true',
          hs_is_unworked: 'true', hs_lifecyclestage_lead_date: String(Date.parse(NOW)), hs_membership_has_accessed_private_content: '0',
          hs_object_id: spoke.recordId(1), hs_object_source: 'INTEGRATION', hs_object_source_id: '1', hs_object_source_label: 'INTEGRATION',
          hs_pipeline: 'contacts-lifecycle-pipeline', hs_registered_member: '0', hs_sequences_actively_enrolled_count: '0', lastmodifieddate: NOW,
          lifecyclestage: 'lead', num_notes: '0',
        },
        createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/1234567/record/0-1/${spoke.recordId(1)}`,
      }],
      startedAt: NOW, completedAt: NOW,
    });
    const names = Object.keys(answer.body.results[0].properties);
    expect(names).toEqual(names.toSorted());
  });

  test('a taken email refuses the whole batch with 409 and the id that has it (3.3, 6.7 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'new@example.org' } }, { properties: { email: 'ADA@example.org' } }] });
    expect(answer).toMatchObject({ status: 409, headers: { 'x-should-retry': 'false' } });
    expect(answer.body).toEqual({
      status: 'error', message: `Contact already exists. Existing ID: ${spoke.recordId(1)}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID), category: 'CONFLICT',
    });
    expect((await spoke.get('/crm/v3/objects/contacts')).body.results).toHaveLength(1);
  });

  test('a contact without any value is accepted (2.1: the table says none required [D])', async () => {
    const answer = await contacts({});
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [createdContact(idsOf(answer)[0]!, NOW, {})]));
  });
});

describe('what a create answers', () => {
  test('a company has its website from its domain (2.4, 3.10 [O])', async () => {
    const answer = await create('companies', [{ properties: { name: 'Acme', domain: 'acme.example' } }]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [created('0-2', idsOf(answer)[0]!, NOW, { name: 'Acme', domain: 'acme.example', website: 'acme.example' })]));
  });

  test('a website that was sent stays (5.5 [O])', async () => {
    const answer = await create('companies', [{ properties: { domain: 'acme.example', website: 'https://shop.acme.example' } }]);
    expect(answer.body).toEqual(batch(NOW, [created('0-2', idsOf(answer)[0]!, NOW, { domain: 'acme.example', website: 'https://shop.acme.example' })]));
  });

  test('two companies may have one domain (2.4 [O], 6.7 [D])', async () => {
    const answer = await create('companies', [{ properties: { domain: 'twin.example' } }, { properties: { domain: 'twin.example' } }]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, idsOf(answer).map((id) => created('0-2', id, NOW, { domain: 'twin.example', website: 'twin.example' }))));
    expect(new Set(idsOf(answer)).size).toBe(2);
  });

  test('a ticket without subject and pipeline goes to pipeline 0 (2.1, 2.4, 3.10 [D])', async () => {
    const answer = await create('tickets', [{ properties: { hs_pipeline_stage: '1' } }]);
    const id = idsOf(answer)[0]!;
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [created('0-5', id, NOW, {
      hs_helpdesk_sort_timestamp: NOW, hs_last_message_from_visitor: 'false', hs_pipeline: '0', hs_pipeline_stage: '1', hs_ticket_id: id,
    })]));
  });

  test('ids are numeric text, all different, and hs_object_id repeats them (5.4 [D])', async () => {
    const answer = await create('products', [{ properties: { name: 'a' } }, { properties: { name: 'b' } }, { properties: { name: 'c' } }]);
    const ids = idsOf(answer);
    expect(answer.body).toEqual(batch(NOW, ['a', 'b', 'c'].map((name, i) => created('0-7', ids[i]!, NOW, { name }))));
    for (const id of ids) expect(id).toMatch(/^[1-9]\d*$/);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('how many inputs', () => {
  test('100 inputs are made, and answered in the order of the inputs (3.1 [D, O], 3.8 [O])', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `Item ${(i * 37) % 100}`);
    const answer = await create('carts', names.map((hs_cart_name) => ({ properties: { hs_cart_name } })));
    const ids = idsOf(answer);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, names.map((hs_cart_name, i) => created('0-142', ids[i]!, NOW, { hs_cart_name }))));
    expect(await countOf(spoke, 'carts')).toBe(100);
  });

  test('101 inputs are refused as a whole (3.1 [D, O])', async () => {
    const answer = await create('fees', Array.from({ length: 101 }, () => ({ properties: {} })));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
    expect(await countOf(spoke, 'fees')).toBe(0);
  });

  test('101 inputs with trace ids are refused too (3.1 [D, O])', async () => {
    const answer = await create('fees', Array.from({ length: 101 }, (_, i) => ({ properties: {}, objectWriteTraceId: `${i}` })));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
  });

  test('no inputs make nothing (3.1 [I])', async () => {
    const answer = await create('fees', []);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, []));
  });
});

describe('bodies that are none', () => {
  const path = '/crm/v3/objects/contacts/batch/create';
  test.each([
    ['an empty body (6.2 [O])', '', 'Invalid JSON input: a request body was expected, but none found'],
    ['no inputs field (6.2 [O])', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]'],
    ['an input without properties (6.2 [O])', '{"inputs":[{}]}', 'Invalid input JSON on line 1, column 13. Some required fields were not set: [properties]'],
  ])('%s', async (_name, body, message) => {
    const answer = await spoke.call(`POST ${path}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });

  test.each([
    ['malformed JSON (6.2 [O])', '{"inputs":\n [}', /^Invalid input JSON on line 2, column 3: \S/],
    ['inputs that are no list (6.2 [O])', '{"inputs":{}}', /^Invalid input JSON on line 1, column 11: Cannot deserialize value of type \S/],
    ['an object as a value (5.1 [O])', '{"inputs":[{"properties":{"email":{"a":1}}}]}', /^Invalid input JSON on line 1, column 35: Cannot deserialize value of type \S/],
    ['a list as a value (5.1 [O])', '{"inputs":[{"properties":{"email":["a"]}}]}', /^Invalid input JSON on line 1, column 35: Cannot deserialize value of type \S/],
    ['a trace id that is no text [I]', '{"inputs":[{"properties":{},"objectWriteTraceId":7}]}', /^Invalid input JSON on line 1, column 50: Cannot deserialize value of type \S/],
  ])('%s', async (_name, body, message) => {
    const before = await countOf(spoke, 'contacts');
    const answer = await spoke.call(`POST ${path}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ ...invalid(''), message: expect.stringMatching(message) });
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });
});

describe('all or nothing, without trace ids', () => {
  test('one bad value refuses all, and nothing is written (3.3 [D, O])', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await contacts({ email: 'all1@example.org' }, { email: 'all2@example.org', colour: 'red' }, { email: 'all3@example.org' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('the refused email is free afterwards (3.3 [O])', async () => {
    const answer = await contacts({ email: 'all1@example.org' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [createdContact(idsOf(answer)[0]!, NOW, emailOf('all1@example.org'))]));
  });

  test('the problems of all inputs and of all properties are one list in one message (3.3, 5.3 [O])', async () => {
    const answer = await contacts({ colour: 'red', email: 'nobody' }, { firstname: 'Fine' }, { size: 'L', hs_lead_status: 'COLD' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(
      noSuch('colour'), ['email', 'INVALID_EMAIL', 'Email address nobody is invalid'], noSuch('size'),
      ['hs_lead_status', 'INVALID_OPTION',
        'COLD was not one of the allowed options: [NEW, OPEN, IN_PROGRESS, OPEN_DEAL, UNQUALIFIED, ATTEMPTED_TO_CONTACT, CONNECTED, BAD_TIMING]'],
    ));
  });

  test('the text that clients match on, letter for letter (5.3 [O])', async () => {
    expect((await contacts({ colour: 'red' })).body.message).toBe(
      'Property values were not valid: [{"isValid":false,"message":"Property \\"colour\\" does not exist","error":"PROPERTY_DOESNT_EXIST","name":"colour",'
      + '"localizedErrorMessage":"Property \\"colour\\" does not exist","portalId":1234567}]',
    );
  });

  test('a bad value is told before a taken email [I]', async () => {
    const answer = await contacts({ email: 'ada@example.org' }, { colour: 'red' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
  });

  test('missing required properties refuse all (2.5, 3.3 [O])', async () => {
    const answer = await create('calls', [{ properties: { hs_timestamp: NOW } }, { properties: { hs_call_title: 'x' } }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Error creating CALL. Some required properties were not set.', { context: { properties: ['hs_timestamp'] } }));
    expect(await countOf(spoke, 'calls')).toBe(0);
  });

  test('a trace id on some inputs only changes nothing (3.3 [I])', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await create('contacts', [
      { objectWriteTraceId: 'row-1', properties: { email: 'some1@example.org' } }, { properties: { email: 'some2@example.org' } },
      { objectWriteTraceId: 'row-3', properties: { colour: 'red' } },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('nor does one trace id on two inputs [I]', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await create('contacts', [
      { objectWriteTraceId: 'same', properties: { email: 'dup1@example.org' } }, { objectWriteTraceId: 'same', properties: { colour: 'red' } },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('good inputs with trace ids on some, or one twice, are all made and echo them [I]', async () => {
    const answer = await create('products', [
      { objectWriteTraceId: 'same', properties: { name: 'x' } }, { objectWriteTraceId: 'same', properties: { name: 'y' } }, { properties: { name: 'z' } },
    ]);
    const [x, y, z] = idsOf(answer);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [
      created('0-7', x!, NOW, { name: 'x' }, { objectWriteTraceId: 'same' }), created('0-7', y!, NOW, { name: 'y' }, { objectWriteTraceId: 'same' }),
      created('0-7', z!, NOW, { name: 'z' }),
    ]));
  });
});

describe('multi-status, with a trace id on every input', () => {
  test('good ones are written, bad ones are in errors[] (3.3, 3.4 [D])', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await traced('contacts', {
      'row-1': { email: 'multi1@example.org' }, 'row-2': { email: 'ada@example.org' }, 'row-3': { no_such: 'x', email: 'multi3@example.org' },
      'row 4, free text': { email: 'multi4@example.org' },
    });
    const [first, fourth] = idsOf(answer);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [
      createdContact(first!, NOW, emailOf('multi1@example.org'), { objectWriteTraceId: 'row-1' }),
      createdContact(fourth!, NOW, emailOf('multi4@example.org'), { objectWriteTraceId: 'row 4, free text' }),
    ], [
      batchError('CONFLICT', `Contact already exists. Existing ID: ${spoke.recordId(1)}`, { objectWriteTraceId: ['row-2'], existingId: [spoke.recordId(1)] }),
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('no_such')), { objectWriteTraceId: ['row-3'] }),
    ]));
    expect(await countOf(spoke, 'contacts')).toBe(before + 2);
  });

  test('all good is 201 without errors and numErrors, and echoes the trace ids (1.5 [O], 3.4 [D])', async () => {
    const answer = await traced('products', { a: { name: 'A' }, b: { name: 'B' } });
    const [a, b] = idsOf(answer);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, [
      created('0-7', a!, NOW, { name: 'A' }, { objectWriteTraceId: 'a' }), created('0-7', b!, NOW, { name: 'B' }, { objectWriteTraceId: 'b' }),
    ]));
    expect(Object.keys(answer.body).sort()).toEqual(['completedAt', 'results', 'startedAt', 'status']);
  });

  test('all bad is 207 with no results (3.3 [I])', async () => {
    const answer = await traced('calls', { a: {}, b: { hs_timestamp: NOW, colour: 'red' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [], [
      batchError('VALIDATION_ERROR', 'Error creating CALL. Some required properties were not set.', { objectWriteTraceId: ['a'], properties: ['hs_timestamp'] }),
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['b'] }),
    ]));
    expect(await countOf(spoke, 'calls')).toBe(0);
  });

  test('a single input with a trace id is multi-status too (3.3 [D])', async () => {
    const answer = await traced('contacts', { only: { email: 'ada@example.org' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [], [
      batchError('CONFLICT', `Contact already exists. Existing ID: ${spoke.recordId(1)}`, { objectWriteTraceId: ['only'], existingId: [spoke.recordId(1)] }),
    ]));
  });
});

describe('taken emails', () => {
  test('several taken emails: 409 that names none (6.7 [O])', async () => {
    await contacts({ email: 'bob@example.org' });
    const before = await countOf(spoke, 'contacts');
    const answer = await contacts({ email: 'bob@example.org' }, { email: 'ada@example.org' }, { email: 'other@example.org' });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(exists());
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('one email twice in the batch: 409, and no id, for nothing is written (3.7 [O])', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await contacts({ email: 'twice@example.org' }, { email: 'Twice@Example.ORG' });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(exists());
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('one email twice with trace ids: the first is made, the other is told of it (3.7 [I])', async () => {
    const answer = await traced('contacts', { a: { email: 'pair@example.org' }, b: { email: 'PAIR@example.org' } });
    const [id] = idsOf(answer);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [createdContact(id!, NOW, emailOf('pair@example.org'), { objectWriteTraceId: 'a' })], [
      batchError('CONFLICT', 'Contact already exists', { objectWriteTraceId: ['b'], existingId: [id!] }),
    ]));
  });

  test('one taken email twice with trace ids: both are told who really has it (3.4 [D])', async () => {
    const answer = await traced('contacts', { a: { email: 'ada@example.org' }, b: { email: 'Ada@example.org' } });
    const message = `Contact already exists. Existing ID: ${spoke.recordId(1)}`;
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [], [
      batchError('CONFLICT', message, { objectWriteTraceId: ['a'], existingId: [spoke.recordId(1)] }),
      batchError('CONFLICT', message, { objectWriteTraceId: ['b'], existingId: [spoke.recordId(1)] }),
    ]));
  });

  test('an input that repeats the email of a refused one is made (3.3 [D])', async () => {
    const [holder] = idsOf(await contacts({ customer_no: 'C-100' }));
    const answer = await traced('contacts', { a: { email: 'late@example.org', customer_no: 'C-100' }, b: { email: 'late@example.org' } });
    const [id] = idsOf(answer);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [createdContact(id!, NOW, emailOf('late@example.org'), { objectWriteTraceId: 'b' })], [
      batchError('VALIDATION_ERROR', expect.stringContaining(`propertyName=customer_no, value=C-100} on `) as unknown as string, { objectWriteTraceId: ['a'] }),
    ]));
    expect(answer.body.errors[0].message).toMatch(new RegExp(` on \\d+\\. ${holder} already has that value\\.$`));
  });
});

describe('custom unique properties', () => {
  test('a taken value is 400 with CONFLICTING_UNIQUE_VALUE, whatever the type (6.7 [O])', async () => {
    const [holder] = idsOf(await create('products', [{ properties: { name: 'Bolt', article_no: 'A-1' } }]));
    const before = await countOf(spoke, 'products');
    const answer = await create('products', [{ properties: { name: 'Nut', article_no: 'A-2' } }, { properties: { name: 'Screw', article_no: 'A-1' } }]);
    const on = / on (\d+)\./.exec(answer.body.message)?.[1] ?? '';
    const message = takenMessage('PRODUCT', 'article_no', 'A-1', on, holder!);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['article_no'] } }] }));
    expect(on).toMatch(/^\d+$/);
    expect(await countOf(spoke, 'products')).toBe(before);
  });

  test('one value twice in a batch is a conflict (6.7 [O])', async () => {
    const before = await countOf(spoke, 'products');
    const answer = await create('products', [{ properties: { name: 'a', article_no: 'B-1' } }, { properties: { name: 'b', article_no: 'B-1' } }]);
    const [, on, holder] = / on (\d+)\. (\d+) already/.exec(answer.body.message) ?? [];
    const message = takenMessage('PRODUCT', 'article_no', 'B-1', on!, holder!);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['article_no'] } }] }));
    expect(await countOf(spoke, 'products')).toBe(before);
  });

  test('with trace ids the others are made (3.3, 3.6 [D, O])', async () => {
    const [holder] = idsOf(await create('products', [{ properties: { name: 'Bolt', article_no: 'C-1' } }]));
    const answer = await traced('products', { a: { name: 'Nut', article_no: 'C-2' }, b: { name: 'Screw', article_no: 'C-1' } });
    const [id] = idsOf(answer);
    const on = / on (\d+)\./.exec(answer.body.errors[0].message)?.[1] ?? '';
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(NOW, [created('0-7', id!, NOW, { name: 'Nut', article_no: 'C-2' }, { objectWriteTraceId: 'a' })], [
      batchError('VALIDATION_ERROR', takenMessage('PRODUCT', 'article_no', 'C-1', on, holder!), { objectWriteTraceId: ['b'] }),
    ]));
  });

  test('values are compared without case (schema.md 3.6 [I]), and an empty one conflicts with none [I]', async () => {
    await create('products', [{ properties: { name: 'x', article_no: 'Case-1' } }]);
    expect((await create('products', [{ properties: { name: 'y', article_no: 'cASE-1' } }])).status).toBe(400);
    const answer = await create('products', [{ properties: { name: 'y', article_no: '' } }, { properties: { name: 'z', article_no: '' } }]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(NOW, idsOf(answer).map((id, i) => created('0-7', id, NOW, { name: ['y', 'z'][i]! }))));
  });
});
