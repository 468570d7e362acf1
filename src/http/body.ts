// From bytes to a checked body: size, content type, JSON, shape. A refusal says where in the text it is, unless the text is
// long.

import { parse, type DocumentNode, type ValueNode } from '@humanwhocodes/momoa';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { problem } from '../errors.ts';

/** HubSpot's own limit is not known; this holds a hundred records of long texts. */
export const MAX_BODY_BYTES = 20 * 1024 * 1024;
/** For who has no token: nothing that they send is long, and reading it costs whoever they are. */
export const MAX_PUBLIC_BODY_BYTES = 64 * 1024;

/** Longer texts are refused without saying where: to look for it takes a second per megabyte, in which nobody else is served. */
const MAX_LOCATED = 256 * 1024;

const validators = new WeakMap<TSchema, Validator>();

/** Reads and checks a JSON body. Throws bodyTooLarge, unsupportedMediaType, emptyBody, malformedJson, missingFields, wrongJsonType. */
export async function readBody(request: Request, schema: TSchema, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const contentType = request.headers.get('content-type');
  if (contentType && !/^application\/([\w.+-]+\+)?json\b/i.test(contentType)) throw problem.unsupportedMediaType(contentType);
  const text = await readText(request, maxBytes);
  if (text.trim() === '') throw problem.emptyBody();

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(text, error as SyntaxError);
  }
  let validator = validators.get(schema);
  if (!validator) validators.set(schema, (validator = Compile(schema)));
  if (!validator.Check(value)) throw misshapen(text, schema, validator.Errors(text.length > MAX_LOCATED ? beginningOf(value) : value));
  return value;
}

/** How much of a long body is searched for what is wrong with its shape: the validator sees at once that something is, but goes on through all of it. */
const SEARCHED = 20_000;

/** The value with the arrays cut off where the first so many parts of it end. No schema is as deep as it looks. */
function beginningOf(value: unknown, budget = { left: SEARCHED }, depth = 20): unknown {
  budget.left--;
  if (value === null || typeof value !== 'object' || depth === 0) return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, beginningOf(part, budget, depth - 1)]));
  const kept: unknown[] = [];
  for (const part of value) {
    if (budget.left <= 0) break;
    kept.push(beginningOf(part, budget, depth - 1));
  }
  return kept;
}

/**
 * Reads a form: every field a text, of a repeated one the last. A field that is only in the query counts too (platform.md
 * 5.2 [D]). A JSON body is no form: unsupportedMediaType. Throws bodyTooLarge.
 */
export async function readForm(request: Request): Promise<Record<string, string>> {
  const contentType = request.headers.get('content-type');
  if (contentType && !/^application\/x-www-form-urlencoded\b/i.test(contentType)) throw problem.unsupportedMediaType(contentType);
  return Object.fromEntries([...new URL(request.url).searchParams, ...new URLSearchParams(await readText(request, MAX_PUBLIC_BODY_BYTES))]);
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const declared = request.headers.get('content-length');
  if (declared !== null) {
    if (Number(declared) > maxBytes) throw problem.bodyTooLarge(maxBytes);
    return await request.text();
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw problem.bodyTooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** JSON.parse is fast but does not say where; Momoa does, and runs only for texts that are refused anyway. */
function malformed(text: string, error: SyntaxError): Error {
  try {
    if (text.length <= MAX_LOCATED) parse(text, { mode: 'json' });
  } catch (found) {
    const { message, ...at } = found as { line?: number; column?: number; message: string };
    // Momoa does not know where the text ends.
    const { line, column } = /end of input/i.test(message) ? endOf(text) : at;
    if (line !== undefined && column !== undefined) return problem.malformedJson(line, column, message.replace(/ \(\d+:\d+\)$/, ''));
  }
  // What only one of the two parsers minds, nesting too deep for Momoa, or a long text.
  return problem.malformedJson(1, 1, error.message.replace(/ at position.*$/s, ''));
}

/** The place after the last character. */
function endOf(text: string): { line: number; column: number } {
  const lines = text.split(/\r\n|\n|\r/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

interface ShapeError {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: object;
}

function misshapen(text: string, schema: TSchema, errors: readonly ShapeError[]): Error {
  const wrong = errors.find((error) => error.keyword !== 'required');
  const required = errors.find((error) => error.keyword === 'required');
  if (required) {
    const { line, column } = locate(text, required.instancePath)?.loc.end ?? START;
    const { requiredProperties } = required.params as { requiredProperties: string[] };
    const { title } = schemaAt(schema, required.schemaPath) as { title?: string };
    if (title !== undefined) return problem.cannotBuild(line, Math.max(1, column - 1), title, requiredProperties);
    return problem.missingFields(line, Math.max(1, column - 1), requiredProperties);
  }
  // What is wrong lies beyond what was searched.
  if (!wrong) return problem.wrongJsonType(START.line, START.column, 'object', 'this value');
  const node = locate(text, wrong.instancePath);
  const { line, column } = node?.loc.start ?? START;
  const union = errors.find((error) => error.keyword === 'anyOf' && error.instancePath === wrong.instancePath);
  return problem.wrongJsonType(line, column, expectedTypes(schema, (union ?? wrong).schemaPath), node ? `${node.type} value` : 'this value');
}

const START = { line: 1, column: 1 };

/** The node at a JSON pointer, unless the text is too long to look. */
function locate(text: string, pointer: string): ValueNode | undefined {
  if (text.length > MAX_LOCATED) return undefined;
  let document: DocumentNode;
  try {
    document = parse(text, { mode: 'json' });
  } catch {
    return undefined;
  }
  let node: ValueNode = document.body;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const next: ValueNode | undefined = node.type === 'Array'
      ? node.elements[Number(key)]?.value
      // Of a key given twice JSON.parse keeps the last.
      : node.type === 'Object' ? node.members.findLast((m) => m.name.type === 'String' && m.name.value === key)?.value : undefined;
    if (!next) return undefined;
    node = next;
  }
  return node;
}

/** `string | integer`, or the literals that are allowed. */
function expectedTypes(schema: TSchema, schemaPath: string): string {
  // Of a union with many branches the validator tells only some: all are behind the path of one.
  const at = schemaAt(schema, schemaPath.replace(/\/anyOf\/\d+$/, ''));
  const branches = (at as { anyOf?: unknown[] })?.anyOf ?? [at];
  return branches.map((branch) => {
    const { const: literal, type } = branch as { const?: unknown; type?: string };
    return literal === undefined ? type ?? 'value' : String(literal);
  }).join(' | ');
}

function schemaAt(schema: TSchema, path: string): unknown {
  let at = schema as unknown;
  for (const part of path.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[part];
  return at;
}
