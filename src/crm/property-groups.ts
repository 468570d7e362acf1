// Property groups: those that a type has by itself, and those that the portal adds. Default ones can be renamed, not deleted.

import type { ObjectType } from '../catalogue/types.ts';
import { toJsonb } from '../db/db.ts';
import { archiveGroup, writeGroup } from '../db/property-definitions.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { auditName, changeModel } from './model-changes.ts';
import type { Portal } from './portal.ts';
import type { PropertyGroup } from './portal/properties.ts';

export interface GroupInput {
  name: string;
  label: string;
  displayOrder?: number;
}

const NAME = /^[a-z][a-z0-9_]{0,99}$/;

/** The groups of a type, in the order they are shown in. */
export function listGroups(portal: Portal, type: ObjectType): PropertyGroup[] {
  return [...portal.groups(type.id).values()];
}

/** One group by name. Throws groupNotFound. */
export function getGroup(portal: Portal, type: ObjectType, name: string): PropertyGroup {
  const group = portal.groups(type.id).get(name);
  if (!group) throw problem.groupNotFound(name);
  return group;
}

/** Adds a group. Upper case in its name is folded, as in those of properties [I]. Throws invalidPropertyDefinition, groupExists. */
export async function createGroup(ctx: Context, type: ObjectType, given: GroupInput): Promise<PropertyGroup> {
  const input = asStored(given);
  const name = input.name.toLowerCase();
  if (!NAME.test(name)) {
    throw problem.invalidPropertyDefinition(`Property group name "${input.name}" must start with a letter and hold only letters, digits and underscores, 100 at most`);
  }
  checkLabel(input.label);
  return await changeModel(ctx, async (tx, portal, note) => {
    if (portal.groups(type.id).has(name)) throw problem.groupExists(name);
    const group = { name, label: input.label, displayOrder: input.displayOrder ?? -1, isDefault: false };
    await writeGroup(tx, portal.portalId, type.id, { ...group, at: ctx.at });
    note('audit', auditOf(type, 'CREATE', name));
    return group;
  });
}

/** Gives a group another label or place; a default one too [I]. Throws groupNotFound, invalidPropertyDefinition. */
export async function updateGroup(ctx: Context, type: ObjectType, name: string, given: Partial<Omit<GroupInput, 'name'>>): Promise<PropertyGroup> {
  const patch = asStored(given);
  if (patch.label !== undefined) checkLabel(patch.label);
  return await changeModel(ctx, async (tx, portal, note) => {
    const group = { ...getGroup(portal, type, name), ...patch };
    await writeGroup(tx, portal.portalId, type.id, { name, label: group.label, displayOrder: group.displayOrder, at: ctx.at });
    note('audit', auditOf(type, 'UPDATE', name));
    return group;
  });
}

/** Deletes a group that no live property is in. Throws groupNotFound, fixedGroup, groupHasProperties (schema.md 3.6). */
export async function deleteGroup(ctx: Context, type: ObjectType, name: string): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    if (getGroup(portal, type, name).isDefault) throw problem.fixedGroup(name);
    if ([...portal.properties(type.id).values()].some((definition) => definition.groupName === name)) throw problem.groupHasProperties(name);
    await archiveGroup(tx, portal.portalId, type.id, name, ctx.at);
    note('audit', auditOf(type, 'DELETE', name));
  });
}

const auditOf = (type: ObjectType, action: 'CREATE' | 'UPDATE' | 'DELETE', name: string) => ({
  category: 'PROPERTY_GROUP', subCategory: auditName(type), action, targetObjectId: name,
});

function checkLabel(label: string): void {
  if (label.trim() === '' || label.length > 255) throw problem.invalidPropertyDefinition('A property group label must have 1 to 255 characters');
}

const asStored = <T>(given: T): T => JSON.parse(toJsonb(given)) as T;
