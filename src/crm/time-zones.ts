// Days and offsets of a time zone, by the zones that the runtime knows.

export interface Day {
  /** `2026-10-02` */
  date: string;
  /** Milliseconds since 1970 of its first instant, and of the next day's. */
  startsAt: number;
  endsAt: number;
}

export interface Calendar {
  /** The day that it is in the zone at `at`, milliseconds since 1970. */
  dayAt: (zone: string, at: number) => Day;
}

/** Remembers the day of each zone until it is over: to ask what day it is costs next to nothing. */
export function createCalendar(): Calendar {
  const days = new Map<string, Day>();
  return {
    dayAt(zone, at) {
      const known = days.get(zone);
      if (known && at >= known.startsAt && at < known.endsAt) return known;
      const day = findDay(zone, at);
      days.set(zone, day);
      return day;
    },
  };
}

/** The zone's name as it is written, `Europe/Zurich` for `europe/zurich`. Undefined for what is no zone. */
export function zoneNamed(text: string): string | undefined {
  // Bare offsets are taken by the runtime, but are no names.
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
}

/** How far the zone's clocks are before UTC at `at`, in milliseconds. */
export function offsetAt(zone: string, at: number): number {
  const { year, month, day, hour, minute, second } = Object.fromEntries(new Intl.DateTimeFormat('en', {
    timeZone: zone, calendar: 'iso8601', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(at / 1_000) * 1_000;
}

const DAY_MS = 86_400_000;

function findDay(zone: string, at: number): Day {
  const date = dateAt(zone, at);
  const next = new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
  return { date, startsAt: firstInstantOf(zone, date), endsAt: firstInstantOf(zone, next) };
}

const dateAt = (zone: string, at: number): string => new Date(at + offsetAt(zone, at)).toISOString().slice(0, 10);

/** Midnight, or when clocks leap over it the instant after the leap; of two midnights the first. */
function firstInstantOf(zone: string, date: string): number {
  const midnight = Date.parse(date);
  const instants = [offsetAt(zone, midnight - DAY_MS), offsetAt(zone, midnight + DAY_MS)].map((offset) => midnight - offset).sort((a, b) => a - b);
  return instants.find((instant) => dateAt(zone, instant) === date) ?? instants[1]!;
}
