// The pages beside the API: health, the OpenAPI description, and the reference that is read in a browser.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Hono } from 'hono';
import type { Db } from '../db/db.ts';
import { ping } from '../db/server.ts';
import type { Operation } from '../operations/operation.ts';
import { describeApi } from './openapi.ts';
import { SAFE_HEADERS } from './reply.ts';

export const VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** Mounts /health, /openapi.json and /docs. */
export function mountPages(app: Hono, { db, operations }: { db: Db; operations: readonly Operation[] }): void {
  for (const path of ['/', '/health', '/openapi.json', '/docs', '/docs/*']) {
    app.use(path, async (c, next) => {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
      await next();
    });
  }
  app.get('/', (c) => c.redirect('/docs'));
  app.get('/health', async (c) => {
    try {
      await ping(db);
      return c.json({ status: 'ok', version: VERSION });
    } catch {
      return c.json({ status: 'unavailable', version: VERSION, reason: 'the database does not answer' }, 503);
    }
  });

  let description: string | undefined;
  app.get('/openapi.json', (c) => {
    description ??= JSON.stringify(describeApi(operations, VERSION));
    return c.body(description, 200, { 'content-type': 'application/json;charset=utf-8' });
  });

  app.get('/docs', (c) => c.html(REFERENCE_PAGE));
  let script: string | undefined;
  app.get('/docs/reference.js', (c) => {
    script ??= readFileSync(join(dirname(createRequire(import.meta.url).resolve('@scalar/api-reference')), 'browser/standalone.js'), 'utf8');
    return c.body(script, 200, { 'content-type': 'text/javascript;charset=utf-8', 'cache-control': 'public, max-age=3600' });
  });
}

const START = `
    Scalar.createApiReference('#reference', {
      url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true,
      agent: { disabled: true }, mcp: { disabled: true }, defaultOpenAllTags: false, showDeveloperTools: 'never',
    });
  `;

/** Everything comes from this server: no CDN, no fonts or telemetry from elsewhere, and browsers hold the page to it. */
const PAGE_HEADERS: Record<string, string> = {
  ...SAFE_HEADERS,
  'content-security-policy': [
    "default-src 'none'", `script-src 'self' 'sha256-${createHash('sha256').update(START).digest('base64')}'`, "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:", "font-src 'self' data:", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
  ].join('; '),
};

const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Spoke API reference</title>
</head>
<body>
  <div id="reference"></div>
  <script src="/docs/reference.js"></script>
  <script>${START}</script>
</body>
</html>
`;
