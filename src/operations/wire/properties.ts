// Property definitions on the wire (schema.md 3.2, 3.3).

import { Type } from 'typebox';
import type { KeptProperty } from '../../crm/properties.ts';

export const PropertyCreateBody = Type.Object({
  name: Type.String(),
  label: Type.String(),
  type: Type.String(),
  fieldType: Type.String(),
  groupName: Type.String(),
  description: Type.Optional(Type.String()),
  options: Type.Optional(Type.Array(Type.Object({
    label: Type.String(), value: Type.String(), description: Type.Optional(Type.String()),
    displayOrder: Type.Optional(Type.Integer()), hidden: Type.Optional(Type.Boolean()),
  }))),
  displayOrder: Type.Optional(Type.Integer()),
  hasUniqueValue: Type.Optional(Type.Boolean()),
  hidden: Type.Optional(Type.Boolean()),
  formField: Type.Optional(Type.Boolean()),
  externalOptions: Type.Optional(Type.Boolean()),
  referencedObjectType: Type.Optional(Type.String()),
});

const Option = Type.Object({
  label: Type.String(), value: Type.String(), displayOrder: Type.Integer(), hidden: Type.Boolean(), description: Type.Optional(Type.String()),
});

export const PropertyBody = Type.Object({
  name: Type.String(), label: Type.String(), type: Type.String(), fieldType: Type.String(), description: Type.String(), groupName: Type.String(),
  options: Type.Array(Option), displayOrder: Type.Integer(), calculated: Type.Boolean(), externalOptions: Type.Boolean(),
  archived: Type.Boolean(), hasUniqueValue: Type.Boolean(), hidden: Type.Boolean(), formField: Type.Boolean(), dataSensitivity: Type.String(),
  modificationMetadata: Type.Object({ archivable: Type.Boolean(), readOnlyDefinition: Type.Boolean(), readOnlyValue: Type.Boolean() }),
});

export const PropertyListBody = Type.Object({ results: Type.Array(PropertyBody) });

/** A definition as it is answered; the portal's own ones have no hubspotDefined (schema.md 3.2 [O]). */
export function presentProperty(property: KeptProperty): object {
  const { hubspotDefined, readOnly } = property;
  return {
    updatedAt: property.updatedAt, createdAt: property.createdAt,
    name: property.name, label: property.label, type: property.type, fieldType: property.fieldType, description: property.description,
    groupName: property.groupName, options: property.options, referencedObjectType: property.referencedObjectType,
    displayOrder: property.displayOrder, calculated: property.calculated, externalOptions: property.externalOptions, archived: false,
    hasUniqueValue: property.hasUniqueValue, hidden: property.hidden, ...(hubspotDefined ? { hubspotDefined } : {}),
    modificationMetadata: {
      archivable: true, readOnlyDefinition: hubspotDefined, ...(property.type === 'enumeration' ? { readOnlyOptions: hubspotDefined } : {}),
      readOnlyValue: readOnly || property.calculated,
    },
    formField: property.formField ?? false,
    dataSensitivity: 'non_sensitive',
  };
}
