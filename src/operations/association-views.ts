// Associations as v4 and the dated versions print them.

import type { ObjectType } from '../catalogue/types.ts';
import type { DefaultPair, LabelledPair } from '../crm/create-associations.ts';
import type { AssociatedRecord } from '../crm/read-associations.ts';
import type { VersionName } from './operation.ts';

/** v4 prints record ids as numbers, the other versions as text (schema.md section 8). */
export function printId(version: VersionName, id: number): number | string {
  return version === 'v4' ? id : String(id);
}

export function presentPair(version: VersionName, from: ObjectType, to: ObjectType, pair: LabelledPair): object {
  return {
    fromObjectTypeId: from.id, fromObjectId: printId(version, pair.fromId), toObjectTypeId: to.id, toObjectId: printId(version, pair.toId), labels: pair.labels,
  };
}

/** Ids are text in every version here (schema.md 1.3 [D]). */
export function presentDefault({ fromId, toId, type }: DefaultPair): object {
  return { from: { id: String(fromId) }, to: { id: String(toId) }, associationSpec: { associationCategory: type.category, associationTypeId: type.typeId } };
}

export function presentAssociated(version: VersionName, { toId, types }: AssociatedRecord): object {
  return {
    toObjectId: printId(version, toId),
    associationTypes: types.map((type) => ({ category: type.category, typeId: type.typeId, label: type.label })),
  };
}
