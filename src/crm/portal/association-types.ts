// The association types of a portal: the catalogue's, its labels, and those of its custom objects.

import { unlabeledType } from '../../catalogue/load.ts';
import { ASSOCIATION_CATEGORIES, type AssociationCategory, type AssociationType, type Catalogue } from '../../catalogue/types.ts';
import type { StoredAssociationType } from '../../db/association-types.ts';

/** True for the types of which a record has at most one: a new one takes the place of the old. */
export const isSingle = (type: AssociationType): boolean => type.primary || type.onlyOne === true;

export interface PortalAssociationTypes {
  associationType: (category: AssociationCategory, typeId: number) => AssociationType | undefined;
  associationTypes: (fromType: string, toType: string) => readonly AssociationType[];
  /** The association types, to records of any type, of which a record has at most one (schema.md 1.7 rules 6 and 8). */
  singleTypes: (fromType: string) => readonly AssociationType[];
  /** The type that any associated pair has (schema.md 1.7 rule 2). */
  unlabeledType: (fromType: string, toType: string) => AssociationType | undefined;
}

export function associationTypesOf(catalogue: Catalogue, rows: StoredAssociationType[]): PortalAssociationTypes {
  const own = rows.map((row): AssociationType => ({
    category: ASSOCIATION_CATEGORIES[row.category]!, typeId: row.typeId, fromType: row.fromType, toType: row.toType,
    name: row.name, label: row.label, inverseTypeId: row.inverseTypeId, primary: false, confidence: 'D',
  }));
  const all = [...catalogue.associationTypes, ...own];
  const byKey = new Map(all.map((type) => [`${type.category}-${type.typeId}`, type]));
  const byPair = Map.groupBy(all, pairOf);
  const ownUnlabeled = new Map(own.filter((type) => type.label === null).map((type) => [pairOf(type), type]));
  return {
    associationType: (category, typeId) => byKey.get(`${category}-${typeId}`),
    associationTypes: (fromType, toType) => byPair.get(`${fromType} ${toType}`) ?? [],
    singleTypes: (fromType) => all.filter((type) => isSingle(type) && type.fromType === fromType),
    unlabeledType: (fromType, toType) => unlabeledType(catalogue, fromType, toType) ?? ownUnlabeled.get(`${fromType} ${toType}`),
  };
}

const pairOf = (type: AssociationType): string => `${type.fromType} ${type.toType}`;
