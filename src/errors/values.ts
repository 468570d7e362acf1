// Why one value of a property is refused.

import type { PropertyProblem } from './problem.ts';

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
  breaksRule: (name: string, value: string, ruleType: string, demand: string): PropertyProblem => ({
    name, code: ruleType, message: `${value.slice(0, 200)} does not keep the validation rule ${ruleType} of property "${name}": it must ${demand}`,
  }),
  /** [I]: code and text are not known. */
  tooLong: (name: string, limit: number): PropertyProblem => ({ name, code: 'VALUE_TOO_LONG', message: `Property "${name}" exceeds the maximum length of ${limit} characters` }),
} as const;
