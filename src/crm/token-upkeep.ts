// When tokens were last used, written down once a minute for all of them, and the removal of those that ended long ago. A
// request pays for one entry of a map.

import type { Db } from '../db/db.ts';
import { deleteCodes } from '../db/grants.ts';
import { deleteEnded, writeUses } from '../db/tokens.ts';

export interface TokenUpkeep {
  /** Takes note that a token was used at a time, in milliseconds. */
  note: (tokenHash: string, at: number) => void;
  /** Writes what is left. */
  close: () => Promise<void>;
}

const EVERY_MS = 60_000;
/** An expired token's answer tells when it expired: for as long as this. */
const KEPT_MS = 30 * 86_400_000;

/** Makes the one of this process. */
export function createTokenUpkeep({ db, log }: { db: Db; log: { error: (fields: object, message: string) => void } }): TokenUpkeep {
  let uses = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    timer = undefined;
    if (uses.size === 0) return;
    const written = uses;
    uses = new Map();
    const longAgo = new Date(Math.max(...written.values()) - KEPT_MS).toISOString();
    try {
      await writeUses(db, [...written].map(([tokenHash, at]) => ({ tokenHash, at: new Date(at).toISOString() })));
      await deleteEnded(db, longAgo);
      await deleteCodes(db, longAgo);
    } catch (error) {
      log.error({ err: error }, 'the last use of tokens could not be written');
    }
  }

  return {
    note(tokenHash, at) {
      uses.set(tokenHash, at);
      timer ??= setTimeout(() => (writing = write()), EVERY_MS).unref();
    },
    async close() {
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}
