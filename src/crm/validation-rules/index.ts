// The registry of validation rules: all that there are (schema.md 3.8 [D]).

import * as addresses from './addresses.ts';
import * as numbers from './numbers.ts';
import type { Rule } from './rule.ts';
import * as text from './text.ts';
import * as times from './times.ts';

export const RULE_TYPES = [
  'ALPHANUMERIC', 'FORMAT', 'SPECIAL_CHARACTERS', 'WHITESPACE', 'MIN_LENGTH', 'MAX_LENGTH', 'REGEX', 'EMAIL', 'DOMAIN', 'URL', 'EMAIL_ALLOWED_DOMAINS',
  'EMAIL_BLOCKED_DOMAINS', 'URL_ALLOWED_DOMAINS', 'URL_BLOCKED_DOMAINS', 'PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE', 'MIN_NUMBER', 'MAX_NUMBER', 'DECIMAL',
  'START_DATE', 'END_DATE', 'START_DATETIME', 'END_DATETIME', 'BEFORE_DURATION', 'AFTER_DURATION', 'BEFORE_DATETIME_DURATION', 'AFTER_DATETIME_DURATION',
  'DAYS_OF_WEEK',
] as const;
export type RuleType = (typeof RULE_TYPES)[number];

export const validationRules = {
  ALPHANUMERIC: text.alphanumeric,
  FORMAT: text.format,
  SPECIAL_CHARACTERS: text.specialCharacters,
  WHITESPACE: text.whitespace,
  MIN_LENGTH: text.minLength,
  MAX_LENGTH: text.maxLength,
  REGEX: text.regex,
  EMAIL: addresses.email,
  DOMAIN: addresses.domain,
  URL: addresses.url,
  EMAIL_ALLOWED_DOMAINS: addresses.emailAllowedDomains,
  EMAIL_BLOCKED_DOMAINS: addresses.emailBlockedDomains,
  URL_ALLOWED_DOMAINS: addresses.urlAllowedDomains,
  URL_BLOCKED_DOMAINS: addresses.urlBlockedDomains,
  PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE: addresses.phoneNumber,
  MIN_NUMBER: numbers.minNumber,
  MAX_NUMBER: numbers.maxNumber,
  DECIMAL: numbers.decimal,
  START_DATE: times.startDate,
  END_DATE: times.endDate,
  START_DATETIME: times.startDatetime,
  END_DATETIME: times.endDatetime,
  BEFORE_DURATION: times.beforeDuration,
  AFTER_DURATION: times.afterDuration,
  BEFORE_DATETIME_DURATION: times.beforeDatetimeDuration,
  AFTER_DATETIME_DURATION: times.afterDatetimeDuration,
  DAYS_OF_WEEK: times.daysOfWeek,
} satisfies Record<RuleType, Rule>;
