// The snapshot of one portal: the catalogue with what the portal added. Rules ask it instead of the database.
// It is read once and good until the portal's model version moves.

import { resolveObjectType, unlabeledType } from '../catalogue/load.ts';
import {
  ASSOCIATION_CATEGORIES, type AssociationCategory, type AssociationType, type Catalogue, type ObjectType, type Pipeline, type PropertyDefinition,
} from '../catalogue/types.ts';
import { readAssociationLimits } from '../db/association-limits.ts';
import { readAssociationTypes } from '../db/association-types.ts';
import type { Placement } from '../db/buckets.ts';
import type { Queryable } from '../db/db.ts';
import { readOwners, readPortal, readProperties, type OwnerRow } from '../db/portals.ts';

export type PropertyMap = ReadonlyMap<string, PropertyDefinition>;

export interface Portal {
  portalId: number;
  placement: Placement;
  modelVersion: number;
  owners: ReadonlyMap<string, OwnerRow>;
  /** True when there is a list of emails that no contact may have. */
  blocksEmails: boolean;
  objectTypes: readonly ObjectType[];
  /** The type that a path segment names: id, plural, singular, legacy name or alias. */
  objectType: (segment: string) => ObjectType | undefined;
  /** The properties of a type, by name. */
  properties: (objectTypeId: string) => PropertyMap;
  pipelines: (objectTypeId: string) => readonly Pipeline[];
  associationType: (category: AssociationCategory, typeId: number) => AssociationType | undefined;
  associationTypes: (fromType: string, toType: string) => readonly AssociationType[];
  /** The association types, to records of any type, of which a record has at most one (schema.md 1.7 rule 6). */
  primaryTypes: (fromType: string) => readonly AssociationType[];
  /** The type that any associated pair has (schema.md 1.7 rule 2). */
  unlabeledType: (fromType: string, toType: string) => AssociationType | undefined;
  /** How many records one record may reach by the type, where the portal has set it (schema.md 1.6). */
  associationLimit: (category: AssociationCategory, typeId: number) => number | undefined;
  /** Every type that the portal has set a maximum for. */
  associationLimits: () => readonly AssociationLimit[];
}

/** A maximum that the portal has set. */
export interface AssociationLimit {
  type: AssociationType;
  max: number;
}

export interface PortalCache {
  /** The portal's snapshot, at most a second old. Undefined when there is no such portal. */
  get: (portalId: number) => Promise<Portal | undefined>;
  /** The snapshot as a transaction sees it, kept for nobody else: for those who are about to change the model. */
  read: (tx: Queryable, portalId: number) => Promise<Portal>;
  /** Makes the next get read anew: called by whoever changed the model. */
  forget: (portalId: number) => void;
}

const RECHECK_AFTER_MS = 1_000;

/** Keeps a snapshot per portal and checks once a second whether another process changed the model. */
export function createPortalCache(db: Queryable, catalogue: Catalogue, now: () => number): PortalCache {
  const kept = new Map<number, { portal: Portal; checkedAt: number }>();
  return {
    async get(portalId) {
      const found = kept.get(portalId);
      if (found && now() - found.checkedAt < RECHECK_AFTER_MS) return found.portal;
      const row = await readPortal(db, portalId);
      if (!row) return undefined;
      const portal = found?.portal.modelVersion === row.modelVersion ? found.portal : await loadPortal(db, catalogue, portalId);
      if (portal) kept.set(portalId, { portal, checkedAt: now() });
      return portal;
    },
    async read(tx, portalId) {
      return (await loadPortal(tx, catalogue, portalId))!;
    },
    forget: (portalId) => kept.delete(portalId),
  };
}

/** Reads the snapshot. The version is read first, so that a change meanwhile makes the snapshot old, never wrong. */
export async function loadPortal(db: Queryable, catalogue: Catalogue, portalId: number): Promise<Portal | undefined> {
  const row = await readPortal(db, portalId);
  if (!row) return undefined;
  const [stored, labels, limits, owners] = [
    await readProperties(db, portalId), await readAssociationTypes(db, portalId), await readAssociationLimits(db, portalId), await readOwners(db, portalId),
  ];

  const own = Map.groupBy(stored, (property) => property.objectType);
  const properties = new Map<string, PropertyMap>();
  for (const type of catalogue.objectTypes) {
    const standard = standardProperties(catalogue, type.id);
    const added = own.get(type.id);
    properties.set(type.id, added
      ? new Map([...standard, ...added.map((p) => [p.name, p.definition as unknown as PropertyDefinition] as const)])
      : standard);
  }

  const associationTypes: AssociationType[] = [...catalogue.associationTypes, ...labels.map((l): AssociationType => ({
    category: ASSOCIATION_CATEGORIES[l.category]!, typeId: l.typeId, fromType: l.fromType, toType: l.toType,
    name: l.name, label: l.label, inverseTypeId: l.inverseTypeId, primary: false, confidence: 'D',
  }))];
  const byKey = new Map(associationTypes.map((t) => [`${t.category}-${t.typeId}`, t]));
  const byPair = Map.groupBy(associationTypes, (t) => `${t.fromType} ${t.toType}`);
  const maxima = new Map(limits.map((l) => [`${ASSOCIATION_CATEGORIES[l.category]!}-${l.typeId}`, l.max]));

  return {
    portalId,
    placement: { portalId, bucketHome: row.bucketHome, bucketSpread: row.bucketSpread },
    modelVersion: row.modelVersion,
    blocksEmails: row.blocksEmails,
    owners: new Map(owners.map((owner) => [String(owner.id), owner])),
    objectTypes: catalogue.objectTypes,
    objectType: (segment) => resolveObjectType(catalogue, segment),
    properties: (id) => properties.get(id) ?? new Map(),
    pipelines: (id) => catalogue.pipelines.get(id) ?? [],
    associationType: (category, typeId) => byKey.get(`${category}-${typeId}`),
    associationTypes: (fromType, toType) => byPair.get(`${fromType} ${toType}`) ?? [],
    primaryTypes: (fromType) => associationTypes.filter((t) => t.primary && t.fromType === fromType),
    unlabeledType: (fromType, toType) => unlabeledType(catalogue, fromType, toType),
    associationLimit: (category, typeId) => maxima.get(`${category}-${typeId}`),
    associationLimits: () => [...maxima].flatMap(([key, max]) => (byKey.has(key) ? [{ type: byKey.get(key)!, max }] : [])),
  };
}

const standardMaps = new WeakMap<Catalogue, Map<string, PropertyMap>>();

/** The catalogue's properties by name: the same map for every portal that added none. */
function standardProperties(catalogue: Catalogue, objectTypeId: string): PropertyMap {
  let maps = standardMaps.get(catalogue);
  if (!maps) standardMaps.set(catalogue, (maps = new Map()));
  let map = maps.get(objectTypeId);
  if (!map) maps.set(objectTypeId, (map = new Map((catalogue.properties.get(objectTypeId) ?? []).map((p) => [p.name, p]))));
  return map;
}
