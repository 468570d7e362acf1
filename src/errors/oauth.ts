// Refusals of the OAuth endpoints. v1 names the kind of error in `status`; later versions say the same and add the members of
// RFC 6749 (platform.md 5.4).

import { entry, type ProblemBody } from './problem.ts';

/** Which of the two shapes a version answers. */
export type OAuthShape = 'v1' | 'rfc6749';

/** RFC 6749, 5.2. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_scope';

const refusal = (shape: OAuthShape, status: string, message: string, error: OAuthError): ProblemBody => (
  shape === 'v1' ? { status, message } : { status, message, more: { error, error_description: message } }
);

export const oauthErrors = {
  badGrantType: entry({
    status: 400, when: 'OAuth: no grant_type, or one that the version does not have', source: 'platform.md 5.4 [I]',
    make: (shape: OAuthShape, given: boolean) => refusal(shape, 'BAD_GRANT_TYPE', 'missing or unknown grant type', given ? 'unsupported_grant_type' : 'invalid_request'),
    example: ['rfc6749', true],
  }),
  badClientId: entry({
    status: 400, when: 'OAuth: no client_id, or one of no app', source: 'platform.md 5.4 [O]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_CLIENT_ID', 'missing or unknown client id', 'invalid_client'), example: ['rfc6749'],
  }),
  badClientSecret: entry({
    status: 400, when: 'OAuth: no client_secret, or not the app\'s', source: 'platform.md 5.4 [I]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_CLIENT_SECRET', 'missing or invalid client secret', 'invalid_client'), example: ['rfc6749'],
  }),
  clientAssertion: entry({
    status: 400, when: 'OAuth: a client_assertion in place of a secret', source: 'platform.md 5.2 [D], answer [I]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_CLIENT_ASSERTION', 'client assertions are not supported, send client_secret', 'invalid_client'),
    example: ['rfc6749'],
  }),
  badAuthCode: entry({
    status: 400, when: 'OAuth: no code, one that is unknown or another app\'s, or one that was used', source: 'platform.md 5.4 [O]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_AUTH_CODE', 'missing or unknown auth code', 'invalid_grant'), example: ['rfc6749'],
  }),
  expiredAuthCode: entry({
    status: 400, when: 'OAuth: a code older than ten minutes', source: 'platform.md 5.4 [O], message [I]',
    make: (shape: OAuthShape) => refusal(shape, 'EXPIRED_AUTH_CODE', 'the auth code has expired', 'invalid_grant'), example: ['rfc6749'],
  }),
  badRedirectUri: entry({
    status: 400, when: 'OAuth: a redirect_uri other than that of the authorize page', source: 'platform.md 5.2 [D], answer [I]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_REDIRECT_URI', 'missing or invalid redirect uri', 'invalid_grant'), example: ['rfc6749'],
  }),
  badCodeVerifier: entry({
    status: 400, when: 'OAuth: a code_verifier that does not belong to the code_challenge, or one of the two alone', source: 'platform.md 5.1, 5.2 [D], answer [I]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_CODE_VERIFIER', 'missing or invalid code verifier', 'invalid_grant'), example: ['rfc6749'],
  }),
  badRefreshToken: entry({
    status: 400, when: 'OAuth: no refresh token, one that is unknown or another app\'s, or one that was revoked', source: 'platform.md 5.4 [O]',
    make: (shape: OAuthShape) => refusal(
      shape, 'BAD_REFRESH_TOKEN', shape === 'v1' ? 'missing or unknown refresh token' : 'refresh token is invalid, expired or revoked', 'invalid_grant',
    ),
    example: ['rfc6749'],
  }),
  badScope: entry({
    status: 400, when: 'OAuth: a scope beyond those that were granted, or that the app declares', source: 'platform.md 5.2 [D], answer [I]',
    make: (shape: OAuthShape, scopes: string[]) => refusal(shape, 'BAD_SCOPE', `these scopes are not granted: ${scopes.join(' ')}`, 'invalid_scope'),
    example: ['rfc6749', ['crm.objects.deals.read']],
  }),
  noTokenGiven: entry({
    status: 400, when: 'OAuth: nothing to introspect or to revoke', source: 'platform.md 5.2 [D], answer [I]',
    make: (shape: OAuthShape) => refusal(shape, 'BAD_TOKEN', 'missing token', 'invalid_request'), example: ['rfc6749'],
  }),
  notAnAccessToken: entry({
    status: 400, when: 'the information of an access token that is none, such as a private app\'s', source: '[O]',
    make: () => ({ message: 'The access token must have the correct format' }), example: [],
  }),
  unknownAccessToken: entry({
    status: 404, when: 'the information of an access token that is unknown, expired or revoked', source: '[I]',
    make: () => ({ message: 'The access token is unknown, expired or revoked', category: 'OBJECT_NOT_FOUND' }), example: [],
  }),
  notInstalled: entry({
    status: 400, when: 'an app is to be uninstalled by a token that is not from an install', source: 'platform.md 5.5 [D], answer [I]',
    make: () => ({ message: 'This token is not from an app that was installed with OAuth', category: 'VALIDATION_ERROR' }), example: [],
  }),
};
