// How a pipeline is changed: a rule says what it is to be like, and the rest is here for all of them: whether it may be like
// that, which parts really changed and when, the row, and the entries that the audit shows (schema.md 6.1, 6.3).

import type { ObjectType } from '../catalogue/types.ts';
import { takeBlock } from '../db/ids.ts';
import type { Queryable } from '../db/db.ts';
import { findRecordsInStages, insertPipelineChanges, writePipeline } from '../db/pipelines.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { PIPELINES_PER_TYPE, stagesPerPipeline } from './limits.ts';
import { auditName, changeModel } from './model-changes.ts';
import { actingUserId } from './owners.ts';
import type { Portal } from './portal.ts';
import { liveStages, type PortalPipeline, type PortalStage } from './portal/pipelines.ts';
import { stagePropertiesOf } from './portal/stage-properties.ts';

/** What a change sees: the model as it is now, and where to ask more. */
export interface PipelineEdit {
  tx: Queryable;
  portal: Portal;
}

/** Since when HubSpot's own pipelines and stages are there, until somebody changes them (schema.md 6.4 [O]). */
export const BEGINNING = '1970-01-01T00:00:00.000Z';

/** The names of the pipeline and stage property. Throws noPipelines for types whose records are in none. */
export function checkHasPipelines(portal: Portal, type: ObjectType): { pipeline: string; stage: string } {
  const names = stagePropertiesOf(type, portal.properties(type.id));
  if (!names) throw problem.noPipelines(type.name);
  return names;
}

/** A live pipeline. Throws pipelineNotFound. */
export function findPipeline(portal: Portal, type: ObjectType, id: string): PortalPipeline {
  const pipeline = portal.allPipelines(type.id).find((one) => one.id === id);
  if (pipeline?.archivedAt !== undefined || !pipeline) throw problem.pipelineNotFound(id);
  return pipeline;
}

/** A live stage. Throws stageNotFound. */
export function findStage(pipeline: PortalPipeline, id: string): PortalStage {
  const stage = pipeline.stages.find((one) => one.id === id);
  if (stage?.archivedAt !== undefined || !stage) throw problem.stageNotFound(id);
  return stage;
}

/**
 * Makes a pipeline what `edit` says, in a turn of its own, and answers it as it is then. `edit` is handed all stages,
 * archived ones too, and leaves the times to this function. Throws what `edit` throws, and invalidPipeline, duplicateStageId.
 */
export async function changePipeline(ctx: Context, type: ObjectType, edit: (at: PipelineEdit) => Promise<PortalPipeline> | PortalPipeline): Promise<PortalPipeline> {
  checkHasPipelines(ctx.portal, type);
  return await changeModel(ctx, async (tx, portal, note) => {
    const wanted = await edit({ tx, portal });
    const before = portal.allPipelines(type.id).find((pipeline) => pipeline.id === wanted.id);
    checkPipeline(portal, type, wanted);
    const { pipeline, changes } = dateChanges(before, wanted, ctx.at);
    if (changes.length === 0) return pipeline;
    const { id, label, displayOrder, stages, createdAt = BEGINNING, updatedAt = BEGINNING, archivedAt = null } = pipeline;
    await writePipeline(tx, portal.portalId, { objectType: type.id, id, definition: { label, displayOrder, stages }, createdAt, updatedAt, archivedAt });
    const first = await takeBlock(tx, portal.portalId, 'pipeline_change', changes.length) - changes.length;
    const userId = actingUserId(ctx);
    // Named by its label, as HubSpot's own sample has it.
    const action = before === undefined ? 'CREATE' : pipeline.archivedAt !== undefined && before.archivedAt === undefined ? 'DELETE' : 'UPDATE';
    note('audit', { category: 'PIPELINE', subCategory: auditName(type), action, targetObjectId: label });
    await insertPipelineChanges(tx, portal.portalId, type.id, id, changes.map((change, i) => ({ ...change, number: first + i, at: ctx.at, userId })));
    return pipeline;
  });
}

/** Ids that no pipeline and no stage of the type has: numbers, as HubSpot's [O]. */
export async function newPipelineIds({ tx, portal }: PipelineEdit, type: ObjectType, count: number): Promise<string[]> {
  const taken = new Set(portal.allPipelines(type.id).flatMap((pipeline) => [pipeline.id, ...pipeline.stages.map((stage) => stage.id)]));
  const ids: string[] = [];
  while (ids.length < count) {
    const missing = count - ids.length;
    const end = await takeBlock(tx, portal.portalId, 'pipeline', missing);
    ids.push(...Array.from({ length: missing }, (_, i) => String(FIRST_ID + end - missing + i)).filter((id) => !taken.has(id)));
  }
  return ids;
}

/** Above the ids that HubSpot's own stages have. */
const FIRST_ID = 1_000_000;

/** At most so many records are named. */
const NAMED_RECORDS = 100;

/** Refuses when live records are in one of the stages. Throws stagesInUse. */
export async function checkUnused({ tx, portal }: PipelineEdit, type: ObjectType, stages: readonly PortalStage[]): Promise<void> {
  if (stages.length === 0) return;
  const { stage } = checkHasPipelines(portal, type);
  const records = await findRecordsInStages(tx, portal.placement, type.id, stage, stages.map((one) => one.id), NAMED_RECORDS);
  if (records.length > 0) throw problem.stagesInUse([...new Set(records.map((record) => record.stageId))].sort(), records.map((record) => record.id));
}

/** Every rule that a pipeline must keep, whoever changed what of it (schema.md 6.3). */
function checkPipeline(portal: Portal, type: ObjectType, wanted: PortalPipeline): void {
  const others = portal.allPipelines(type.id).filter((pipeline) => pipeline.id !== wanted.id);
  const otherStages = new Set(others.flatMap((pipeline) => pipeline.stages.map((stage) => stage.id)));
  const stages = liveStages(wanted);
  const ids = wanted.stages.map((stage) => stage.id);
  const twice = ids.filter((id, i) => otherStages.has(id) || ids.indexOf(id) !== i);
  const max = stagesPerPipeline(type);

  for (const id of [wanted.id, ...ids]) if (!isId(id)) throw problem.invalidPipeline(`"${id}" is no id: it must have 1 to 100 characters, without spaces and semicolons`);
  for (const { label } of [wanted, ...stages]) {
    if (label.trim() === '' || label.length > 255) throw problem.invalidPipeline('a label must have 1 to 255 characters');
  }
  if (twice.length > 0) throw problem.duplicateStageId([...new Set(twice)]);
  if (stages.length === 0) throw problem.invalidPipeline('a pipeline needs at least one stage');
  if (stages.length > max) throw problem.invalidPipeline(`a pipeline of ${type.name} has at most ${max} stages`);
  const labels = stages.map((stage) => stage.label);
  const label = labels.find((one, i) => labels.indexOf(one) !== i);
  if (label !== undefined) throw problem.invalidPipeline(`the stage label "${label}" is in use in this pipeline`);
  if (wanted.archivedAt !== undefined) return;
  const liveOnes = others.filter((pipeline) => pipeline.archivedAt === undefined);
  if (liveOnes.some((pipeline) => pipeline.label === wanted.label)) throw problem.invalidPipeline(`the pipeline label "${wanted.label}" is in use`);
  if (liveOnes.length >= PIPELINES_PER_TYPE) throw problem.invalidPipeline(`${type.name} have at most ${PIPELINES_PER_TYPE} pipelines`);
}

const isId = (id: string): boolean => /^[^\s;\p{Cc}\uFFFD]{1,100}$/u.test(id);

interface Change {
  stageId: string;
  action: 'CREATE' | 'UPDATE' | 'DELETE';
  message: string;
  rawObject: object;
}

/** The wanted pipeline with the times of what really changed, and the entry for each part that did. */
function dateChanges(before: PortalPipeline | undefined, wanted: PortalPipeline, at: string): { pipeline: PortalPipeline; changes: Change[] } {
  const known = new Map((before?.stages ?? []).map((stage) => [stage.id, stage]));
  const dated = wanted.stages.map((stage) => ({ action: actionOf(known.get(stage.id), stage), stage: date(known.get(stage.id), stage, at) }));
  const action = actionOf(before, wanted);
  const touched = action !== undefined || dated.some((one) => one.action !== undefined);
  const pipeline: PortalPipeline = { ...(touched ? date(before, wanted, at, true) : wanted), stages: dated.map(({ stage }) => stage) };
  const changes: Change[] = action === undefined ? [] : [{ stageId: '', action, message: `Pipeline "${pipeline.label}" ${PAST[action]}`, rawObject: pipeline }];
  for (const { action: done, stage } of dated) {
    if (done !== undefined) changes.push({ stageId: stage.id, action: done, message: `Stage "${stage.label}" ${PAST[done]}`, rawObject: stage });
  }
  return { pipeline, changes };
}

const PAST = { CREATE: 'created', UPDATE: 'updated', DELETE: 'deleted' } as const;

type Part = PortalPipeline | PortalStage;

/** What happened to a part itself, whatever happened to the stages of a pipeline. */
function actionOf(before: Part | undefined, after: Part): Change['action'] | undefined {
  if (!before) return 'CREATE';
  if (after.archivedAt !== undefined) return before.archivedAt === undefined ? 'DELETE' : undefined;
  // Postgres keeps the entries of an object in an order of its own.
  const own = ({ label, displayOrder, archivedAt, ...rest }: Part): string =>
    JSON.stringify([label, displayOrder, archivedAt, 'metadata' in rest ? Object.entries(rest.metadata).sort() : null]);
  return own(before) === own(after) ? undefined : 'UPDATE';
}

function date<T extends Part>(before: T | undefined, after: T, at: string, touched = actionOf(before, after) !== undefined): T {
  if (!touched) return before!;
  return { ...after, createdAt: before ? before.createdAt ?? BEGINNING : at, updatedAt: at, ...(after.archivedAt === undefined ? {} : { archivedAt: before?.archivedAt ?? at }) };
}
