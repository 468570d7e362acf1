// Pipelines and their stages (schema.md 6). Declarations only.

import { archiveStage, createStage, getStage, listStageChanges, listStages, replaceStage, updateStage } from '../crm/pipeline-stages.ts';
import { archivePipeline, createPipeline, getPipeline, listChanges, listPipelines, replacePipeline, updatePipeline } from '../crm/pipelines.ts';
import { operation, RECORD_VERSIONS, type OperationInput, type VersionName } from './operation.ts';
import {
  AuditReply, PipelineCreateBody, PipelineFlags, PipelineListReply, PipelinePatchBody, PipelineReplaceBody, PipelineReply, presentChange, presentPipeline,
  presentStage, StageBody, StageFlags, StageListReply, StagePatchBody, StageReply,
} from './wire/pipelines.ts';

const shared = { area: 'pipelines', tag: 'Pipelines', versions: RECORD_VERSIONS } as const;

const ALL = '/{objectType}';
const ONE = `${ALL}/{pipelineId}`;
const STAGES = `${ONE}/stages`;
const STAGE = `${STAGES}/{stageId}`;

type Named = OperationInput<unknown, unknown>;
const typeOf = ({ types }: Pick<Named, 'types'>) => types.objectType!;
const pipelineOf = ({ params }: Pick<Named, 'params'>) => params.pipelineId!;
const stageOf = ({ params }: Pick<Named, 'params'>) => params.stageId!;

/** Whether stages that are to go must be unused: when a flag says so, and in the beta unless one says no (schema.md 6.1 [D]). */
function checksUse(version: VersionName, { types, query }: { types: Named['types']; query: { validateReferencesBeforeDelete?: boolean; validateDealStageUsagesBeforeDelete?: boolean } }): boolean {
  const otherwise = version === '2026-09-beta';
  const ofDeals = types.objectType!.id === '0-3' && (query.validateDealStageUsagesBeforeDelete ?? otherwise);
  return ofDeals || (query.validateReferencesBeforeDelete ?? otherwise);
}

const list = operation({
  ...shared, id: 'pipelines.list', method: 'GET', path: ALL,
  summary: 'List the pipelines of an object type', scopes: 'schema-read', response: PipelineListReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: { results: listPipelines(ctx, typeOf(input)).map(presentPipeline) } }),
});

const create = operation({
  ...shared, id: 'pipelines.create', method: 'POST', path: ALL,
  summary: 'Add a pipeline with its stages', scopes: 'schema-write', body: PipelineCreateBody, response: PipelineReply, statuses: [201],
  run: async (ctx, input) => ({ status: 201, body: presentPipeline(await createPipeline(ctx, typeOf(input), input.body)) }),
});

const get = operation({
  ...shared, id: 'pipelines.get', method: 'GET', path: ONE,
  summary: 'Read a pipeline', scopes: 'schema-read', response: PipelineReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: presentPipeline(getPipeline(ctx, typeOf(input), pipelineOf(input))) }),
});

const replace = operation({
  ...shared, id: 'pipelines.replace', method: 'PUT', path: ONE,
  summary: 'Replace a pipeline: stages that are not listed are archived', scopes: 'schema-write', query: PipelineFlags, body: PipelineReplaceBody,
  response: PipelineReply, statuses: [200],
  run: async (ctx, input) => ({
    status: 200, body: presentPipeline(await replacePipeline(ctx, typeOf(input), pipelineOf(input), input.body, checksUse(input.version, input))),
  }),
});

/** It takes the flags too, and has nothing to delete. */
const update = operation({
  ...shared, id: 'pipelines.update', method: 'PATCH', path: ONE,
  summary: 'Change a pipeline, or restore an archived one', scopes: 'schema-write', query: PipelineFlags, body: PipelinePatchBody, response: PipelineReply,
  statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: presentPipeline(await updatePipeline(ctx, typeOf(input), pipelineOf(input), input.body)) }),
});

const archive = operation({
  ...shared, id: 'pipelines.archive', method: 'DELETE', path: ONE,
  summary: 'Archive a pipeline', scopes: 'schema-write', query: PipelineFlags, statuses: [204],
  run: async (ctx, input) => {
    await archivePipeline(ctx, typeOf(input), pipelineOf(input), checksUse(input.version, input));
    return { status: 204 };
  },
});

const audit = operation({
  ...shared, id: 'pipelines.audit', method: 'GET', path: `${ONE}/audit`,
  summary: 'List the changes of a pipeline, the last first', scopes: 'schema-read', response: AuditReply, statuses: [200],
  run: async (ctx, input) => ({
    status: 200,
    body: { results: (await listChanges(ctx, typeOf(input), pipelineOf(input))).map((change) => presentChange(ctx.portal.portalId, pipelineOf(input), change)) },
  }),
});

// ---- stages

const stages = operation({
  ...shared, id: 'stages.list', method: 'GET', path: STAGES,
  summary: 'List the stages of a pipeline', scopes: 'schema-read', response: StageListReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: { results: listStages(ctx, typeOf(input), pipelineOf(input)).map(presentStage) } }),
});

const addStage = operation({
  ...shared, id: 'stages.create', method: 'POST', path: STAGES,
  summary: 'Add a stage to a pipeline', scopes: 'schema-write', body: StageBody, response: StageReply, statuses: [201],
  run: async (ctx, input) => ({ status: 201, body: presentStage(await createStage(ctx, typeOf(input), pipelineOf(input), input.body)) }),
});

const getOneStage = operation({
  ...shared, id: 'stages.get', method: 'GET', path: STAGE,
  summary: 'Read a stage', scopes: 'schema-read', response: StageReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: presentStage(getStage(ctx, typeOf(input), pipelineOf(input), stageOf(input))) }),
});

const putStage = operation({
  ...shared, id: 'stages.replace', method: 'PUT', path: STAGE,
  summary: 'Replace a stage', scopes: 'schema-write', body: StageBody, response: StageReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: presentStage(await replaceStage(ctx, typeOf(input), pipelineOf(input), stageOf(input), input.body)) }),
});

const patchStage = operation({
  ...shared, id: 'stages.update', method: 'PATCH', path: STAGE,
  summary: 'Change a stage, or restore an archived one', scopes: 'schema-write', body: StagePatchBody, response: StageReply, statuses: [200],
  run: async (ctx, input) => ({ status: 200, body: presentStage(await updateStage(ctx, typeOf(input), pipelineOf(input), stageOf(input), input.body)) }),
});

/** 2025-09 has no flag here (schema.md 6.1 [D]). */
const removeStage = operation({
  ...shared, id: 'stages.archive', method: 'DELETE', path: STAGE,
  summary: 'Archive a stage', scopes: 'schema-write', query: StageFlags, statuses: [204],
  run: async (ctx, input) => {
    const checks = input.version !== '2025-09' && (input.query.validateReferencesBeforeDelete ?? input.version === '2026-09-beta');
    await archiveStage(ctx, typeOf(input), pipelineOf(input), stageOf(input), checks);
    return { status: 204 };
  },
});

const auditStage = operation({
  ...shared, id: 'stages.audit', method: 'GET', path: `${STAGE}/audit`,
  summary: 'List the changes of a stage, the last first', scopes: 'schema-read', response: AuditReply, statuses: [200],
  run: async (ctx, input) => {
    const { pipelineId, changes } = await listStageChanges(ctx, typeOf(input), pipelineOf(input), stageOf(input));
    return { status: 200, body: { results: changes.map((change) => presentChange(ctx.portal.portalId, pipelineId, change)) } };
  },
});

export const pipelineOperations = [
  list, create, get, replace, update, archive, audit, stages, addStage, getOneStage, putStage, patchStage, removeStage, auditStage,
];
