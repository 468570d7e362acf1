// What an app may ask an account for, and where codes may be sent (platform.md 5.1).

import { describe, expect, test } from 'vitest';
import { redirectUriFault, type App } from '../../src/crm/apps.ts';
import { checkAuthorizeRequest, type AuthorizeRequest } from '../../src/crm/grants.ts';

const REDIRECT = 'https://app.example/callback';
const APP: App = {
  appId: 1_000_001, clientId: '0e1f0c5e-3a35-4a5c-9d7e-9a1d1f5ab001', name: 'Sync', secretHash: '', oldSecretHash: null, oldSecretUntil: null,
  redirectUris: [REDIRECT, 'http://localhost:3000/back?x=1'], requiredScopes: ['oauth', 'crm.objects.contacts.read'],
  optionalScopes: ['crm.objects.deals.read', 'crm.objects.companies.read', 'crm.objects.unicorns.read'], createdAt: '2026-10-02T09:00:00.000Z',
};
const AVAILABLE = new Set(['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read', 'crm.objects.companies.read', 'tickets']);
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const ask = (request: Partial<AuthorizeRequest>, app = APP) => checkAuthorizeRequest(app, {
  redirectUri: REDIRECT, scope: 'crm.objects.contacts.read', optionalScope: undefined, codeChallenge: undefined, codeChallengeMethod: undefined, ...request,
}, AVAILABLE);
const grantable = (...scopes: string[]) => ({ kind: 'grantable', redirectUri: REDIRECT, scopes: ['oauth', 'crm.objects.contacts.read', ...scopes], challenge: null });
const refused = (error: string, description: string) => ({ kind: 'refused', redirectUri: REDIRECT, error, description });

describe('the scopes', () => {
  test('the required ones are enough; oauth comes along (5.1, 5.6 [D])', () => {
    expect(ask({})).toEqual(grantable());
    expect(ask({ scope: 'oauth  crm.objects.contacts.read crm.objects.contacts.read' })).toEqual(grantable());
  });

  test('an optional one may be asked for in either place', () => {
    expect(ask({ scope: 'crm.objects.contacts.read crm.objects.deals.read' })).toEqual(grantable('crm.objects.deals.read'));
    expect(ask({ optionalScope: 'crm.objects.deals.read crm.objects.companies.read' })).toEqual(grantable('crm.objects.deals.read', 'crm.objects.companies.read'));
  });

  test('optional ones that cannot be had are dropped silently (5.1 [D])', () => {
    expect(ask({ optionalScope: 'crm.objects.unicorns.read nonsense tickets crm.objects.deals.read' })).toEqual(grantable('crm.objects.deals.read'));
  });

  test.each([undefined, '', 'crm.objects.deals.read'])('without a required one (%j) it is refused (5.1 [D])', (scope) => {
    expect(ask({ scope })).toEqual(refused('invalid_scope', 'The scope parameter lacks scopes that the app requires: crm.objects.contacts.read'));
  });

  test('one that the app does not declare, or that the account does not have, is refused in scope (5.1 [D], texts [I])', () => {
    expect(ask({ scope: 'crm.objects.contacts.read tickets' })).toEqual(refused('invalid_scope', 'The app does not declare these scopes: tickets'));
    const unicorns = { ...APP, requiredScopes: [...APP.requiredScopes, 'crm.objects.unicorns.read'] };
    expect(ask({ scope: 'crm.objects.contacts.read crm.objects.unicorns.read' }, unicorns))
      .toEqual(refused('invalid_scope', 'This account cannot grant these scopes: crm.objects.unicorns.read'));
  });
});

describe('the redirect URI is compared letter for letter (5.1 [D])', () => {
  test.each([
    `${REDIRECT}/`, `${REDIRECT}?a=b`, 'https://app.example/Callback', 'http://app.example/callback', 'https://app.example:443/callback', 'https://app.example.evil.example/callback',
    'http://localhost:3001/back?x=1', '',
  ])('%s is none of the app', (redirectUri) => {
    expect(ask({ redirectUri })).toEqual({ kind: 'unsafe', description: 'The redirect_uri is none of those that the app has registered.' });
  });

  test('a missing one is not guessed', () => {
    expect(ask({ redirectUri: undefined })).toEqual({ kind: 'unsafe', description: 'The redirect_uri is missing.' });
  });
});

describe('PKCE', () => {
  test('a challenge is kept', () => {
    expect(ask({ codeChallenge: CHALLENGE, codeChallengeMethod: 'S256' })).toEqual({ ...grantable(), challenge: CHALLENGE });
  });

  test.each([
    ['another method', CHALLENGE, 'plain', 'The code_challenge_method must be S256'], ['no method', CHALLENGE, undefined, 'The code_challenge_method must be S256'],
    ['no challenge', undefined, 'S256', 'code_challenge_method without a code_challenge'], ['a short challenge', 'abc', 'S256', 'The code_challenge is no S256 challenge'],
  ])('%s is refused', (_, codeChallenge, codeChallengeMethod, description) => {
    expect(ask({ codeChallenge, codeChallengeMethod })).toEqual(refused('invalid_request', description));
  });
});

describe('redirect URIs that an app may register (5.1 [D])', () => {
  test.each([
    'https://app.example/callback', 'https://app.example', 'https://app.example/a?b=c', 'http://localhost:3000/callback', 'http://127.0.0.1/', 'http://[::1]:8080/x',
  ])('%s', (uri) => expect(redirectUriFault(uri)).toBeUndefined());

  test.each([
    ['callback', 'is no address'], ['', 'is no address'], ['https://app.example/#x', 'has a fragment'], ['https://app.example/#', 'has a fragment'],
    ['http://app.example/', 'must be https, or http on localhost'], ['http://localhost.app.example/', 'must be https, or http on localhost'],
    ['javascript:alert(1)', 'must be https, or http on localhost'], ['myapp://callback', 'must be https, or http on localhost'],
  ])('%s %s', (uri, fault) => expect(redirectUriFault(uri)).toBe(fault));
});
