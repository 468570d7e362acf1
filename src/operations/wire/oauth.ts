// The OAuth endpoints on the wire (platform.md 5.2, 5.3): v1, and what all later versions share.

import { Type } from 'typebox';
import { ACCESS_SECONDS, type Issued } from '../../crm/oauth.ts';
import type { TokenInfo } from '../../crm/token-info.ts';

const text = Type.Optional(Type.String());
const client = { client_id: text, client_secret: text };

export const TokenForm = Type.Object({
  grant_type: Type.Optional(Type.String({ description: 'authorization_code, refresh_token, or client_credentials (not in v1)' })),
  ...client, code: text, redirect_uri: text, code_verifier: text, refresh_token: text, scope: text,
});
export const TokenHintForm = Type.Object({
  ...client, token: text, token_type_hint: Type.Optional(Type.String({ description: 'access_token or refresh_token; no hint is needed' })),
});

const Scopes = Type.Array(Type.String());
export const TokenReply = Type.Object({
  token_type: Type.String(), access_token: Type.String(), refresh_token: text, expires_in: Type.Integer(), hub_id: Type.Optional(Type.Integer()), scopes: Scopes,
  user_id: Type.Optional(Type.Integer()), token_use: text,
});

/** The answer that brings tokens. hub_id and scopes are in v1 too, since August 2025 (the vendor's changelog [D]). */
export function presentIssued({ accessToken, refreshToken, scopes, install }: Issued, version: string): object {
  const tokens = {
    token_type: 'bearer', ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }), access_token: accessToken, expires_in: ACCESS_SECONDS,
    ...(install ? { hub_id: install.portalId } : {}), scopes,
  };
  if (version === 'v1') return tokens;
  return { ...tokens, ...(install ? { user_id: install.userId } : {}), token_use: install ? 'access_token' : 'client_credentials' };
}

/** Portals have no domain of their own: this one is nobody's. */
const hubDomain = (portalId: number): string => `portal-${portalId}.example`;

const secondsLeft = ({ expiresAt }: TokenInfo, at: string): number => Math.floor((Date.parse(expiresAt!) - Date.parse(at)) / 1_000);

export const AccessTokenReply = Type.Object({
  token: Type.String(), user: text, hub_domain: Type.String(), scopes: Scopes, signed_access_token: Type.Object({}), hub_id: Type.Integer(), app_id: Type.Integer(),
  expires_in: Type.Integer(), user_id: Type.Integer(), token_type: Type.String(), is_private_distribution: Type.Boolean(),
});

/** GET access-tokens/{token} of v1. */
export const presentAccessToken = (token: string, info: TokenInfo, at: string): object => ({
  token, user: info.email, hub_domain: hubDomain(info.portalId), scopes: info.scopes, signed_access_token: signedToken(info), hub_id: info.portalId, app_id: info.appId,
  expires_in: secondsLeft(info, at), user_id: info.userId, token_type: 'access', is_private_distribution: false,
});

export const RefreshTokenReply = Type.Object({
  token: Type.String(), user: text, hub_domain: Type.String(), scopes: Scopes, hub_id: Type.Integer(), client_id: Type.String(), user_id: Type.Integer(), token_type: Type.String(),
});

/** GET refresh-tokens/{token} of v1. */
export const presentRefreshToken = (token: string, info: TokenInfo, clientId: string): object => ({
  token, user: info.email, hub_domain: hubDomain(info.portalId), scopes: info.scopes, hub_id: info.portalId, client_id: clientId, user_id: info.userId, token_type: 'refresh',
});

export const IntrospectReply = Type.Object({
  active: Type.Boolean(), token: text, token_use: text, token_type: text, client_id: text, app_id: Type.Optional(Type.Integer()), hub_id: Type.Optional(Type.Integer()),
  hub_domain: text, user: text, user_id: Type.Optional(Type.Integer()), scopes: Type.Optional(Scopes), expires_in: Type.Optional(Type.Integer()),
  is_private_distribution: Type.Optional(Type.Boolean()), signed_access_token: Type.Optional(Type.Object({})),
});

const TOKEN_USES = { access: 'access_token', refresh: 'refresh_token', client: 'client_credentials', private: undefined };

/** What introspection tells of a live token. One of the app itself has no portal and no user. */
export function presentIntrospected(token: string, info: TokenInfo, clientId: string, at: string): object {
  const { kind, portalId, appId, userId, scopes, email } = info;
  return {
    active: true, token, token_use: TOKEN_USES[kind], token_type: 'Bearer', client_id: clientId, app_id: appId,
    ...(kind === 'client' ? {} : { hub_id: portalId, hub_domain: hubDomain(portalId), user: email, user_id: userId }), scopes,
    ...(kind === 'refresh' ? {} : { expires_in: secondsLeft(info, at), is_private_distribution: false }),
    ...(kind === 'access' ? { signed_access_token: signedToken(info) } : {}),
  };
}

/** The vendor signs its access tokens; these are not signed, and what they carry is told in clear. */
const signedToken = ({ expiresAt, scopes, portalId, userId, appId }: TokenInfo): object => ({
  expiresAt: Date.parse(expiresAt!), scopes: scopes.join(' '), hubId: portalId, userId, appId, signature: '', scopeToScopeGroupPks: '', newSignature: '', hublet: 'na1',
  trialScopes: '', trialScopeToScopeGroupPks: '', isUserLevel: false, isServiceAccount: false, isPrivateDistribution: false, appInstallId: `${portalId}-${appId}`,
  audience: '', installingUserId: userId,
});

export const PrivateTokenBody = Type.Object({ tokenKey: Type.String() });
export const PrivateTokenReply = Type.Object({ userId: Type.Optional(Type.Integer()), hubId: Type.Integer(), appId: Type.Integer(), scopes: Scopes });
