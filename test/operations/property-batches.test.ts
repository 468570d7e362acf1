// Properties in batches: made, read and archived, with what each version answers (schema.md 3.1, 3.10).
// Proves: properties.batchCreate, properties.batchRead, properties.batchArchive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, batchError, invalid } from '../support/expect.ts';
import { choice, made, madeChoice, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm/v3/properties/contacts';
const BATCH = `${ROOT}/batch`;
const names = (...some: string[]) => ({ inputs: some.map((name) => ({ name })) });
const is2026 = (root: string): boolean => root.endsWith('/2026-09');
const taken = (name: string) => ({
  ...batchError('OBJECT_ALREADY_EXISTS', `A property named '${name}' already exists.`, { name: [name] }), subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
});
const unknown = (name: string) => batchError('OBJECT_NOT_FOUND', `No property named '${name}' exists.`, { name: [name] });

describe.each(PROPERTY_ROOTS.map((root, n) => [root, n] as const))('%s', (root, n) => {
  const at = `${root}/contacts/batch`;

  test('create: 201, 2026-09 200 (3.1 [D])', async () => {
    const answer = await spoke.post(`${at}/create`, { inputs: [text(`one_${n}`), choice(`two_${n}`, ['a'])] });
    expect(answer.status).toBe(is2026(root) ? 200 : 201);
    expect(answer.body).toEqual(batch(NOW, [made(`one_${n}`), madeChoice(`two_${n}`, ['a'])]));
    expect((await spoke.get(`${ROOT}/two_${n}`)).body).toEqual(madeChoice(`two_${n}`, ['a']));
  });

  test('create of some that cannot be: the others are made; 207, 2026-09 200 with the errors inside (3.1 [D], 3.10 [O])', async () => {
    const answer = await spoke.post(`${at}/create`, { inputs: [text(`good_${n}`), text('firstname'), text(`GOOD_${n}`), text(`bad_${n}`, { groupName: 'nogroup' })] });
    expect(answer.status).toBe(is2026(root) ? 200 : 207);
    expect(answer.body).toEqual(batch(NOW, [made(`good_${n}`)], [
      taken('firstname'), taken(`good_${n}`), batchError('VALIDATION_ERROR', 'Property group "nogroup" does not exist for contacts', { name: [`bad_${n}`] }),
    ]));
    expect((await spoke.get(`${ROOT}/good_${n}`)).status).toBe(200);
    expect((await spoke.get(`${ROOT}/bad_${n}`)).status).toBe(404);
  });

  test('read: 200; unknown names 207, 2026-09 200 with the errors inside (3.1 [D], 3.10 [I])', async () => {
    const answer = await spoke.post(`${at}/read`, { archived: false, ...names(`one_${n}`, `two_${n}`, `one_${n}`) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(NOW, [made(`one_${n}`), madeChoice(`two_${n}`, ['a'])]));
    const partial = await spoke.post(`${at}/read?locale=de`, names('nosuch', `one_${n}`, 'neither'));
    expect(partial.status).toBe(is2026(root) ? 200 : 207);
    expect(partial.body).toEqual(batch(NOW, [made(`one_${n}`)], [unknown('nosuch'), unknown('neither')]));
  });

  test('archive: 204 in every version (3.1 [D]); names of none, and doubles, are passed over [I]', async () => {
    const answer = await spoke.post(`${at}/archive`, names(`one_${n}`, 'nosuch', `two_${n}`, `one_${n}`));
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    for (const name of [`one_${n}`, `two_${n}`]) expect((await spoke.get(`${ROOT}/${name}`)).status).toBe(404);
    expect((await spoke.post(`${at}/archive`, names(`one_${n}`))).status).toBe(204);
  });
});

test('nothing in, nothing out', async () => {
  for (const [step, status] of [['create', 201], ['read', 200]] as const) {
    const answer = await spoke.post(`${BATCH}/${step}`, { inputs: [] });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(batch(NOW, []));
  }
  expect((await spoke.post(`${BATCH}/archive`, { inputs: [] })).status).toBe(204);
});

test.each([
  ['create', (n: number) => text(`many_${n}`)], ['read', (n: number) => ({ name: `many_${n}` })], ['archive', (n: number) => ({ name: `many_${n}` })],
])('%s: 100 inputs, not 101 (3.1 [I])', async (step, input) => {
  const inputs = Array.from({ length: 101 }, (_, n) => input(n));
  const refused = await spoke.post(`${BATCH}/${step}`, { inputs });
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
  const answer = await spoke.post(`${BATCH}/${step}`, { inputs: inputs.slice(0, 100) });
  expect(answer.status).toBe({ create: 201, read: 200, archive: 204 }[step]);
  if (step !== 'archive') expect(answer.body.results).toHaveLength(100);
});

test('the ten unique properties of a type are counted over the batch (3.6 [D])', async () => {
  const inputs = Array.from({ length: 12 }, (_, n) => text(`unique_${n}`, { groupName: 'dealinformation', hasUniqueValue: true }));
  const answer = await spoke.post('/crm/v3/properties/deals/batch/create', { inputs });
  expect(answer.status).toBe(207);
  expect(answer.body.results.map((one: { name: string }) => one.name)).toEqual(inputs.slice(0, 10).map((one) => one.name));
  expect(answer.body.errors).toEqual(['unique_10', 'unique_11'].map((name) =>
    batchError('VALIDATION_ERROR', 'An object type has at most 10 properties with unique values', { name: [name] })));
});

test('an input without what is required refuses the whole batch (3.3 [D])', async () => {
  const answer = await spoke.post(`${BATCH}/create`, { inputs: [text('whole'), { name: 'half' }] });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain('Some required fields were not set: [label, type, fieldType, groupName]');
  expect((await spoke.get(`${ROOT}/whole`)).status).toBe(404);
});

test('archive with one of HubSpot among them: 400, and none is archived (3.6 [D], answer [I])', async () => {
  await spoke.post(ROOT, text('mine'));
  const answer = await spoke.post(`${BATCH}/archive`, names('mine', 'lastname'));
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid('Property "lastname" is defined by HubSpot and cannot be changed or deleted', { context: { name: ['lastname'] } }));
  expect((await spoke.get(`${ROOT}/mine`)).status).toBe(200);
});

test('scopes (platform 5.6 [D])', async () => {
  const token = await spoke.tokenWith(['crm.schemas.contacts.read']);
  expect((await spoke.post(`${BATCH}/read`, names('email'), { token })).status).toBe(200);
  expect((await spoke.post(`${BATCH}/create`, { inputs: [text('x')] }, { token })).status).toBe(403);
  expect((await spoke.post(`${BATCH}/archive`, names('mine'), { token })).status).toBe(403);
});
