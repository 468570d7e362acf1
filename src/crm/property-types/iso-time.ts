// ISO-8601 and epoch text for date.ts and datetime.ts. Date.parse is not asked: it rolls 30 February over into March
// and reads much that is no ISO-8601. Years are 0001 to 9999, so that every stored value sorts as text.

export const DAY_MS = 86_400_000;

const FIRST_MS = -62_135_596_800_000; // 0001-01-01T00:00:00.000Z
const LAST_MS = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
const FOUR_CENTURIES_MS = 146_097 * DAY_MS;

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$/;
const INTEGER = /^-?\d+$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Epoch milliseconds of an ISO-8601 date or time, UTC where no zone is named; null when it is none. */
export function parseIso(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4] ?? 0);
  const minute = Number(match[5] ?? 0);
  const second = Number(match[6] ?? 0);
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null;

  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60_000 : 60_000);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years.
  const epochMs = Date.UTC(year + 400, month - 1, day, hour, minute, second, ms) - FOUR_CENTURIES_MS - offset;
  return inRange(epochMs);
}

/** The integer that the text is, one of milliseconds or seconds; null when it is none or out of range. */
export function parseEpoch(text: string): number | null {
  return INTEGER.test(text) ? inRange(Number(text)) : null;
}

/** `2026-10-02T08:15:30.000Z` */
export function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

function inRange(epochMs: number): number | null {
  return epochMs >= FIRST_MS && epochMs <= LAST_MS ? epochMs : null;
}
