// The only place that makes answers: JSON with the headers clients look at, and a Problem in its envelope
// (objects.md 6.1: key order, parts left out when absent).

import type { Problem } from '../errors.ts';

const JSON_TYPE = 'application/json;charset=utf-8';

/** What pages say to browsers: they are what their type says, belong into no frame, and tell nobody where links were. */
export const SAFE_HEADERS: Record<string, string> = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' };

/** A JSON answer, or an empty one when there is no body. */
export function jsonReply(correlationId: string, status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const all: Record<string, string> = { 'x-content-type-options': 'nosniff', 'x-hubspot-correlation-id': correlationId, ...headers };
  if (body === undefined) return new Response(null, { status, headers: all });
  all['content-type'] = JSON_TYPE;
  return new Response(JSON.stringify(body), { status, headers: all });
}

/** The error envelope, with `more` headers beside the problem's own. A 405 has no body (objects.md 6.9). */
export function problemReply(correlationId: string, problem: Problem, more: Record<string, string> = {}): Response {
  const headers = { ...more, ...problem.headers };
  if (problem.id === 'methodNotAllowed') return jsonReply(correlationId, 405, undefined, headers);
  const { status = 'error', message, errorType, errors, context, links, category, subCategory, more: others } = problem.body;
  const requestId = errorType === undefined ? undefined : correlationId;
  return jsonReply(
    correlationId, problem.status, { status, message, errorType, correlationId, errors, context, links, category, subCategory, ...others, requestId }, headers,
  );
}

const NOT_FOUND_PAGE = '<html>\n<head><title>Error 404 Not Found</title></head>\n<body><h2>HTTP ERROR 404 Not Found</h2></body>\n</html>\n';

/** A path that nothing is mounted on answers a page, not JSON (objects.md 6.10). */
export function notFoundReply(correlationId: string): Response {
  return new Response(NOT_FOUND_PAGE, { status: 404, headers: {
    ...SAFE_HEADERS, 'content-security-policy': "default-src 'none'", 'content-type': 'text/html;charset=utf-8', 'x-hubspot-correlation-id': correlationId,
  } });
}
