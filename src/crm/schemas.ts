// Custom objects: made, read, changed, archived and purged (schema.md section 5). Once made, one is an object type like
// any other: records, properties, associations and pipelines ask the portal's snapshot, not this file.

import type { AssociationType, ObjectType } from '../catalogue/types.ts';
import { toJsonb, type Queryable } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';
import type { ModelRow } from '../db/model.ts';
import { archiveObjectType, deleteAssociationTypes, hasLiveRecords, insertObjectType, purgeObjectType, updateObjectType } from '../db/object-types.ts';
import { Problem, problem } from '../errors.ts';
import type { Context } from './context.ts';
import { CUSTOM_OBJECTS } from './limits.ts';
import { changeModel } from './model-changes.ts';
import { actingUserId } from './owners.ts';
import type { Portal } from './portal.ts';
import { requireObjectType, type CustomObject } from './portal/object-types.ts';
import type { KeptProperty } from './portal/properties.ts';
import { addProperties, type PropertyInput } from './properties.ts';
import { addSchemaAssociations, associationTypesOf, typeNamed, USER_DEFINED } from './schema-associations.ts';

/** What a client says of a custom object (schema.md 5.2). */
export interface SchemaInput {
  name: string;
  labels: { singular?: string; plural?: string };
  description?: string | null;
  properties: SchemaPropertyInput[];
  associatedObjects?: string[];
  primaryDisplayProperty?: string | null;
  requiredProperties?: string[];
  searchableProperties?: string[];
  secondaryDisplayProperties?: string[];
  allowsSensitiveProperties?: boolean;
  shouldCreateSameObjectAssociation?: boolean;
}

export type SchemaPropertyInput = Omit<PropertyInput, 'groupName' | 'type' | 'fieldType'> & Partial<Pick<PropertyInput, 'groupName' | 'type' | 'fieldType'>>;

export type SchemaPatch = Partial<Omit<SchemaInput, 'name' | 'properties' | 'associatedObjects'>> & { clearDescription?: boolean };

/** An object type as the schemas API shows it. Custom objects have `custom`, types of HubSpot do not. */
export interface Schema {
  type: ObjectType;
  custom?: ModelRow<CustomObject>;
  properties: KeptProperty[];
  associations: AssociationType[];
}

const MAX_SEARCHABLE = 20;
/** Custom objects are made associable with activities (schema.md 1.7 rule 14 [D]); conversations are no records here. */
const ASSOCIABLE_FROM_BIRTH = ['0-49', '0-47', '0-46', '0-27', '0-48'];
/** `2-N` counts over all portals (schema.md 5.3 [O]): N is taken where no portal is. */
const NO_PORTAL = 0;
const FIRST_ID = 100;

/**
 * Makes a custom object with its properties and associations. Throws invalidSchema, schemaExists and what properties are
 * refused for.
 */
export async function createSchema(ctx: Context, given: SchemaInput): Promise<Schema> {
  const input = JSON.parse(toJsonb(given)) as SchemaInput;
  return await changeModel(ctx, async (tx, portal, note) => {
    const associated = checkInput(portal, input);
    const number = await takeBlock(tx, NO_PORTAL, 'object_type', 1) - 1 + FIRST_ID;
    const typeId = `2-${number}`;
    const userId = actingUserId(ctx);
    const user = userId === null ? {} : { createdByUserId: userId, updatedByUserId: userId };
    await insertObjectType(tx, portal.portalId, { id: typeId, name: input.name, definition: { ...definitionOf(input), ...user }, at: ctx.at });
    const made = await ctx.portals.read(tx, portal.portalId);
    await addAll(tx, made, made.objectType(typeId)!, input.properties, ctx.at);
    const toTypes = [...new Set([...associated.map((type) => type.id), ...ASSOCIABLE_FROM_BIRTH, ...(input.shouldCreateSameObjectAssociation ? [typeId] : [])])];
    await addSchemaAssociations(tx, made, made.objectType(typeId)!, toTypes.flatMap((to) => made.objectType(to) ?? []));
    note('audit', { category: 'SCHEMA', action: 'CREATE', targetObjectId: input.name });
    // As it is before anybody else can change it.
    return schemaOf(await ctx.portals.read(tx, portal.portalId), typeId);
  });
}

/** The properties of a new type, all or none. Throws what one is refused for. */
async function addAll(tx: Queryable, portal: Portal, type: ObjectType, inputs: SchemaPropertyInput[], at: string): Promise<void> {
  const whole = inputs.map((property) => ({
    ...property, type: property.type ?? 'string', fieldType: property.fieldType ?? 'text', groupName: property.groupName ?? groupOf(type),
  }));
  for (const made of await addProperties(tx, portal, type, whole, at)) if (made instanceof Problem) throw made;
}

/** The group that a custom object's properties are in (schema.md section 4 [I]). */
export const groupOf = (type: ObjectType): string => `${type.singular}_information`;

const definitionOf = (input: SchemaInput): CustomObject => ({
  labels: { singular: input.labels.singular!, plural: input.labels.plural! },
  ...(input.description ? { description: input.description } : {}),
  ...(input.primaryDisplayProperty ? { primaryDisplayProperty: input.primaryDisplayProperty } : {}),
  requiredProperties: input.requiredProperties ?? [], searchableProperties: input.searchableProperties ?? [],
  secondaryDisplayProperties: input.secondaryDisplayProperties ?? [], allowsSensitiveProperties: input.allowsSensitiveProperties ?? false,
});

/** Checks what the properties' own rules do not, and finds the associated types. */
function checkInput(portal: Portal, input: SchemaInput): ObjectType[] {
  if (!/^[A-Za-z]\w{0,99}$/.test(input.name)) throw problem.invalidSchema(`name "${input.name}" must start with a letter and hold only letters, digits and underscores`);
  if (portal.objectType(input.name) || [...portal.customObjects.values()].some((row) => row.name.toLowerCase() === input.name.toLowerCase())) throw problem.schemaExists(input.name);
  if (portal.customObjects.size >= CUSTOM_OBJECTS) throw problem.invalidSchema(`a portal has at most ${CUSTOM_OBJECTS} custom objects`);
  checkLabels(input.labels);
  const names = input.properties.map((property) => property.name.toLowerCase());
  const double = names.find((name, i) => names.indexOf(name) < i);
  if (double !== undefined) throw problem.invalidSchema(`property ${double} is defined twice`);
  checkReferences(definitionOf(input), new Set(names));
  return (input.associatedObjects ?? []).map((name) => typeNamed(portal, name));
}

function checkLabels(labels: SchemaInput['labels']): void {
  for (const kind of ['singular', 'plural'] as const) {
    const label = labels[kind]?.trim() ?? '';
    if (label === '' || label.length > 255) throw problem.invalidSchema(`the ${kind} label must have 1 to 255 characters`);
  }
}

/** Properties that a definition names must exist before it does (schema.md 5.4 [D]). */
function checkReferences(definition: CustomObject, existing: ReadonlySet<string>): void {
  const named = [
    ...(definition.primaryDisplayProperty === undefined ? [] : [definition.primaryDisplayProperty]),
    ...definition.requiredProperties, ...definition.searchableProperties, ...definition.secondaryDisplayProperties,
  ];
  const missing = named.find((name) => !existing.has(name));
  if (missing !== undefined) throw problem.invalidSchema(`property ${missing} does not exist`);
  if (definition.searchableProperties.length > MAX_SEARCHABLE) throw problem.invalidSchema(`at most ${MAX_SEARCHABLE} properties can be searchable`);
}

/** The portal's custom objects, live or archived, in order of id. */
export function listSchemas(portal: Portal, archived: boolean): Schema[] {
  return [...portal.customObjects.values()].filter((row) => (row.archivedAt !== null) === archived)
    .sort((a, b) => Number(a.objectType.slice(2)) - Number(b.objectType.slice(2))).map((row) => schemaOf(portal, row.objectType));
}

/** One object type, a custom or a standard one, by any of its names. Throws as paths with unknown types do. */
export function getSchema(portal: Portal, name: string): Schema {
  return schemaOf(portal, requireObjectType(portal, name).id);
}

/** Several object types by their names; unknown ones are left out [I]. */
export function readSchemas(portal: Portal, names: string[]): Schema[] {
  const ids = new Set(names.flatMap((name) => portal.objectType(name)?.id ?? []));
  return [...ids].map((id) => schemaOf(portal, id));
}

function schemaOf(portal: Portal, id: string): Schema {
  const custom = portal.customObjects.get(id);
  const type = portal.objectType(id) ?? portal.archivedObjectType(id)!;
  const properties = [...portal.properties(id).values()].filter((definition) => !definition.dataSensitivity).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { type, ...(custom ? { custom } : {}), properties, associations: associationTypesOf(portal, id) };
}

/** Changes a custom object. Throws notCustom, invalidSchema. */
export async function updateSchema(ctx: Context, name: string, given: SchemaPatch): Promise<ModelRow<CustomObject> & { type: ObjectType }> {
  const patch = JSON.parse(toJsonb(given)) as SchemaPatch;
  return await changeModel(ctx, async (tx, portal, note) => {
    const row = customOf(portal, name);
    const labels = { ...row.definition.labels, ...patch.labels };
    checkLabels(labels);
    const definition: CustomObject = { ...row.definition, ...definedOf(patch), labels };
    if (patch.clearDescription) delete definition.description;
    const userId = actingUserId(ctx);
    if (userId !== null) definition.updatedByUserId = userId;
    checkReferences(definition, new Set(portal.properties(row.objectType).keys()));
    await updateObjectType(tx, portal.portalId, { id: row.objectType, definition, at: ctx.at });
    note('audit', { category: 'SCHEMA', action: 'UPDATE', targetObjectId: row.name });
    const made = await ctx.portals.read(tx, portal.portalId);
    return { ...made.customObjects.get(row.objectType)!, type: made.objectType(row.objectType)! };
  });
}

/** The parts of a patch that a definition keeps. */
function definedOf(patch: SchemaPatch): Partial<CustomObject> {
  const { clearDescription: _clear, shouldCreateSameObjectAssociation: _same, labels: _labels, ...kept } = patch;
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined && value !== null));
}

/** The live custom object of a name. Throws notCustom for types of HubSpot. */
function customOf(portal: Portal, name: string): ModelRow<CustomObject> {
  const type = requireObjectType(portal, name);
  const row = portal.customObjects.get(type.id);
  if (!row) throw problem.notCustom(type.name);
  return row;
}

/** Archives a custom object without live records. Throws schemaInUse, notCustom. */
export async function archiveSchema(ctx: Context, name: string): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    const row = customOf(portal, name);
    if (await hasLiveRecords(tx, portal.placement, row.objectType)) throw problem.schemaInUse(row.name);
    await archiveObjectType(tx, portal.portalId, row.objectType, ctx.at);
    note('audit', { category: 'SCHEMA', action: 'DELETE', targetObjectId: row.name });
  });
}

/** Deletes a custom object without live records for good, an archived one too: its name is free then. Throws as archiveSchema. */
export async function purgeSchema(ctx: Context, name: string): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    const archived = [...portal.customObjects.values()].find((row) => row.archivedAt !== null && namesOfRow(portal.portalId, row).includes(name));
    const row = archived ?? customOf(portal, name);
    if (await hasLiveRecords(tx, portal.placement, row.objectType)) throw problem.schemaInUse(row.name);
    const typeIds = associationTypesOf(portal, row.objectType).filter((type) => type.category === 'USER_DEFINED').map((type) => type.typeId);
    await deleteAssociationTypes(tx, portal.placement, USER_DEFINED, typeIds);
    await purgeObjectType(tx, portal.placement, row.objectType);
    note('audit', { category: 'SCHEMA', action: 'DELETE', targetObjectId: row.name });
  });
}

const namesOfRow = (portalId: number, row: ModelRow<CustomObject>): string[] => [row.objectType, row.name, `p${portalId}_${row.name}`];
