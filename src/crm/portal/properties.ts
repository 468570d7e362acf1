// The properties of a portal's object types: the catalogue's and those that the portal made, with their groups.

import type { Catalogue, ObjectType, PropertyDefinition } from '../../catalogue/types.ts';
import type { GroupRow } from '../../db/model.ts';
import type { StoredProperty } from '../../db/portals.ts';

export type PropertyMap = ReadonlyMap<string, PropertyDefinition>;

export interface PropertyGroup {
  name: string;
  label: string;
  displayOrder: number;
  archived: boolean;
}

export interface PortalProperties {
  /** The live properties of a type, by name. */
  properties: (objectTypeId: string) => PropertyMap;
  /** The property groups of a type that the portal made or changed, by name, archived ones too. */
  ownGroups: (objectTypeId: string) => ReadonlyMap<string, PropertyGroup>;
}

export function propertiesOf(catalogue: Catalogue, types: readonly ObjectType[], rows: StoredProperty[], groups: GroupRow[]): PortalProperties {
  const own = Map.groupBy(rows, (row) => row.objectType);
  const properties = new Map<string, PropertyMap>();
  for (const type of types) {
    const standard = type.id.startsWith('2-') ? commonProperties(catalogue, type) : standardProperties(catalogue, type.id);
    const added = own.get(type.id);
    properties.set(type.id, added
      ? new Map([...standard, ...added.map((row) => [row.name, row.definition as unknown as PropertyDefinition] as const)])
      : standard);
  }
  const ownGroups = new Map([...Map.groupBy(groups, (row) => row.objectType)].map(([type, some]) => [type, new Map(some.map((row) => [row.name, {
    name: row.name, label: row.label, displayOrder: row.displayOrder, archived: row.archivedAt !== null,
  }]))]));
  return { properties: (id) => properties.get(id) ?? NONE, ownGroups: (id) => ownGroups.get(id) ?? NO_GROUPS };
}

const NONE: PropertyMap = new Map();
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
