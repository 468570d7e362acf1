// The rules that values of a property must keep. Declarations only.

import { getValidation, listValidations, setValidation, validationsOf } from '../crm/property-validations.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { presentRule, PropertyRulesBody, RuleBody, RuleInput, TypeRulesBody } from './wire/property-validations.ts';

const shared = { area: 'propertyValidations', tag: 'Property validations', versions: RECORD_VERSIONS } as const;
const PROPERTY = '/{objectTypeId}/{propertyName}';
const RULE = `${PROPERTY}/rule-type/{ruleType}`;

const list = operation({
  ...shared, id: 'propertyValidations.list', method: 'GET', path: '/{objectTypeId}',
  summary: 'List the validation rules of all properties of an object type', scopes: 'schema-read', response: TypeRulesBody, statuses: [200],
  run: async ({ portal }, { types }) => ({
    status: 200,
    body: {
      results: listValidations(portal, types.objectTypeId!).map(({ property, rules }) => ({
        propertyName: property, propertyValidationRules: rules.map(({ ruleType, arguments: args }) => ({ ruleType, ruleArguments: args })),
      })),
    },
  }),
});

const listOfProperty = operation({
  ...shared, id: 'propertyValidations.listProperty', method: 'GET', path: PROPERTY,
  summary: 'List the validation rules of a property', scopes: 'schema-read', response: PropertyRulesBody, statuses: [200],
  run: async ({ portal }, { types, params }) => ({
    status: 200,
    body: { results: validationsOf(portal, types.objectTypeId!, params.propertyName!).map(({ ruleType, arguments: args }) => ({ ruleType, ruleArguments: args })) },
  }),
});

const get = operation({
  ...shared, id: 'propertyValidations.get', method: 'GET', path: RULE,
  summary: 'Read one validation rule of a property', scopes: 'schema-read', response: RuleBody, statuses: [200],
  run: async ({ portal }, { types, params }) => ({ status: 200, body: presentRule(getValidation(portal, types.objectTypeId!, params.propertyName!, params.ruleType!)) }),
});

const update = operation({
  ...shared, id: 'propertyValidations.update', method: 'PUT', path: RULE,
  summary: 'Set a validation rule of a property', scopes: 'schema-write', body: RuleInput, statuses: [204],
  run: async (ctx, { types, params, body }) => {
    await setValidation(ctx, types.objectTypeId!, params.propertyName!, params.ruleType!, body);
    return { status: 204 };
  },
});

export const propertyValidationOperations = [list, listOfProperty, get, update];
