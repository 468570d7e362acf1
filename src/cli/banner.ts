// What a start prints: where, with which token, onto which data, and a first call to copy.

import { type Config, printableDatabaseUrl } from '../config.ts';
import type { Running } from '../main.ts';
import { dataFolder } from './open-database.ts';

/** The text for a terminal. */
export function banner(running: Running, config: Config): string {
  const { url, token } = running;
  const shown = token.kind === 'kept' ? `…${token.hint}  (made earlier; another one: npm run spoke -- token create --scopes all)`
    : token.kind === 'made' ? `${token.text}  (shown this once)` : `${token.text}  (from SPOKE_TOKEN)`;
  const usable = token.kind === 'kept' ? 'YOUR_TOKEN' : token.text;
  const data = config.databaseUrl ? printableDatabaseUrl(config.databaseUrl) : dataFolder(config) ?? 'in memory, gone when Spoke stops';
  return `
  Spoke is ready.

  Base URL   ${url}
  Token      ${shown}
  Portal     ${config.portalId}
  Data       ${data}
  Docs       ${url}/docs

  curl ${url}/crm/v3/objects/contacts/batch/create \\
    -H 'Authorization: Bearer ${usable}' -H 'Content-Type: application/json' \\
    -d '{"inputs":[{"properties":{"email":"ada@example.org","firstname":"Ada"}}]}'

  import { Client } from '@hubspot/api-client';
  const hubspot = new Client({ accessToken: '${usable}', basePath: '${url}' });
  console.log((await hubspot.crm.contacts.basicApi.getPage()).results);

  Ctrl-C stops it.
`;
}
