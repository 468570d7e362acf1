// Settings: where each comes from, what an empty one means, and the one line that every wrong one is told.

import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { DAILY_CALLS } from '../../src/crm/api-usage.ts';
import { MAX_ASSOCIATIONS_PER_RECORD } from '../../src/crm/association-limits.ts';
import { countProcesses, printableDatabaseUrl, readConfig, servesOwnMachineOnly, SettingError, SETTINGS, type Config, type Flags } from '../../src/config.ts';

const DEFAULTS: Config = {
  host: '127.0.0.1', port: 4010, dataDir: './data', databaseUrl: undefined, token: undefined, portalId: 1, logLevel: 'info', maxAssociations: 50_000,
  rateLimits: undefined, processes: undefined,
};

/** Each setting: a value as text, what it becomes, and another one that shows which of two sources won. */
const VALUES: { [Key in keyof Config]-?: { text: string; value: Config[Key]; other: string } } = {
  host: { text: '0.0.0.0', value: '0.0.0.0', other: '::1' },
  port: { text: '0', value: 0, other: '65535' },
  dataDir: { text: 'memory:', value: 'memory:', other: '/srv/spoke' },
  databaseUrl: { text: 'postgresql://spoke@db/spoke', value: 'postgresql://spoke@db/spoke', other: 'postgres://other@db/spoke' },
  token: { text: 'secret-token', value: 'secret-token', other: 'another-token' },
  portalId: { text: '999999999999', value: 999_999_999_999, other: '7' },
  logLevel: { text: 'silent', value: 'silent', other: 'debug' },
  maxAssociations: { text: 'off', value: Infinity, other: '10' },
  rateLimits: { text: 'burst=3, search=2', value: { burst: 3, search: 2 }, other: 'enterprise' },
  processes: { text: '1', value: 1, other: 'auto' },
};

test('every setting has its default, and nothing else of the environment counts', () => {
  const config = readConfig({}, { PATH: '/bin', SPOKESMAN: 'Ada', spoke_port: '1' });
  expect(config).toEqual(DEFAULTS);
  expect(Object.isFrozen(config)).toBe(true);
});

describe.each(SETTINGS.map((setting) => ({ ...setting, ...VALUES[setting.key] })))('$env', ({ env, key, text, value, other }) => {
  test('comes from the environment', () => {
    expect(readConfig({}, { [env]: text })).toEqual({ ...DEFAULTS, [key]: value });
  });

  test('the flag wins', () => {
    expect(readConfig({ [key]: text }, { [env]: other })).toEqual({ ...DEFAULTS, [key]: value });
  });

  test('an empty value counts as not set, for the flag too', () => {
    expect(readConfig({}, { [env]: '' })).toEqual(DEFAULTS);
    expect(readConfig({ [key]: '' }, { [env]: text })).toEqual({ ...DEFAULTS, [key]: value });
  });
});

describe('a wrong setting is one line that says what to write', () => {
  const PORT = 'but must be a port number from 0 to 65535 (0 picks a free one).';
  const PORTAL = 'but must be a whole number from 1 to 999999999999.';
  const MAXIMUM = 'but must be a whole number from 1 to 2147483647, or off.';
  const PROCESSES = 'but must be a whole number from 1 to 64, or auto.';
  const LIMITS = 'but must be off, free, professional, enterprise, or numbers such as burst=100,search=5,daily=250000,associations=100,oauth=110.';
  const LEVEL = 'but must be one of fatal, error, warn, info, debug, trace, silent.';
  const ADDRESS = 'must be a Postgres address like postgres://user:password@localhost:5432/spoke.';
  const UNREADABLE = 'cannot be read as an address. Percent-encode special characters in the user name and password.';
  const TOKEN = 'must be 8 to 512 printable ASCII characters without spaces.';

  test.each<[NodeJS.ProcessEnv, string]>([
    [{ SPOKE_PORT: 'http' }, `SPOKE_PORT is "http", ${PORT}`],
    [{ SPOKE_PORT: '65536' }, `SPOKE_PORT is "65536", ${PORT}`],
    [{ SPOKE_PORT: '-1' }, `SPOKE_PORT is "-1", ${PORT}`],
    [{ SPOKE_PORT: '40.1' }, `SPOKE_PORT is "40.1", ${PORT}`],
    [{ SPOKE_PORT: '0x10' }, `SPOKE_PORT is "0x10", ${PORT}`],
    [{ SPOKE_PORT: ' 80' }, `SPOKE_PORT is " 80", ${PORT}`],
    [{ SPOKE_PORTAL_ID: '0' }, `SPOKE_PORTAL_ID is "0", ${PORTAL}`],
    [{ SPOKE_PORTAL_ID: '1000000000000' }, `SPOKE_PORTAL_ID is "1000000000000", ${PORTAL}`],
    [{ SPOKE_PORTAL_ID: 'one' }, `SPOKE_PORTAL_ID is "one", ${PORTAL}`],
    [{ SPOKE_LOG_LEVEL: 'loud' }, `SPOKE_LOG_LEVEL is "loud", ${LEVEL}`],
    [{ SPOKE_LOG_LEVEL: 'INFO' }, `SPOKE_LOG_LEVEL is "INFO", ${LEVEL}`],
    [{ SPOKE_MAX_ASSOCIATIONS: '0' }, `SPOKE_MAX_ASSOCIATIONS is "0", ${MAXIMUM}`],
    [{ SPOKE_MAX_ASSOCIATIONS: 'none' }, `SPOKE_MAX_ASSOCIATIONS is "none", ${MAXIMUM}`],
    [{ SPOKE_MAX_ASSOCIATIONS: '2147483648' }, `SPOKE_MAX_ASSOCIATIONS is "2147483648", ${MAXIMUM}`],
    [{ SPOKE_PROCESSES: '0' }, `SPOKE_PROCESSES is "0", ${PROCESSES}`],
    [{ SPOKE_PROCESSES: '65' }, `SPOKE_PROCESSES is "65", ${PROCESSES}`],
    [{ SPOKE_PROCESSES: 'all' }, `SPOKE_PROCESSES is "all", ${PROCESSES}`],
    [{ SPOKE_PROCESSES: '2' }, 'SPOKE_PROCESSES is 2, but the embedded database has one process. Set SPOKE_DATABASE_URL to use a Postgres server.'],
    ...['on', 'Free', 'burst', 'burst=', 'burst=0', 'burst=-1', 'burst=1.5', 'burst=1000000001', 'burst=10,', 'burst=1,burst=2', 'hourly=5', 'free,burst=1', '__proto__=1']
      .map((limits): [NodeJS.ProcessEnv, string] => [{ SPOKE_RATE_LIMITS: limits }, `SPOKE_RATE_LIMITS is "${limits}", ${LIMITS}`]),
    [{ SPOKE_DATABASE_URL: 'mysql://root@db/spoke' }, `SPOKE_DATABASE_URL ${ADDRESS}`],
    [{ SPOKE_DATABASE_URL: 'localhost:5432' }, `SPOKE_DATABASE_URL ${ADDRESS}`],
    [{ SPOKE_DATABASE_URL: 'postgres://' }, `SPOKE_DATABASE_URL ${ADDRESS}`],
    [{ SPOKE_DATABASE_URL: 'postgres://spoke:pa/ss@db:5432/spoke' }, `SPOKE_DATABASE_URL ${UNREADABLE}`],
    [{ SPOKE_TOKEN: 'short' }, `SPOKE_TOKEN ${TOKEN}`],
    [{ SPOKE_TOKEN: 'with a space' }, `SPOKE_TOKEN ${TOKEN}`],
    [{ SPOKE_TOKEN: 'geheimnisträger' }, `SPOKE_TOKEN ${TOKEN}`],
    [{ SPOKE_TOKEN: 'x'.repeat(513) }, `SPOKE_TOKEN ${TOKEN}`],
  ])('%j', (env, message) => {
    expect(() => readConfig({}, env)).toThrow(new SettingError(message));
  });

  test.each<[Flags, string]>([
    [{ port: 'http' }, `--port is "http", ${PORT}`],
    [{ portalId: '0' }, `--portal-id is "0", ${PORTAL}`],
    [{ logLevel: 'loud' }, `--log-level is "loud", ${LEVEL}`],
    [{ maxAssociations: '-1' }, `--max-associations is "-1", ${MAXIMUM}`],
    [{ processes: '1.5' }, `--processes is "1.5", ${PROCESSES}`],
    [{ rateLimits: 'some' }, `--rate-limits is "some", ${LIMITS}`],
    [{ databaseUrl: 'localhost' }, `--database-url ${ADDRESS}`],
    [{ databaseUrl: 'postgres://a:b:c@d:e/f' }, `--database-url ${UNREADABLE}`],
    [{ token: 'short' }, `--token ${TOKEN}`],
  ])('as a flag, %j', (flags, message) => {
    expect(() => readConfig(flags, {})).toThrow(new SettingError(message));
  });

  test('a SPOKE_ variable that is no setting, with a value or without', () => {
    const message = 'SPOKE_PROT is not a setting. The settings are SPOKE_HOST, SPOKE_PORT, SPOKE_DATA_DIR, SPOKE_DATABASE_URL, SPOKE_TOKEN, SPOKE_PORTAL_ID, SPOKE_LOG_LEVEL, SPOKE_MAX_ASSOCIATIONS, SPOKE_RATE_LIMITS, SPOKE_PROCESSES.';
    expect(() => readConfig({}, { SPOKE_PROT: '4011' })).toThrow(new SettingError(message));
    expect(() => readConfig({}, { SPOKE_PROT: '' })).toThrow(new SettingError(message));
  });

  test('secrets are not repeated', () => {
    for (const env of [{ SPOKE_TOKEN: 'pssst' }, { SPOKE_DATABASE_URL: 'pg://ada:pssst@db/spoke' }, { SPOKE_DATABASE_URL: 'postgres://ada:pssst/@db/spoke' }]) {
      expect(() => readConfig({}, env)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('pssst') }));
    }
  });
});

test('a number of associations', () => {
  expect(readConfig({}, { SPOKE_MAX_ASSOCIATIONS: '1' }).maxAssociations).toBe(1);
  expect(DEFAULTS.maxAssociations).toBe(MAX_ASSOCIATIONS_PER_RECORD);
});

test('limits of a tier (platform.md 6.1 [D]), or numbers of one\'s own', () => {
  const limits = (text: string) => readConfig({}, { SPOKE_RATE_LIMITS: text }).rateLimits;
  expect(limits('off')).toBeUndefined();
  expect(limits('free')).toEqual({ burst: 100, search: 5, daily: DAILY_CALLS, associations: 100, oauth: 110 });
  expect(limits('professional')).toEqual({ burst: 190, search: 5, daily: 625_000, associations: 150, associationsDaily: 500_000, oauth: 110 });
  expect(limits('enterprise')).toEqual({ burst: 190, search: 5, daily: 1_000_000, associations: 150, associationsDaily: 500_000, oauth: 110 });
  expect(limits('daily=2000000,associations-daily=1000000,burst=250,associations=200,search=5,oauth=110'))
    .toEqual({ burst: 250, search: 5, daily: 2_000_000, associations: 200, associationsDaily: 1_000_000, oauth: 110 });
  expect(limits('daily=5')).toEqual({ daily: 5 });
});

test('processes: as many as was said, one for the embedded database, and some of the cores for a server', () => {
  const count = (env: NodeJS.ProcessEnv): number => countProcesses(readConfig({}, env));
  const server = { SPOKE_DATABASE_URL: 'postgres://db/spoke' };
  expect([count({}), count({ SPOKE_PROCESSES: 'auto' }), count({ ...server, SPOKE_PROCESSES: '1' }), count({ ...server, SPOKE_PROCESSES: '7' })]).toEqual([1, 1, 1, 7]);
  const some = count(server);
  expect(some).toBe(count({ ...server, SPOKE_PROCESSES: 'auto' }));
  expect(some).toBeGreaterThanOrEqual(1);
  expect(some).toBeLessThanOrEqual(Math.min(4, Math.max(1, availableParallelism() - 1)));
});

test('a database address is shown without its password', () => {
  expect(printableDatabaseUrl('postgres://spoke:pssst@db:5432/spoke?sslmode=require')).toBe('postgres://spoke:***@db:5432/spoke?sslmode=require');
  expect(printableDatabaseUrl('postgres://spoke@db/spoke')).toBe('postgres://spoke@db/spoke');
  expect(printableDatabaseUrl('postgres://db/spoke?user=spoke&password=pssst')).not.toContain('pssst');
});

describe('nobody has to sign in', () => {
  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('at %s with a database of its own', (host) => {
    expect(servesOwnMachineOnly(readConfig({ host }, {}))).toBe(true);
    expect(servesOwnMachineOnly(readConfig({ host, databaseUrl: 'postgres://localhost/spoke' }, {}))).toBe(false);
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', '10.0.0.1', 'spoke.example', 'localhost.example', '127.0.0.1.example'])('but at %s', (host) => {
    expect(servesOwnMachineOnly(readConfig({ host }, {}))).toBe(false);
  });
});
