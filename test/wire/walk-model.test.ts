// Every documented operation on a portal's model (src/catalogue/operations.csv), in every version, against a running
// program: each must succeed, with one of the statuses that are documented. What they answer is told in test/operations.
// A family is a row of FAMILIES: the paths that are its, how many, and how to take a step of it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

let program: Program;
let database: TestDatabase | undefined;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = { status: number; body: any };

async function send(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${program.url}${path}`, {
    method, headers: { authorization: `Bearer ${program.token}`, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

interface Family {
  name: string;
  /** The paths of operations.csv that are its. */
  paths: RegExp;
  /** How many rows it has there. */
  count: number;
  /** Takes the step, on something that it makes for itself. */
  take: (method: string, path: string) => Promise<Answer>;
}

let serial = 0;

const FAMILIES: Family[] = [
  {
    name: 'properties', paths: /^\/crm\/(v3\/)?properties\//, count: 52,
    async take(method, path) {
      const n = serial++;
      const property = (name: string) => ({ name, label: 'Walk', type: 'string', fieldType: 'text', groupName: 'contactinformation' });
      expect((await send('POST', '/crm/v3/properties/contacts', property(`walk_${n}`))).status).toBe(201);
      expect((await send('POST', '/crm/v3/properties/contacts/groups', { name: `walk_${n}`, label: 'Walk' })).status).toBe(201);
      const at = path.replace('{objectType}', 'contacts').replace('{propertyName}', `walk_${n}`).replace('{groupName}', `walk_${n}`);
      const bodies: [RegExp, object][] = [
        [/^POST .*\/groups$/, { name: `new_${n}`, label: 'New' }], [/^PATCH /, { label: 'Renamed' }], [/\/batch\/create$/, { inputs: [property(`new_${n}`)] }],
        [/\/batch\/\w+$/, { archived: false, inputs: [{ name: `walk_${n}` }] }], [/^POST /, property(`new_${n}`)],
      ];
      return await send(method, at, bodies.find(([pattern]) => pattern.test(`${method} ${at}`))?.[1]);
    },
  },
  {
    name: 'property validations', paths: /^\/crm\/(v3\/)?property-validations\//, count: 16,
    async take(method, path) {
      const name = `walk_${serial++}`;
      expect((await send('POST', '/crm/v3/properties/contacts', { name, label: 'Walk', type: 'string', fieldType: 'text', groupName: 'contactinformation' })).status).toBe(201);
      const rule = { ruleArguments: ['5'] };
      expect((await send('PUT', `/crm/v3/property-validations/0-1/${name}/rule-type/MAX_LENGTH`, rule)).status).toBe(204);
      const at = path.replace('{objectTypeId}', '0-1').replace('{propertyName}', name).replace('{ruleType}', 'MAX_LENGTH');
      return await send(method, at, method === 'PUT' ? rule : undefined);
    },
  },
  {
    name: 'pipelines', paths: /^\/crm\/(v3\/)?pipelines\//, count: 56,
    async take(method, path) {
      const n = serial++;
      const stage = { label: `Stage ${n}`, displayOrder: 0, metadata: { probability: '0.5' } };
      const stages = ['a', 'b'].map((name) => ({ ...stage, label: name, stageId: `${name}${n}` }));
      const pipeline = { label: `Pipeline ${n}`, displayOrder: 1, stages };
      expect((await send('POST', '/crm/v3/pipelines/deals', { ...pipeline, pipelineId: `p${n}` })).status).toBe(201);
      const at = path.replace('{objectType}', 'deals').replace('{pipelineId}', `p${n}`).replace('{stageId}', `a${n}`);
      const isStage = path.includes('/stages');
      const bodies: Record<string, object> = {
        POST: isStage ? stage : { ...pipeline, label: `Another ${n}`, stages: [stage] }, PUT: isStage ? stage : pipeline, PATCH: { label: `Changed ${n}` },
      };
      const answer = await send(method, at, bodies[method]);
      // A hundred are the most.
      for (const id of [`p${n}`, method === 'POST' && !isStage ? answer.body.id : undefined]) if (id) await send('DELETE', `/crm/v3/pipelines/deals/${id}`);
      return answer;
    },
  },
  {
    name: 'owners', paths: /^\/crm\/(v3\/)?owners\b/, count: 8,
    take: async (method, path) => await send(method, path.replace('{ownerId}', '1')),
  },
  {
    name: 'limits', paths: /^\/crm\/(v3\/)?limits\//, count: 36,
    take: async (method, path) => await send(method, path.replace('{fromObjectTypeId}', '0-1').replace('{toObjectTypeId}', '0-2')),
  },
  {
    name: 'users', paths: /^\/settings\/(v3\/)?users\b/, count: 14,
    async take(method, path) {
      const { status, body } = await send('POST', '/settings/v3/users', { email: `walk${serial++}@example.com` });
      expect(status).toBe(201);
      const bodies: Record<string, object> = { POST: { email: `walk${serial++}@example.com` }, PUT: { firstName: 'Ana' } };
      return await send(method, path.replace('{userId}', body.id), bodies[method]);
    },
  },
];

interface Row {
  method: string;
  path: string;
  statuses: number[];
}

const rows = readFileSync(fileURLToPath(new URL('../../src/catalogue/operations.csv', import.meta.url)), 'utf8').trim().split(/\r?\n/).slice(1).map((line): Row => {
  const [method, path, , success] = line.split(',') as [string, string, string, string];
  return { method, path, statuses: success.split(' ').map(Number) };
});

test.each(FAMILIES)('every documented operation of $name succeeds', async ({ paths, count, take }) => {
  const own = rows.filter(({ path }) => paths.test(path));
  const faults: string[] = [];
  for (const { method, path, statuses } of own) {
    const { status, body } = await take(method, path);
    // A 207 would be a success of nothing.
    if (!statuses.includes(status) || status === 207) faults.push(`${method} ${path}: ${status} instead of ${statuses.join(' or ')}: ${JSON.stringify(body).slice(0, 300)}`);
  }
  expect(faults).toEqual([]);
  expect(own).toHaveLength(count);
});
