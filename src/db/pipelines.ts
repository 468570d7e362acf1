// Pipelines that a portal made or changed, who changed them, and the records that are in their stages.

import sql from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import { toJsonb, type Queryable } from './db.ts';

export interface StoredPipeline {
  objectType: string;
  id: string;
  /** Label, display order and stages, as the program wrote them. */
  definition: object;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
}

/** Puts a pipeline in place of the one that was there, or adds it. */
export async function writePipeline(tx: Queryable, portalId: number, pipeline: StoredPipeline): Promise<void> {
  await tx.query(sql`
    insert into pipeline (portal_id, object_type, pipeline_id, definition, created_at, updated_at, archived_at)
    values (${portalId}::bigint, ${pipeline.objectType}, ${pipeline.id}, ${toJsonb(pipeline.definition)}::jsonb,
      ${pipeline.createdAt}::timestamptz, ${pipeline.updatedAt}::timestamptz, ${pipeline.archivedAt}::timestamptz)
    on conflict (portal_id, object_type, pipeline_id) do update set definition = excluded.definition, created_at = excluded.created_at,
      updated_at = excluded.updated_at, archived_at = excluded.archived_at`);
}

/** What somebody did to a pipeline or to one stage of it. */
export interface StoredPipelineChange {
  /** Empty for the pipeline itself. */
  stageId: string;
  /** Grows with time within a portal. */
  number: number;
  action: string;
  at: string;
  userId: number | null;
  message: string;
  /** The pipeline or the stage after the change. */
  rawObject: object;
}

/** Notes changes of one pipeline. */
export async function insertPipelineChanges(tx: Queryable, portalId: number, objectType: string, pipelineId: string, changes: StoredPipelineChange[]): Promise<void> {
  await tx.query(sql`
    insert into pipeline_change (portal_id, object_type, pipeline_id, stage_id, number, action, at, user_id, message, raw_object)
    select ${portalId}::bigint, ${objectType}, ${pipelineId}, c->>'stageId', (c->>'number')::bigint, c->>'action', (c->>'at')::timestamptz,
      (c->>'userId')::bigint, c->>'message', c->'rawObject'
    from jsonb_array_elements(${toJsonb(changes)}::jsonb) c`);
}

/** The changes of a pipeline itself (`stageId` empty) or of one of its stages, the last one first. */
export async function readPipelineChanges(db: Queryable, portalId: number, objectType: string, pipelineId: string, stageId: string): Promise<StoredPipelineChange[]> {
  return await db.query<StoredPipelineChange>(sql`
    select stage_id as "stageId", number, action, at, user_id as "userId", message, raw_object as "rawObject" from pipeline_change
    where portal_id = ${portalId}::bigint and object_type = ${objectType} and pipeline_id = ${pipelineId} and stage_id = ${stageId}
    order by number desc`);
}

/**
 * Live records that are in one of the stages, in order of id. No index helps: it reads the records of the type, for a
 * check that is asked for before a stage is deleted.
 */
export async function findRecordsInStages(
  db: Queryable, placement: Placement, objectType: string, stageProperty: string, stageIds: string[], limit: number,
): Promise<{ id: number; stageId: string }[]> {
  return await db.query<{ id: number; stageId: string }>(sql`
    select id, properties->>${stageProperty} as "stageId" from record
    where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and archived_at is null and properties->>${stageProperty} = any(${stageIds}::text[])
    order by id limit ${limit}::int`);
}
