// The validation rules that a portal sets for its properties (schema.md 3.8): set, listed, and what they say of a value.
// They bind values that clients write, in every version [I]; not those that are computed, nor those that a record had
// before. Their text in an answer is not known [I].

import type { ObjectType, PropertyDefinition } from '../catalogue/types.ts';
import { writeValidation } from '../db/validations.ts';
import { problem, propertyProblem } from '../errors.ts';
import type { Context } from './context.ts';
import { auditName, changeModel } from './model-changes.ts';
import type { Portal, ValidationRow } from './portal.ts';
import type { Normalised } from './property-types/property-type.ts';
import { checkSensitivity } from './sensitive-properties.ts';
import { RULE_TYPES, validationRules, type RuleType } from './validation-rules/index.ts';
import type { Check } from './validation-rules/rule.ts';

export interface ValidationInput {
  ruleArguments: string[];
  shouldApplyNormalization?: boolean;
}

/** Sets a rule, in place of one of its type. Throws propertyNotFound, missingScopes, unknownRuleType, invalidRule. */
export async function setValidation(ctx: Context, type: ObjectType, property: string, ruleType: string, input: ValidationInput): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    const definition = findProperty(portal, type, property);
    checkSensitivity(ctx, type, portal.sensitiveProperties(type.id).get(property), 'write');
    const known = ruleTypeOf(ruleType);
    const rule = validationRules[known];
    // As the database keeps them.
    const args = input.ruleArguments.map((one) => one.replaceAll('\0', '\uFFFD').toWellFormed());
    if (!rule.of.has(definition)) throw problem.invalidRule(known, property, `it goes with ${rule.of.name} properties only`);
    if (definition.readOnly || definition.calculated) throw problem.invalidRule(known, property, 'nobody writes values of the property');
    const check = rule.prepare(args);
    if (typeof check === 'string') throw problem.invalidRule(known, property, check);
    await writeValidation(tx, portal.portalId, { objectType: type.id, property, ruleType: known, arguments: args, normalises: input.shouldApplyNormalization ?? false });
    note('audit', { category: 'PROPERTY', subCategory: auditName(type), action: 'UPDATE', targetObjectId: property });
  });
}

/** The rules of all properties of a type, by property in order of name. */
export function listValidations(portal: Portal, type: ObjectType): { property: string; rules: readonly ValidationRow[] }[] {
  const definitions = portal.properties(type.id);
  return [...portal.validations(type.id)].flatMap(([property, rules]) => (definitions.has(property) ? [{ property, rules }] : []));
}

/** The rules of one property. Throws propertyNotFound. */
export function validationsOf(portal: Portal, type: ObjectType, property: string): readonly ValidationRow[] {
  findProperty(portal, type, property);
  return portal.validations(type.id).get(property) ?? [];
}

/** One rule of one property. Throws propertyNotFound, unknownRuleType, ruleNotFound. */
export function getValidation(portal: Portal, type: ObjectType, property: string, ruleType: string): ValidationRow {
  const rules = validationsOf(portal, type, property);
  const known = ruleTypeOf(ruleType);
  const found = rules.find((rule) => rule.ruleType === known);
  if (!found) throw problem.ruleNotFound(known, property);
  return found;
}

function findProperty(portal: Portal, type: ObjectType, name: string): PropertyDefinition {
  const definition = portal.properties(type.id).get(name);
  if (!definition) throw problem.propertyNotFound(name);
  return definition;
}

function ruleTypeOf(text: string): RuleType {
  const known = RULE_TYPES.find((name) => name === text);
  if (!known) throw problem.unknownRuleType(text, [...RULE_TYPES]);
  return known;
}

// ---- values

interface PropertyChecks {
  /** Bring a value into form, one after the other. */
  normalisers: ((value: string) => string)[];
  checks: { ruleType: string; check: Check }[];
}

export type TypeChecks = ReadonlyMap<string, PropertyChecks>;

const perSnapshot = new WeakMap<Portal, Map<string, TypeChecks | undefined>>();

/** The rules of a type, ready to be asked; undefined when it has none, which is what nearly every write hears. */
export function checksOf(portal: Portal, type: ObjectType): TypeChecks | undefined {
  const rules = portal.validations(type.id);
  if (rules.size === 0) return undefined;
  let types = perSnapshot.get(portal);
  if (!types) perSnapshot.set(portal, (types = new Map()));
  let found = types.get(type.id);
  if (!found) types.set(type.id, (found = prepare(portal, type)));
  return found;
}

function prepare(portal: Portal, type: ObjectType): TypeChecks {
  const all = new Map<string, PropertyChecks>();
  for (const { property, rules } of listValidations(portal, type)) {
    const definition = portal.properties(type.id).get(property)!;
    const made: PropertyChecks = { normalisers: [], checks: [] };
    for (const { ruleType, arguments: args, normalises } of rules) {
      const rule = validationRules[ruleType as RuleType];
      // The property may have become one of another type.
      const check = rule?.of.has(definition) ? rule.prepare(args) : undefined;
      if (check === undefined || typeof check === 'string') continue;
      if (normalises && check.normalise) made.normalisers.push(check.normalise);
      made.checks.push({ ruleType, check });
    }
    if (made.checks.length > 0) all.set(property, made);
  }
  return all;
}

/** A value as the property's rules want it, or why it is refused. `value` is as its type stores it. */
export function applyRules({ normalisers, checks }: PropertyChecks, name: string, value: string, now: number): Normalised {
  const formed = normalisers.reduce((text, normalise) => normalise(text), value);
  // Nothing but white space becomes nothing, which clears the property.
  if (formed === '') return { value: formed };
  const broken = checks.find(({ check }) => !check.holds(formed, now));
  return broken ? { problem: propertyProblem.breaksRule(name, formed, broken.ruleType, broken.check.demand) } : { value: formed };
}
