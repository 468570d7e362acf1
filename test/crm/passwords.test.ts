// Passwords: what is stored, what is right, what is refused as a new one.

import { describe, expect, test } from 'vitest';
import { checkPassword, hashPassword, isOutdated, MAX_PASSWORD_LENGTH, passwordFault } from '../../src/crm/passwords.ts';

const PASSWORD = 'correct horse battery';
const CHEAP = { ln: 10, r: 8, p: 1 };

describe('a hash', () => {
  test('says how it was made, has a salt of its own, and knows its password only', async () => {
    const one = await hashPassword(PASSWORD);
    expect(one).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(await checkPassword(PASSWORD, one)).toBe(true);
    expect(isOutdated(one)).toBe(false);

    // The rest at less cost, which is in no other way another hash.
    const [two, three] = await Promise.all([hashPassword(PASSWORD, CHEAP), hashPassword(PASSWORD, CHEAP)]);
    expect(two).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(two).not.toBe(three);
    for (const stored of [two, three]) {
      expect(await checkPassword(PASSWORD, stored)).toBe(true);
      expect(await checkPassword(`${PASSWORD} `, stored)).toBe(false);
      expect(await checkPassword('', stored)).toBe(false);
    }
  });

  test('of less cost is good, and outdated', async () => {
    for (const cost of [CHEAP, { ln: 10, r: 16, p: 1 }]) {
      const stored = await hashPassword(PASSWORD, cost);
      expect([await checkPassword(PASSWORD, stored), await checkPassword('another password', stored), isOutdated(stored)]).toEqual([true, false, true]);
    }
  });

  test('of a reference implementation (RFC 7914, section 12) is understood', async () => {
    const salt = Buffer.from('SodiumChloride').toString('base64');
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887', 'hex',
    ).toString('base64');
    expect(await checkPassword('pleaseletmein', `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`)).toBe(true);
    expect(await checkPassword('pleaseletmeout', `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`)).toBe(false);
  });

  test('of nobody is never right', async () => {
    expect([await checkPassword(PASSWORD, undefined), await checkPassword(PASSWORD, undefined, CHEAP), await checkPassword('', undefined, CHEAP)]).toEqual([false, false, false]);
  });

  test('that is none is an error, not a no', async () => {
    await expect(checkPassword(PASSWORD, PASSWORD)).rejects.toThrow('a stored password hash is none of scrypt');
  });

  test('takes letters however they were typed', async () => {
    const stored = await hashPassword('Zürich is a café', CHEAP);
    expect(await checkPassword('Zu\u0308rich is a cafe\u0301', stored)).toBe(true);
  });
});

test.each([
  ['', 'A password has at least 12 characters.'],
  ['eleven char', 'A password has at least 12 characters.'],
  // Six letters, each with an accent of its own.
  ['e\u0301'.repeat(6), 'A password has at least 12 characters.'],
  ['twelve chars', undefined],
  ['😀'.repeat(12), undefined],
  ['x'.repeat(MAX_PASSWORD_LENGTH), undefined],
  ['x'.repeat(MAX_PASSWORD_LENGTH + 1), 'A password has at most 1024 characters.'],
])('as a new password %j: %s', (password, fault) => {
  expect(passwordFault(password)).toBe(fault);
});
