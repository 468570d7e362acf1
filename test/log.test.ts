// What a line of the log says of an error: nothing that a client sent.

import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

function linesOf(write: (log: ReturnType<typeof createLog>) => void): { err: Record<string, unknown> }[] {
  let text = '';
  write(createLog('trace', new Writable({ write: (part, _, done) => (text += String(part), done()) })));
  return text.trim().split('\n').map((line) => JSON.parse(line) as { err: Record<string, unknown> });
}

test('its name, message, place and code, and the same of its cause', () => {
  const below = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(ada@example.org) exists', params: ['ada@example.org'], query: 'insert' });
  const [line] = linesOf((log) => log.error({ err: new TypeError('no way', { cause: below }), operation: 'records.create' }, 'request failed'));
  expect(line).toMatchObject({ msg: 'request failed', operation: 'records.create' });
  expect(line!.err).toEqual({
    type: 'TypeError', message: 'no way', stack: expect.stringContaining('log.test.ts'),
    cause: { type: 'Error', message: 'duplicate key', code: '23505', stack: expect.stringContaining('log.test.ts') },
  });
});

test('of what is thrown and is none, only what it is', () => {
  expect(linesOf((log) => log.error({ err: 'ada@example.org' }, 'x'))[0]!.err).toEqual({ type: 'string' });
});
