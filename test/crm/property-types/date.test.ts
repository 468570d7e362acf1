import { describe } from 'vitest';
import { propertyProblem } from '../../../src/errors.ts';
import { define, runCases } from './support.ts';
import type { Case } from './support.ts';

const invalid = (name: string, text: string): Case => [name, text, propertyProblem.invalidDate('prop', text)];
const offMidnight = (name: string, text: string, time: string): Case => [name, text, propertyProblem.notMidnight('prop', text, time)];
const near = (name: string, text: string, value: string): Case => [name, text, { value, normalised: true }];

/** The same in every version. */
const always: Case[] = [
  ['date', '2026-10-02', '2026-10-02'],
  ['leap day', '2024-02-29', '2024-02-29'],
  ['leap day of a fourth century', '2000-02-29', '2000-02-29'],
  ['first day', '0001-01-01', '0001-01-01'],
  ['last day', '9999-12-31', '9999-12-31'],
  ['white space around', ' 2026-10-02 ', '2026-10-02'],
  ['milliseconds at midnight', '1759968000000', '2025-10-09'],
  ['milliseconds before 1970', '-86400000000', '1967-04-07'],
  ['milliseconds zero', '0', '1970-01-01'],
  ['milliseconds minus zero', '-0', '1970-01-01'],
  ['milliseconds of the first day', '-62135596800000', '0001-01-01'],
  invalid('milliseconds before the first day', '-62135683200000'),
  invalid('milliseconds after the last day', '253402300800000'),
  invalid('integer of 40 digits', '1'.repeat(40)),
  invalid('30 February', '2026-02-30'),
  invalid('29 February of a common year', '2026-02-29'),
  invalid('29 February of a century', '1900-02-29'),
  invalid('31 April', '2026-04-31'),
  invalid('month 13', '2026-13-01'),
  invalid('month 0', '2026-00-10'),
  invalid('day 0', '2026-01-00'),
  invalid('year 0', '0000-01-01'),
  invalid('year of five digits', '10000-01-01'),
  invalid('one digit a month', '2026-1-2'),
  invalid('American', '10/02/2026'),
  invalid('dots', '02.10.2026'),
  invalid('week', '2026-W40-5'),
  invalid('words', 'tomorrow'),
  invalid('plus sign', '+1759968000000'),
  invalid('decimals', '1759968000000.0'),
  invalid('white space only', ' '),
  invalid('time that does not exist', '2026-10-02T25:00:00Z'),
];

describe('date', () => {
  runCases(define('date'), [
    ...always,
    offMidnight('milliseconds off midnight', '1759968000001', '00:00:00.001'),
    offMidnight('milliseconds off midnight before 1970', '-1', '23:59:59.999'),
    offMidnight('seconds', '1760000000', '08:53:20.000'),
    offMidnight('ISO time', '2026-10-02T13:45:00Z', '13:45:00.000'),
    offMidnight('ISO time with an offset', '2026-10-02T00:00:00+02:00', '22:00:00.000'),
    invalid('ISO time at midnight', '2026-10-02T00:00:00Z'),
  ]);
});

describe('date from 2026-09 on', () => {
  runCases(define('date'), [
    ...always,
    near('milliseconds off midnight', '1759968000001', '2025-10-09'),
    near('milliseconds off midnight before 1970', '-86400000001', '1967-04-06'),
    near('seconds', '1760000000', '2025-10-09'),
    near('seconds at midnight', '1728000000', '2024-10-04'),
    near('seconds before 1970', '-1', '1969-12-31'),
    near('the most that is seconds', '9999999999', '2286-11-20'),
    near('the least that is milliseconds', '10000000000', '1970-04-26'),
    near('ISO time', '2026-10-02T13:45:00Z', '2026-10-02'),
    near('ISO time with an offset', '2026-10-02T00:00:00+02:00', '2026-10-01'),
    near('ISO time at midnight', '2026-10-02T00:00:00Z', '2026-10-02'),
  ], { normalisesDates: true });
});

describe.each([false, true])('datetime, dates normalised: %s', (normalisesDates) => {
  runCases(define('datetime', { fieldType: 'date' }), [
    ['as stored', '2026-10-02T08:15:30.123Z', '2026-10-02T08:15:30.123Z'],
    ['without milliseconds', '2026-10-02T08:15:30Z', '2026-10-02T08:15:30.000Z'],
    ['without seconds', '2026-10-02T08:15Z', '2026-10-02T08:15:00.000Z'],
    ['one fraction digit', '2026-10-02T08:15:30.1Z', '2026-10-02T08:15:30.100Z'],
    ['more fraction digits are cut off', '2026-10-02T08:15:30.999999999Z', '2026-10-02T08:15:30.999Z'],
    ['offset', '2026-10-02T08:15:30+02:00', '2026-10-02T06:15:30.000Z'],
    ['offset without a colon', '2026-10-02T08:15:30.5-0530', '2026-10-02T13:45:30.500Z'],
    ['offset in hours', '2026-10-02T08:15:30+02', '2026-10-02T06:15:30.000Z'],
    ['offset over midnight', '2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
    ['no zone is UTC', '2026-10-02T08:15:30', '2026-10-02T08:15:30.000Z'],
    ['date only', '2026-10-02', '2026-10-02T00:00:00.000Z'],
    ['white space around', ' 2026-10-02T08:15:30Z\n', '2026-10-02T08:15:30.000Z'],
    ['milliseconds', '1760000000123', '2025-10-09T08:53:20.123Z'],
    ['milliseconds before 1970', '-1', '1969-12-31T23:59:59.999Z'],
    ['ten digits are milliseconds', '1760000000', '1970-01-21T08:53:20.000Z'],
    ['year 1', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['year 99', '0099-06-01', '0099-06-01T00:00:00.000Z'],
    ['the last time', '253402300799999', '9999-12-31T23:59:59.999Z'],
    invalid('later than the last time', '253402300800000'),
    invalid('earlier than the first by offset', '0001-01-01T00:00:00+00:01'),
    invalid('later than the last by offset', '9999-12-31T23:59:59-00:01'),
    invalid('30 February', '2026-02-30T00:00:00Z'),
    invalid('hour 24', '2026-10-02T24:00:00Z'),
    invalid('minute 60', '2026-10-02T08:60:00Z'),
    invalid('second 60', '2026-10-02T08:15:60Z'),
    invalid('offset of 24 hours', '2026-10-02T08:15:30+24:00'),
    invalid('point without a fraction', '2026-10-02T08:15:30.Z'),
    invalid('space for the T', '2026-10-02 08:15:30'),
    invalid('hour only', '2026-10-02T08'),
    invalid('zone without a time', '2026-10-02Z'),
    invalid('named zone', '2026-10-02T08:15:30 UTC'),
    invalid('RFC 1123', 'Fri, 02 Oct 2026 08:15:30 GMT'),
    invalid('words', 'now'),
    invalid('decimals', '1760000000.5'),
  ], { normalisesDates });
});
