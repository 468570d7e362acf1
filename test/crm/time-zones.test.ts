// Days of time zones: where clocks leap over midnight, where they strike it twice, where a day lasts 23 hours.

import { describe, expect, test } from 'vitest';
import { createCalendar, offsetAt, zoneNamed } from '../../src/crm/time-zones.ts';

const HOUR = 3_600_000;

describe('the day that it is', () => {
  test.each([
    ['UTC', '2026-10-02T09:00:00.000Z', '2026-10-02', '2026-10-02T00:00:00.000Z', 24],
    ['Europe/Zurich', '2026-10-02T21:59:59.999Z', '2026-10-02', '2026-10-01T22:00:00.000Z', 24],
    ['Europe/Zurich', '2026-10-02T22:00:00.000Z', '2026-10-03', '2026-10-02T22:00:00.000Z', 24],
    ['America/New_York', '2026-10-03T03:00:00.000Z', '2026-10-02', '2026-10-02T04:00:00.000Z', 24],
    ['Asia/Kathmandu', '2026-10-02T18:15:00.000Z', '2026-10-03', '2026-10-02T18:15:00.000Z', 24],
    // Clocks leap forward, and back.
    ['Europe/Zurich', '2026-03-29T12:00:00.000Z', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Zurich', '2026-10-25T12:00:00.000Z', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    // There is no midnight: clocks leap from 24:00 to 01:00.
    ['Africa/Cairo', '2024-04-26T12:00:00.000Z', '2024-04-26', '2024-04-25T22:00:00.000Z', 23],
    ['Africa/Cairo', '2024-04-25T12:00:00.000Z', '2024-04-25', '2024-04-24T22:00:00.000Z', 24],
    // There are two: clocks go back from 01:00 to 00:00.
    ['America/Havana', '2024-11-03T12:00:00.000Z', '2024-11-03', '2024-11-03T04:00:00.000Z', 25],
    // The hour before it comes twice: clocks go back from 24:00 to 23:00.
    ['Africa/Cairo', '2024-10-31T12:00:00.000Z', '2024-10-31', '2024-10-30T21:00:00.000Z', 25],
  ])('in %s at %s', (zone, at, date, start, hours) => {
    const day = createCalendar().dayAt(zone, Date.parse(at));
    expect(day).toEqual({ date, startsAt: Date.parse(start), endsAt: Date.parse(start) + hours * HOUR });
  });

  test('one calendar tells days of several zones, back and forth', () => {
    const calendar = createCalendar();
    const at = Date.parse('2026-10-02T23:00:00.000Z');
    expect(['UTC', 'Europe/Zurich', 'UTC'].map((zone) => calendar.dayAt(zone, at).date)).toEqual(['2026-10-02', '2026-10-03', '2026-10-02']);
    expect([at + 2 * HOUR, at, at - 48 * HOUR].map((when) => calendar.dayAt('UTC', when).date)).toEqual(['2026-10-03', '2026-10-02', '2026-09-30']);
  });
});

test('offsets', () => {
  const at = Date.parse('2026-10-02T09:00:00.123Z');
  expect(['UTC', 'Europe/Zurich', 'America/St_Johns', 'Asia/Kathmandu'].map((zone) => offsetAt(zone, at) / HOUR)).toEqual([0, 2, -2.5, 5.75]);
  expect(offsetAt('Europe/Zurich', Date.parse('2026-12-02T09:00:00.000Z'))).toBe(HOUR);
});

test('names of zones', () => {
  expect(['Europe/Zurich', 'europe/zurich', 'utc', 'US/Eastern'].map(zoneNamed)).toEqual(['Europe/Zurich', 'Europe/Zurich', 'UTC', 'US/Eastern']);
  expect(['Mars/Olympus', '+02:00', '', 'Europe/Zurich\0'].map(zoneNamed)).toEqual([undefined, undefined, undefined, undefined]);
});
