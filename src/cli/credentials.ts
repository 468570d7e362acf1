// What the commands about tokens and apps do on an open database.

import { loadCatalogue } from '../catalogue/load.ts';
import { SettingError } from '../config.ts';
import { createApp, deleteApp, listApps, redirectUriFault, rotateAppSecret, type App } from '../crm/apps.ts';
import { ensurePortal } from '../crm/portals.ts';
import { countPrivateApps, MAX_PRIVATE_APPS, rotateToken } from '../crm/private-apps.ts';
import { ALL_SCOPES, createToken, listTokens, revokeToken, type TokenRow } from '../crm/tokens.ts';
import type { Db } from '../db/db.ts';

export type CredentialCommand =
  | { name: 'token.create'; portalId: number; label: string; scopes: string[]; lifetimeMs: number | null }
  | { name: 'token.list'; portalId: number }
  | { name: 'token.rotate'; portalId: number; appId: number; overlapMs: number }
  | { name: 'token.revoke'; portalId: number; appId: number }
  | { name: 'app.create'; label: string; redirectUris: string[]; requiredScopes: string[]; optionalScopes: string[] }
  | { name: 'app.list' }
  | { name: 'app.rotate'; appId: number; overlapMs: number }
  | { name: 'app.delete'; appId: number };

/** What each command answers. Secrets are in no list. */
export interface CredentialResults {
  'token.create': { token: string; appId: number };
  'token.list': Omit<TokenRow, 'tokenHash' | 'kind' | 'portalId' | 'userId'>[];
  'token.rotate': { token: string; oldUntil: string } | null;
  'token.revoke': { revoked: boolean };
  'app.create': { appId: number; clientId: string; clientSecret: string };
  'app.list': Omit<App, 'secretHash' | 'oldSecretHash' | 'oldSecretUntil'>[];
  'app.rotate': { clientSecret: string; oldUntil: string } | null;
  'app.delete': { deleted: boolean };
}

/** Runs a command. Throws SettingError with one line for the user. */
export async function runCredentials(db: Db, command: CredentialCommand, at: string): Promise<CredentialResults[CredentialCommand['name']]> {
  const after = (ms: number): string => new Date(Date.parse(at) + ms).toISOString();
  switch (command.name) {
    case 'token.create': {
      const { portalId, label, scopes, lifetimeMs } = command;
      if (scopes.length === 0) throw new SettingError('Name at least one scope with --scopes, or --scopes all.');
      checkScopes(scopes, [ALL_SCOPES]);
      await ensurePortal(db, portalId, at);
      if (await countPrivateApps(db, portalId, at) >= MAX_PRIVATE_APPS) {
        throw new SettingError(`The portal has ${MAX_PRIVATE_APPS} tokens, which is the most. \`npm run spoke -- token revoke\` makes room.`);
      }
      return await createToken(db, { portalId, name: label, scopes, at, ...(lifetimeMs === null ? {} : { expiresAt: after(lifetimeMs) }) });
    }
    case 'token.list': {
      const rows = await listTokens(db, command.portalId);
      return rows.map(({ appId, name, hint, scopes, createdAt, expiresAt, lastUsedAt, revokedAt }) => ({ appId, name, hint, scopes, createdAt, expiresAt, lastUsedAt, revokedAt }));
    }
    case 'token.rotate': {
      const { portalId, appId, overlapMs } = command;
      const made = await rotateToken(db, { portalId, appId, overlapMs, at });
      return made ? { ...made, oldUntil: after(overlapMs) } : null;
    }
    case 'token.revoke': return { revoked: await revokeToken(db, command.portalId, command.appId, at) };
    case 'app.create': {
      const { label, redirectUris, requiredScopes, optionalScopes } = command;
      if (label.trim() === '') throw new SettingError('Name the app with --name.');
      for (const uri of redirectUris) {
        const fault = redirectUriFault(uri);
        if (fault !== undefined) throw new SettingError(`The redirect URI "${uri}" ${fault}.`);
      }
      checkScopes([...requiredScopes, ...optionalScopes]);
      return await createApp(db, { name: label, redirectUris, requiredScopes, optionalScopes, at });
    }
    case 'app.list': {
      const apps = await listApps(db);
      return apps.map(({ appId, clientId, name, redirectUris, requiredScopes, optionalScopes, createdAt }) => ({ appId, clientId, name, redirectUris, requiredScopes, optionalScopes, createdAt }));
    }
    case 'app.rotate': {
      const { appId, overlapMs } = command;
      const made = await rotateAppSecret(db, appId, { at, overlapMs });
      return made ? { ...made, oldUntil: after(overlapMs) } : null;
    }
    case 'app.delete': return { deleted: await deleteApp(db, command.appId, at) };
    default: return command satisfies never;
  }
}

function checkScopes(scopes: string[], besides: string[] = []): void {
  const known = new Set([...loadCatalogue().scopes, ...besides]);
  const unknown = scopes.filter((scope) => !known.has(scope));
  if (unknown.length > 0) throw new SettingError(`No such scope: ${unknown.join(', ')}. \`npm run spoke -- scopes\` lists them.`);
}
