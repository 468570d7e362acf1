// How batches fail: all or nothing, or input by input when every input carries its own objectWriteTraceId
// (objects.md 3.3, 3.4). The operations over records share it.

import type { ObjectType } from '../catalogue/types.ts';
import { StaleWriteError } from '../db/write-records.ts';
import { problem, type Problem, type PropertyProblem } from '../errors.ts';

/** One entry of a batch answer's errors[]: one input, or several that failed alike. */
export interface BatchError {
  problem: Problem;
  /** Added to the problem's own context. */
  context: Record<string, string[]>;
}

/** What a batch did. Results are in input order. */
export interface BatchOutcome<Result> {
  results: Result[];
  errors: BatchError[];
}

/** What went wrong with one input. Value problems are kept apart, for those of all inputs travel in one message. */
export interface Failure {
  values: PropertyProblem[];
  problem?: Problem;
  context?: Record<string, string[]>;
}

/** True when every input has a trace id of its own: then good inputs are written although others fail. */
export function reportsPerInput(inputs: { objectWriteTraceId?: string }[]): boolean {
  const ids = new Set(inputs.map((input) => input.objectWriteTraceId).filter((id) => id !== undefined));
  return inputs.length > 0 && ids.size === inputs.length;
}

/** Throws when the batch has more inputs than `limit`. */
export function checkInputCount(inputs: unknown[], limit: number): void {
  if (inputs.length > limit) throw problem.tooManyInputs(limit);
}

/** The one error that stands for all failures of an all-or-nothing batch: value problems first, then the first other. */
export function combineFailures(portalId: number, failures: Failure[]): Problem {
  const values = failures.flatMap((failure) => failure.values);
  if (values.length > 0) return problem.invalidProperties(portalId, values);
  const problems = failures.map((failure) => failure.problem!);
  const conflicts = problems.filter((p) => p.id === 'emailTaken');
  // One conflict names the record, several do not (objects.md 6.7).
  if (conflicts.length === problems.length && conflicts.length > 1) return problem.emailTaken(null);
  return problems[0]!;
}

/** The entry of errors[] for one input's failure. */
export function batchError(portalId: number, traceId: string | undefined, failure: Failure): BatchError {
  return {
    problem: failure.values.length > 0 ? problem.invalidProperties(portalId, failure.values) : failure.problem!,
    context: { ...(traceId === undefined ? {} : { objectWriteTraceId: [traceId] }), ...failure.context },
  };
}

/** All ids of a batch that reached nothing are one entry, with their trace ids when they have some (objects.md 3.5). */
export function notFound(type: ObjectType, inputs: { id: string | number; objectWriteTraceId?: string }[]): BatchError {
  const traceIds = inputs.flatMap((input) => input.objectWriteTraceId ?? []);
  return {
    problem: problem.someRecordsNotFound(type.legacyName, inputs.map((input) => String(input.id))),
    context: traceIds.length > 0 ? { objectWriteTraceId: traceIds } : {},
  };
}

const MAX_ATTEMPTS = 40;

/**
 * Runs read-plan-write until no other writer came between, told the attempt's number from 1. After very many, which only
 * a stampede on one record causes, the client is told that the record is locked and may try again.
 */
export async function retryingStale<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!(error instanceof StaleWriteError)) throw error;
      if (attempt > 2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt));
    }
  }
  throw problem.locked();
}
