// The authorization server's endpoints: tokens for codes, refresh tokens and credentials, what tokens are, and their end.

import type { ServerContext } from '../crm/context.ts';
import { findAppById, type App } from '../crm/apps.ts';
import { appAccess, authenticateApp, exchangeCode, refreshAccess, type Issued } from '../crm/oauth.ts';
import { describePrivateToken, describeToken, revokeRefreshToken, revokeTokenOf, uninstallApp } from '../crm/token-info.ts';
import { problem, type OAuthShape } from '../errors.ts';
import { operation, publicOperation, type VersionName } from './operation.ts';
import {
  AccessTokenReply, IntrospectReply, presentAccessToken, presentIntrospected, presentIssued, presentRefreshToken, PrivateTokenBody, PrivateTokenReply, RefreshTokenReply,
  TokenForm, TokenHintForm, TokenReply,
} from './wire/oauth.ts';

type Form = Record<string, string | undefined>;

const LATER_VERSIONS = ['v3', '2026-03', '2026-09'] as const;
const oauth = { area: 'oauth', tag: 'OAuth' } as const;
/** Tokens are nobody else's (RFC 6749, 5.1). */
const headers = { 'cache-control': 'no-store', pragma: 'no-cache' };

const shapeOf = (version: VersionName): OAuthShape => (version === 'v1' ? 'v1' : 'rfc6749');

/** The app that asks, by the form or the query, else by a Basic header (platform.md 5.2 [I]). */
async function appOf(ctx: ServerContext, form: Form, authorization: string | undefined, shape: OAuthShape): Promise<App> {
  if (form.client_assertion !== undefined) throw problem.clientAssertion(shape);
  const given = form.client_secret === undefined ? basicCredentials(authorization) : undefined;
  return await authenticateApp(ctx.db, given ?? { clientId: form.client_id, clientSecret: form.client_secret }, shape, ctx.at);
}

/** Both are form-encoded before they are put together (RFC 6749, 2.3.1). Undefined where there are none. */
function basicCredentials(authorization: string | undefined): { clientId: string; clientSecret: string } | undefined {
  const encoded = /^Basic +([\w+/=-]+) *$/i.exec(authorization ?? '')?.[1];
  const [, clientId, clientSecret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const [id, secret] = [clientId, clientSecret].map((part) => new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part')!);
  return { clientId: id!, clientSecret: secret! };
}

async function issue(ctx: ServerContext, form: Form, authorization: string | undefined, version: VersionName): Promise<Issued> {
  const shape = shapeOf(version);
  const authenticated = async (): Promise<App> => await appOf(ctx, form, authorization, shape);
  switch (form.grant_type) {
    case 'authorization_code':
      return await exchangeCode(ctx.db, await authenticated(), { code: form.code, redirectUri: form.redirect_uri, verifier: form.code_verifier }, shape, ctx.at);
    case 'refresh_token':
      return await refreshAccess(ctx.db, await authenticated(), { refreshToken: form.refresh_token, scope: form.scope }, shape, ctx.at);
    case 'client_credentials':
      if (version !== 'v1') return await appAccess(ctx.db, await authenticated(), form.scope, shape, ctx.at);
  }
  throw problem.badGrantType(shape, form.grant_type !== undefined);
}

/** The token that a form is about, under any of the names that it may have (platform.md 5.2 [D]). */
function tokenIn(form: Form): string {
  const token = form.token ?? form.access_token ?? form.refresh_token;
  if (token === undefined || token === '') throw problem.noTokenGiven('rfc6749');
  return token;
}

export const oauthOperations = [
  publicOperation({
    ...oauth, id: 'oauth.token', method: 'POST', path: '/token', summary: 'Get tokens for a code, a refresh token or credentials',
    form: true, body: TokenForm, response: TokenReply, versions: ['v1', ...LATER_VERSIONS], statuses: [200],
    run: async (ctx, { body, version, authorization }) => (
      { status: 200, headers, body: presentIssued(await issue(ctx, body, authorization, version), version) }
    ),
  }),
  publicOperation({
    ...oauth, id: 'oauth.introspect', method: 'POST', path: '/token/introspect', summary: 'What a token of the app is',
    form: true, body: TokenHintForm, response: IntrospectReply, versions: LATER_VERSIONS, statuses: [200],
    run: async (ctx, { body, authorization }) => {
      const app = await appOf(ctx, body, authorization, 'rfc6749');
      const token = tokenIn(body);
      const info = await describeToken(ctx.db, token, ctx.at);
      // Nobody is told of another app's tokens (RFC 7662, 2.2).
      return { status: 200, headers, body: info?.appId === app.appId ? presentIntrospected(token, info, app.clientId, ctx.at) : { active: false } };
    },
  }),
  publicOperation({
    ...oauth, id: 'oauth.revoke', method: 'POST', path: '/token/revoke', summary: 'Revoke a token of the app',
    form: true, body: TokenHintForm, versions: LATER_VERSIONS, statuses: [200],
    run: async (ctx, { body, authorization }) => {
      await revokeTokenOf(ctx.db, await appOf(ctx, body, authorization, 'rfc6749'), tokenIn(body), ctx.at);
      // Which success it is, is not documented: what RFC 7009, 2.2 says, and clients of OAuth insist on.
      return { status: 200 };
    },
  }),
  publicOperation({
    ...oauth, id: 'oauth.accessToken', method: 'GET', path: '/access-tokens/{token}', summary: 'What an access token is', response: AccessTokenReply,
    versions: ['v1'], statuses: [200],
    run: async (ctx, { params: { token } }) => {
      if (!/^C[\w-]+$/.test(token!)) throw problem.notAnAccessToken();
      const info = await describeToken(ctx.db, token!, ctx.at);
      if (info?.kind !== 'access') throw problem.unknownAccessToken();
      return { status: 200, headers, body: presentAccessToken(token!, info, ctx.at) };
    },
  }),
  publicOperation({
    ...oauth, id: 'oauth.refreshToken', method: 'GET', path: '/refresh-tokens/{token}', summary: 'What a refresh token is', response: RefreshTokenReply,
    versions: ['v1'], statuses: [200],
    run: async (ctx, { params: { token } }) => {
      const info = await describeToken(ctx.db, token!, ctx.at);
      const app = info?.kind === 'refresh' ? await findAppById(ctx.db, info.appId) : undefined;
      if (!info || !app) throw problem.badRefreshToken('v1');
      return { status: 200, headers, body: presentRefreshToken(token!, info, app.clientId) };
    },
  }),
  publicOperation({
    ...oauth, id: 'oauth.deleteRefreshToken', method: 'DELETE', path: '/refresh-tokens/{token}', summary: 'Revoke a refresh token; access tokens live on until they expire',
    versions: ['v1'], statuses: [204],
    run: async (ctx, { params: { token } }) => {
      if (!(await revokeRefreshToken(ctx.db, token!, ctx.at))) throw problem.badRefreshToken('v1');
      return { status: 204 };
    },
  }),
];

export const appOperations = [
  operation({
    id: 'appInstalls.uninstall', area: 'appInstalls', tag: 'App installs', method: 'DELETE', path: '/external-install',
    summary: 'Uninstall the app that the token is from', scopes: ['oauth'], versions: ['v3'], statuses: [204],
    run: async (ctx) => {
      await uninstallApp(ctx.db, ctx.portal.portalId, Number(ctx.source.id), ctx.at);
      return { status: 204 };
    },
  }),
  publicOperation({
    id: 'privateApps.tokenInfo', area: 'privateApps', tag: 'Private apps', method: 'POST', path: '/get/access-token-info', summary: 'What the token of a private app is',
    body: PrivateTokenBody, response: PrivateTokenReply, versions: ['v2'], statuses: [200],
    run: async (ctx, { body }) => {
      const { userId, portalId, appId, scopes } = await describePrivateToken(ctx.db, body.tokenKey, ctx.at);
      return { status: 200, headers, body: { userId, hubId: portalId, appId, scopes } };
    },
  }),
];
