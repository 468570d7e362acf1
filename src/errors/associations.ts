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
    make: (specs: { category: string; typeId: number }[]) => ({
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
    status: 207, when: 'an id that is not a number (one entry of errors[])', source: 'schema.md 1.9 [O]',
    make: (id: string) => ({
      message: `${id} is not a valid ID`, context: { id: [id] }, category: VALIDATION_ERROR, subCategory: 'crm.associations.INVALID_IDENTIFIER',
    }),
    example: ['abc'],
  }),
};
