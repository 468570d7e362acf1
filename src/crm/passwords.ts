// Passwords are kept as scrypt hashes: slow, and costly in memory, so that a stolen table is hard to guess from. The text
// of a hash names its own costs (`$scrypt$ln=17,r=8,p=1$salt$hash`), so that they can be raised later.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What a guess costs: 2^ln rounds over blocks of r, p times. */
export interface Cost {
  ln: number;
  r: number;
  p: number;
}

/** 128 MiB and about a third of a second on one core: the least that OWASP asks for. */
export const COST: Cost = { ln: 17, r: 8, p: 1 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

export const MIN_PASSWORD_LENGTH = 12;
/** Far beyond what anybody types: longer texts are not worth hashing. */
export const MAX_PASSWORD_LENGTH = 1_024;

/** What is wrong with a new password, in words for its user; undefined when nothing is. */
export function passwordFault(password: string): string | undefined {
  const length = [...password.normalize('NFKC')].length;
  if (length < MIN_PASSWORD_LENGTH) return `A password has at least ${MIN_PASSWORD_LENGTH} characters.`;
  if (length > MAX_PASSWORD_LENGTH) return `A password has at most ${MAX_PASSWORD_LENGTH} characters.`;
  return undefined;
}

/** The text that is stored for a password. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return print({ cost, salt, hash: await derive(password, salt, cost, HASH_BYTES) });
}

/**
 * Whether the password is the one behind the stored text. Without one (`undefined`: nobody has this login) the answer is no, after
 * the work of `today`'s cost, so that the time does not tell whether there is such a login.
 */
export async function checkPassword(password: string, stored: string | undefined, today = COST): Promise<boolean> {
  const { cost, salt, hash } = stored === undefined ? { ...NOBODY, cost: today } : parse(stored);
  const given = await derive(password, salt, cost, hash.length);
  return timingSafeEqual(given, hash) && stored !== undefined;
}

/** True when the stored text cost less than it would today. */
export function isOutdated(stored: string, today = COST): boolean {
  const { ln, r, p } = parse(stored).cost;
  return ln < today.ln || r < today.r || p < today.p;
}

interface Parts {
  cost: Cost;
  salt: Buffer;
  hash: Buffer;
}

const NOBODY: Omit<Parts, 'cost'> = { salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

const print = ({ cost: { ln, r, p }, salt, hash }: Parts): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`;

function parse(text: string): Parts {
  const found = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (!found) throw new Error('a stored password hash is none of scrypt');
  const [, ln, r, p, salt, hash] = found;
  return { cost: { ln: Number(ln), r: Number(r), p: Number(p) }, salt: Buffer.from(salt!, 'base64'), hash: Buffer.from(hash!, 'base64') };
}

/** The same password typed on two keyboards may differ in its bytes: NFKC makes them one. */
async function derive(password: string, salt: Buffer, { ln, r, p }: Cost, length: number): Promise<Buffer> {
  const N = 2 ** ln;
  return await new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, length, { N, r, p, maxmem: 256 * N * r }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
