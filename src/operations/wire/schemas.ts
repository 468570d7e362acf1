// Object schemas on the wire (schema.md section 5).

import { Type } from 'typebox';
import type { AssociationType } from '../../catalogue/types.ts';
import type { Schema } from '../../crm/schemas.ts';
import { PropertyBody, PropertyCreateBody, presentProperty } from './properties.ts';

const Labels = Type.Object({ singular: Type.Optional(Type.String()), plural: Type.Optional(Type.String()) });
const Names = Type.Array(Type.String());

const { type, fieldType, groupName, dataSensitivity: _bornOnly, ...propertyFields } = PropertyCreateBody.properties;

/** What clients of v3 leave out is optional in every version [I]. */
export const SchemaCreateBody = Type.Object({
  name: Type.String(), labels: Labels,
  properties: Type.Array(Type.Object({ ...propertyFields, type: Type.Optional(type), fieldType: Type.Optional(fieldType), groupName: Type.Optional(groupName) })),
  requiredProperties: Type.Optional(Names), associatedObjects: Type.Optional(Names),
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])), primaryDisplayProperty: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  searchableProperties: Type.Optional(Names), secondaryDisplayProperties: Type.Optional(Names),
  allowsSensitiveProperties: Type.Optional(Type.Boolean()), shouldCreateSameObjectAssociation: Type.Optional(Type.Boolean()),
});

export const SchemaUpdateBody = Type.Object({
  labels: Type.Optional(Labels), description: Type.Optional(Type.Union([Type.String(), Type.Null()])), clearDescription: Type.Optional(Type.Boolean()),
  primaryDisplayProperty: Type.Optional(Type.Union([Type.String(), Type.Null()])), requiredProperties: Type.Optional(Names), searchableProperties: Type.Optional(Names),
  secondaryDisplayProperties: Type.Optional(Names), allowsSensitiveProperties: Type.Optional(Type.Boolean()),
});

const flag = (description: string) => Type.Optional(Type.Boolean({ default: true, description }));
const includes = {
  includeAssociationDefinitions: flag('Whether to return associations'), includePropertyDefinitions: flag('Whether to return properties'),
  includeAuditMetadata: flag('Whether to return who made and changed the schema'),
};

export const SchemaListQuery = Type.Object({ archived: Type.Optional(Type.Boolean({ default: false })), ...includes });
export const SchemaGetQuery = Type.Object(includes);
export const SchemaBatchReadBody = Type.Object({ inputs: Names, ...includes });
export const SchemaDeleteQuery = Type.Object({ archived: Type.Optional(Type.Boolean({ default: false, description: 'Deletes for good' })) });

export const SchemaAssociationBody = Type.Object({
  fromObjectTypeId: Type.String(), toObjectTypeId: Type.String(), name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

const Time = Type.Union([Type.String(), Type.Null()]);
export const AssociationDefinitionBody = Type.Object({
  id: Type.String(), name: Type.String(), fromObjectTypeId: Type.String(), toObjectTypeId: Type.String(), createdAt: Time, updatedAt: Time,
});

const definition = {
  id: Type.String(), objectTypeId: Type.String(), fullyQualifiedName: Type.String(), name: Type.String(), labels: Labels, description: Type.Optional(Type.String()),
  archived: Type.Boolean(), createdAt: Type.String(), updatedAt: Type.String(), createdByUserId: Type.Optional(Type.Integer()), updatedByUserId: Type.Optional(Type.Integer()),
  primaryDisplayProperty: Type.Optional(Type.String()), requiredProperties: Names, searchableProperties: Names, secondaryDisplayProperties: Names,
  allowsSensitiveProperties: Type.Boolean(), metaType: Type.String(),
};

export const SchemaDefinitionBody = Type.Object(definition);
export const SchemaBody = Type.Object({ ...definition, properties: Type.Optional(Type.Array(PropertyBody)), associations: Type.Optional(Type.Array(AssociationDefinitionBody)) });
export const SchemaListBody = Type.Object({ results: Type.Array(SchemaBody) });

export interface Includes {
  includeAssociationDefinitions?: boolean;
  includePropertyDefinitions?: boolean;
  includeAuditMetadata?: boolean;
}

/** A schema as it is answered. */
export function presentSchema(schema: Schema, { includeAssociationDefinitions = true, includePropertyDefinitions = true, includeAuditMetadata = true }: Includes = {}): object {
  return {
    ...presentDefinition(schema, includeAuditMetadata),
    ...(includePropertyDefinitions ? { properties: schema.properties.map(presentProperty('v3')) } : {}),
    ...(includeAssociationDefinitions ? { associations: schema.associations.map(presentAssociation) } : {}),
  };
}

/** The part of a schema that a PATCH answers. */
export function presentDefinition({ type: { id, name, legacyName, labels, singular, displayProperties, requiredProperties, searchableProperties }, custom }: Pick<Schema, 'type' | 'custom'>, audit = true): object {
  const numberOfType = id.slice(2);
  if (!custom) {
    const [primaryDisplayProperty] = displayProperties;
    return {
      id: numberOfType, objectTypeId: id, fullyQualifiedName: legacyName, name: legacyName, labels, archived: false,
      createdAt: BUILT_IN, updatedAt: BUILT_IN, ...(primaryDisplayProperty === undefined ? {} : { primaryDisplayProperty }),
      requiredProperties, searchableProperties, secondaryDisplayProperties: displayProperties.slice(1), allowsSensitiveProperties: true, metaType: 'HUBSPOT',
    };
  }
  const { createdByUserId, updatedByUserId, ...kept } = custom.definition;
  return {
    id: numberOfType, objectTypeId: id, fullyQualifiedName: name, name: singular, ...kept, archived: custom.archivedAt !== null,
    createdAt: custom.createdAt, updatedAt: custom.updatedAt,
    ...(audit && createdByUserId !== undefined ? { createdByUserId, updatedByUserId } : {}), metaType: 'PORTAL_SPECIFIC',
  };
}

/** What HubSpot has always had, as it dates it (schema.md 5.3 [O]). */
const BUILT_IN = '1970-01-01T00:00:00Z';

/** Names of HubSpot's own are in capitals here (schema.md 5.3 [O]). */
export function presentAssociation({ category, typeId, name, fromType, toType }: AssociationType): object {
  return {
    id: String(typeId), name: category === 'HUBSPOT_DEFINED' ? name.toUpperCase() : name, fromObjectTypeId: fromType, toObjectTypeId: toType, createdAt: null, updatedAt: null,
  };
}
