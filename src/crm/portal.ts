// The snapshot of one portal: the catalogue with what the portal added. Rules ask it instead of the database.
// It is read once and good while the portal's model version stands.

import { ASSOCIATION_CATEGORIES, type AssociationCategory, type AssociationType, type Catalogue } from '../catalogue/types.ts';
import { readAssociationLimits } from '../db/association-limits.ts';
import { readAssociationTypes } from '../db/association-types.ts';
import type { Placement } from '../db/buckets.ts';
import type { Db, Queryable } from '../db/db.ts';
import { readGroups, readObjectTypes, readPipelines, readValidations, type ValidationRow } from '../db/model.ts';
import { readModelVersion, readOwners, readPortal, type OwnerRow } from '../db/portals.ts';
import { readProperties } from '../db/property-definitions.ts';
import { accountOf, type Account } from './account.ts';
import { associationTypesOf, type PortalAssociationTypes } from './portal/association-types.ts';
import { objectTypesOf, type CustomObject, type PortalObjectTypes } from './portal/object-types.ts';
import { pipelinesOf, type PipelineDefinition, type PortalPipelines } from './portal/pipelines.ts';
import { propertiesOf, type PortalProperties } from './portal/properties.ts';
import { withStageProperties } from './portal/stage-properties.ts';
import { shareRuns } from './share-runs.ts';

export type { ValidationRow } from '../db/model.ts';
export type { PropertyMap } from './portal/properties.ts';

export interface Portal extends PortalObjectTypes, PortalProperties, PortalPipelines, PortalAssociationTypes {
  portalId: number;
  placement: Placement;
  modelVersion: number;
  account: Account;
  owners: ReadonlyMap<string, OwnerRow>;
  /** True when there is a list of emails that no contact may have. */
  blocksEmails: boolean;
  /** True while records have calculated values that are not up to date, as far as this snapshot knows. */
  isRecomputing: boolean;
  /** False for a type that the portal has switched off: its records cannot be reached. */
  isEnabled: (objectTypeId: string) => boolean;
  /** How many records one record may reach by the type, where the portal has set it (schema.md 1.6). */
  associationLimit: (category: AssociationCategory, typeId: number) => number | undefined;
  /** Every type that the portal has set a maximum for. */
  associationLimits: () => readonly AssociationLimit[];
  /** The validation rules of a type, by property in order of name (schema.md 3.8). */
  validations: (objectTypeId: string) => ReadonlyMap<string, readonly ValidationRow[]>;
}

/** A maximum that the portal has set. */
export interface AssociationLimit {
  type: AssociationType;
  max: number;
}

export interface PortalCache {
  /** The portal's snapshot as of now: every change that was done before this call is in it. Undefined when there is no such portal. */
  get: (portalId: number) => Promise<Portal | undefined>;
  /** The snapshot at hand, which may be old: for those who find that out themselves (confirmModel). None where `get` costs nothing. */
  kept: (portalId: number) => Portal | undefined;
  /** The snapshot as a transaction sees it, kept for nobody else: for those who are about to change the model. */
  read: (tx: Queryable, portalId: number) => Promise<Portal>;
  /** Makes the next get read anew: called by whoever changed the model. */
  forget: (portalId: number) => void;
}

const NO_RULES: ReadonlyMap<string, readonly ValidationRow[]> = new Map();

/**
 * Keeps a snapshot per portal, and tells of those it loads. In a database that other processes share, every get asks for
 * the version of the model; one that is this process's own changes only through it.
 */
export function createPortalCache(db: Queryable & Pick<Db, 'shared'>, catalogue: Catalogue, onLoad: (portal: Portal) => void): PortalCache {
  const kept = new Map<number, Portal>();
  /** How often something was forgotten: what was read before is not kept after. */
  let forgotten = 0;
  const check = shareRuns(async (portalId: number): Promise<Portal | undefined> => {
    const found = kept.get(portalId);
    const before = forgotten;
    if (found && await readModelVersion(db, portalId) === found.modelVersion) return found;
    const portal = await loadPortal(db, catalogue, portalId);
    if (portal && forgotten === before) kept.set(portalId, portal);
    if (portal) onLoad(portal);
    return portal;
  });
  return {
    async get(portalId) {
      return (db.shared ? undefined : kept.get(portalId)) ?? await check(portalId);
    },
    kept: (portalId) => (db.shared ? kept.get(portalId) : undefined),
    async read(tx, portalId) {
      return (await loadPortal(tx, catalogue, portalId))!;
    },
    forget(portalId) {
      forgotten++;
      kept.delete(portalId);
    },
  };
}

/** Reads the snapshot. The version is read first, so that a change meanwhile makes the snapshot old, never wrong. */
export async function loadPortal(db: Queryable, catalogue: Catalogue, portalId: number): Promise<Portal | undefined> {
  const row = await readPortal(db, portalId);
  if (!row) return undefined;
  const types = objectTypesOf(catalogue, portalId, await readObjectTypes<CustomObject>(db, portalId));
  const archivedTypes = [...types.customObjects.keys()].flatMap((id) => types.archivedObjectType(id) ?? []);
  const ownProperties = propertiesOf(catalogue, [...types.objectTypes, ...archivedTypes], await readProperties(db, portalId), await readGroups(db, portalId));
  const pipelines = pipelinesOf(catalogue, await readPipelines<PipelineDefinition>(db, portalId));
  const properties = withStageProperties(catalogue, types.objectTypes, pipelines, ownProperties);
  const associationTypes = associationTypesOf(catalogue, await readAssociationTypes(db, portalId));
  const maxima = new Map((await readAssociationLimits(db, portalId)).map((l) => [`${l.category}-${l.typeId}`, l]));
  const validations = new Map([...Map.groupBy(await readValidations(db, portalId), (row) => row.objectType)]
    .map(([typeId, rows]) => [typeId, Map.groupBy(rows, (row) => row.property)]));
  const owners = await readOwners(db, portalId);
  const disabled = new Set(row.disabledTypes);

  return {
    portalId,
    placement: { portalId, bucketHome: row.bucketHome, bucketSpread: row.bucketSpread },
    modelVersion: row.modelVersion,
    account: accountOf(row),
    blocksEmails: row.blocksEmails,
    isRecomputing: row.isRecomputing,
    owners: new Map(owners.map((owner) => [String(owner.id), owner])),
    isEnabled: (id) => !disabled.has(id),
    ...types, ...properties, ...pipelines, ...associationTypes,
    associationLimit: (category, typeId) => maxima.get(`${ASSOCIATION_CATEGORIES.indexOf(category)}-${typeId}`)?.max,
    associationLimits: () => [...maxima.values()].flatMap(({ category, typeId, max }) => {
      const type = associationTypes.associationType(ASSOCIATION_CATEGORIES[category]!, typeId);
      return type ? [{ type, max }] : [];
    }),
    validations: (objectTypeId) => validations.get(objectTypeId) ?? NO_RULES,
  };
}
