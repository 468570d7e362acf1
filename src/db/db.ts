// The database as the rest of the program sees it: statements in, plain rows out. pglite.ts and postgres.ts are the two
// drivers behind it. int8 arrives as a number (ids stay below 2^53), timestamptz as an ISO text with milliseconds.

/** A statement with numbered parameters. `name` makes a driver keep it prepared: only for texts that never vary. */
export interface Statement {
  text: string;
  values: unknown[];
  name?: string;
  /** Writes so many rows that short statements should not wait behind many like it. */
  bulk?: boolean;
}

/** Where statements run: the database itself, or one transaction of it. */
export interface Queryable {
  query: <Row>(statement: Statement) => Promise<Row[]>;
}

export interface Db extends Queryable {
  /** Runs everything in one transaction; a throw rolls it back. A deadlock or serialization failure runs it anew. */
  transaction: <T>(run: (tx: Queryable) => Promise<T>) => Promise<T>;
  /** Runs statements that may take long one after the other on one connection, outside of transactions: indexes. */
  maintain: (statements: string[]) => Promise<void>;
  /** Runs `work` while no other process that shares the database runs any of its own by this; not at all when `isOver` says so before it could. */
  alone: (work: () => Promise<void>, isOver: () => boolean) => Promise<void>;
  /** True when others go on writing while an index is made. */
  concurrent: boolean;
  /** True when other processes may write to it too. */
  shared: boolean;
  /** Runs a text of several statements without parameters: migrations. */
  script: (text: string) => Promise<void>;
  close: () => Promise<void>;
}

/** Keeps a statement prepared on every connection, under a name of its own. */
export function prepared(name: string, statement: { text: string; values: unknown[] }): Statement {
  return { name, text: statement.text, values: statement.values };
}

const RETRYABLE = new Set(['40P01', '40001']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', '57P01', '57P02', '57P03', '53300', '57014']);

/** The SQLSTATE or system error code of a failure. Constraint names are never looked at: Citus does not keep them. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** True when the database could not be reached, or gave a statement up for its time, so that trying again later may help. */
export function isUnreachable(error: unknown): boolean {
  const code = errorCode(error);
  if (code && (UNREACHABLE.has(code) || code.startsWith('08'))) return true;
  return error instanceof Error && /timeout exceeded when trying to connect|Connection terminated|is not queryable/.test(error.message);
}

/** Runs `attempt` again, up to five times, when Postgres chose it as the victim of a deadlock (40P01) or 40001. */
export async function retryingDeadlocks<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= 5 || !RETRYABLE.has(errorCode(error) ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 * tries + Math.random() * 20));
    }
  }
}

/** JSON for a jsonb parameter. Postgres keeps neither NUL nor half a surrogate pair: both become U+FFFD. */
export function toJsonb(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? part.replaceAll('\0', '\uFFFD').toWellFormed() : part));
}

/** `2026-11-21 08:15:30.12+00`, as Postgres prints it in UTC, to `2026-11-21T08:15:30.120Z`. */
export function parseTimestamp(text: string): string {
  // Nearly all are of these lengths, and a Date costs ten times as much.
  if (text.endsWith('+00') && text[10] === ' ') {
    const start = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
    if (text.length === 26) return `${start}${text.slice(19, 23)}Z`;
    if (text.length === 22) return `${start}.000Z`;
  }
  return new Date(`${text.slice(0, 10)}T${text.slice(11)}:00`).toISOString();
}

/** An array of whole numbers as Postgres writes it: a driver's own conversion, made for any text, takes ten times as long. */
export const integers = (values: number[]): string => `{${values.join()}}`;

/** An array of texts, likewise. */
export const texts = (values: string[]): string => `{${values.map((value) => `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`).join()}}`;
