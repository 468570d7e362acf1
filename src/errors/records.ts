// Errors of records: batches, merges, values.

import { entry, VALIDATION_ERROR, type PropertyProblem } from './problem.ts';

export const recordsErrors = {
  // ---- batches
  nothingToUpdate: entry({
    status: 400, when: 'an update without properties', source: 'objects.md 4.3 [O]',
    make: () => ({ message: 'No properties found to update, please provide at least one.', context: { properties: ['{}'] }, category: VALIDATION_ERROR }),
    example: [],
  }),
  tooManyInputs: entry({
    status: 400, when: 'a batch has more inputs than allowed', source: 'objects.md 3.1 [O]',
    make: (limit: number) => ({
      message: `The maximum number of inputs supported in a batch is ${limit}. Please reduce the number of items and try again`, category: VALIDATION_ERROR,
    }),
    example: [100],
  }),
  tooManyHistoryInputs: entry({
    status: 400, when: 'a batch read with history has more than 50 inputs', source: 'objects.md 3.1 [O]',
    make: (limit: number) => ({
      message: `The maximum number of inputs supported in a batch request for property histories is ${limit}. Please reduce the number of items and try again`, category: VALIDATION_ERROR,
    }),
    example: [50],
  }),
  duplicateIds: entry({
    status: 400, when: 'one record twice in a batch update or upsert', source: 'objects.md 3.7 [O]',
    make: (ids: string[]) => ({
      message: `Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`, context: { ids }, category: VALIDATION_ERROR,
    }),
    example: [['123456']],
  }),
  nonUniqueProperty: entry({
    status: 400, when: 'idProperty names a property without unique values', source: 'objects.md 3.6 [O]',
    make: (objectTypeId: string, property: string) => ({
      message: `Unable to perform update/upsert by non-unique ${objectTypeId} property ${property}`, category: VALIDATION_ERROR,
    }),
    example: ['0-2', 'domain'],
  }),
  someRecordsNotFound: entry({
    status: 207, when: 'some ids of a batch reach no record (one entry of errors[])', source: 'objects.md 3.5 [O]',
    make: (legacyName: string, ids: string[]) => ({
      message: `Could not get some ${legacyName} objects, they may be deleted or not exist. Check that ids are valid.`,
      context: { ids }, category: 'OBJECT_NOT_FOUND',
    }),
    example: ['CONTACT', ['888', '999']],
  }),
  // ---- merges
  mergeWithItself: entry({
    status: 400, when: 'a record is merged with itself, or with one that was merged into it', source: 'objects.md 4.6, text [I]',
    make: (id: string) => ({ message: `Object ${id} cannot be merged with itself`, context: { id: [id] }, category: VALIDATION_ERROR }),
    example: ['10'],
  }),
  tooManyMerges: entry({
    status: 414, when: 'a record would have more than 250 merges behind it', source: 'objects.md 4.6 [D], category [I]',
    make: () => ({ message: 'Cannot have more than 250 identities on a profile', category: VALIDATION_ERROR }),
    example: [],
  }),

  locked: entry({
    status: 423, when: 'too many writers at once on one record or unique value', source: 'objects.md 6.9 [D]',
    make: () => ({ message: 'The record is being changed by too many requests at once, try again' }), example: [],
    headers: () => ({ 'retry-after': '2' }),
  }),
  readOnlyObjectType: entry({
    status: 405, when: 'a write to an object type that the version only reads', source: 'objects.md 1.4 [D], answer [I]',
    make: (name: string, _allow: string) => ({ message: `Records of ${name} can only be read through this API`, category: VALIDATION_ERROR }),
    example: ['feedback_submissions', 'GET, HEAD'],
    headers: (_name, allow) => ({ allow }),
  }),
  operationNotOffered: entry({
    status: 405, when: 'an operation that the version does not offer for the object type', source: 'objects.md 1.4 [D], answer [I]',
    make: (name: string, version: string, _allow: string) => ({
      message: `This operation is not offered for records of ${name} in version ${version}`, category: VALIDATION_ERROR,
    }),
    example: ['partner_clients', 'v3', 'GET, HEAD'],
    headers: (_name, _version, allow) => ({ allow }),
  }),
  // ---- values
  invalidProperties: entry({
    status: 400, when: 'one or more property values were refused', source: 'objects.md 5.3 [O]',
    make: (portalId: number, problems: PropertyProblem[]) => ({
      message: `Property values were not valid: ${JSON.stringify(problems.map((p) => ({
        isValid: false, message: p.message, error: p.code, name: p.name, localizedErrorMessage: p.message, portalId,
      })))}`,
      errors: problems.map((p) => ({ message: p.message, code: p.code, context: { propertyName: [p.name] } })),
      category: VALIDATION_ERROR,
    }),
    example: [1234567, [{ name: 'colour', code: 'PROPERTY_DOESNT_EXIST', message: 'Property "colour" does not exist' }]],
  }),
  requiredPropertiesMissing: entry({
    status: 400, when: 'a create lacks properties that the type needs', source: 'objects.md 2.5 [O]',
    make: (legacyName: string, properties: string[]) => ({
      message: `Error creating ${legacyName}. Some required properties were not set.`, context: { properties }, category: VALIDATION_ERROR,
    }),
    example: ['CALL', ['hs_timestamp']],
  }),
  requiredAssociationMissing: entry({
    status: 400, when: 'a create lacks an association that the type needs', source: 'objects.md 2.1 [D], text [I]',
    make: (legacyName: string, typeIds: number[]) => ({
      message: `Error creating ${legacyName}. Some required associations were not set.`, context: { associationTypeIds: typeIds.map(String) },
      category: VALIDATION_ERROR,
    }),
    example: ['LEAD', [578, 580]],
  }),
  invalidDealSplits: entry({
    status: 400, when: 'the splits of a deal break a rule, or there is no such deal', source: 'schema.md 7.4 [D], text [I]',
    make: (dealId: string, reason: string) => ({
      message: `The splits of deal ${dealId} are not valid: ${reason}`, context: { id: [dealId] }, category: VALIDATION_ERROR,
    }),
    example: ['801', 'the percentages add up to 0.9, not to 1.0'],
  }),
  impossibleStep: entry({
    status: 400, when: 'a subscription is paused, resumed or cancelled in a status that does not allow it', source: 'objects.md 2.4, text [I]',
    make: (id: string, step: string, status: string) => ({
      message: `Cannot ${step} subscription ${id}, its status is ${status}`, context: { id: [id], hs_status: [status] }, category: VALIDATION_ERROR,
    }),
    example: ['77', 'unpause', 'active'],
  }),
  emailTaken: entry({
    status: 409, when: 'a contact with the email exists', source: 'objects.md 6.7 [O]',
    make: (existingId: string | null) => ({
      message: existingId === null ? 'Contact already exists' : `Contact already exists. Existing ID: ${existingId}`, category: 'CONFLICT',
    }),
    example: ['555'],
    headers: () => ({ 'x-should-retry': 'false' }),
  }),
  uniqueValueTaken: entry({
    status: 400, when: 'another record has the unique value', source: 'objects.md 6.7 [O], errors[] of 5.3',
    make: (portalId: number, typeToken: string, property: string, value: string, id: string, ownerId: string) => ({
      message: `Cannot set PropertyValueCoordinates{portalId=${portalId}, objectTypeId=ObjectTypeId{${typeToken}}, propertyName=${property}, value=${value}} on ${id}. ${ownerId} already has that value.`,
      errors: [{
        message: `Cannot set PropertyValueCoordinates{portalId=${portalId}, objectTypeId=ObjectTypeId{${typeToken}}, propertyName=${property}, value=${value}} on ${id}. ${ownerId} already has that value.`,
        code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: [property] },
      }],
      category: VALIDATION_ERROR,
    }),
    example: [1234567, 'legacyObjectType=CONTACT', 'email', 'taken@example.org', '601', '555'],
  }),
  // ---- search
  invalidFilter: entry({
    status: 400, when: 'a search filter or sort that cannot be applied', source: 'platform.md 1.10 [O], errors[] [I]',
    make: (property: string, reason: string) => ({
      message: 'There was a problem with the request.', errors: [{ message: `${property} ${reason}`, in: 'filters', context: { propertyName: [property] } }], category: VALIDATION_ERROR,
    }),
    example: ['favourite_food', 'does not exist'],
  }),
  filterWithoutValues: entry({
    status: 400, when: 'IN or NOT_IN without values', source: 'platform.md 1.10 [O]',
    make: (operator: string) => ({ message: `Invalid input JSON on line 1, column 1: Cannot construct instance of \`Filter\`, problem: ${operator} needs values` }),
    example: ['IN'],
  }),
  invalidSearch: entry({
    status: 400, when: 'a search over one of its limits', source: 'platform.md 1.3, 1.10 [D] category, [I] text',
    make: (field: string, reason: string) => ({ message: `Invalid search: ${field} ${reason}`, errors: [{ message: reason, in: field }], category: VALIDATION_ERROR }),
    example: ['limit', 'must be between 0 and 200'],
  }),
  searchTooDeep: entry({
    status: 400, when: 'a search page beyond the first 10,000 results', source: 'platform.md 1.3 [D], 1.10 [O]',
    make: (window: number) => ({
      message: 'There was a problem with the request.', errors: [{ message: `paging is only possible within the first ${window} results`, in: 'after' }], category: VALIDATION_ERROR,
    }),
    example: [10_000],
  }),
};
