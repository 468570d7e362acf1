// Pipelines of an object type: listed, read, made, replaced, changed, deleted and restored (schema.md 6). Their stages one
// by one are in pipeline-stages.ts.

import type { ObjectType } from '../catalogue/types.ts';
import { toJsonb } from '../db/db.ts';
import { readPipelineChanges, type StoredPipelineChange } from '../db/pipelines.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { changePipeline, checkHasPipelines, checkUnused, findPipeline, newPipelineIds } from './pipeline-changes.ts';
import { liveStages, type PortalPipeline, type PortalStage } from './portal/pipelines.ts';
import { toMetadata, type MetadataInput } from './stage-metadata.ts';

export interface StageInput {
  label: string;
  /** Below 0 stands last. */
  displayOrder: number;
  metadata: MetadataInput;
  stageId?: string | null;
}

export interface PipelineInput {
  label: string;
  displayOrder: number;
  stages: StageInput[];
  pipelineId?: string | null;
}

export interface PipelinePatch {
  label?: string | null;
  displayOrder?: number | null;
  /** Only false, and only of an archived pipeline, which is restored. */
  archived?: boolean | null;
}

/** The live pipelines of the type, in display order. Throws noPipelines. */
export function listPipelines(ctx: Context, type: ObjectType): readonly PortalPipeline[] {
  checkHasPipelines(ctx.portal, type);
  return ctx.portal.pipelines(type.id);
}

/** One pipeline, an archived one too [I], with its live stages. Throws noPipelines, pipelineNotFound. */
export function getPipeline(ctx: Context, type: ObjectType, id: string): PortalPipeline {
  checkHasPipelines(ctx.portal, type);
  const pipeline = ctx.portal.allPipelines(type.id).find((one) => one.id === id);
  if (!pipeline) throw problem.pipelineNotFound(id);
  return shown(pipeline);
}

/** Makes a pipeline with its stages. Ids are given or made. Throws invalidPipeline, duplicatePipelineId, duplicateStageId. */
export async function createPipeline(ctx: Context, type: ObjectType, given: PipelineInput): Promise<PortalPipeline> {
  const input = asStored(given);
  return shown(await changePipeline(ctx, type, async (at) => {
    // Records of the other types can only be in HubSpot's own pipeline [I].
    if (type.pipelineProperty === undefined) throw problem.invalidPipeline(`${type.name} have one pipeline`);
    const [newId, ...stageIds] = await newPipelineIds(at, type, 1 + input.stages.length);
    const id = input.pipelineId ?? newId!;
    if (at.portal.allPipelines(type.id).some((pipeline) => pipeline.id === id)) throw problem.duplicatePipelineId(id);
    return {
      id, label: input.label, displayOrder: input.displayOrder, confidence: 'D',
      stages: input.stages.map((stage, i) => toStage(type, stage, stageIds[i]!)),
    };
  }));
}

/**
 * Makes a pipeline what is sent: stages that it has are kept (archived ones restored [I]), others made, those that are not
 * listed archived. Throws pipelineNotFound, invalidPipeline, also when none of its stages is listed [O], duplicateStageId, stagesInUse.
 */
export async function replacePipeline(ctx: Context, type: ObjectType, id: string, given: PipelineInput, checksUse: boolean): Promise<PortalPipeline> {
  const input = asStored(given);
  return shown(await changePipeline(ctx, type, async (at) => {
    const before = findPipeline(at.portal, type, id);
    const known = new Map(before.stages.map((stage) => [stage.id, stage]));
    if (!input.stages.some((stage) => typeof stage.stageId === 'string' && known.has(stage.stageId))) {
      throw problem.invalidPipeline('at least one of the stages must be one that the pipeline has');
    }
    const newIds = await newPipelineIds(at, type, input.stages.length);
    const stages = input.stages.map((stage, i) => toStage(type, stage, newIds[i]!));
    const listed = new Set(stages.map((stage) => stage.id));
    const dropped = before.stages.filter((stage) => !listed.has(stage.id));
    if (checksUse) await checkUnused(at, type, liveStages({ ...before, stages: dropped }));
    return {
      ...before, label: input.label, displayOrder: input.displayOrder,
      stages: [...stages, ...dropped.map((stage) => ({ ...stage, archivedAt: stage.archivedAt ?? ctx.at }))],
    };
  }));
}

/** Changes a live pipeline's label and display order, or restores an archived one. Throws pipelineNotFound, invalidPipeline. */
export async function updatePipeline(ctx: Context, type: ObjectType, id: string, given: PipelinePatch): Promise<PortalPipeline> {
  const { archived, label, displayOrder } = asStored(given);
  return shown(await changePipeline(ctx, type, ({ portal }) => {
    if (archived === true) throw problem.invalidPipeline('archived is only for restoring a pipeline: DELETE archives one');
    const pipeline = archived === false ? portal.allPipelines(type.id).find((one) => one.id === id) : findPipeline(portal, type, id);
    if (!pipeline) throw problem.pipelineNotFound(id);
    if (archived === false && pipeline.archivedAt === undefined) throw problem.invalidPipeline('archived is only for restoring a pipeline, and this one is not archived');
    const { archivedAt: _, ...live } = pipeline;
    return { ...live, label: label ?? live.label, displayOrder: displayOrder ?? live.displayOrder };
  }));
}

/** Archives a pipeline that is not the default one [I]. Records in it stay in it [I]. Throws pipelineNotFound, invalidPipeline, stagesInUse. */
export async function archivePipeline(ctx: Context, type: ObjectType, id: string, checksUse: boolean): Promise<void> {
  await changePipeline(ctx, type, async (at) => {
    const pipeline = findPipeline(at.portal, type, id);
    if (at.portal.defaultPipeline(type.id)!.id === id) throw problem.invalidPipeline('the default pipeline cannot be deleted');
    if (checksUse) await checkUnused(at, type, liveStages(pipeline));
    return { ...pipeline, archivedAt: ctx.at };
  });
}

/** What was done to a pipeline, the last first. Throws noPipelines, pipelineNotFound. */
export async function listChanges(ctx: Context, type: ObjectType, id: string): Promise<StoredPipelineChange[]> {
  getPipeline(ctx, type, id);
  return await readPipelineChanges(ctx.db, ctx.portal.portalId, type.id, id, '');
}

/** A stage as it was sent, under the id that was sent or a new one. */
export function toStage(type: ObjectType, { label, displayOrder, metadata, stageId }: StageInput, newId: string): PortalStage {
  return { id: stageId ?? newId, label, displayOrder, metadata: toMetadata(type, metadata) };
}

/** A pipeline as it is shown: archived stages are only shown by their own id [I]. */
const shown = (pipeline: PortalPipeline): PortalPipeline => ({ ...pipeline, stages: liveStages(pipeline) });

/** Texts in the form in which they are stored, so that the answer is the one that reads give. */
export const asStored = <T>(given: T): T => JSON.parse(toJsonb(given)) as T;

export type { StoredPipelineChange as PipelineChange };
