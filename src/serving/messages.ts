// What the first process and those that answer requests say to each other. A connection goes along with its message.

import type { Config } from '../config.ts';
import type { Range } from '../db/ids.ts';

/** `loaded`: ready to begin. `failed`: it could not, and ends. `took`: a connection. `take`: numbers of new records, please. */
export type FromWorker =
  | { say: 'loaded' }
  | { say: 'ready' }
  | { say: 'failed'; message: string; isSetting: boolean }
  | { say: 'took'; connection: number }
  | { say: 'take'; call: number; portalId: number; count: number };

export type ToWorker =
  | { say: 'begin'; config: Config }
  | { say: 'connection'; connection: number }
  | { say: 'taken'; call: number; ranges: Range[] }
  | { say: 'notTaken'; call: number; message: string; code: string | undefined }
  | { say: 'stop' };
