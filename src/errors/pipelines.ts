// Errors of pipelines and their stages (schema.md 6.3).

import { entry, VALIDATION_ERROR } from './problem.ts';

export const pipelinesErrors = {
  // ---- pipelines
  noPipelines: entry({
    status: 400, when: 'pipelines of an object type that has none', source: 'schema.md 6.1 [I]',
    make: (typeName: string) => ({ message: `Object type ${typeName} does not have pipelines`, category: VALIDATION_ERROR }),
    example: ['products'],
  }),
  pipelineNotFound: entry({
    status: 404, when: 'the type has no pipeline of that id, or only an archived one where a live one is needed', source: 'schema.md 6.3 [O emulator], text [I]',
    make: (id: string) => ({ message: `No pipeline with the ID ${id} exists.`, context: { pipelineId: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['default'],
  }),
  stageNotFound: entry({
    status: 404, when: 'the pipeline has no stage of that id, or only an archived one where a live one is needed', source: 'schema.md 6.3, text [I]',
    make: (id: string) => ({ message: `No pipeline stage with the ID ${id} exists.`, context: { stageId: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['closedwon'],
  }),
  invalidPipeline: entry({
    status: 400, when: 'a pipeline or a stage that breaks a rule', source: 'schema.md 6.3 [D], text [I]',
    make: (reason: string) => ({ message: `The pipeline is not valid: ${reason}`, category: VALIDATION_ERROR }),
    example: ['a pipeline needs at least one stage'],
  }),
  duplicatePipelineId: entry({
    status: 400, when: 'a pipeline is made with the id of another one of the type, be it an archived one', source: 'schema.md 6.3 [I]',
    make: (id: string) => ({ message: `A pipeline with the ID ${id} already exists`, context: { pipelineId: [id] }, category: 'DUPLICATE_PIPELINE_ID' }),
    example: ['default'],
  }),
  duplicateStageId: entry({
    status: 400, when: 'a stage has the id of another one of the type, be it an archived one', source: 'schema.md 6.3 [O emulator], status and text [I]',
    make: (ids: string[]) => ({ message: `Stage IDs must be unique: [${ids.join(', ')}]`, context: { stageIds: ids }, category: 'DUPLICATE_STAGE_ID' }),
    example: [['s1']],
  }),
  stagesInUse: entry({
    status: 400, when: 'stages that records are in are deleted, and the client asked to look', source: 'schema.md 6.3 [D]',
    make: (stageIds: string[], objectIds: number[]) => {
      const [stages, objects] = [`[${stageIds.join(', ')}]`, `[${objectIds.join(', ')}]`];
      return {
        message: `Stage IDs: ${stages} are being referenced by object IDs: ${objects}`, context: { stageIds: [stages], objectIds: [objects] },
        category: VALIDATION_ERROR, subCategory: 'PipelineError.STAGE_ID_IN_USE',
      };
    },
    example: [['s1'], [901]],
  }),
};
