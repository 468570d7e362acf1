// Users as records: what clients may write of them (objects.md 2.4 [D]), and their one unique id.
// Proves: records.create, records.update, records.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, clockOf, created, idsOf, invalid, invalidValues, takenMessage, updated } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

let serial = 100;
const create = (properties: object): Promise<Answer> => spoke.post('/crm/v3/objects/users', { properties });
const make = async (): Promise<string> => (await create({ hs_internal_user_id: serial++, hs_email: 'u@example.org' })).body.id;
const update = (id: string, properties: object): Promise<Answer> => spoke.call(`PATCH /crm/v3/objects/users/${id}`, { body: { properties } });

const WRITABLE = {
  hs_additional_phone: '+49 30 1', hs_availability_status: 'away', hs_job_title: 'Smith', hs_out_of_office_hours: '[]', hs_standard_time_zone: 'Europe/Berlin',
  hs_uncategorized_skills: 'forging', hs_working_hours: '[{"days":"MONDAY_TO_FRIDAY","startMinute":540,"endMinute":1020}]',
};

test('what is documented as writable can be written, and cleared', async () => {
  const times = { id: await make(), createdAt: now(), updatedAt: tick() };
  const answer = await update(times.id, WRITABLE);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(updated('0-115', times, WRITABLE, {}, 'hs_createdate'));
  const cleared = await update(times.id, { hs_job_title: '', hs_working_hours: '' });
  expect(cleared.body).toEqual(updated('0-115', times, { hs_job_title: '', hs_working_hours: '' }, {}, 'hs_createdate'));
});

test('the availability is one of two', async () => {
  const answer = await update(await make(), { hs_availability_status: 'busy' });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalidValues(['hs_availability_status', 'INVALID_OPTION', 'busy was not one of the allowed options: [available, away]']));
});

test.each(['hs_given_name', 'hs_family_name', 'hs_deactivated', 'hs_searchable_calculated_name'])('%s cannot be written', async (name) => {
  const answer = await update(await make(), { [name]: 'true' });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'READ_ONLY_VALUE', context: { propertyName: [name] } }] } });
});

describe('hs_internal_user_id', () => {
  test('is unique (2.10 [D])', async () => {
    const first = await create({ hs_internal_user_id: '7', hs_email: 'a@example.org' });
    expect(first.body).toEqual(created('0-115', first.body.id, now(), { hs_internal_user_id: '7', hs_email: 'a@example.org' }, {}, 'hs_createdate'));
    const second = await create({ hs_internal_user_id: 7, hs_email: 'b@example.org' });
    expect(second.status).toBe(400);
    expect(second.body.message).toMatch(/^Cannot set PropertyValueCoordinates\{portalId=1234567, objectTypeId=ObjectTypeId\{legacyObjectType=USER\}, propertyName=hs_internal_user_id, value=7\} on \d+\. \d+ already has that value\.$/);
    const on = /on (\d+)\./.exec(second.body.message)![1]!;
    const message = takenMessage('USER', 'hs_internal_user_id', '7', on, first.body.id);
    expect(second.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['hs_internal_user_id'] } }] }));
  });

  test('finds the user in reads, updates and upserts', async () => {
    const { id } = (await create({ hs_internal_user_id: '8', hs_email: 'c@example.org' })).body;
    expect(await spoke.get('/crm/v3/objects/users/8?idProperty=hs_internal_user_id')).toMatchObject({ status: 200, body: { id } });
    const times = { id, createdAt: now(), updatedAt: tick() };
    const answer = await spoke.post('/crm/v3/objects/users/batch/upsert', {
      inputs: [{ idProperty: 'hs_internal_user_id', id: '8', properties: { hs_job_title: 'Smith' } }, { idProperty: 'hs_internal_user_id', id: '9', properties: { hs_email: 'd@example.org' } }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [
      updated('0-115', times, { hs_job_title: 'Smith' }, { new: false }, 'hs_createdate'),
      created('0-115', idsOf(answer)[1]!, now(), { hs_internal_user_id: '9', hs_email: 'd@example.org' }, { new: true }, 'hs_createdate'),
    ]));
  });
});

test('both required properties are named when they are missing (2.1 [D], 2.5 [O])', async () => {
  expect((await create({})).body).toEqual(invalid('Error creating USER. Some required properties were not set.', { context: { properties: ['hs_internal_user_id', 'hs_email'] } }));
});
