// A portal's token never sees another portal. Every operation, in every version, is called with the token of one portal and
// the ids and names of another, filled one: nothing of it is told, nothing of it changes. Then the same is done with the
// filled portal's own token and works: the arguments do lead somewhere. An operation without arguments fails the test: they are in
// support/portal-arguments.ts.
// portals.test.ts has what is answered instead.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routesOf, type Route } from '../../src/http/mount.ts';
import { operations } from '../../src/operations/index.ts';
import type { Answer } from '../support/spoke.ts';
import { ARGUMENTS, PUBLIC, type Arguments } from '../support/portal-arguments.ts';
import { requestOf } from '../support/portal-requests.ts';
import { isSecret, SECRET, startTwoPortals, type TwoPortals } from '../support/two-portals.ts';

let portals: TwoPortals;
beforeAll(async () => {
  portals = await startTwoPortals();
});
afterAll(() => portals.spoke.close());

const guarded = operations.filter((operation) => operation.scopes !== 'public');
const routes = routesOf(guarded).filter((route) => !route.alias);

test('every operation has arguments, or is known to be open to everybody', () => {
  expect(operations.filter((operation) => operation.scopes === 'public').map((operation) => operation.id).sort()).toEqual([...PUBLIC].sort());
  expect(Object.keys(ARGUMENTS).sort()).toEqual(guarded.map((operation) => operation.id).sort());
});

const sendWith = async (token: string, route: Route, given: Arguments): Promise<Answer> =>
  await portals.spoke.call(requestOf(route, given), { token, ...(given.body === undefined ? {} : { body: given.body }) });

const told = (answer: Answer): string => JSON.stringify([answer.body ?? null, answer.headers]);

describe('the token of another portal', () => {
  test.each(Object.keys(ARGUMENTS))('%s: nothing is told, nothing changes', async (id) => {
    const { spoke, a, b } = portals;
    const ids = await portals.recordIds();
    expect(ids.length).toBeGreaterThan(30);
    const before = await portals.dump();
    for (const [n, route] of routes.filter(({ operation }) => operation.id === id).entries()) {
      // Long lists, over every object type, whole in one version.
      for (const given of ARGUMENTS[id]!.send(a, b).slice(0, n === 0 ? undefined : 9)) {
        const answer = await sendWith(b.token, route, given);
        const request = `${requestOf(route, given)} ${JSON.stringify(given.body ?? '')}`;
        expect([401, 403, 500], `${request}: ${told(answer)}`).not.toContain(answer.status);
        if (!isSecret(request)) expect(isSecret(told(answer)), `${request}: ${told(answer)}`).toBe(false);
        const numbers = new Set(told(answer).match(/\d+/g));
        expect(ids.filter((one) => !request.includes(one) && numbers.has(one)), request).toEqual([]);
      }
    }
    expect(await portals.dump()).toEqual(before);
    expect(Object.values(before).join()).toContain(SECRET);
    expect(spoke.infos.filter(({ fields }) => isSecret(JSON.stringify(fields)))).toEqual([]);
  });
});

describe('its own token, the same requests', () => {
  const isRead = ({ method, path }: Route['operation']): boolean => method === 'GET' || /\/(batch\/read|search)$/.test(path);

  test.each(Object.keys(ARGUMENTS))('%s: is done', async (id) => {
    const { spoke, a, b } = portals;
    const [route] = routes.filter(({ operation }) => operation.id === id);
    const { send, fails, tellsNothing } = ARGUMENTS[id]!;
    const answer = await sendWith(spoke.token, route!, send(a, b)[0]!);
    const { statuses, statusesByVersion } = route!.operation;
    if (fails === undefined) expect((statusesByVersion?.[route!.version.name] ?? statuses).filter((status) => status !== 207), JSON.stringify(answer.body)).toContain(answer.status);
    else expect(answer.status, fails).toBeGreaterThanOrEqual(400);
    if (isRead(route!.operation) && tellsNothing === undefined) expect(isSecret(told(answer)), JSON.stringify(answer.body)).toBe(true);
  });
});
