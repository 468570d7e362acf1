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
  return new Response(isLong(body) ? printInPieces(body) : JSON.stringify(body), { status, headers: all });
}

/** What of a list is printed at a time. */
const PIECE = 25;

/** Whether the text is about that long, going by the first of its list. Shorter ones cost a little more in pieces. */
function isLong(body: unknown): body is object {
  const list = (body as { results?: unknown } | null)?.results;
  return Array.isArray(list) && list.length > PIECE && list.length * JSON.stringify(list[0]).length > 100_000;
}

/**
 * The same JSON as bytes, lists printed in pieces. V8 keeps a text of more than 128 KB apart, which makes it half as dear again; and
 * of a text Node makes another one with the head before it counts and makes the bytes. For 100 contacts it saves 0.15 ms of 1.5.
 */
export function printInPieces(body: object): Uint8Array<ArrayBuffer> {
  const texts = ['{'];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    texts.push(`${texts.length === 1 ? '' : ','}${JSON.stringify(name)}:`);
    if (!Array.isArray(value)) {
      texts.push(JSON.stringify(value));
      continue;
    }
    texts.push('[');
    for (let from = 0; from < value.length; from += PIECE) texts.push(from === 0 ? '' : ',', JSON.stringify(value.slice(from, from + PIECE)).slice(1, -1));
    texts.push(']');
  }
  texts.push('}');
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
  let at = 0;
  for (const text of texts) at += bytes.write(text, at);
  return bytes;
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
