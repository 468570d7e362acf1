// Pipelines and stages on the wire (schema.md 6.1, 6.2).

import { Type } from 'typebox';
import type { PipelineChange } from '../../crm/pipelines.ts';
import type { PortalPipeline, PortalStage } from '../../crm/portal/pipelines.ts';

const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const DisplayOrder = Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647 });
/** Texts; numbers and booleans are taken for them, as they often come [I]. */
const Metadata = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]));

const stage = { label: Type.String(), displayOrder: DisplayOrder, metadata: Metadata, stageId: Maybe(Type.String()) };

export const StageBody = Type.Object(stage);
export const StagePatchBody = Type.Object({
  label: Maybe(Type.String()), displayOrder: Maybe(DisplayOrder), metadata: Maybe(Metadata), archived: Maybe(Type.Boolean()),
});

const pipeline = { label: Type.String(), displayOrder: DisplayOrder, stages: Type.Array(StageBody) };

export const PipelineCreateBody = Type.Object({ ...pipeline, pipelineId: Maybe(Type.String()) });
export const PipelineReplaceBody = Type.Object(pipeline);
export const PipelinePatchBody = Type.Object({
  label: Maybe(Type.String()), displayOrder: Maybe(DisplayOrder),
  archived: Type.Optional(Type.Union([Type.Boolean(), Type.Null()], { description: 'false restores an archived pipeline; not for anything else' })),
});

export const PipelineFlags = Type.Object({
  validateReferencesBeforeDelete: Type.Optional(Type.Boolean({ description: 'Refuse to delete stages that records are in' })),
  validateDealStageUsagesBeforeDelete: Type.Optional(Type.Boolean({ description: 'The same, of deals' })),
});
export const StageFlags = Type.Object({
  validateReferencesBeforeDelete: Type.Optional(Type.Boolean({ description: 'Refuse to delete a stage that records are in' })),
});

const times = { createdAt: Type.String(), updatedAt: Type.String(), archivedAt: Type.Optional(Type.String()) };

export const StageReply = Type.Object({
  id: Type.String(), label: Type.String(), displayOrder: Type.Integer(), archived: Type.Boolean(), metadata: Type.Record(Type.String(), Type.String()), ...times,
  writePermissions: Type.String(),
});
export const StageListReply = Type.Object({ results: Type.Array(StageReply) });
export const PipelineReply = Type.Object({
  id: Type.String(), label: Type.String(), displayOrder: Type.Integer(), archived: Type.Boolean(), ...times, stages: Type.Array(StageReply),
});
export const PipelineListReply = Type.Object({ results: Type.Array(PipelineReply) });
export const AuditReply = Type.Object({
  results: Type.Array(Type.Object({
    portalId: Type.Integer(), identifier: Type.String(), action: Type.String(), timestamp: Type.String(), fromUserId: Type.Optional(Type.Integer()),
    message: Type.String(), rawObject: Type.Union([PipelineReply, StageReply]),
  })),
});

export function presentStage(stage: PortalStage): object {
  return {
    id: stage.id, label: stage.label, displayOrder: stage.displayOrder, archived: stage.archivedAt !== undefined, metadata: stage.metadata,
    ...presentTimes(stage), writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
  };
}

export function presentPipeline(pipeline: PortalPipeline): object {
  return {
    id: pipeline.id, label: pipeline.label, displayOrder: pipeline.displayOrder, archived: pipeline.archivedAt !== undefined,
    ...presentTimes(pipeline), stages: pipeline.stages.map(presentStage),
  };
}

/** HubSpot's own are from the beginning of time, printed without milliseconds (schema.md 6.4 [O]). */
function presentTimes({ createdAt, updatedAt, archivedAt }: PortalPipeline | PortalStage): object {
  return { createdAt: printTime(createdAt), updatedAt: printTime(updatedAt), ...(archivedAt === undefined ? {} : { archivedAt }) };
}

const BEGINNING = '1970-01-01T00:00:00Z';
const printTime = (iso: string | undefined): string => (iso === undefined || Date.parse(iso) === 0 ? BEGINNING : iso);

/** An entry of the audit: `portal:pipeline`, or `portal:pipeline:stage` [I]. */
export function presentChange(portalId: number, pipelineId: string, { stageId, action, at, userId, message, rawObject }: PipelineChange): object {
  return {
    portalId, identifier: [portalId, pipelineId, ...(stageId === '' ? [] : [stageId])].join(':'), action, timestamp: at,
    ...(userId === null ? {} : { fromUserId: userId }), message,
    rawObject: stageId === '' ? presentPipeline(rawObject as PortalPipeline) : presentStage(rawObject as PortalStage),
  };
}
