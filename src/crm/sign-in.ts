// Signing in to the pages, and what stays of it: a random text in a cookie, whose hash is a row. Attempts are limited per
// email and per address, and each one that is let through is written down in the portals of the email, successful or not.

import { randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { createLimiter } from '../db/limiter-store.ts';
import {
  deleteSession, insertSession, readFirstUsers, readPasswordHash, readSession, readUsersOfEmail, replacePasswordHash, type PortalUser,
} from '../db/logins.ts';
import { fold } from '../db/fold.ts';
import { recordActivity } from './activity.ts';
import { isEmail } from './owners.ts';
import { checkPassword, COST, hashPassword, isOutdated } from './passwords.ts';
import { hashSecret } from './tokens.ts';

export type { PortalUser } from '../db/logins.ts';

export const SESSION_HOURS = 12;

/** Wrong passwords that are looked at within a quarter of an hour: of an email, and of an address, which several people may share. */
const WINDOW_SECONDS = 15 * 60;
const ATTEMPTS_PER_EMAIL = 10;
const ATTEMPTS_PER_ADDRESS = 100;

export interface Attempt {
  email: string;
  password: string;
  /** Of the client, as far as it is known. */
  address: string | null;
  userAgent: string | null;
}

/** The session's text, to be seen this once; or why there is none. */
export type SignInResult = { session: string } | { refused: 'wrong' } | { refused: 'limited'; msBeforeNext: number };

export interface SignIns {
  signIn: (attempt: Attempt) => Promise<SignInResult>;
  /** The users that somebody with this session is, one per portal. Undefined when it has ended or there is none. */
  findUsers: (session: string) => Promise<PortalUser[] | undefined>;
  signOut: (session: string) => Promise<void>;
  /** On a machine of one's own nobody signs in: everybody is the first user of each portal. */
  findFirstUsers: () => Promise<PortalUser[]>;
}

/** Makes the rules of signing in over a database. `passwordCost` is what passwords cost today. */
export function createSignIns(db: Db, now: () => number, passwordCost = COST): SignIns {
  const perEmail = createLimiter(db, { keyPrefix: 'sign-in-email', points: ATTEMPTS_PER_EMAIL, durationSeconds: WINDOW_SECONDS });
  // One password at a time: looking at one takes 128 MiB and a thread that others wait for.
  const inTurn = createTurns();
  const perAddress = createLimiter(db, { keyPrefix: 'sign-in-address', points: ATTEMPTS_PER_ADDRESS, durationSeconds: WINDOW_SECONDS });

  return {
    async signIn({ email, password, address, userAgent }) {
      // Hashed: emails may be longer than a key, and are nobody's business there.
      const [emailKey, addressKey] = [hashSecret(fold(email)), hashSecret(address ?? '')];
      for (const usage of [await perAddress.consume(addressKey), await perEmail.consume(emailKey)]) {
        if (!usage.allowed) return { refused: 'limited', msBeforeNext: usage.msBeforeNext };
      }
      // Postgres takes no text with a NUL.
      const isOne = isEmail(email) && !email.includes('\0');
      const users = isOne ? await readUsersOfEmail(db, email) : [];
      const stored = isOne ? await readPasswordHash(db, email) : undefined;
      const isRight = await inTurn(async () => await checkPassword(password, users.length > 0 ? stored : undefined, passwordCost));
      const at = new Date(now()).toISOString();
      const session = await db.transaction(async (tx) => {
        for (const user of users) {
          const details = { email: user.email, ipAddress: address, userAgent, loginSucceeded: isRight };
          await recordActivity(tx, user.portalId, 'login', { at, userId: user.userId, details });
        }
        if (!isRight) return undefined;
        const text = randomBytes(32).toString('base64url');
        const expiresAt = new Date(now() + SESSION_HOURS * 3_600_000).toISOString();
        await insertSession(tx, { sessionHash: hashSecret(text), email, createdAt: at, expiresAt });
        return text;
      });
      if (session === undefined) return { refused: 'wrong' };

      await perEmail.reset(emailKey);
      await perAddress.giveBack(addressKey);
      if (isOutdated(stored!, passwordCost)) await replacePasswordHash(db, email, stored!, await inTurn(async () => await hashPassword(password, passwordCost)));
      return { session };
    },

    async findUsers(session) {
      const email = await readSession(db, hashSecret(session), new Date(now()).toISOString());
      return email === undefined ? undefined : await readUsersOfEmail(db, email);
    },

    signOut: async (session) => await deleteSession(db, hashSecret(session)),
    findFirstUsers: async () => await readFirstUsers(db),
  };
}

/** Makes a function that runs what it is given one after the other. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (run) => {
    const mine = last.then(run);
    last = mine.catch(() => {});
    return await mine;
  };
}
