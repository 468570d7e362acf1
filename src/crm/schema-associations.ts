// The association definitions of object types: which pairs of types a portal can associate. Custom objects get theirs as
// unlabeled USER_DEFINED types, two ids per pair, one for a type with itself (schema.md 1.7 rule 14, 5.3).

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { insertAssociationTypes, type StoredAssociationType } from '../db/association-types.ts';
import { toJsonb, type Queryable } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';
import { deleteAssociationTypes, isAssociationTypeUsed } from '../db/object-types.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { changeModel } from './model-changes.ts';
import type { Portal } from './portal.ts';
import { requireObjectType } from './portal/object-types.ts';

export const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');

/** Every association type that leads from or to the type, labels left out. */
export function associationTypesOf(portal: Portal, typeId: string): AssociationType[] {
  const pairs = new Set(portal.objectTypes.flatMap((other) => [`${typeId} ${other.id}`, `${other.id} ${typeId}`]));
  return [...pairs].flatMap((pair) => {
    const [from, to] = pair.split(' ') as [string, string];
    return portal.associationTypes(from, to).filter((type) => type.category === 'HUBSPOT_DEFINED' || type.label === null);
  }).sort((a, b) => a.typeId - b.typeId);
}

/** Makes the pairs of `type` with others associable; pairs that are are left alone. */
export async function addSchemaAssociations(tx: Queryable, portal: Portal, type: ObjectType, others: ObjectType[]): Promise<void> {
  for (const other of others) {
    if (!portal.unlabeledType(type.id, other.id)) await insertPair(tx, portal, type, other, `${type.singular}_to_${other.singular}`, `${other.singular}_to_${type.singular}`);
  }
}

async function insertPair(tx: Queryable, portal: Portal, from: ObjectType, to: ObjectType, name: string, inverseName: string): Promise<number> {
  const symmetric = from.id === to.id;
  const count = symmetric ? 1 : 2;
  const first = await takeBlock(tx, portal.portalId, 'association_type', count) - count;
  const forward: StoredAssociationType = {
    category: USER_DEFINED, typeId: first, fromType: from.id, toType: to.id, name, label: null, inverseTypeId: symmetric ? first : first + 1,
  };
  const inverse: StoredAssociationType = { ...forward, typeId: first + 1, fromType: to.id, toType: from.id, name: inverseName, inverseTypeId: first };
  await insertAssociationTypes(tx, portal.portalId, symmetric ? [forward] : [forward, inverse]);
  return first;
}

export interface SchemaAssociationInput {
  fromObjectTypeId: string;
  toObjectTypeId: string;
  name?: string | null;
}

/**
 * Makes a custom object associable with another type. Throws invalidSchema when neither is a custom object, the path's
 * type is none of them, or they are associable already.
 */
export async function createSchemaAssociation(ctx: Context, name: string, given: SchemaAssociationInput): Promise<AssociationType> {
  const input = JSON.parse(toJsonb(given)) as SchemaAssociationInput;
  return await changeModel(ctx, async (tx, portal, note) => {
    const [type, from, to] = [name, input.fromObjectTypeId, input.toObjectTypeId].map((one) => typeNamed(portal, one)) as [ObjectType, ObjectType, ObjectType];
    if (type.id !== from.id && type.id !== to.id) throw problem.invalidSchema(`the association must lead from or to ${type.name}`);
    if (!portal.customObjects.has(from.id) && !portal.customObjects.has(to.id)) throw problem.invalidSchema('one of the two types must be a custom object');
    if (portal.unlabeledType(from.id, to.id)) throw problem.invalidSchema(`${from.name} and ${to.name} are associable already`);
    const forward = input.name || `${from.singular}_to_${to.singular}`;
    note('audit', { category: 'SCHEMA', action: 'UPDATE', targetObjectId: type.name });
    const typeId = await insertPair(tx, portal, from, to, forward, `${to.singular}_to_${from.singular}`);
    return (await ctx.portals.read(tx, portal.portalId)).associationType('USER_DEFINED', typeId)!;
  });
}

/** Takes an association definition of a custom object away, both directions. Throws invalidSchema when records use it or it is none. */
export async function deleteSchemaAssociation(ctx: Context, name: string, identifier: string): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    const type = typeNamed(portal, name);
    const found = associationTypesOf(portal, type.id).find((one) => one.category === 'USER_DEFINED' && (String(one.typeId) === identifier || one.name === identifier));
    if (!found) throw problem.associationDefinitionNotFound(identifier);
    if (await isAssociationTypeUsed(tx, portal.placement, { ...found, category: USER_DEFINED })) throw problem.invalidSchema(`records are associated by ${found.name}`);
    await deleteAssociationTypes(tx, portal.placement, USER_DEFINED, [found.typeId, found.inverseTypeId!]);
    note('audit', { category: 'SCHEMA', action: 'UPDATE', targetObjectId: type.name });
  });
}

/** The type of a name as these bodies give it: in capitals too (schema.md 5.2 [O]). */
export const typeNamed = (portal: Portal, name: string): ObjectType => portal.objectType(name.toUpperCase()) ?? requireObjectType(portal, name);
