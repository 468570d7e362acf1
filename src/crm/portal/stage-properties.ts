// The properties that come and go with pipelines and stages: the options of `pipeline`, `dealstage`, ..., and a family of
// read-only figures per stage (schema.md section 4 [O]). The catalogue has those of HubSpot's own deal, ticket and lifecycle
// stages; all others are made here. What is written into them: ../computations/stage-dates.ts.

import type { Catalogue, ObjectType, PropertyDefinition, PropertyOption } from '../../catalogue/types.ts';
import type { PortalPipeline, PortalPipelines, PortalStage } from './pipelines.ts';
import type { PortalProperties, PropertyMap } from './properties.ts';

/** How a property of a stage's family is named, and what it is. */
interface FamilyMember {
  name: (slug: string) => string;
  label: (title: string) => string;
  type: 'datetime' | 'number';
  fieldType: string;
  /** Contacts only. */
  ofContacts?: true;
}

const FAMILY: readonly FamilyMember[] = [
  { name: (slug) => `hs_v2_date_entered_${slug}`, label: (title) => `Date entered "${title}"`, type: 'datetime', fieldType: 'date' },
  { name: (slug) => `hs_v2_date_exited_${slug}`, label: (title) => `Date exited "${title}"`, type: 'datetime', fieldType: 'date' },
  { name: (slug) => `hs_v2_cumulative_time_in_${slug}`, label: (title) => `Cumulative time in "${title}"`, type: 'number', fieldType: 'number' },
  { name: (slug) => `hs_v2_latest_time_in_${slug}`, label: (title) => `Latest time in "${title}"`, type: 'number', fieldType: 'number' },
  { name: (slug) => `hs_date_entered_${slug}`, label: (title) => `Date entered '${title}'`, type: 'datetime', fieldType: 'calculation_read_time' },
  { name: (slug) => `hs_date_exited_${slug}`, label: (title) => `Date exited '${title}'`, type: 'datetime', fieldType: 'calculation_read_time' },
  { name: (slug) => `hs_time_in_${slug}`, label: (title) => `Time in '${title}'`, type: 'number', fieldType: 'calculation_read_time' },
  { name: (slug) => `hs_lifecyclestage_${slug}_date`, label: (title) => `Became "${title}" date`, type: 'datetime', fieldType: 'date', ofContacts: true },
];

/**
 * The part of a property's name that a stage id gives: itself, or where a name could not hold it its letters with a number
 * that tells it from others like it (schema.md section 4 [O]; which number is unknown, so ours is FNV-1a [I]).
 */
export function stageSlug(stageId: string): string {
  if (/^[a-z0-9_]+$/.test(stageId)) return stageId;
  let hash = 0x811c9dc5;
  for (let i = 0; i < stageId.length; i++) hash = Math.imul(hash ^ stageId.charCodeAt(i), 0x01000193);
  return `${stageId.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')}_${hash >>> 0}`;
}

/** The properties by which a type's records are in a pipeline and a stage: contacts and companies in those of the lifecycle. */
export function stagePropertiesOf(type: ObjectType, definitions: PropertyMap): { pipeline: string; stage: string } | undefined {
  if (type.pipelineProperty !== undefined) return { pipeline: type.pipelineProperty, stage: type.stageProperty! };
  return definitions.has('lifecyclestage') ? { pipeline: 'hs_pipeline', stage: 'lifecyclestage' } : undefined;
}

/** The properties of a portal with those of its stages. */
export function withStageProperties(
  catalogue: Catalogue, types: readonly ObjectType[], { pipelines }: PortalPipelines, properties: PortalProperties,
): PortalProperties {
  const maps = new Map(types.map((type) => {
    const base = properties.properties(type.id);
    const standard = catalogue.pipelines.get(type.id) ?? [];
    const live = pipelines(type.id);
    if (live.length === 0 && standard.length === 0) return [type.id, base];
    if (live !== standard) return [type.id, addStages(type, base, standard, live)];
    // Most portals have HubSpot's pipelines and no properties of their own: one map for all of these.
    let map = standardMaps.get(base);
    if (!map) standardMaps.set(base, (map = addStages(type, base, standard, live)));
    return [type.id, map];
  }));
  return { ...properties, properties: (id) => maps.get(id) ?? properties.properties(id) };
}

const standardMaps = new WeakMap<PropertyMap, PropertyMap>();

function addStages(type: ObjectType, base: PropertyMap, standard: readonly PortalPipeline[], live: readonly PortalPipeline[]): PropertyMap {
  const names = stagePropertiesOf(type, base);
  if (!names) return base;
  const map = new Map(base);
  const members = FAMILY.filter((member) => !member.ofContacts || type.id === '0-1');
  const stages = stagesOf(live);
  const slugs = new Set(stages.map(({ slug }) => slug));
  const standardTitles = new Map(stagesOf(standard).map(({ slug, title }) => [slug, title]));

  for (const slug of standardTitles.keys()) if (!slugs.has(slug)) for (const { name } of members) map.delete(name(slug));
  setOptions(map, names.pipeline, live);
  setOptions(map, names.stage, stages.map(({ stage }) => stage));
  const groupName = base.get(names.stage)?.groupName ?? `${type.name}_information`;
  for (const { slug, title } of stages) {
    for (const member of members) {
      const own = base.get(member.name(slug));
      if (!own) map.set(member.name(slug), toDefinition(member, slug, title, groupName));
      else if (title !== standardTitles.get(slug)) map.set(own.name, { ...own, label: member.label(title) });
    }
  }
  return map;
}

/** Every stage, in the order of pipelines, with what the labels of its properties say of it. */
function stagesOf(pipelines: readonly PortalPipeline[]): { stage: PortalStage; slug: string; title: string }[] {
  return pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => ({ stage, slug: stageSlug(stage.id), title: `${stage.label} (${pipeline.label})` })));
}

/** Options in the order of pipelines, and of stages within each. */
function setOptions(map: Map<string, PropertyDefinition>, name: string, choices: readonly (PortalPipeline | PortalStage)[]): void {
  const definition = map.get(name);
  if (!definition) return;
  const options = choices.map(({ id, label }, displayOrder): PropertyOption => ({ label, value: id, displayOrder, hidden: false }));
  map.set(name, { ...definition, options });
}

function toDefinition({ name, label, type, fieldType }: FamilyMember, slug: string, title: string, groupName: string): PropertyDefinition {
  return {
    name: name(slug), label: label(title), type, fieldType, groupName, description: '', options: [], hasUniqueValue: false,
    readOnly: true, calculated: false, hidden: true, externalOptions: false, displayOrder: -1, hubspotDefined: true, confidence: 'I',
  };
}
