// Rules about dates and times. A duration counts from the time of the write, for dates from its day in UTC: what must be
// before P30D is at most thirty days ahead, after -P30D at most thirty days ago [I].

import { DAY_MS, formatTime, parseEpoch } from '../property-types/iso-time.ts';
import { DATE, DATE_OR_DATETIME, DATETIME, type PropertyKind, type Rule } from './rule.ts';

type Side = 'before' | 'after';

const holdsOn = (side: Side, value: string, bound: number): boolean => (side === 'before' ? Date.parse(value) <= bound : Date.parse(value) >= bound);

const shown = (of: PropertyKind, ms: number): string => (of === DATE ? formatTime(ms).slice(0, 10) : formatTime(ms));

const moment = (of: PropertyKind, side: Side): Rule => ({
  of,
  prepare(args) {
    const bound = args.length === 1 ? parseEpoch(args[0]!) : null;
    if (bound === null) return 'it takes epoch milliseconds';
    return { holds: (value) => holdsOn(side, value, bound), demand: `not be ${side === 'before' ? 'after' : 'before'} ${shown(of, bound)}` };
  },
});

export const startDate = moment(DATE, 'after');
export const endDate = moment(DATE, 'before');
export const startDatetime = moment(DATETIME, 'after');
export const endDatetime = moment(DATETIME, 'before');

// ISO-8601: a sign, then parts of a date and of a time. Four digits each keep every sum within what a Date can hold.
const PERIOD = /^([+-]?)P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

/** `ms` moved by a period: first years and months, a day that the month lacks becoming its last one, then the rest. */
function movedBy(ms: number, period: RegExpExecArray): number {
  const sign = period[1] === '-' ? -1 : 1;
  const [years, months, weeks, days, hours, minutes, seconds] = period.slice(2).map((part) => sign * Number(part ?? 0)) as [number, number, number, number, number, number, number];
  const from = new Date(ms);
  const month = from.getUTCMonth() + 12 * years + months;
  const to = new Date(ms);
  to.setUTCDate(1);
  to.setUTCMonth(month);
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), last));
  return to.getTime() + (7 * weeks + days) * DAY_MS + (hours * 3_600 + minutes * 60 + seconds) * 1_000;
}

const duration = (of: PropertyKind, side: Side): Rule => ({
  of,
  prepare(args) {
    const period = args.length === 1 ? PERIOD.exec(args[0]!) : null;
    if (!period) return 'it takes an ISO-8601 period, like P30D';
    return {
      holds: (value, now) => holdsOn(side, value, movedBy(of === DATE ? now - (((now % DAY_MS) + DAY_MS) % DAY_MS) : now, period)),
      demand: `not be ${side === 'before' ? 'after' : 'before'} now and ${args[0]}`,
    };
  },
});

export const beforeDuration = duration(DATE, 'before');
export const afterDuration = duration(DATE, 'after');
export const beforeDatetimeDuration = duration(DATETIME, 'before');
export const afterDatetimeDuration = duration(DATETIME, 'after');

const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** Days in UTC [I], named in upper case [I]. */
export const daysOfWeek: Rule = {
  of: DATE_OR_DATETIME,
  prepare(args) {
    if (args.length === 0 || new Set(args).size < args.length || args.some((day) => !DAYS.includes(day))) return `it takes 1 to 7 of ${DAYS.join(', ')}`;
    return { holds: (value) => args.includes(DAYS[new Date(value).getUTCDay()]!), demand: `be on one of these days: ${args.join(', ')}` };
  },
};
