// The frame of batch answers (objects.md 3.2): 207 as soon as there are errors, which are left out otherwise.

import type { BatchError, BatchOutcome } from '../crm/batch.ts';
import type { Context } from '../crm/context.ts';
import type { OperationReply } from './operation.ts';

/** Frames what a batch did. `partial` is the status with errors: 207, but for the few routes that keep theirs. */
export function batchReply<Result>(
  ctx: Context, status: number, outcome: BatchOutcome<Result>, present: (result: Result) => unknown = (result) => result, partial = 207,
): OperationReply {
  const { results, errors } = outcome;
  const body: Record<string, unknown> = { status: 'COMPLETE', results: results.map(present) };
  if (errors.length > 0) {
    body.numErrors = errors.length;
    body.errors = errors.map(presentError);
  }
  body.startedAt = ctx.at;
  body.completedAt = ctx.clock();
  return { status: errors.length > 0 ? partial : status, body };
}

/** Only these parts are sent in a batch's errors[], although the documentation names more (objects.md 1.7 [O]). */
function presentError(error: BatchError): Record<string, unknown> {
  const { category, subCategory, message, context } = error.problem.body;
  return {
    status: 'error', category, ...(subCategory === undefined ? {} : { subCategory }), message,
    context: { ...error.context, ...context },
  };
}

/** The answer of a batch that has nothing to say, for the versions that say it. */
export function emptyBatchReply(ctx: Context): OperationReply {
  return batchReply(ctx, 200, { results: [], errors: [] });
}
