// Errors of the portal's own model: properties, labels, maxima of associations.

import { entry, VALIDATION_ERROR } from './problem.ts';

export const modelErrors = {
  // ---- the portal's model
  invalidPropertyDefinition: entry({
    status: 400, when: 'a property definition that breaks a rule', source: 'schema.md 3.3 to 3.6, text [I]',
    make: (reason: string) => ({ message: reason, category: VALIDATION_ERROR }),
    example: ['An enumeration needs options'],
  }),
  invalidFormula: entry({
    status: 400, when: 'a calculation formula that breaks the grammar, or does not fit the properties', source: 'schema.md 3.7 [D], text [I]',
    make: (reason: string, position: number) => ({
      message: `The calculation formula is not valid: ${reason} (at character ${position})`, context: { position: [String(position)] }, category: VALIDATION_ERROR,
    }),
    example: ['unexpected "$"', 12],
  }),
  unknownRuleType: entry({
    status: 400, when: 'a validation rule of a type that there is not', source: 'schema.md 3.8 [D], text [I]',
    make: (ruleType: string, known: string[]) => ({ message: `"${ruleType}" is not one of the validation rule types: ${known.join(', ')}`, category: VALIDATION_ERROR }),
    example: ['EVEN', ['MIN_NUMBER', 'MAX_NUMBER']],
  }),
  invalidRule: entry({
    status: 400, when: 'a validation rule whose arguments are wrong, or that does not go with the property', source: 'schema.md 3.8 [D], text [I]',
    make: (ruleType: string, property: string, reason: string) => ({
      message: `The validation rule ${ruleType} of property "${property}" is not valid: ${reason}`, context: { propertyName: [property], ruleType: [ruleType] },
      category: VALIDATION_ERROR,
    }),
    example: ['MIN_LENGTH', 'zip', 'it takes a whole number from 1 to 10000'],
  }),
  ruleNotFound: entry({
    status: 404, when: 'a property has no validation rule of the type', source: 'schema.md 3.8 [I]',
    make: (ruleType: string, property: string) => ({
      message: `Property "${property}" has no validation rule of type ${ruleType}.`, context: { propertyName: [property], ruleType: [ruleType] }, category: 'OBJECT_NOT_FOUND',
    }),
    example: ['MIN_LENGTH', 'zip'],
  }),
  propertyInFormula: entry({
    status: 400, when: 'a property that a formula uses is archived, or changes its type', source: '[I]',
    make: (name: string, formulas: string[]) => ({
      message: `Property "${name}" is used in the calculation formula of: ${formulas.join(', ')}`, context: { name: [name], usedBy: formulas },
      category: VALIDATION_ERROR,
    }),
    example: ['amount', ['margin', 'margin_share']],
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
  propertyNameExists: entry({
    status: 207, when: 'a property of that name exists (one entry of errors[] of a batch create)', source: 'schema.md 3.10 [O]',
    make: (name: string) => ({
      message: `A property named '${name}' already exists.`, context: { name: [name] }, category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    }),
    example: ['age'],
  }),
  fixedProperty: entry({
    status: 400, when: "a property of HubSpot's own is changed or archived", source: 'schema.md 3.6 [D], answer [I]',
    make: (name: string) => ({
      message: `Property "${name}" is defined by HubSpot and cannot be changed or deleted`, context: { name: [name] }, category: VALIDATION_ERROR,
    }),
    example: ['firstname'],
  }),
  propertyInUse: entry({
    status: 400, when: 'a property that a custom object requires or displays is archived', source: 'schema.md 3.6 [I]',
    make: (name: string, objectType: string) => ({
      message: `Property "${name}" is a required or display property of ${objectType}, so it cannot be deleted`, context: { name: [name] }, category: VALIDATION_ERROR,
    }),
    example: ['model', 'cars'],
  }),
  valuesNotUnique: entry({
    status: 400, when: 'a property is made again, with unique values, and two records have the same of before', source: '[I]',
    make: (name: string, ids: string[]) => ({
      message: `Property "${name}" cannot have unique values: records ${ids.join(' and ')} have the same value of the archived property of that name`,
      context: { name: [name], ids }, category: VALIDATION_ERROR,
    }),
    example: ['badge', ['4096', '8192']],
  }),
  groupExists: entry({
    status: 409, when: 'a property group of that name exists', source: 'schema.md 3.10 [O], text [I]',
    make: (name: string) => ({
      message: `A property group named '${name}' already exists.`, context: { name: [name] }, category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'PropertyGroupError.GROUP_ALREADY_EXISTS',
    }),
    example: ['loyalty'],
    headers: () => ({ 'x-should-retry': 'false' }),
  }),
  groupNotFound: entry({
    status: 404, when: 'the type has no property group of that name', source: 'schema.md 3.10 [I]',
    make: (name: string) => ({ message: `No property group named '${name}' exists.`, context: { name: [name] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['loyalty'],
  }),
  groupHasProperties: entry({
    status: 400, when: 'a property group with live properties is deleted', source: 'schema.md 3.6 [O]',
    make: (name: string) => ({
      message: "Can't delete or purge a group with active properties", context: { name: [name] }, category: VALIDATION_ERROR,
      subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
    }),
    example: ['loyalty'],
  }),
  fixedGroup: entry({
    status: 400, when: 'a property group that the type has by itself is deleted', source: 'schema.md 3.6 [I]',
    make: (name: string) => ({ message: `The property group "${name}" is defined by HubSpot and cannot be deleted`, context: { name: [name] }, category: VALIDATION_ERROR }),
    example: ['contactinformation'],
  }),
  invalidLabel: entry({
    status: 400, when: 'an association label that breaks a rule', source: 'schema.md 1.5, text [I]',
    make: (reason: string) => ({ message: `The association label is not valid: ${reason}`, category: VALIDATION_ERROR }),
    example: ['name "2nd" must not start with a digit or hold a hyphen'],
  }),
  labelInUse: entry({
    status: 400, when: 'an association label that records have is deleted', source: 'schema.md 1.5 [D], 1.9; text [I]',
    make: (label: string, typeId: number) => ({
      message: `The association label "${label}" (USER_DEFINED=${typeId}) is in use: remove it from all records first`,
      context: { associationTypeId: [String(typeId)] }, category: VALIDATION_ERROR,
    }),
    example: ['Manager', 36],
  }),
  fixedAssociationType: entry({
    status: 400, when: 'an association type that is no label of the portal is renamed or deleted', source: 'schema.md 1.5 [D], 1.9; text [I]',
    make: ({ category, typeId }: { category: string; typeId: number }) => ({
      message: `The association type ${category}=${typeId} is defined by HubSpot and cannot be changed or deleted`,
      context: { associationTypeId: [String(typeId)] }, category: VALIDATION_ERROR,
    }),
    example: [{ category: 'HUBSPOT_DEFINED', typeId: 279 }],
  }),
  associationTypeOfOtherPair: entry({
    status: 400, when: 'an association type is looked for between other object types than its own', source: '[I]',
    make: (type: { category: string; typeId: number; fromType: string; toType: string }, from: string, to: string) => ({
      message: `The association type ${type.category}=${type.typeId} leads from ${type.fromType} to ${type.toType}, not from ${from} to ${to}`,
      context: { associationSpec: [`${type.category}=${type.typeId}`] }, category: VALIDATION_ERROR,
    }),
    example: [{ category: 'USER_DEFINED', typeId: 36, fromType: '0-1', toType: '0-2' }, '0-1', '0-3'],
  }),
  associationLimitOutOfRange: entry({
    status: 400, when: "a maximum of associations over the pair's or the subscription's", source: 'schema.md 1.6 [D], text [I]',
    make: (type: { category: string; typeId: number; maxToObjectIds: number }, min: number, max: number) => ({
      message: `The limit ${type.maxToObjectIds} for ${type.category}=${type.typeId} is out of range: it must be between ${min} and ${max}`,
      context: { associationSpec: [`${type.category}=${type.typeId}`], min: [String(min)], max: [String(max)] }, category: VALIDATION_ERROR,
    }),
    example: [{ category: 'USER_DEFINED', typeId: 35, maxToObjectIds: 60_000 }, 1, 50_000],
  }),
  associationLimitExists: entry({
    status: 400, when: 'a maximum of associations is made where there is one', source: 'schema.md 1.6 [I]',
    make: ({ category, typeId }: { category: string; typeId: number }) => ({
      message: `There is a limit for ${category}=${typeId} already`, context: { associationSpec: [`${category}=${typeId}`] }, category: VALIDATION_ERROR,
    }),
    example: [{ category: 'USER_DEFINED', typeId: 35 }],
  }),
  noAssociationLimit: entry({
    status: 400, when: 'a maximum of associations is changed or taken away where there is none', source: 'schema.md 1.6 [I]',
    make: ({ category, typeId }: { category: string; typeId: number }) => ({
      message: `There is no limit for ${category}=${typeId}`, context: { associationSpec: [`${category}=${typeId}`] }, category: VALIDATION_ERROR,
    }),
    example: [{ category: 'USER_DEFINED', typeId: 35 }],
  }),
  userNotFound: entry({
    status: 404, when: 'no live user of that id or email', source: 'schema.md 1.4 [I]',
    make: (userId: string) => ({ message: `No user with the ID ${userId} exists.`, context: { userId: [userId] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['77'],
  }),

  // ---- custom objects
  invalidSchema: entry({
    status: 400, when: 'a custom object, or an association of one, that breaks a rule', source: 'schema.md 5.2, 5.4; text [I]',
    make: (reason: string) => ({ message: `Invalid object schema: ${reason}`, category: VALIDATION_ERROR }),
    example: ['property wheels does not exist'],
  }),
  schemaExists: entry({
    status: 409, when: 'a custom object whose name is taken, by an archived one too', source: 'schema.md 5.4 [I]',
    make: (name: string) => ({ message: `An object type named '${name}' already exists.`, context: { name: [name] }, category: 'OBJECT_ALREADY_EXISTS' }),
    example: ['cars'],
  }),
  notCustom: entry({
    status: 400, when: 'a change of an object type that HubSpot defines', source: '[I]',
    make: (name: string) => ({ message: `${name} is not a custom object and cannot be changed`, context: { objectType: [name] }, category: VALIDATION_ERROR }),
    example: ['contacts'],
  }),
  schemaInUse: entry({
    status: 400, when: 'the deletion of a custom object that still has records', source: 'schema.md 5.4 [D]; text [I]',
    make: (name: string) => ({ message: `${name} cannot be deleted: it still has records`, context: { objectType: [name] }, category: VALIDATION_ERROR }),
    example: ['cars'],
  }),
  associationDefinitionNotFound: entry({
    status: 404, when: 'an association definition of a custom object that is not there', source: '[I]',
    make: (id: string) => ({ message: `There is no association definition ${id}`, context: { associationId: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['301'],
  }),
};
