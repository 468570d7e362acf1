// Errors of routing, credentials, object types, JSON and its shape.

import { entry, VALIDATION_ERROR } from './problem.ts';

const SCOPES_URL = 'https://developers.hubspot.com/scopes';

export const transportErrors = {
  // ---- routing and transport
  methodNotAllowed: entry({
    status: 405, when: 'the path exists, the method does not', source: 'objects.md 6.9 [O]',
    make: (_allow: string) => ({ message: '' }), example: ['GET, POST'],
    headers: (allow) => ({ allow }),
  }),
  bodyTooLarge: entry({
    status: 413, when: 'the request body is over the limit', source: 'objects.md 6.9; body and limit [I]',
    make: (limitBytes: number) => ({ message: `The request body is larger than the limit of ${limitBytes} bytes`, category: VALIDATION_ERROR }),
    example: [20_971_520],
  }),
  unsupportedMediaType: entry({
    status: 415, when: 'a JSON endpoint is sent another Content-Type', source: 'platform.md 7.4 [I]',
    make: (type: string) => ({ message: `Content type ${type} is not supported, send application/json`, category: VALIDATION_ERROR }),
    example: ['text/plain'],
  }),
  uriTooLong: entry({
    status: 414, when: 'the address of the request is too long', source: 'objects.md 4.2 [O]',
    make: (limit: number) => ({ message: `The request address is longer than the limit of ${limit} characters`, category: VALIDATION_ERROR }),
    example: [16_384],
  }),
  internal: entry({
    status: 500, when: 'a fault of ours', source: 'objects.md 6.9 [O]',
    make: () => ({ message: 'internal error' }), example: [],
  }),
  unavailable: entry({
    status: 503, when: 'the database does not answer', source: 'objects.md 6.9 [D]',
    make: () => ({ message: 'The service is temporarily unavailable, try again' }), example: [],
  }),
  // ---- who is calling
  missingCredentials: entry({
    status: 401, when: 'no, unknown or revoked token', source: 'objects.md 6.4 [O]',
    make: () => ({
      message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      category: 'INVALID_AUTHENTICATION',
    }),
    example: [],
  }),
  expiredToken: entry({
    status: 401, when: 'the access token has expired', source: 'objects.md 6.4, platform.md 5.4 [O]',
    make: (expiredAt: string, now: number) => ({
      message: `The OAuth token used to make this call expired ${ago(Math.max(0, now - Date.parse(expiredAt)))} ago.`,
      context: { 'expire time': [expiredAt.replace(/\.000Z$/, 'Z')] },
      category: 'EXPIRED_AUTHENTICATION',
    }),
    example: ['2026-10-02T07:00:00.000Z', Date.UTC(2026, 9, 2, 7, 0, 12)],
  }),
  missingScopes: entry({
    status: 403, when: 'the token has none of the scopes that allow the call', source: 'objects.md 6.5 [O]',
    make: (scopes: string[]) => ({
      message: `This app hasn't been granted all required scopes to make this call. Read more about required scopes here: ${SCOPES_URL}.`,
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
      links: { scopes: SCOPES_URL },
      category: 'MISSING_SCOPES',
    }),
    example: [['crm.objects.deals.read']],
  }),
  // ---- which objects
  unknownObjectTypeName: entry({
    status: 400, when: 'the path names no object type', source: 'objects.md 2.3 [O]',
    make: (name: string) => ({ message: `Unable to infer object type from: ${name}` }), example: ['widgets'],
  }),
  unknownObjectTypeId: entry({
    status: 400, when: 'the path has the id of no object type', source: 'objects.md 2.3 [O]',
    make: (id: string) => ({ message: `Invalid object or event type id: ${id}` }), example: ['0-9999'],
  }),
  objectTypeDisabled: entry({
    status: 403, when: 'records of an object type that the portal has switched off', source: 'schema.md 7.2, objects.md 2.1 [D]; answer [I]',
    make: (name: string, id: string) => ({
      message: `The object type ${name} is not enabled in this account`, context: { objectTypeId: [id] }, category: 'OBJECT_TYPE_NOT_ENABLED',
    }),
    example: ['appointments', '0-421'],
  }),
  recordNotFound: entry({
    status: 404, when: 'no live record has the id or unique value', source: 'objects.md 4.5 [O]',
    make: () => ({ message: 'resource not found' }), example: [],
  }),
  recordIdNotNumeric: entry({
    status: 404, when: 'a record id that is not a number, without idProperty', source: 'objects.md 4.5 [O]',
    make: (id: string) => ({ message: 'Object not found.  objectId are usually numeric.', context: { id: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['abc'],
  }),
  // ---- JSON and its shape
  emptyBody: entry({
    status: 400, when: 'a body was expected', source: 'objects.md 6.2 [O]',
    make: () => ({ message: 'Invalid JSON input: a request body was expected, but none found', category: VALIDATION_ERROR }), example: [],
  }),
  malformedJson: entry({
    status: 400, when: 'the body is not JSON', source: 'objects.md 6.2 [O], reason in our own words',
    make: (line: number, column: number, reason: string) => ({
      message: `Invalid input JSON on line ${line}, column ${column}: ${reason}`, category: VALIDATION_ERROR,
    }),
    example: [1, 13, "Unexpected token 'x' found."],
  }),
  wrongJsonType: entry({
    status: 400, when: 'a JSON value of another type than the endpoint takes', source: 'objects.md 6.2 [O], type names in our own words',
    make: (line: number, column: number, type: string, token: string) => ({
      message: `Invalid input JSON on line ${line}, column ${column}: Cannot deserialize value of type \`${type}\` from ${token}`, category: VALIDATION_ERROR,
    }),
    example: [1, 11, 'array', 'Object value'],
  }),
  missingFields: entry({
    status: 400, when: 'required fields of the body are missing', source: 'objects.md 6.2 [O]',
    make: (line: number, column: number, names: string[]) => ({
      message: `Invalid input JSON on line ${line}, column ${column}. Some required fields were not set: [${names.join(', ')}]`, category: VALIDATION_ERROR,
    }),
    example: [1, 2, ['inputs']],
  }),
  cannotBuild: entry({
    status: 400, when: 'a search filter without its property or operator', source: 'platform.md 1.10 [O]',
    make: (line: number, column: number, what: string, names: string[]) => ({
      message: `Invalid input JSON on line ${line}, column ${column}: Cannot build ${what}, some of required attributes are not set [${names.join(', ')}]`,
    }),
    example: [1, 48, 'Filter', ['propertyName', 'operator']],
  }),
  invalidParameter: entry({
    status: 400, when: 'a query parameter is out of range or not of its type', source: 'objects.md 4.2 [I]',
    make: (name: string, reason: string) => ({
      message: `Invalid value for query parameter ${name}: ${reason}`,
      errors: [{ message: reason, in: name }],
      context: { [name]: [reason] },
      category: VALIDATION_ERROR,
    }),
    example: ['limit', 'must be between 1 and 100'],
  }),
};

/** `12 second(s)`, `5 minute(s)`, `3 hour(s)`, `2 day(s)`: the largest unit that there is one of. */
function ago(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  for (const [size, unit] of [[86_400, 'day'], [3_600, 'hour'], [60, 'minute']] as const) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}(s)`;
  }
  return `${seconds} second(s)`;
}
