// The object types of a portal: the catalogue's and its custom objects, by every name that a path may give them.

import { namesOf, resolveObjectType, schemaReadScopesOf, sensitiveScopesOf } from '../../catalogue/load.ts';
import type { Catalogue, ObjectType } from '../../catalogue/types.ts';
import type { ModelRow } from '../../db/model.ts';
import { problem } from '../../errors.ts';

export interface PortalObjectTypes {
  objectTypes: readonly ObjectType[];
  /** The type that a path segment names: id, plural, singular, legacy name or alias. */
  objectType: (segment: string) => ObjectType | undefined;
  /** A custom object that is archived, by id. */
  archivedObjectType: (id: string) => ObjectType | undefined;
  /** Custom objects by id, archived ones too, as the portal keeps them. */
  customObjects: ReadonlyMap<string, ModelRow<CustomObject>>;
}

/** What a row of the table `object_type` holds: what a client said of the custom object (schema.md 5.2). */
export interface CustomObject {
  labels: { singular: string; plural: string };
  description?: string;
  primaryDisplayProperty?: string;
  requiredProperties: string[];
  searchableProperties: string[];
  secondaryDisplayProperties: string[];
  allowsSensitiveProperties: boolean;
  createdByUserId?: number;
  updatedByUserId?: number;
}

/** The type of a name. Throws, which of the two texts depends on the name's form (objects.md 2.3). */
export function requireObjectType(portal: Pick<PortalObjectTypes, 'objectType'>, name: string): ObjectType {
  const type = portal.objectType(name);
  if (!type) throw /^\d+-\d+$/.test(name) ? problem.unknownObjectTypeId(name) : problem.unknownObjectTypeName(name);
  return type;
}

export function objectTypesOf(catalogue: Catalogue, portalId: number, rows: ModelRow<CustomObject>[]): PortalObjectTypes {
  const [live, archived] = [rows.filter((row) => row.archivedAt === null), rows.filter((row) => row.archivedAt !== null)]
    .map((some) => some.map((row) => toObjectType(catalogue, portalId, row))) as [ObjectType[], ObjectType[]];
  const byName = new Map(live.flatMap((type) => namesOf(type).map((name) => [name, type] as const)));
  return {
    objectTypes: [...catalogue.objectTypes, ...live],
    objectType: (segment) => resolveObjectType(catalogue, segment) ?? byName.get(segment),
    archivedObjectType: (id) => archived.find((type) => type.id === id),
    customObjects: new Map(rows.map((row) => [row.objectType, row])),
  };
}

/** A custom object in the terms of the catalogue. Paths know it by id, fully qualified name and short name (schema.md 0). */
function toObjectType(catalogue: Catalogue, portalId: number, { objectType: id, name, definition }: ModelRow<CustomObject>): ObjectType {
  const qualified = `p${portalId}_${name}`;
  const readScopes = ['crm.objects.custom.read'];
  const sensitiveScopes = sensitiveScopesOf('custom', catalogue.scopes);
  return {
    id, name: qualified, singular: name, legacyName: qualified.toUpperCase(), aliases: [],
    labels: definition.labels, associationsKey: qualified,
    readScopes, writeScopes: ['crm.objects.custom.write'], sensitiveScopes,
    schemaReadScopes: schemaReadScopesOf({ name: 'custom', readScopes }, sensitiveScopes, catalogue.scopes), schemaWriteScopes: ['crm.schemas.custom.write'],
    createdProperty: 'hs_createdate', modifiedProperty: 'hs_lastmodifieddate',
    defaultProperties: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    displayProperties: definition.primaryDisplayProperty === undefined ? [] : [definition.primaryDisplayProperty],
    searchableProperties: definition.searchableProperties, requiredProperties: definition.requiredProperties,
    pipelineProperty: 'hs_pipeline', stageProperty: 'hs_pipeline_stage',
    initialValues: {}, updateEcho: [], confidence: 'D',
  };
}
