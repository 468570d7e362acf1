// Errors of the portal's own model: properties, labels.

import { entry, VALIDATION_ERROR } from './problem.ts';

export const modelErrors = {
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
};
