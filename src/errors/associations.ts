// Errors of associations (schema.md 1.9).

import { entry, VALIDATION_ERROR } from './problem.ts';

export const associationsErrors = {
  // ---- associations
  invalidAssociationObjects: entry({
    status: 400, when: 'an end of an association does not exist', source: 'schema.md 1.9 [O]',
    make: (objects: { legacyName: string; id: string }[]) => ({
      message: 'One or more associations are invalid',
      context: {
        INVALID_OBJECT_IDS: objects.map((o) => `${o.legacyName}=${o.id} is not valid`),
        objectId: objects.map((o) => o.id),
        objectType: objects.map((o) => o.legacyName),
      },
      category: VALIDATION_ERROR,
    }),
    example: [[{ legacyName: 'CONTACT', id: '3830' }]],
  }),
  invalidAssociationTypes: entry({
    status: 400, when: 'an association type id that does not exist', source: 'schema.md 1.9 [O]',
    make: (specs: { category: string; typeId: number | string }[]) => ({
      message: 'One or more associations are invalid',
      context: {
        INVALID_ASSOCIATION_TYPE_ID: specs.map((s) => `${s.category}=${s.typeId} is not a valid association definition id`),
        associationSpec: specs.map((s) => `${s.category}=${s.typeId}`),
      },
      category: VALIDATION_ERROR,
    }),
    example: [[{ category: 'USER_DEFINED', typeId: 3 }]],
  }),
  associationDirection: entry({
    status: 400, when: 'an association type of another pair or direction', source: 'objects.md 3.9 [O]',
    make: (end: 'from' | 'to', got: string, expected: string, definition: string) => ({
      message: `invalid ${end} object type ${got} for associations to be created. expected: ${expected}. For definition ${definition}`, category: VALIDATION_ERROR,
    }),
    example: ['from', '0-1', '0-46', '0-190'],
  }),
  noAssociationTypes: entry({
    status: 400, when: 'an association without types', source: 'schema.md 1.7 rule 12 [O emulator]',
    make: (toId: string) => ({
      message: 'One or more associations are invalid', context: { objectId: [toId], types: ['must not be empty'] }, category: VALIDATION_ERROR,
    }),
    example: ['202'],
  }),
  selfAssociation: entry({
    status: 400, when: 'a record associated with itself', source: 'schema.md 1.9 [O]',
    make: (id: string) => ({ message: `Object ${id} cannot be associated to itself (${id})`, context: {}, category: VALIDATION_ERROR }), example: ['101'],
  }),
  invalidAssociationId: entry({
    status: 400, when: 'an id that is not a number (in creating batches one entry of errors[])', source: 'schema.md 1.9 [O]',
    make: (id: string) => ({
      message: `${id} is not a valid ID`, context: { id: [id] }, category: VALIDATION_ERROR, subCategory: 'crm.associations.INVALID_IDENTIFIER',
    }),
    example: ['abc'],
  }),
  noAssociationsFound: entry({
    status: 404, when: 'a record without associations in a batch read (one entry of errors[])', source: 'schema.md 1.4 [O], wording [I]',
    make: (fromType: string, fromId: string, toType: string) => ({
      message: `No ${toType} is associated with ${fromType} ${fromId}.`,
      context: { fromObjectId: [fromId], fromObjectType: [fromType], toObjectType: [toType] },
      category: 'OBJECT_NOT_FOUND', subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    }),
    example: ['contact', '101', 'company'],
  }),
  noDefaultAssociation: entry({
    status: 400, when: 'a default association between types that have no unlabeled one', source: '[I]',
    make: (fromType: string, toType: string) => ({ message: `There is no default association between ${fromType} and ${toType}`, category: VALIDATION_ERROR }),
    example: ['contact', 'owner'],
  }),
  unknownAssociationName: entry({
    status: 400, when: 'a v3 association type that is no name or number of the two types', source: 'schema.md section 8; text [I]',
    make: (name: string, fromType: string, toType: string) => ({
      message: `${name} is not an association type between ${fromType} and ${toType}`, context: { type: [name] }, category: VALIDATION_ERROR,
    }),
    example: ['contact_to_ocelot', 'contact', 'company'],
  }),
  secondParent: entry({
    status: 400, when: 'a line item associated with a second deal, quote, order, ... (in batches one entry of errors[])', source: 'schema.md 1.7 rule 10 [D]; text [I]',
    make: (child: string, childId: string | null, parent: string, parentId: string) => ({
      message: childId === null
        ? `A ${child} can belong to one record only, and this one belongs to ${parent} ${parentId}`
        : `${child} ${childId} already belongs to ${parent} ${parentId}. Make a copy of it for another record`,
      context: { objectId: childId === null ? [] : [childId], parentObjectId: [parentId] }, category: VALIDATION_ERROR,
    }),
    example: ['LINE_ITEM', '301', 'DEAL', '801'],
  }),
  tooManyAssociations: entry({
    status: 400, when: 'more associations than one record may have', source: 'schema.md 1.8; text [I]',
    make: (fromType: string, fromId: string, toType: string, spec: string, maximum: number) => ({
      message: `${fromType} ${fromId} can be associated with at most ${maximum} ${toType} records by ${spec}`,
      context: { objectId: [fromId], associationSpec: [spec], limit: [String(maximum)] }, category: VALIDATION_ERROR,
    }),
    example: ['COMPANY', '101', 'CONTACT', 'HUBSPOT_DEFINED=280', 50_000],
  }),
};
