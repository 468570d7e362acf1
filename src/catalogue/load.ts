// Reads the data files beside it into one Catalogue and finds rows in it. Start-up hands it nothing; crm/portal.ts takes the
// result and adds what a portal has of its own. The files leave out what is the same nearly everywhere: those defaults are
// filled in here, and nowhere else. A catalogue with a fault in it never leaves this file: the process does not start.
// It never looks at a portal, and nothing it returns may be changed.

import { readFileSync } from 'node:fs';
import { findFaults } from './check.ts';
import { SENSITIVITIES } from './types.ts';
import type { AssociationType, Catalogue, ObjectType, Pipeline, PipelineStage, PropertyDefinition, PropertyOption, Sensitivity } from './types.ts';

/** Without `schemaWriteScopes` they are made of the writeScopes: the schema scope of each, where there is one. */
type ObjectTypeRow = Omit<ObjectType, 'schemaReadScopes' | 'schemaWriteScopes' | 'sensitiveScopes'> & Partial<Pick<ObjectType, 'schemaWriteScopes'>>;
/** A line of properties/<name>.json: what is missing is empty, false, or (options of a bool) Yes and No. */
type PropertyRow = Pick<PropertyDefinition, 'name' | 'label' | 'type' | 'fieldType' | 'groupName' | 'confidence'>
  & Partial<Omit<PropertyDefinition, 'options'>>
  & { options?: OptionRow[] };
/** Options stand in the order they are shown in. */
type OptionRow = Pick<PropertyOption, 'label' | 'value' | 'description'>;
/** A line of association-types.json. */
type AssociationRow = Pick<AssociationType, 'typeId' | 'fromType' | 'toType' | 'name' | 'confidence'> & { label?: string; inverseTypeId?: number; onlyOne?: true };
/** Pipelines and stages stand in the order they are shown in. */
type PipelineRow = Omit<Pipeline, 'displayOrder' | 'stages'> & { stages: Omit<PipelineStage, 'displayOrder'>[] };

let loaded: Catalogue | undefined;

/**
 * The catalogue of every portal, read and checked once per process.
 * @returns object types, properties and pipelines by object type id, association types and scopes
 * @throws Error that lists every fault of the files
 */
export function loadCatalogue(): Catalogue {
  if (loaded === undefined) {
    const catalogue = readCatalogue();
    const faults = findFaults(catalogue, readOpenEnumerations());
    if (faults.length > 0) throw new Error(`The catalogue has ${faults.length} faults:\n${faults.join('\n')}`);
    loaded = catalogue;
  }
  return loaded;
}

/**
 * Writable enumerations without options: the values are not published, or live in a portal's settings (teams, users,
 * currencies, tags). They take any value. An entry is `name`, for every object type, or `type.name`.
 */
export function readOpenEnumerations(): Set<string> {
  return new Set(readJson<string[]>('open-enumerations.json'));
}

/**
 * The object type that a path segment names: its id, name, singular, legacy name or an alias, letter for letter.
 * @param segment `0-1`, `contacts`, `contact` or `CONTACT`; not `Contacts` (objects.md 2.3)
 */
export function resolveObjectType(catalogue: Catalogue, segment: string): ObjectType | undefined {
  return indexOf(catalogue).objectTypes.get(segment);
}

/**
 * The association type without a label that every associated pair has (schema.md 1.7 rule 2); with several, the lowest id.
 * @param fromType object type id: `0-1`
 * @param toType object type id: `0-2` gives 279 and never 1, Primary
 */
export function unlabeledType(catalogue: Catalogue, fromType: string, toType: string): AssociationType | undefined {
  return indexOf(catalogue).unlabeledTypes.get(`${fromType} ${toType}`);
}

/** All strings of a path that lead to the type. */
export function namesOf(type: ObjectType): string[] {
  return [...new Set([type.id, type.name, type.singular, type.legacyName, ...type.aliases])];
}

interface Index {
  objectTypes: Map<string, ObjectType>;
  /** By `from to`. */
  unlabeledTypes: Map<string, AssociationType>;
}

const indexes = new WeakMap<Catalogue, Index>();

function indexOf(catalogue: Catalogue): Index {
  let index = indexes.get(catalogue);
  if (index === undefined) {
    index = { objectTypes: new Map(), unlabeledTypes: new Map() };
    for (const type of catalogue.objectTypes) for (const name of namesOf(type)) index.objectTypes.set(name, type);
    for (const type of catalogue.associationTypes) {
      if (type.label !== null) continue;
      const pair = `${type.fromType} ${type.toType}`;
      const known = index.unlabeledTypes.get(pair);
      if (known === undefined || type.typeId < known.typeId) index.unlabeledTypes.set(pair, type);
    }
    indexes.set(catalogue, index);
  }
  return index;
}

function readCatalogue(): Catalogue {
  const scopes = readJson<string[]>('scopes.json');
  const objectTypes = readJson<ObjectTypeRow[]>('object-types.json').map((row) => withSchemaScopes(row, scopes));
  const pipelineRows = new Map(Object.entries(readJson<Record<string, PipelineRow[]>>('pipelines.json')));
  const properties = new Map<string, PropertyDefinition[]>();
  const pipelines = new Map<string, Pipeline[]>();
  for (const type of objectTypes) {
    properties.set(type.id, readJson<PropertyRow[]>(`properties/${type.name}.json`).map(toProperty));
    const rows = pipelineRows.get(type.name);
    if (rows === undefined) continue;
    pipelines.set(type.id, rows.map(toPipeline));
    pipelineRows.delete(type.name);
  }
  // What is left is under a name that no type has: kept, for the check to name it.
  for (const [name, rows] of pipelineRows) pipelines.set(name, rows.map(toPipeline));
  return {
    objectTypes, properties, pipelines,
    associationTypes: readJson<AssociationRow[]>('association-types.json').map(toAssociationType),
    groupLabels: new Map(Object.entries(readJson<Record<string, string>>('property-groups.json'))),
    scopes,
  };
}

/** The scopes over a type's model, and over its sensitive values. */
function withSchemaScopes(row: ObjectTypeRow, scopes: string[]): ObjectType {
  const sensitiveScopes = sensitiveScopesOf(row.name, scopes);
  return {
    ...row, sensitiveScopes,
    schemaReadScopes: schemaReadScopesOf(row, sensitiveScopes, scopes),
    schemaWriteScopes: row.schemaWriteScopes ?? row.writeScopes.map((scope) => schemaScope(scope, scopes) ?? scope),
  };
}

/**
 * Who may read a type's records may read its model, and so may who reads its sensitive values alone: the order is that of
 * a refusal that was seen (objects.md 2.7 [O]). A scope over records of the type that opens no record opens its model:
 * `crm.objects.calls.read` (platform.md 5.6 [D]).
 */
export function schemaReadScopesOf(
  { name, readScopes }: Pick<ObjectType, 'name' | 'readScopes'>, { sensitive, highly_sensitive }: ObjectType['sensitiveScopes'], scopes: readonly string[],
): string[] {
  const own = `crm.objects.${name}.read`;
  const ofSchema = [own, ...readScopes].flatMap((scope) => schemaScope(scope, scopes) ?? []);
  return [...new Set([...ofSchema, ...sensitive.read, ...readScopes, ...(scopes.includes(own) ? [own] : []), ...highly_sensitive.read])];
}

/** `crm.schemas.contacts.read` of `crm.objects.contacts.read`, where there is one. */
function schemaScope(scope: string, scopes: readonly string[]): string | undefined {
  const found = scope.replace('crm.objects.', 'crm.schemas.');
  return found !== scope && scopes.includes(found) ? found : undefined;
}

/** The scopes over sensitive values, in the three forms that they have, of a type as scopes name it (objects.md 2.7). */
export function sensitiveScopesOf(name: string, scopes: readonly string[]): ObjectType['sensitiveScopes'] {
  const existing = (level: Sensitivity, action: string): string[] =>
    [`crm.objects.${name}.${level}.${action}.v2`, `crm.objects.${name}.${level}.${action}`, `${name}.${level}.v2`].filter((scope) => scopes.includes(scope));
  const [sensitive, highly] = SENSITIVITIES.map((level) => ({ read: existing(level, 'read'), write: existing(level, 'write') }));
  return { sensitive: sensitive!, highly_sensitive: highly! };
}

const YES_NO: OptionRow[] = [{ label: 'Yes', value: 'true' }, { label: 'No', value: 'false' }];

function toProperty(row: PropertyRow): PropertyDefinition {
  const options = row.options ?? (row.type === 'bool' ? YES_NO : []);
  return {
    description: '', hasUniqueValue: false, readOnly: false, calculated: false, hidden: false, externalOptions: false,
    displayOrder: -1, hubspotDefined: true,
    ...row,
    options: options.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false })),
  };
}

function toAssociationType(row: AssociationRow): AssociationType {
  const label = row.label ?? null;
  return {
    category: 'HUBSPOT_DEFINED', typeId: row.typeId, fromType: row.fromType, toType: row.toType, name: row.name,
    label, inverseTypeId: row.inverseTypeId ?? null,
    // Only the end that has one primary: "Contact with Primary Company" is its inverse and may be many.
    primary: label === 'Primary',
    ...(row.onlyOne ? { onlyOne: true } : {}),
    confidence: row.confidence,
  };
}

function toPipeline(row: PipelineRow, displayOrder: number): Pipeline {
  return {
    id: row.id, label: row.label, displayOrder, confidence: row.confidence,
    stages: row.stages.map((stage, order) => ({ ...stage, displayOrder: order })),
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;
}
