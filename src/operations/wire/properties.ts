// Property definitions and groups on the wire (schema.md 3.2, 3.3).

import { Type } from 'typebox';
import { SENSITIVITIES, type Sensitivity } from '../../catalogue/types.ts';
import type { KeptProperty, PropertyGroup } from '../../crm/portal/properties.ts';
import type { PropertyQuery } from '../../crm/properties.ts';
import { problem } from '../../errors.ts';
import type { VersionName } from '../operation.ts';
import { BatchBody } from './records.ts';

const OneOf = <const Names extends readonly string[]>(names: Names) => Type.Union(names.map((name) => Type.Literal(name as Names[number])));

const DATA_SENSITIVITIES = ['non_sensitive', ...SENSITIVITIES] as const;

/** The order of a column. */
const DisplayOrder = Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647 });

const Options = Type.Array(Type.Object({
  label: Type.String(), value: Type.String(), description: Type.Optional(Type.String()),
  displayOrder: Type.Optional(Type.Integer()), hidden: Type.Optional(Type.Boolean()),
}));

const Hints = {
  numberDisplayHint: Type.Optional(OneOf(['unformatted', 'formatted', 'currency', 'percentage', 'duration', 'probability'])),
  textDisplayHint: Type.Optional(OneOf([
    'unformatted_single_line', 'multi_line', 'email', 'phone_number', 'domain_name', 'ip_address', 'physical_address', 'postal_code',
  ])),
  showCurrencySymbol: Type.Optional(Type.Boolean()),
  currencyPropertyName: Type.Optional(Type.String()),
};

const Shown = {
  description: Type.Optional(Type.String()),
  displayOrder: Type.Optional(DisplayOrder),
  hidden: Type.Optional(Type.Boolean()),
  formField: Type.Optional(Type.Boolean()),
};

const calculationFormula = Type.Optional(Type.String({ description: 'Of properties with field type calculation_equation' }));

export const PropertyCreateBody = Type.Object({
  name: Type.String(),
  label: Type.String(),
  type: Type.String(),
  fieldType: Type.String(),
  groupName: Type.String(),
  ...Shown,
  options: Type.Optional(Options),
  hasUniqueValue: Type.Optional(Type.Boolean()),
  externalOptions: Type.Optional(Type.Boolean()),
  referencedObjectType: Type.Optional(Type.String()),
  dataSensitivity: Type.Optional(OneOf(DATA_SENSITIVITIES)),
  calculationFormula,
  ...Hints,
});

export const PropertyUpdateBody = Type.Object({
  label: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  fieldType: Type.Optional(Type.String()),
  groupName: Type.Optional(Type.String()),
  ...Shown,
  options: Type.Optional(Options),
  calculationFormula,
  ...Hints,
});

/** Those of one level: of none unless the query says so (schema.md 3.9 [D]). */
const dataSensitivity = Type.Optional(OneOf(DATA_SENSITIVITIES));
const archived = Type.Optional(Type.Boolean({ default: false }));
const locale = Type.Optional(Type.String({ description: 'Accepted; labels have one language' }));

export const PropertyGetQuery = Type.Object({ archived, dataSensitivity, locale });
export const PropertyListQuery = Type.Object({ archived, dataSensitivity, locale, properties: Type.Optional(Type.Array(Type.String(), { description: 'Names of the properties to list' })) });

const Names = Type.Array(Type.Object({ name: Type.String() }));

export const PropertyBatchCreateBody = Type.Object({ inputs: Type.Array(PropertyCreateBody) });
/** `archived` is required by the definitions; taken as false when it is missing [I]. */
export const PropertyBatchReadBody = Type.Object({ inputs: Names, archived, dataSensitivity });
export const PropertyBatchArchiveBody = Type.Object({ inputs: Names });

const Option = Type.Object({
  label: Type.String(), value: Type.String(), displayOrder: Type.Integer(), hidden: Type.Boolean(), description: Type.Optional(Type.String()),
});

export const PropertyBody = Type.Object({
  name: Type.String(), label: Type.String(), type: Type.String(), fieldType: Type.String(), description: Type.String(), groupName: Type.String(),
  options: Type.Array(Option), displayOrder: Type.Integer(), calculated: Type.Boolean(), calculationFormula, externalOptions: Type.Boolean(),
  archived: Type.Boolean(), archivedAt: Type.Optional(Type.String({ format: 'date-time' })),
  hasUniqueValue: Type.Boolean(), hidden: Type.Boolean(), formField: Type.Boolean(), dataSensitivity: Type.String(),
  modificationMetadata: Type.Object({ archivable: Type.Boolean(), readOnlyDefinition: Type.Boolean(), readOnlyValue: Type.Boolean() }),
  ...Hints,
});

export const PropertyListBody = Type.Object({ results: Type.Array(PropertyBody) });
export const PropertyBatchReplyBody = BatchBody(PropertyBody);

export const GroupCreateBody = Type.Object({ name: Type.String(), label: Type.String(), displayOrder: Type.Optional(DisplayOrder) });
export const GroupUpdateBody = Type.Object({ label: Type.Optional(Type.String()), displayOrder: Type.Optional(DisplayOrder) });
export const GroupQuery = Type.Object({ locale });
export const GroupBody = Type.Object({ name: Type.String(), label: Type.String(), displayOrder: Type.Integer(), archived: Type.Boolean() });
export const GroupListBody = Type.Object({ results: Type.Array(GroupBody) });

const HINTS = Object.keys(Hints) as (keyof typeof Hints)[];

/** 2026-09 has no display hints, neither asked for nor answered (schema.md 3.2 [D]). */
const hasHints = (version: VersionName): boolean => version !== '2026-09';

/** A body without what the version does not know: there it is one of the unknown members, which are ignored. */
export function withoutForeignHints<Body extends object>(body: Body, version: VersionName): Body {
  return hasHints(version) ? body : Object.fromEntries(Object.entries(body).filter(([name]) => !HINTS.includes(name as never))) as Body;
}

/** Which properties a request asks for. Throws invalidParameter for a level that there is not. */
export function readPropertyQuery({ archived: isArchived = false, dataSensitivity: level = 'non_sensitive' }: { archived?: boolean; dataSensitivity?: string }): PropertyQuery {
  if (!DATA_SENSITIVITIES.includes(level as Sensitivity)) throw problem.invalidParameter('dataSensitivity', `must be one of ${DATA_SENSITIVITIES.join(', ')}`);
  return { archived: isArchived, sensitivity: level === 'non_sensitive' ? undefined : level as Sensitivity };
}

/** How a version answers definitions; the portal's own ones have no hubspotDefined (schema.md 3.2 [O]). */
export const presentProperty = (version: VersionName) => (property: KeptProperty): object => {
  const { hubspotDefined, readOnly } = property;
  return {
    updatedAt: property.updatedAt, createdAt: property.createdAt,
    name: property.name, label: property.label, type: property.type, fieldType: property.fieldType, description: property.description,
    groupName: property.groupName, options: property.options, referencedObjectType: property.referencedObjectType,
    displayOrder: property.displayOrder, calculated: property.calculated, calculationFormula: property.calculationFormula, externalOptions: property.externalOptions,
    archived: property.archivedAt !== undefined, archivedAt: property.archivedAt,
    hasUniqueValue: property.hasUniqueValue, hidden: property.hidden, ...(hubspotDefined ? { hubspotDefined } : {}),
    modificationMetadata: {
      archivable: true, readOnlyDefinition: hubspotDefined, ...(property.type === 'enumeration' ? { readOnlyOptions: hubspotDefined } : {}),
      readOnlyValue: readOnly || property.calculated,
    },
    formField: property.formField ?? false,
    dataSensitivity: property.dataSensitivity ?? 'non_sensitive', ...(property.dataSensitivity ? { sensitiveDataCategories: [] } : {}),
    ...(hasHints(version) ? Object.fromEntries(HINTS.map((hint) => [hint, property[hint]])) : {}),
  };
};

export const presentGroup = ({ name, label, displayOrder }: PropertyGroup): object => ({ name, label, displayOrder, archived: false });
