// The properties of a portal's object types: the catalogue's and those that the portal made, with their groups.

import type { Catalogue, ObjectType, PropertyDefinition, Sensitivity } from '../../catalogue/types.ts';
import type { GroupRow } from '../../db/model.ts';
import type { StoredProperty } from '../../db/property-definitions.ts';
import { kindOfProperty } from '../../db/write-records.ts';

/** A definition with what only the portal's own ones have. */
export interface KeptProperty extends PropertyDefinition {
  formField?: boolean;
  /** Absent: anybody who sees the record sees the value. */
  dataSensitivity?: Sensitivity;
  numberDisplayHint?: string;
  textDisplayHint?: string;
  showCurrencySymbol?: boolean;
  currencyPropertyName?: string;
  createdAt?: string;
  updatedAt?: string;
  archivedAt?: string;
}

export type PropertyMap = ReadonlyMap<string, KeptProperty>;

export interface PropertyGroup {
  name: string;
  label: string;
  displayOrder: number;
  /** Among those that the type has by itself. */
  isDefault: boolean;
}

export interface PortalProperties {
  /** The live properties of a type, by name. */
  properties: (objectTypeId: string) => PropertyMap;
  /** Those of them that are sensitive, by name; the same empty map for every type without any. */
  sensitiveProperties: (objectTypeId: string) => ReadonlyMap<string, Sensitivity>;
  /** What each of the portal's own properties holds, by name, as writes expect it; the same empty map for every type without any. */
  ownKinds: (objectTypeId: string) => ReadonlyMap<string, string>;
  /** The live property groups of a type, by name, in the order they are shown in. */
  groups: (objectTypeId: string) => ReadonlyMap<string, PropertyGroup>;
}

export function propertiesOf(catalogue: Catalogue, types: readonly ObjectType[], rows: StoredProperty[], groupRows: GroupRow[]): PortalProperties {
  const own = Map.groupBy(rows, (row) => row.objectType);
  const properties = new Map<string, PropertyMap>();
  const sensitive = new Map<string, ReadonlyMap<string, Sensitivity>>();
  const kinds = new Map<string, ReadonlyMap<string, string>>();
  for (const type of types) {
    const standard = type.id.startsWith('2-') ? commonProperties(catalogue, type) : standardProperties(catalogue, type.id);
    const added = (own.get(type.id) ?? []).map((row) => row.definition as unknown as KeptProperty);
    properties.set(type.id, added.length > 0 ? new Map([...standard, ...added.map((definition) => [definition.name, definition] as const)]) : standard);
    if (added.length > 0) kinds.set(type.id, new Map(added.map((definition) => [definition.name, kindOfProperty(definition)])));
    const guarded = added.flatMap(({ name, dataSensitivity }) => (dataSensitivity ? [[name, dataSensitivity] as const] : []));
    if (guarded.length > 0) sensitive.set(type.id, new Map(guarded));
  }
  const changed = Map.groupBy(groupRows, (row) => row.objectType);
  const groups = new Map<string, ReadonlyMap<string, PropertyGroup>>();
  return {
    properties: (id) => properties.get(id) ?? NONE,
    sensitiveProperties: (id) => sensitive.get(id) ?? NOT_SENSITIVE,
    ownKinds: (id) => kinds.get(id) ?? NO_KINDS,
    groups(id) {
      const type = types.find((known) => known.id === id);
      if (!groups.has(id) && type) groups.set(id, groupsOf(catalogue, type, changed.get(id) ?? []));
      return groups.get(id) ?? NO_GROUPS;
    },
  };
}

const NONE: PropertyMap = new Map();
const NOT_SENSITIVE: ReadonlyMap<string, Sensitivity> = new Map();
const NO_KINDS: ReadonlyMap<string, string> = new Map();
const NO_GROUPS: ReadonlyMap<string, PropertyGroup> = new Map();

const standardMaps = new WeakMap<Catalogue, Map<string, PropertyMap>>();

/** The catalogue's properties by name: the same map for every portal that added none. */
function standardProperties(catalogue: Catalogue, objectTypeId: string): PropertyMap {
  let maps = standardMaps.get(catalogue);
  if (!maps) standardMaps.set(catalogue, (maps = new Map()));
  let map = maps.get(objectTypeId);
  if (!map) maps.set(objectTypeId, (map = new Map((catalogue.properties.get(objectTypeId) ?? []).map((p) => [p.name, p]))));
  return map;
}

/** Types that HubSpot added with its newer object model: what all of them have, a custom object has too. */
const ALIKE = ['0-162', '0-410', '0-420', '0-421', '0-970'];

/** What every custom object has beside its own properties, in its own group (schema.md section 4 [O]). */
function commonProperties(catalogue: Catalogue, type: ObjectType): PropertyMap {
  const [first, ...others] = ALIKE.map((id) => standardProperties(catalogue, id)) as [PropertyMap, ...PropertyMap[]];
  const common = [...first.values()].filter(({ name }) => others.every((other) => other.has(name)));
  return new Map(common.map((definition) => [definition.name, { ...definition, groupName: `${type.singular}_information` }]));
}

function groupsOf(catalogue: Catalogue, type: ObjectType, rows: GroupRow[]): ReadonlyMap<string, PropertyGroup> {
  const groups = new Map(defaultGroups(catalogue, type).map((group) => [group.name, group]));
  for (const { name, label, displayOrder, archivedAt } of rows) {
    if (archivedAt === null) groups.set(name, { name, label, displayOrder, isDefault: groups.get(name)?.isDefault ?? false });
  }
  return new Map([...groups.values()].sort(byOrder).map((group) => [group.name, group]));
}

/** Those that the catalogue's properties are in; a custom object has `{name}_information` (schema.md section 4 [I]). */
function defaultGroups(catalogue: Catalogue, type: ObjectType): PropertyGroup[] {
  const names = [...new Set((catalogue.properties.get(type.id) ?? []).map((definition) => definition.groupName))];
  if (names.length === 0) names.push(`${type.singular}_information`);
  return names.map((name, displayOrder) => ({
    name, label: catalogue.groupLabels.get(name) ?? `${type.labels.singular} Information`, displayOrder, isDefault: true,
  }));
}

/** Below 0 stands last, as with properties (schema.md 3.2). */
function byOrder(a: PropertyGroup, b: PropertyGroup): number {
  const place = (order: number): number => (order < 0 ? Infinity : order);
  if (place(a.displayOrder) !== place(b.displayOrder)) return place(a.displayOrder) - place(b.displayOrder);
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
