// Every error the API can answer. Code throws problem.unknownProperty(...); src/http/reply.ts is the only place that
// turns a Problem into bytes. docs/errors.md is generated from this list and a test keeps the two equal.
// The texts are wire literals that clients match on: change one only when the fact sheets do.

/** The part of an error body that an entry decides; `status` and `correlationId` are added when it is sent. */
export interface ProblemBody {
  message: string;
  errors?: ErrorDetail[];
  context?: Record<string, string[]>;
  links?: Record<string, string>;
  category?: string;
  subCategory?: string;
}

export interface ErrorDetail {
  message: string;
  code?: string;
  in?: string;
  context?: Record<string, string[]>;
}

/** One refused value: an item of "Property values were not valid". */
export interface PropertyProblem {
  /** The property's internal name. */
  name: string;
  /** `PROPERTY_DOESNT_EXIST`, `INVALID_OPTION`, ... (objects.md 5.3) */
  code: string;
  message: string;
}

/** A refusal the client is told about. Anything else that is thrown is a bug and answers 500. */
export class Problem extends Error {
  readonly id: string;
  readonly status: number;
  readonly body: ProblemBody;
  /** Headers that belong to the answer, such as Allow. */
  readonly headers: Record<string, string>;

  constructor(id: string, status: number, body: ProblemBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.id = id;
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

interface Entry<A extends unknown[]> {
  status: number;
  /** One line for docs/errors.md. */
  when: string;
  /** Where the rule is from, with its mark. */
  source: string;
  make: (...args: A) => ProblemBody;
  /** Arguments that docs/errors.md is rendered with. */
  example: A;
  headers?: (...args: A) => Record<string, string>;
}

const entry = <A extends unknown[]>(e: Entry<A>): Entry<A> => e;

const VALIDATION_ERROR = 'VALIDATION_ERROR';
const SCOPES_URL = 'https://developers.hubspot.com/scopes';

export const catalogue = {
  // ---- routing and transport
  methodNotAllowed: entry({
    status: 405, when: 'the path exists, the method does not', source: 'objects.md 6.9 [O]',
    make: (_allow: string) => ({ message: '' }), example: ['GET, POST'],
    headers: (allow) => ({ allow }),
  }),
  bodyTooLarge: entry({
    status: 413, when: 'the request body is over the limit', source: 'objects.md 6.9; body and limit [I]',
    make: (limitBytes: number) => ({ message: `The request body is larger than the limit of ${limitBytes} bytes`, category: VALIDATION_ERROR }),
    example: [20_971_520],
  }),
  unsupportedMediaType: entry({
    status: 415, when: 'a JSON endpoint is sent another Content-Type', source: 'platform.md 7.4 [I]',
    make: (type: string) => ({ message: `Content type ${type} is not supported, send application/json`, category: VALIDATION_ERROR }),
    example: ['text/plain'],
  }),
  uriTooLong: entry({
    status: 414, when: 'the address of the request is too long', source: 'objects.md 4.2 [O]',
    make: (limit: number) => ({ message: `The request address is longer than the limit of ${limit} characters`, category: VALIDATION_ERROR }),
    example: [16_384],
  }),
  internal: entry({
    status: 500, when: 'a fault of ours', source: 'objects.md 6.9 [O]',
    make: () => ({ message: 'internal error' }), example: [],
  }),
  unavailable: entry({
    status: 503, when: 'the database does not answer', source: 'objects.md 6.9 [D]',
    make: () => ({ message: 'The service is temporarily unavailable, try again' }), example: [],
  }),

  // ---- who is calling
  missingCredentials: entry({
    status: 401, when: 'no, unknown or revoked token', source: 'objects.md 6.4 [O]',
    make: () => ({
      message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      category: 'INVALID_AUTHENTICATION',
    }),
    example: [],
  }),
  missingScopes: entry({
    status: 403, when: 'the token has none of the scopes that allow the call', source: 'objects.md 6.5 [O]',
    make: (scopes: string[]) => ({
      message: `This app hasn't been granted all required scopes to make this call. Read more about required scopes here: ${SCOPES_URL}.`,
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
      links: { scopes: SCOPES_URL },
      category: 'MISSING_SCOPES',
    }),
    example: [['crm.objects.deals.read']],
  }),

  // ---- which objects
  unknownObjectTypeName: entry({
    status: 400, when: 'the path names no object type', source: 'objects.md 2.3 [O]',
    make: (name: string) => ({ message: `Unable to infer object type from: ${name}` }), example: ['widgets'],
  }),
  unknownObjectTypeId: entry({
    status: 400, when: 'the path has the id of no object type', source: 'objects.md 2.3 [O]',
    make: (id: string) => ({ message: `Invalid object or event type id: ${id}` }), example: ['0-9999'],
  }),
  recordNotFound: entry({
    status: 404, when: 'no live record has the id or unique value', source: 'objects.md 4.5 [O]',
    make: () => ({ message: 'resource not found' }), example: [],
  }),
  recordIdNotNumeric: entry({
    status: 404, when: 'a record id that is not a number, without idProperty', source: 'objects.md 4.5 [O]',
    make: (id: string) => ({ message: 'Object not found.  objectId are usually numeric.', context: { id: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['abc'],
  }),

  // ---- JSON and its shape
  emptyBody: entry({
    status: 400, when: 'a body was expected', source: 'objects.md 6.2 [O]',
    make: () => ({ message: 'Invalid JSON input: a request body was expected, but none found', category: VALIDATION_ERROR }), example: [],
  }),
  malformedJson: entry({
    status: 400, when: 'the body is not JSON', source: 'objects.md 6.2 [O], reason in our own words',
    make: (line: number, column: number, reason: string) => ({
      message: `Invalid input JSON on line ${line}, column ${column}: ${reason}`, category: VALIDATION_ERROR,
    }),
    example: [1, 13, "Unexpected token 'x' found."],
  }),
  wrongJsonType: entry({
    status: 400, when: 'a JSON value of another type than the endpoint takes', source: 'objects.md 6.2 [O], type names in our own words',
    make: (line: number, column: number, type: string, token: string) => ({
      message: `Invalid input JSON on line ${line}, column ${column}: Cannot deserialize value of type \`${type}\` from ${token}`, category: VALIDATION_ERROR,
    }),
    example: [1, 11, 'array', 'Object value'],
  }),
  missingFields: entry({
    status: 400, when: 'required fields of the body are missing', source: 'objects.md 6.2 [O]',
    make: (line: number, column: number, names: string[]) => ({
      message: `Invalid input JSON on line ${line}, column ${column}. Some required fields were not set: [${names.join(', ')}]`, category: VALIDATION_ERROR,
    }),
    example: [1, 2, ['inputs']],
  }),
  invalidParameter: entry({
    status: 400, when: 'a query parameter is out of range or not of its type', source: 'objects.md 4.2 [I]',
    make: (name: string, reason: string) => ({
      message: `Invalid value for query parameter ${name}: ${reason}`,
      errors: [{ message: reason, in: name }],
      context: { [name]: [reason] },
      category: VALIDATION_ERROR,
    }),
    example: ['limit', 'must be between 1 and 100'],
  }),

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

  // ---- the portal's model
  invalidPropertyDefinition: entry({
    status: 400, when: 'a property definition that breaks a rule', source: 'schema.md 3.3 to 3.6, text [I]',
    make: (reason: string) => ({ message: reason, category: VALIDATION_ERROR }),
    example: ['An enumeration needs options'],
  }),
  propertyExists: entry({
    status: 409, when: 'a property of that name exists', source: 'schema.md 3.10 [O emulator]',
    make: (name: string) => ({
      message: `A property named '${name}' already exists.`, context: { name: [name] }, category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'PropertyValidationError.PROPERTY_EXISTS',
    }),
    example: ['age'],
    headers: () => ({ 'x-should-retry': 'false' }),
  }),
  propertyNotFound: entry({
    status: 404, when: 'the type has no property of that name', source: 'schema.md 3.10 [I]',
    make: (name: string) => ({ message: `No property named '${name}' exists.`, context: { name: [name] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['age'],
  }),
  invalidLabel: entry({
    status: 400, when: 'an association label that breaks a rule', source: 'schema.md 1.5, text [I]',
    make: (reason: string) => ({ message: `The association label is not valid: ${reason}`, category: VALIDATION_ERROR }),
    example: ['name "2nd" must not start with a digit or hold a hyphen'],
  }),

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

type Catalogue = typeof catalogue;
type Arguments<K extends keyof Catalogue> = Parameters<Catalogue[K]['make']>;

/** Makes any problem of the catalogue: `throw problem.unknownObjectTypeName('widgets')`. */
export const problem = Object.fromEntries(
  Object.entries(catalogue).map(([id, e]) => {
    const { status, make, headers } = e as Entry<unknown[]>;
    return [id, (...args: unknown[]) => new Problem(id, status, make(...args), headers?.(...args))];
  }),
) as { [K in keyof Catalogue]: (...args: Arguments<K>) => Problem };

/** The refusals of single values (objects.md 5.3). They travel inside problem.invalidProperties. */
export const propertyProblem = {
  doesNotExist: (name: string): PropertyProblem => ({ name, code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` }),
  readOnly: (name: string): PropertyProblem => ({ name, code: 'READ_ONLY_VALUE', message: `"${name}" is a read only property; its value cannot be set.` }),
  calculated: (name: string): PropertyProblem => ({ name, code: 'READ_ONLY_VALUE', message: `"${name}" is a calculated property; its value cannot be set.` }),
  invalidOption: (name: string, value: string, allowed: string[]): PropertyProblem => ({
    name, code: 'INVALID_OPTION', message: `${value} was not one of the allowed options: [${allowed.join(', ')}]`,
  }),
  invalidStage: (name: string, value: string, pipelineId: string, stageIds: string[]): PropertyProblem => ({
    name, code: 'INVALID_OPTION', message: `${value} is not a valid pipeline stage ID. Valid options are: pipelineId=${pipelineId} : [${stageIds.join(', ')}]`,
  }),
  invalidEmail: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_EMAIL', message: `Email address ${value} is invalid` }),
  /** [O] for the second half, which HubSpot's own forms show; where it stands in an API answer is [I] (objects.md 4.7). */
  blockedEmail: (name: string, value: string): PropertyProblem => ({
    name, code: 'INVALID_EMAIL', message: `Email address ${value} is invalid: email has been GDPR blacklisted`,
  }),
  invalidNumber: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_LONG', message: `${value} was not a valid long.` }),
  /** [I]: code and text are not known. */
  invalidBoolean: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_BOOLEAN', message: `${value} was not a valid boolean.` }),
  notMidnight: (name: string, value: string, time: string): PropertyProblem => ({ name, code: 'INVALID_DATE', message: `${value} is at ${time} UTC, not midnight!` }),
  /** [I]: text of a date that is no date at all. */
  invalidDate: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_DATE', message: `${value} was not a valid date.` }),
  invalidOwner: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_OWNER_ID', message: `${value} was not a valid owner ID` }),
  /** [I]: code and text are not known. */
  invalidProduct: (name: string, value: string): PropertyProblem => ({ name, code: 'INVALID_PRODUCT_ID', message: `${value} was not a valid product ID` }),
  /** [I]: code and text are not known. */
  tooLong: (name: string, limit: number): PropertyProblem => ({ name, code: 'VALUE_TOO_LONG', message: `Property "${name}" exceeds the maximum length of ${limit} characters` }),
} as const;
