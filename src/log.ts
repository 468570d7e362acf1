// The log: lines of JSON on standard error. What was wrong is told by name, message and place; never what clients sent, which
// errors of databases carry along as parameters and details.

import { pino, type DestinationStream, type Logger } from 'pino';

/** Makes the log. `level` is one of pino's, or `silent`. */
export function createLog(level: string, destination: DestinationStream = pino.destination({ dest: 2, sync: false })): Logger {
  return pino({ level, serializers: { err: describeError } }, destination);
}

/** What a line says of an error: of those below it too, without any further members. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name, message: error.message, stack: error.stack, ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
