// Query parameters by their schema. Lists take commas and repeated keys alike (objects.md 1.3); unknown names are ignored.

import type { TSchema } from 'typebox';
import { problem } from '../errors.ts';

interface ParameterSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
}

/** Reads the parameters of an address that the schema names. Throws invalidParameter for whole numbers that are none or out of range. */
export function readQuery(url: string, schema: TSchema): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  const start = url.indexOf('?');
  if (start === -1) return query;
  const params = new URLSearchParams(url.slice(start + 1).split('#', 1)[0]);
  const { properties } = schema as unknown as { properties: Record<string, ParameterSchema> };
  for (const [name, expected] of Object.entries(properties)) {
    const values = params.getAll(name);
    const last = values.at(-1);
    if (last === undefined) continue;
    if (expected.type === 'array') query[name] = values.flatMap((value) => value.split(',')).map((value) => value.trim()).filter(Boolean);
    else if (expected.type === 'integer') query[name] = readInteger(name, last, expected);
    // Only the text `true` is true: `archived=1` is not (objects.md 1.3 [O]).
    else if (expected.type === 'boolean') query[name] = last === 'true';
    else query[name] = last;
  }
  return query;
}

function readInteger(name: string, text: string, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: ParameterSchema): number {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw problem.invalidParameter(name, 'must be a whole number');
  if (value < minimum || value > maximum) throw problem.invalidParameter(name, `must be between ${minimum} and ${maximum}`);
  return value;
}
