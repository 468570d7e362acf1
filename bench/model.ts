// A portal with a model of its own, for batch-create.ts: 300 properties of contacts, ten of which are formulas over what the
// load writes, and rules for ten of the twelve properties that it writes. Every record runs all twenty.

import { send } from './setup.ts';
import type { Program } from './support.ts';

const FORMULAS: [type: string, formula: string][] = [
  ['string', "concatenate(string(firstname), ' ', string(lastname))"],
  ['number', 'string_to_number(string(zip))'],
  ['number', 'model_1 * 1.077'],
  ['number', 'max(model_1, model_2, 8050) - min(model_1, 8010)'],
  ['number', 'model_2 / 3'],
  ['bool', "contains(string(email), '@customer-1') or contains(string(website), 'people/7')"],
  ['string', "if model_1 > 8080 then 'north' elseif model_1 > 8040 then 'middle' else 'south'"],
  ['bool', "is_present(string(phone)) and string(country) = 'Switzerland'"],
  ['string', "string(city) + ' ' + string(state) + ', ' + string(country)"],
  ['string', 'number_to_string(2model_1)'],
];

const RULES: [property: string, ruleType: string, args: string[]][] = [
  ['email', 'EMAIL', []], ['firstname', 'MAX_LENGTH', ['100']], ['lastname', 'FORMAT', ['CAPITALIZATION']], ['jobtitle', 'SPECIAL_CHARACTERS', ['NOT_ALLOWED']],
  ['company', 'WHITESPACE', ['TRIM']], ['website', 'URL', []], ['address', 'MIN_LENGTH', ['3']], ['city', 'ALPHANUMERIC', ['ALPHA_ONLY']],
  ['zip', 'REGEX', ['[0-9]{4}', 'four digits']], ['country', 'ALPHANUMERIC', ['ALPHA_ONLY']],
];

/** Gives the program's portal its model. */
export async function defineModel(program: Program): Promise<void> {
  const formulas = FORMULAS.map(([type, calculationFormula], i) => ({ name: `model_${i}`, type, fieldType: 'calculation_equation', calculationFormula }));
  const others = Array.from({ length: 300 - formulas.length }, (_, i) => ({ name: `plain_${i}`, type: 'string', fieldType: 'text' }));
  const inputs = [...formulas, ...others].map((property) => ({ ...property, label: property.name, groupName: 'contactinformation' }));
  for (let i = 0; i < inputs.length; i += 100) await send(program, 'POST', '/crm/v3/properties/contacts/batch/create', { inputs: inputs.slice(i, i + 100) }, 201);
  for (const [property, ruleType, ruleArguments] of RULES) await send(program, 'PUT', `/crm/v3/property-validations/0-1/${property}/rule-type/${ruleType}`, { ruleArguments }, 204);
}
