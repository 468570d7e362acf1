// The pipelines of a portal: the catalogue's, those it changed, and its own.

import type { Catalogue, Pipeline } from '../../catalogue/types.ts';
import type { ModelRow } from '../../db/model.ts';

/** A pipeline as a portal has it. */
export interface PortalPipeline extends Pipeline {
  stages: PortalStage[];
  /** ISO; undefined for those of the catalogue that nobody touched. */
  createdAt?: string;
  updatedAt?: string;
  archivedAt?: string;
}

export type PortalStage = Pipeline['stages'][number] & { createdAt?: string; updatedAt?: string; archivedAt?: string };

/** What a row of the table `pipeline` holds. */
export type PipelineDefinition = Pick<PortalPipeline, 'label' | 'displayOrder' | 'stages'>;

export interface PortalPipelines {
  /** Live pipelines with their live stages, in display order: the first is the default one. */
  pipelines: (objectTypeId: string) => readonly PortalPipeline[];
  /** All of them, with archived ones and archived stages. */
  allPipelines: (objectTypeId: string) => readonly PortalPipeline[];
}

export function pipelinesOf(catalogue: Catalogue, rows: ModelRow<PipelineDefinition>[]): PortalPipelines {
  const own = Map.groupBy(rows, (row) => row.objectType);
  const all = new Map<string, PortalPipeline[]>();
  const live = new Map<string, PortalPipeline[]>();
  for (const objectType of new Set([...catalogue.pipelines.keys(), ...own.keys()])) {
    const changed = new Map((own.get(objectType) ?? []).map((row) => [row.name, toPipeline(row)]));
    const standard: readonly PortalPipeline[] = catalogue.pipelines.get(objectType) ?? [];
    const pipelines: PortalPipeline[] = [...standard.map((pipeline) => changed.get(pipeline.id) ?? pipeline), ...[...changed.values()].filter((p) => !standard.some((s) => s.id === p.id))];
    pipelines.sort(byOrder);
    all.set(objectType, pipelines);
    live.set(objectType, pipelines.filter((pipeline) => pipeline.archivedAt === undefined)
      .map((pipeline) => ({ ...pipeline, stages: pipeline.stages.filter((stage) => stage.archivedAt === undefined).sort(byOrder) })));
  }
  return { pipelines: (id) => live.get(id) ?? [], allPipelines: (id) => all.get(id) ?? [] };
}

/** Same display order: by label (schema.md 6.3 [D]); below 0 stands last [I]. */
function byOrder(a: { displayOrder: number; label: string }, b: { displayOrder: number; label: string }): number {
  const place = (order: number): number => (order < 0 ? Infinity : order);
  if (place(a.displayOrder) !== place(b.displayOrder)) return place(a.displayOrder) - place(b.displayOrder);
  return a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
}

function toPipeline({ name, definition, createdAt, updatedAt, archivedAt }: ModelRow<PipelineDefinition>): PortalPipeline {
  return { id: name, ...definition, confidence: 'D', createdAt, updatedAt, ...(archivedAt === null ? {} : { archivedAt }) };
}
