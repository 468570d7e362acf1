// Validation rules on the wire (schema.md 3.8).

import { Type } from 'typebox';
import type { ValidationRow } from '../../crm/portal.ts';

const ruleArguments = Type.Array(Type.String());

export const RuleInput = Type.Object({ ruleArguments, shouldApplyNormalization: Type.Optional(Type.Boolean()) });

const Rule = Type.Object({ ruleType: Type.String(), ruleArguments });

export const TypeRulesBody = Type.Object({ results: Type.Array(Type.Object({ propertyName: Type.String(), propertyValidationRules: Type.Array(Rule) })) });
export const PropertyRulesBody = Type.Object({ results: Type.Array(Rule) });
export const RuleBody = Type.Object({ ruleType: Type.String(), ruleArguments, shouldApplyNormalization: Type.Boolean() });

/** One rule as it is read alone: only then is it said whether it normalises. */
export const presentRule = ({ ruleType, arguments: args, normalises }: Pick<ValidationRow, 'ruleType' | 'arguments' | 'normalises'>): object =>
  ({ ruleType, ruleArguments: args, shouldApplyNormalization: normalises });
