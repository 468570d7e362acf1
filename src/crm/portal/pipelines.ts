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
  /** Live pipelines with their live stages, in display order. */
  pipelines: (objectTypeId: string) => readonly PortalPipeline[];
  /** All of them, with archived ones and archived stages. */
  allPipelines: (objectTypeId: string) => readonly PortalPipeline[];
  /** The one that records are in when nobody says which: HubSpot's, of custom objects the first that was made [I]. Always live. */
  defaultPipeline: (objectTypeId: string) => PortalPipeline | undefined;
}

export function pipelinesOf(catalogue: Catalogue, rows: ModelRow<PipelineDefinition>[]): PortalPipelines {
  const own = Map.groupBy(rows, (row) => row.objectType);
  const all = new Map<string, readonly PortalPipeline[]>(catalogue.pipelines);
  const live = new Map<string, readonly PortalPipeline[]>(catalogue.pipelines);
  for (const [objectType, changes] of own) {
    const standard: readonly PortalPipeline[] = catalogue.pipelines.get(objectType) ?? [];
    const changed = new Map(changes.map((row) => [row.name, toPipeline(row)]));
    const added = [...changed.values()].filter((pipeline) => !standard.some((one) => one.id === pipeline.id));
    const pipelines = [...standard.map((pipeline) => changed.get(pipeline.id) ?? pipeline), ...added].sort(byOrder);
    all.set(objectType, pipelines);
    live.set(objectType, pipelines.filter((pipeline) => pipeline.archivedAt === undefined).map((pipeline) => ({ ...pipeline, stages: liveStages(pipeline) })));
  }
  return {
    pipelines: (id) => live.get(id) ?? [],
    allPipelines: (id) => all.get(id) ?? [],
    defaultPipeline(id) {
      const standard = catalogue.pipelines.get(id)?.[0]?.id;
      const pipelines = live.get(id) ?? [];
      return pipelines.find((pipeline) => pipeline.id === standard) ?? pipelines.toSorted((a, b) => Date.parse(a.createdAt!) - Date.parse(b.createdAt!))[0];
    },
  };
}

/** The stages that are not archived, in display order. */
export function liveStages(pipeline: PortalPipeline): PortalStage[] {
  return pipeline.stages.filter((stage) => stage.archivedAt === undefined).sort(byOrder);
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
