// What must be true of a catalogue before anything is served from it. load.ts hands it what it read, tests hand it broken copies.
// It answers with every fault it finds, in words that name the row, so that one run is enough to mend the files.
// It never reads a file and never mends or changes anything itself.

import { PROPERTY_TYPE_NAMES } from './types.ts';
import type { AssociationType, Catalogue, Lack, ObjectType, Pipeline, PropertyDefinition } from './types.ts';

/** What HubSpot shows a property with: schema.md 3.4, and the calculated ones that only it can define. */
const FIELD_TYPES: ReadonlySet<string> = new Set([
  'text', 'textarea', 'html', 'phonenumber', 'file', 'number', 'date', 'select', 'radio', 'checkbox', 'booleancheckbox',
  'calculation_equation', 'calculation_read_time', 'calculation_rollup', 'calculation_score',
]);
const TYPES: ReadonlySet<string> = new Set(PROPERTY_TYPE_NAMES);

/**
 * @param openEnumerations `name` or `type.name` of writable enumerations that may lack options (load.ts)
 * @returns one sentence for each fault; empty when the catalogue is sound
 */
export function findFaults(catalogue: Catalogue, openEnumerations: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  checkObjectTypeNames(catalogue.objectTypes, faults);
  checkScopes(catalogue, faults);
  const openOnesSeen = new Set<string>();
  for (const type of catalogue.objectTypes) {
    const definitions = catalogue.properties.get(type.id) ?? [];
    checkProperties(type, definitions, openEnumerations, openOnesSeen, faults);
    checkReferences(type, definitions, faults);
    checkPipelines(type, catalogue.pipelines.get(type.id) ?? [], faults);
  }
  for (const name of openEnumerations) {
    if (!openOnesSeen.has(name)) faults.push(`open enumeration ${name} has options, or does not exist`);
  }
  const ids = new Set(catalogue.objectTypes.map((type) => type.id));
  checkRequiredAssociations(catalogue, faults);
  for (const id of catalogue.pipelines.keys()) if (!ids.has(id)) faults.push(`pipelines of ${id}: no such object type`);
  for (const id of catalogue.properties.keys()) if (!ids.has(id)) faults.push(`properties of ${id}: no such object type`);
  checkAssociationTypes(catalogue.associationTypes, faults);
  checkGroups(catalogue, faults);
  return faults;
}

function checkGroups({ properties, groupLabels }: Catalogue, faults: string[]): void {
  const used = new Set([...properties.values()].flatMap((definitions) => definitions.map((definition) => definition.groupName)));
  for (const name of used) if (!groupLabels.get(name)) faults.push(`property group ${name}: has no label`);
  for (const name of groupLabels.keys()) if (!used.has(name)) faults.push(`property group ${name}: no property is in it`);
}

/** Ids, names and aliases share one space, the path segment; a type may use one string twice (`postal_mail`). */
function checkObjectTypeNames(types: readonly ObjectType[], faults: string[]): void {
  const owners = new Map<string, string>();
  for (const type of types) {
    for (const name of new Set([type.id, type.name, type.singular, type.legacyName, ...type.aliases])) {
      const owner = owners.get(name);
      if (owner !== undefined) faults.push(`object type ${type.name}: ${name} already means ${owner}`);
      owners.set(name, type.name);
    }
    const own = [type.id, type.name, type.singular, type.legacyName];
    for (const alias of type.aliases) if (own.includes(alias)) faults.push(`object type ${type.name}: alias ${alias} goes without saying`);
  }
  for (const key of repeated(types.map((type) => type.associationsKey))) faults.push(`associations key ${key}: more than one object type has it`);
}

function checkScopes(catalogue: Catalogue, faults: string[]): void {
  const known = new Set(catalogue.scopes);
  for (const scope of repeated(catalogue.scopes)) faults.push(`scope ${scope}: listed twice`);
  if (catalogue.scopes.some((scope, i) => i > 0 && scope < catalogue.scopes[i - 1]!)) faults.push('scopes are not sorted');
  for (const type of catalogue.objectTypes) {
    for (const scope of [...type.readScopes, ...type.writeScopes, ...type.schemaReadScopes, ...type.schemaWriteScopes]) {
      if (!known.has(scope)) faults.push(`object type ${type.name}: unknown scope ${scope}`);
    }
    if (type.readScopes.length === 0) faults.push(`object type ${type.name}: nobody can read it`);
    if (type.writeScopes.length === 0 && !type.lacks?.some(lacksAllWrites)) faults.push(`object type ${type.name}: nobody can write it`);
  }
}

const lacksAllWrites = (lack: Lack): boolean => lack.operations === 'writes' && lack.versions === undefined;

function checkProperties(
  type: ObjectType, definitions: readonly PropertyDefinition[], open: ReadonlySet<string>, openOnesSeen: Set<string>, faults: string[],
): void {
  if (definitions.length === 0) faults.push(`object type ${type.name}: has no properties`);
  for (const name of repeated(definitions.map((definition) => definition.name))) faults.push(`property ${type.name}.${name}: defined twice`);
  for (const definition of definitions) {
    const name = `${type.name}.${definition.name}`;
    if (!TYPES.has(definition.type)) faults.push(`property ${name}: unknown type ${definition.type}`);
    if (!FIELD_TYPES.has(definition.fieldType)) faults.push(`property ${name}: unknown fieldType ${definition.fieldType}`);
    for (const value of repeated(definition.options.map((option) => option.value))) faults.push(`property ${name}: option ${value} twice`);
    if (definition.externalOptions && definition.options.length > 0) faults.push(`property ${name}: has options though they live elsewhere`);
    if (definition.calculated && !definition.readOnly) faults.push(`property ${name}: is calculated, so it must be read-only`);
    if (definition.type === 'enumeration' && definition.options.length === 0 && !definition.externalOptions && !definition.readOnly) {
      const entry = [definition.name, name].find((each) => open.has(each));
      if (entry === undefined) faults.push(`property ${name}: a writable enumeration without options`);
      else openOnesSeen.add(entry);
    }
  }
}

/** Every property that the row of an object type speaks of exists, and can do what the row needs. */
function checkReferences(type: ObjectType, definitions: readonly PropertyDefinition[], faults: string[]): void {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const fallbacks = Object.entries(type.requiredFallbacks ?? {});
  const places: [string, string[]][] = [
    ['createdProperty', [type.createdProperty]],
    ['modifiedProperty', [type.modifiedProperty]],
    ['defaultProperties', type.defaultProperties],
    ['displayProperties', type.displayProperties],
    ['searchableProperties', type.searchableProperties],
    ['requiredProperties', type.requiredProperties],
    ['requiredFallbacks', fallbacks.flat()],
    ['pipelineProperty', type.pipelineProperty === undefined ? [] : [type.pipelineProperty]],
    ['stageProperty', type.stageProperty === undefined ? [] : [type.stageProperty]],
    ['initialValues', Object.keys(type.initialValues)],
    ['updateEcho', type.updateEcho],
    ['copies', type.copies === undefined ? [] : [type.copies.property]],
  ];
  for (const [place, names] of places) {
    for (const name of names) if (!byName.has(name)) faults.push(`object type ${type.name}: ${place} names ${name}, which is no property of it`);
  }
  for (const name of [type.createdProperty, type.modifiedProperty, 'hs_object_id']) {
    if (byName.get(name)?.readOnly !== true) faults.push(`property ${type.name}.${name}: must exist and be read-only`);
  }
  for (const name of type.requiredProperties) {
    if (byName.get(name)?.readOnly === true) faults.push(`property ${type.name}.${name}: is required, so it cannot be read-only`);
  }
  for (const [name] of fallbacks) {
    if (!type.requiredProperties.includes(name)) faults.push(`object type ${type.name}: a fallback for ${name}, which is not required`);
  }
  for (const name of [type.pipelineProperty, type.stageProperty]) {
    if (name !== undefined && byName.get(name)?.externalOptions === false) faults.push(`property ${type.name}.${name}: its options are the pipelines`);
  }
}

function checkPipelines(type: ObjectType, pipelines: readonly Pipeline[], faults: string[]): void {
  if ((type.pipelineProperty === undefined) !== (type.stageProperty === undefined)) faults.push(`object type ${type.name}: pipeline and stage property come together`);
  if (type.startsInFirstStage && type.stageProperty === undefined) faults.push(`object type ${type.name}: starts in a stage but has none`);
  if (type.stageProperty !== undefined && pipelines.length === 0) faults.push(`object type ${type.name}: has stages but no pipeline`);
  for (const id of repeated(pipelines.map((pipeline) => pipeline.id))) faults.push(`pipeline ${type.name}.${id}: defined twice`);
  for (const pipeline of pipelines) {
    if (pipeline.stages.length === 0) faults.push(`pipeline ${type.name}.${pipeline.id}: has no stages`);
    for (const id of repeated(pipeline.stages.map((stage) => stage.id))) faults.push(`pipeline ${type.name}.${pipeline.id}: stage ${id} twice`);
  }
}

function checkRequiredAssociations(catalogue: Catalogue, faults: string[]): void {
  const froms = new Map(catalogue.associationTypes.map((type) => [type.typeId, type.fromType]));
  for (const type of catalogue.objectTypes) {
    for (const id of type.requiredAssociations ?? []) {
      if (froms.get(id) !== type.id) faults.push(`object type ${type.name}: needs association type ${id}, which does not lead from it`);
    }
  }
}

/** An association has two directions: each names the other, with the ends swapped. A type may be its own inverse. */
function checkAssociationTypes(types: readonly AssociationType[], faults: string[]): void {
  const byId = new Map(types.map((type) => [type.typeId, type]));
  for (const id of repeated(types.map((type) => type.typeId))) faults.push(`association type ${id}: defined twice`);
  for (const type of types) {
    if (type.inverseTypeId === null) continue;
    const inverse = byId.get(type.inverseTypeId);
    if (inverse === undefined) faults.push(`association type ${type.typeId}: its inverse ${type.inverseTypeId} does not exist`);
    else if (inverse.inverseTypeId !== type.typeId) faults.push(`association type ${type.typeId}: its inverse ${inverse.typeId} is the inverse of ${inverse.inverseTypeId}`);
    else if (inverse.fromType !== type.toType || inverse.toType !== type.fromType) faults.push(`association type ${type.typeId}: its inverse ${inverse.typeId} is of another pair`);
  }
}

function repeated<T>(values: readonly T[]): Set<T> {
  const seen = new Set<T>();
  const twice = new Set<T>();
  for (const value of values) (seen.has(value) ? twice : seen).add(value);
  return twice;
}
