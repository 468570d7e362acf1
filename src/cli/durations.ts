// Spans of time on the command line: `30d`, `12h`, `15m`.

import { SettingError } from '../config.ts';

const UNITS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000 };
const LONGEST_MS = 3_660 * 86_400_000;

/** Milliseconds. Throws SettingError, which names the flag. */
export function readDuration(flag: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([dhm])$/.exec(text) ?? [];
  const ms = count === undefined ? Infinity : Number(count) * UNITS[unit!]!;
  if (ms > LONGEST_MS) throw new SettingError(`${flag} is "${text}", but must be a number of days, hours or minutes such as 30d, 12h or 15m.`);
  return ms;
}

/** Milliseconds that the old and the new are good together; `0` for none. Throws SettingError. */
export const readOverlap = (text: string): number => (text === '0' ? 0 : readDuration('--overlap', text));
