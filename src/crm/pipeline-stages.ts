// The stages of a pipeline, one by one: listed, read, made, replaced, changed, deleted and restored (schema.md 6). Each is a
// change of its pipeline.

import type { ObjectType } from '../catalogue/types.ts';
import { readPipelineChanges, type StoredPipelineChange } from '../db/pipelines.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { changePipeline, checkUnused, findPipeline, findStage, newPipelineIds, type PipelineEdit } from './pipeline-changes.ts';
import { asStored, getPipeline, toStage, type StageInput } from './pipelines.ts';
import type { PortalPipeline, PortalStage } from './portal/pipelines.ts';
import { toMetadata, type MetadataInput } from './stage-metadata.ts';

export interface StagePatch {
  label?: string | null;
  displayOrder?: number | null;
  /** What it leaves out stays. */
  metadata?: MetadataInput | null;
  /** False restores an archived stage, true archives a live one [I]. */
  archived?: boolean | null;
}

/** The live stages of a pipeline, in display order. Throws noPipelines, pipelineNotFound. */
export function listStages(ctx: Context, type: ObjectType, pipelineId: string): readonly PortalStage[] {
  return getPipeline(ctx, type, pipelineId).stages;
}

/** One stage, an archived one too [I]. Throws noPipelines, pipelineNotFound, stageNotFound. */
export function getStage(ctx: Context, type: ObjectType, pipelineId: string, id: string): PortalStage {
  getPipeline(ctx, type, pipelineId);
  const stage = ctx.portal.allPipelines(type.id).find((pipeline) => pipeline.id === pipelineId)!.stages.find((one) => one.id === id);
  if (!stage) throw problem.stageNotFound(id);
  return stage;
}

/** Adds a stage. Throws pipelineNotFound, invalidPipeline, duplicateStageId. */
export async function createStage(ctx: Context, type: ObjectType, pipelineId: string, given: StageInput): Promise<PortalStage> {
  const input = asStored(given);
  return await changeStages(ctx, type, pipelineId, async (at, pipeline) => {
    const [newId] = await newPipelineIds(at, type, 1);
    const stage = toStage(type, input, newId!);
    return { id: stage.id, stages: [...pipeline.stages, stage] };
  });
}

/** Gives a stage a new label, display order and metadata. Throws pipelineNotFound, stageNotFound, invalidPipeline. */
export async function replaceStage(ctx: Context, type: ObjectType, pipelineId: string, id: string, given: StageInput): Promise<PortalStage> {
  const input = asStored(given);
  return await changeStages(ctx, type, pipelineId, (_, pipeline) => {
    const before = findStage(pipeline, id);
    return put(pipeline, { ...before, ...toStage(type, { ...input, stageId: id }, id) });
  });
}

/** Changes what is sent of a stage, restores it or archives it. Throws pipelineNotFound, stageNotFound, invalidPipeline. */
export async function updateStage(ctx: Context, type: ObjectType, pipelineId: string, id: string, given: StagePatch): Promise<PortalStage> {
  const { archived, label, displayOrder, metadata } = asStored(given);
  return await changeStages(ctx, type, pipelineId, (_, pipeline) => {
    const before = archived === false ? pipeline.stages.find((stage) => stage.id === id) : findStage(pipeline, id);
    if (!before) throw problem.stageNotFound(id);
    const { archivedAt: _gone, ...live } = before;
    return put(pipeline, {
      ...live, label: label ?? live.label, displayOrder: displayOrder ?? live.displayOrder, metadata: toMetadata(type, metadata ?? {}, live.metadata),
      ...(archived ? { archivedAt: ctx.at } : {}),
    });
  });
}

/** Archives a stage that is not the last one [I]. Records in it stay in it [I]. Throws pipelineNotFound, stageNotFound, invalidPipeline, stagesInUse. */
export async function archiveStage(ctx: Context, type: ObjectType, pipelineId: string, id: string, checksUse: boolean): Promise<void> {
  await changeStages(ctx, type, pipelineId, async (at, pipeline) => {
    const stage = findStage(pipeline, id);
    if (checksUse) await checkUnused(at, type, [stage]);
    return put(pipeline, { ...stage, archivedAt: ctx.at });
  });
}

/**
 * What was done to a stage, the last first, and the pipeline that it is in. The official client asks of the pipeline
 * `{pipelineId}`, in so many letters: it is found by the stage [I]. Throws noPipelines, pipelineNotFound, stageNotFound.
 */
export async function listStageChanges(ctx: Context, type: ObjectType, pipelineId: string, id: string): Promise<{ pipelineId: string; changes: StoredPipelineChange[] }> {
  const owner = pipelineId === '{pipelineId}' ? ctx.portal.allPipelines(type.id).find((pipeline) => pipeline.stages.some((stage) => stage.id === id)) : undefined;
  const named = owner?.id ?? pipelineId;
  getStage(ctx, type, named, id);
  return { pipelineId: named, changes: await readPipelineChanges(ctx.db, ctx.portal.portalId, type.id, named, id) };
}

const put = ({ stages }: PortalPipeline, stage: PortalStage) => ({ id: stage.id, stages: stages.map((one) => (one.id === stage.id ? stage : one)) });

/** Changes the stages of a live pipeline and answers the one that `edit` names. */
async function changeStages(
  ctx: Context, type: ObjectType, pipelineId: string,
  edit: (at: PipelineEdit, pipeline: PortalPipeline) => Promise<{ id: string; stages: PortalStage[] }> | { id: string; stages: PortalStage[] },
): Promise<PortalStage> {
  let id = '';
  const { stages } = await changePipeline(ctx, type, async (at) => {
    const pipeline = findPipeline(at.portal, type, pipelineId);
    const edited = await edit(at, pipeline);
    id = edited.id;
    return { ...pipeline, stages: edited.stages };
  });
  return stages.find((stage) => stage.id === id)!;
}
