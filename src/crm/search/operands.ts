// Operands of filters, brought to the form in which values are stored and compared (platform.md 1.6).

import type { ValueKind } from './references.ts';

/** The operand of a kind, undefined when it is none. Dates come with the time of day that their stored form leaves out. */
export function readOperand(kind: ValueKind, text: string): { value: string; pastMidnight?: boolean } | undefined {
  switch (kind) {
    case 'number': return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text.trim()) && text.length <= 400 ? { value: text.trim() } : undefined;
    case 'date': case 'datetime': {
      const at = readInstant(text);
      if (at === undefined) return undefined;
      if (kind === 'datetime') return { value: at };
      return { value: at.slice(0, 10), ...(at.endsWith('T00:00:00.000Z') ? {} : { pastMidnight: true }) };
    }
    case 'boolean': return { value: text.toLowerCase() };
    default: return { value: text };
  }
}

/** Epoch milliseconds or ISO 8601, in UTC, as ISO text with milliseconds. Years before 1 or after 9999 have none. */
export function readInstant(text: string): string | undefined {
  const given = text.trim();
  const ms = /^-?\d{1,16}$/.test(given) ? Number(given)
    : /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(given) ? Date.parse(zoned(given)) : Number.NaN;
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15) return undefined;
  const iso = new Date(ms).toISOString();
  return iso.length === 24 && !iso.startsWith('0000') ? iso : undefined;
}

const zoned = (text: string): string => (/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
