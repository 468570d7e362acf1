// The pages beside the API: /health, /openapi.json, /docs.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const open = (path: string): Promise<Answer> => spoke.get(path, { token: null });

describe('/health', () => {
  test('says that all is well, to anybody', async () => {
    const answer = await open('/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  test('says so when the database does not answer', async () => {
    const broken = await startSpoke({
      wrapDb: (db) => ({ ...db, query: (statement) => (statement.text === 'select 1' ? Promise.reject(new Error('gone')) : db.query(statement)) }),
    });
    const answer = await broken.get('/health', { token: null });
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ status: 'unavailable', version: expect.any(String), reason: 'the database does not answer' });
    await broken.close();
  });
});

const RECORDS = ['v3', '2025-09', '2026-03', '2026-09', '2026-09-beta'];
const V4_UP = ['v4', '2025-09', '2026-03', '2026-09', '2026-09-beta'];
const rooted = (area: string) => (version: string): string => (version.startsWith('v') ? `/crm/${version}/${area}` : `/crm/${area}/${version}`);
const objects = rooted('objects');
const associations = rooted('associations');
const properties = rooted('properties');

/** What there is, in which versions, with which success statuses (objects.md 1.2, schema.md 1.1, 1.5, 3.1). */
const OPERATIONS: [method: string, path: (version: string) => string, versions: string[], statuses: (version: string) => string[]][] = [
  ['get', (v) => `${objects(v)}/{objectType}`, RECORDS, () => ['200']],
  ['get', (v) => `${objects(v)}/{objectType}/{objectId}`, RECORDS, () => ['200']],
  ['post', (v) => `${objects(v)}/{objectType}/batch/create`, RECORDS, () => ['201', '207']],
  ['post', (v) => `${objects(v)}/{objectType}/batch/upsert`, RECORDS, () => ['200', '207']],
  ['post', (v) => `${objects(v)}/{objectType}/batch/read`, RECORDS, () => ['200', '207']],
  ['get', (v) => `${objects(v)}/{objectType}/{objectId}/associations/{toObjectType}`, ['v3', ...V4_UP], () => ['200']],
  ['post', (v) => `${associations(v)}/{fromObjectType}/{toObjectType}/batch/create`, V4_UP, (v) => (v === '2026-09' ? ['200'] : ['201', '207'])],
  ['get', (v) => `${associations(v)}/{fromObjectType}/{toObjectType}/labels`, V4_UP, () => ['200']],
  ['post', (v) => `${associations(v)}/{fromObjectType}/{toObjectType}/labels`, V4_UP, () => ['200']],
  ['get', (v) => `${properties(v)}/{objectType}`, RECORDS, () => ['200']],
  ['post', (v) => `${properties(v)}/{objectType}`, RECORDS, () => ['201']],
  ['get', (v) => `${properties(v)}/{objectType}/{propertyName}`, RECORDS, () => ['200']],
];

interface Described {
  security?: [];
  operationId: string;
  parameters: { name: string; in: string; required?: boolean }[];
  requestBody?: object;
  responses: Record<string, object>;
}

describe('/openapi.json', () => {
  let document: { openapi: string; paths: Record<string, Record<string, Described>>; components: object };
  let all: { method: string; path: string; described: Described }[];
  beforeAll(async () => {
    const answer = await open('/openapi.json');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json;charset=utf-8' } });
    document = answer.body;
    all = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => ({ method, path, described })));
  });

  test('is OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
  });

  test.each(OPERATIONS.flatMap(([method, path, versions, statuses]) => versions.map((version) => [method, path(version), statuses(version)] as const)))(
    '%s %s answers %j', (method, path, statuses) => {
      expect(Object.keys(document.paths[path]?.[method]?.responses ?? {})).toEqual([...statuses, 'default']);
    });

  test('every operation that it describes is there', async () => {
    for (const { method, path, described } of all) {
      const answer = await spoke.call(`${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'x')}`, { token: null });
      // What needs no token refuses an empty request for something else.
      expect([method, path, answer.status]).toEqual([method, path, described.security ? 400 : 401]);
    }
  });

  test('every reference in it leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\//);
      const found = reference.slice(2).split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  test('no two operations have the same id', () => {
    const ids = all.map(({ described }) => described.operationId);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test('every parameter of a path is described, and required', () => {
    for (const { path, described } of all) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(described.parameters.filter((parameter) => parameter.in === 'path')).toMatchObject(named.map((name) => ({ name, required: true })));
    }
  });

  test('those that take a body say so', () => {
    // The steps in the life of a subscription, associations by their default or v3 name, and whom a report is for, are in the path alone.
    const takesBody = (method: string, id: string): boolean => ['post', 'patch', 'put'].includes(method) && !/^subscriptions\.|^associations\.create(Default|V3):|^associationLimits\.report:/.test(id);
    for (const { method, described } of all) expect([described.operationId, described.requestBody !== undefined]).toEqual([described.operationId, takesBody(method, described.operationId)]);
  });
});

describe('/docs', () => {
  /** Where a page gets scripts, styles, images and fonts from. */
  const sources = (html: string): string[] => [
    ...[...html.matchAll(/<(?:script|img|iframe)\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]+)/gi)].map(([, source]) => source!),
    ...[...html.matchAll(/<link\b[^>]*\bhref\s*=\s*["']?([^"'\s>]+)/gi)].map(([, source]) => source!),
    ...[...html.matchAll(/@import|url\(\s*["']?([^"')]+)/gi)].map(([whole, source]) => source ?? whole),
  ];

  test('/ leads there', async () => {
    expect(await open('/')).toMatchObject({ status: 302, headers: { location: '/docs' } });
  });

  test('is a page that loads nothing from elsewhere', async () => {
    const answer = await open('/docs');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(sources(answer.body)).toEqual(['/docs/reference.js']);
    expect(answer.body).not.toMatch(/https?:\/\//);
    expect(answer.body).toContain("url: '/openapi.json'");
  });

  test('what it loads is served by this program', async () => {
    const answer = await open('/docs/reference.js');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/javascript/);
    expect(answer.body.length).toBeGreaterThan(100_000);
    expect(answer.body).toContain('createApiReference');
  });
});
