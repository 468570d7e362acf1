// Errors of owners and users (schema.md 7.1).

import { entry, VALIDATION_ERROR } from './problem.ts';

export const peopleErrors = {
  // ---- owners and users
  ownerNotFound: entry({
    status: 404, when: 'no owner of that id, live or archived as asked', source: 'schema.md 7.1 [I]',
    make: (id: string) => ({ message: `No owner with the ID ${id} exists.`, context: { ownerId: [id] }, category: 'OBJECT_NOT_FOUND' }),
    example: ['41629779'],
  }),
  userExists: entry({
    status: 409, when: 'a user is made with the email of another one', source: '[I]',
    make: (email: string) => ({ message: `A user with the email ${email} already exists.`, context: { email: [email] }, category: 'OBJECT_ALREADY_EXISTS' }),
    example: ['ana@example.com'],
    headers: () => ({ 'x-should-retry': 'false' }),
  }),
  invalidUser: entry({
    status: 400, when: 'a user that breaks a rule', source: '[I]',
    make: (reason: string) => ({ message: `The user is not valid: ${reason}`, category: VALIDATION_ERROR }),
    example: ['there is no team 7'],
  }),
};
