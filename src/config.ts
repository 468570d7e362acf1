// The only reader of process.env: settings from flags and environment become one frozen, printable value.
// A wrong setting is a SettingError whose message is the one line the user sees.

import { availableParallelism } from 'node:os';
import { RATE_LIMITS_HINT, readRateLimits, type RateLimits } from './config/rate-limits.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Config {
  host: string;
  /** 0 means any free port. */
  port: number;
  /** A folder, or `memory:`. Unused when databaseUrl is set. */
  dataDir: string;
  /** `postgres://...` takes the place of the embedded database. */
  databaseUrl: string | undefined;
  /** Use this token instead of making one. */
  token: string | undefined;
  portalId: number;
  logLevel: (typeof LOG_LEVELS)[number];
  /** How many records of a type one record may be associated with; Infinity for any number. */
  maxAssociations: number;
  /** How often apps may call; undefined for as often as they like. */
  rateLimits: RateLimits | undefined;
  /** How many processes answer requests, undefined for as many as the machine is good for (countProcesses). */
  processes: number | undefined;
}

/** Says in one line what is wrong with a setting and what to write instead. */
export class SettingError extends Error {}

/** Every setting: environment name, flag, what to write. The README's table is checked against it. */
export const SETTINGS = [
  { env: 'SPOKE_HOST', flag: '--host <address>', key: 'host', default: '127.0.0.1', help: 'address to listen on' },
  { env: 'SPOKE_PORT', flag: '--port <number>', key: 'port', default: '4010', help: 'port to listen on, 0 for any free one' },
  { env: 'SPOKE_DATA_DIR', flag: '--data-dir <folder>', key: 'dataDir', default: './data', help: 'folder of the embedded database, or memory:' },
  { env: 'SPOKE_DATABASE_URL', flag: '--database-url <url>', key: 'databaseUrl', default: '', help: 'postgres://... to use instead of the embedded database' },
  { env: 'SPOKE_TOKEN', flag: '--token <token>', key: 'token', default: '', help: 'use this access token instead of making one' },
  { env: 'SPOKE_PORTAL_ID', flag: '--portal-id <number>', key: 'portalId', default: '1', help: 'id of the portal (account) to serve' },
  { env: 'SPOKE_LOG_LEVEL', flag: '--log-level <level>', key: 'logLevel', default: 'info', help: `one of ${LOG_LEVELS.join(', ')}` },
  { env: 'SPOKE_MAX_ASSOCIATIONS', flag: '--max-associations <number>', key: 'maxAssociations', default: '50000', help: 'records of a type that one record may be associated with, or off' },
  { env: 'SPOKE_RATE_LIMITS', flag: '--rate-limits <limits>', key: 'rateLimits', default: 'off', help: 'off, or as of a tier: free, professional, enterprise; or your own numbers' },
  { env: 'SPOKE_PROCESSES', flag: '--processes <number>', key: 'processes', default: 'auto', help: 'processes that answer requests, on a Postgres server: auto is one per core but one, four at most' },
] as const;

type Key = (typeof SETTINGS)[number]['key'];
/** Flags by setting key, as the command line gave them. */
export type Flags = Partial<Record<Key, string>>;

/** Reads the settings. Flags win over the environment, an empty value counts as not set. Throws SettingError. */
export function readConfig(flags: Flags = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const known = new Set<string>(SETTINGS.map((s) => s.env));
  const stranger = Object.keys(env).find((name) => name.startsWith('SPOKE_') && !known.has(name));
  if (stranger) {
    throw new SettingError(`${stranger} is not a setting. The settings are ${[...known].join(', ')}.`);
  }
  const text = (key: Key): { value: string; from: string } => {
    const setting = SETTINGS.find((s) => s.key === key)!;
    if (flags[key]) return { value: flags[key], from: setting.flag.split(' ')[0]! };
    return { value: env[setting.env] || setting.default, from: setting.env };
  };
  const wholeNumber = (key: Key, min: number, max: number, hint: string): number => {
    const { value, from } = text(key);
    if (!/^\d{1,15}$/.test(value) || Number(value) < min || Number(value) > max) {
      throw new SettingError(`${from} is "${value}", but must be ${hint}.`);
    }
    return Number(value);
  };

  const processes = text('processes').value === 'auto' ? undefined : wholeNumber('processes', 1, 64, 'a whole number from 1 to 64, or auto');
  const level = text('logLevel');
  const logLevel = LOG_LEVELS.find((name) => name === level.value);
  if (!logLevel) throw new SettingError(`${level.from} is "${level.value}", but must be one of ${LOG_LEVELS.join(', ')}.`);

  const url = text('databaseUrl');
  if (url.value && !/^postgres(ql)?:\/\/./.test(url.value)) {
    throw new SettingError(`${url.from} must be a Postgres address like postgres://user:password@localhost:5432/spoke.`);
  }
  if (url.value && !URL.canParse(url.value)) {
    throw new SettingError(`${url.from} cannot be read as an address. Percent-encode special characters in the user name and password.`);
  }
  if (!url.value && processes !== undefined && processes > 1) {
    throw new SettingError(`${text('processes').from} is ${processes}, but the embedded database has one process. Set SPOKE_DATABASE_URL to use a Postgres server.`);
  }
  const token = text('token');
  if (token.value && !/^[\x21-\x7e]{8,512}$/.test(token.value)) {
    throw new SettingError(`${token.from} must be 8 to 512 printable ASCII characters without spaces.`);
  }
  const limits = text('rateLimits');
  const rateLimits = readRateLimits(limits.value);
  if (rateLimits === undefined) throw new SettingError(`${limits.from} is "${limits.value}", but must be ${RATE_LIMITS_HINT}.`);

  return Object.freeze({
    host: text('host').value,
    port: wholeNumber('port', 0, 65_535, 'a port number from 0 to 65535 (0 picks a free one)'),
    dataDir: text('dataDir').value,
    databaseUrl: url.value || undefined,
    token: token.value || undefined,
    portalId: wholeNumber('portalId', 1, 999_999_999_999, 'a whole number from 1 to 999999999999'),
    logLevel,
    maxAssociations: text('maxAssociations').value === 'off' ? Infinity
      : wholeNumber('maxAssociations', 1, 2_147_483_647, 'a whole number from 1 to 2147483647, or off'),
    rateLimits: rateLimits ?? undefined,
    processes,
  });
}

/** True when only this machine reaches the server, and the database is its own: whoever does may do everything already. */
export function servesOwnMachineOnly({ host, databaseUrl }: Config): boolean {
  return databaseUrl === undefined && (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host));
}

/** More of them are for whoever asks for them: each takes memory and connections. */
const PROCESSES_AT_MOST = 4;

/**
 * How many processes answer requests: unless it was said, one per core but one on a Postgres server, which has work too. The embedded database
 * has one. Measured with Postgres and the load on the same two cores, 4 connections: two processes make a tenth more records in
 * batches than one, but answer a third fewer gets, for they take turns on the cores.
 */
export const countProcesses = ({ processes, databaseUrl }: Config): number =>
  processes ?? (databaseUrl === undefined ? 1 : Math.max(1, Math.min(availableParallelism() - 1, PROCESSES_AT_MOST)));

/** The database address as it may be shown: without the password. */
export function printableDatabaseUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  // node-postgres takes it as a parameter too.
  if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
  return parsed.toString();
}
