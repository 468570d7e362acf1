// Where the value of a property is, and what it is compared as: what search has to know of a property.

import { ASSOCIATION_CATEGORIES, type ObjectType, type PropertyDefinition } from '../../catalogue/types.ts';
import type { Kind, Reference } from '../../db/search-plan.ts';
import { associationSource } from '../association-properties.ts';
import { keptUnder } from '../computations/stage-dates.ts';
import { derivedFrom } from '../derived.ts';
import type { Portal } from '../portal.ts';

/** How operands of a property are read and compared. */
export type ValueKind = 'string' | 'number' | 'boolean' | 'date' | 'datetime' | 'choice' | 'choices';

export function kindOf({ type, fieldType }: PropertyDefinition): ValueKind {
  switch (type) {
    case 'number': case 'date': case 'datetime': return type;
    case 'bool': return 'boolean';
    case 'enumeration': return fieldType === 'checkbox' ? 'choices' : 'choice';
    default: return 'string';
  }
}

/** What SQL compares a kind as. Dates are kept as `2026-10-02`: letters in order of time. */
export const COMPARED_AS: Record<ValueKind, Kind> = {
  string: 'folded', number: 'number', boolean: 'exact', date: 'instant', datetime: 'instant', choice: 'exact', choices: 'exact',
};

export function referenceOf(portal: Portal, type: ObjectType, property: string): Reference {
  switch (derivedFrom(type, property)) {
    case 'id': return { in: 'id' };
    case 'created_at': return { in: 'created' };
    case 'updated_at': return { in: 'updated' };
    case undefined: break;
  }
  const source = associationSource(portal, type, property);
  if (source) return { in: 'associations', toType: source.toType, category: ASSOCIATION_CATEGORIES.indexOf('HUBSPOT_DEFINED'), typeId: source.typeId, shows: source.shows };
  const name = keptUnder(type, property) ?? property;
  const initial = type.initialValues[name];
  return { in: 'properties', property: name, ...(initial === undefined ? {} : { initial }) };
}
