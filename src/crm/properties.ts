// The properties of a type: listed, read, and added to, changed and archived by the portal. A change counts for the very
// next write. What a definition may say is in property-checks.ts.

import { isDeepStrictEqual } from 'node:util';
import type { ObjectType, PropertyTypeName, Sensitivity } from '../catalogue/types.ts';
import { toJsonb, type Queryable } from '../db/db.ts';
import { insertProperties, lockProperty, updateProperty as updateRow } from '../db/property-definitions.ts';
import { isValueStored } from '../db/property-values.ts';
import { Problem, problem } from '../errors.ts';
import { archiveDefinitions, readArchived, reviveValues } from './archived-properties.ts';
import { checkInputCount, type BatchError, type BatchOutcome } from './batch.ts';
import type { Note } from './activity.ts';
import type { Context } from './context.ts';
import { CALCULATION, formulasUsing, planFormula } from './formulas.ts';
import { auditName, changeModel } from './model-changes.ts';
import type { Portal } from './portal.ts';
import type { KeptProperty } from './portal/properties.ts';
import { findFault, findNameFault, findSensitivityFault, findUniqueFault, toOptions, type DefinitionInput } from './property-checks.ts';
import { markRecomputation } from './recomputation.ts';
import { checkSensitivity } from './sensitive-properties.ts';

type Shown = Partial<Pick<KeptProperty, 'description' | 'displayOrder' | 'hidden' | 'formField'>>;

export interface PropertyInput extends DefinitionInput, Shown {
  name: string;
  referencedObjectType?: string;
  dataSensitivity?: 'non_sensitive' | Sensitivity;
}

/** What can be said anew of a property: neither its name nor what it was born with (schema.md 3.3 [D]). */
export type PropertyPatch = Partial<Omit<DefinitionInput, 'hasUniqueValue' | 'externalOptions'> & Shown>;

/** Inputs of one batch (schema.md 3.1 [I]). */
const MAX_INPUTS = 100;

/**
 * Adds a property. Throws missingScopes for a sensitive one, invalidPropertyDefinition, invalidFormula, propertyExists,
 * valuesNotUnique (schema.md 3.3 to 3.6, 3.10).
 */
export async function createProperty(ctx: Context, type: ObjectType, given: PropertyInput): Promise<KeptProperty> {
  checkSensitivity(ctx, type, levelOf(given), 'write');
  return await changeModel(ctx, async (tx, portal, note) => {
    const [made] = await addProperties(tx, portal, type, [given], ctx.at);
    if (!isDefinition(made!)) throw made;
    note('audit', auditOf(type, 'CREATE', made.name));
    return made;
  });
}

/** Adds at most 100 properties, each that can be; the others are errors[] (schema.md 3.1, 3.10). */
export async function createProperties(ctx: Context, type: ObjectType, inputs: PropertyInput[]): Promise<BatchOutcome<KeptProperty>> {
  checkInputCount(inputs, MAX_INPUTS);
  for (const input of inputs) checkSensitivity(ctx, type, levelOf(input), 'write');
  const made = await changeModel(ctx, async (tx, portal, note) => {
    const added = await addProperties(tx, portal, type, inputs, ctx.at);
    for (const { name } of added.filter(isDefinition)) note('audit', auditOf(type, 'CREATE', name));
    return added;
  });
  const results: KeptProperty[] = [];
  const errors: BatchError[] = [];
  made.forEach((one, i) => {
    if (isDefinition(one)) results.push(one);
    else if (one.id === 'propertyExists') errors.push({ problem: problem.propertyNameExists(inputs[i]!.name.toLowerCase()), context: {} });
    else errors.push({ problem: one, context: { name: [inputs[i]!.name] } });
  });
  return { results, errors };
}

/**
 * Adds properties to the model of `portal`, within the transaction that changes it: each that can be, in a few statements.
 * @returns for each input its definition, or why it is refused
 */
export async function addProperties(tx: Queryable, portal: Portal, type: ObjectType, inputs: PropertyInput[], at: string): Promise<(KeptProperty | Problem)[]> {
  const definitions = new Map(portal.properties(type.id));
  const planned = inputs.map((input) => {
    const definition = planProperty(portal, type, definitions, input, at);
    // Later ones of the batch see it: names are taken, unique ones are counted.
    if (isDefinition(definition)) definitions.set(definition.name, definition);
    return definition;
  });
  const refused = await reviveValues(tx, portal, type, planned.filter(isDefinition));
  const made = planned.map((one) => (isDefinition(one) ? refused.get(one.name) ?? one : one));
  await insertProperties(tx, portal.portalId, type.id, made.filter(isDefinition), at);
  if (made.some((one) => isDefinition(one) && one.calculationFormula !== undefined)) await markRecomputation(tx, portal, type.id, at);
  return made;
}

const levelOf = ({ dataSensitivity }: PropertyInput): Sensitivity | undefined => (dataSensitivity === 'non_sensitive' ? undefined : dataSensitivity);

const isDefinition = (one: KeptProperty | Problem): one is KeptProperty => !(one instanceof Problem);

function planProperty(portal: Portal, type: ObjectType, definitions: ReadonlyMap<string, KeptProperty>, given: PropertyInput, at: string): KeptProperty | Problem {
  // Texts in the form in which they are stored, so that this answer is the one that reads give.
  const input = asStored(given);
  // Upper case is folded, as the documentation's own sample shows (schema.md 3.5).
  const name = input.name.toLowerCase();
  const dataSensitivity = levelOf(input);
  const fault = (dataSensitivity && findSensitivityFault(portal, type, dataSensitivity)) ?? findNameFault(input.name) ?? findFault(portal, type, definitions, input) ?? (input.hasUniqueValue ? findUniqueFault(definitions) : undefined);
  if (fault) return problem.invalidPropertyDefinition(fault);
  if (definitions.has(name)) return problem.propertyExists(name);
  const formula = planFormula(type, definitions, { ...input, name });
  if (formula instanceof Problem) return formula;
  return withHints({
    name, label: input.label, type: input.type as PropertyTypeName, fieldType: input.fieldType, groupName: input.groupName,
    description: input.description ?? '',
    options: toOptions(input),
    hasUniqueValue: input.hasUniqueValue ?? false,
    readOnly: false, ...formula, hidden: input.hidden ?? false, externalOptions: input.externalOptions ?? false,
    ...(input.referencedObjectType === undefined ? {} : { referencedObjectType: input.referencedObjectType }),
    ...(dataSensitivity === undefined ? {} : { dataSensitivity }),
    displayOrder: input.displayOrder ?? -1, hubspotDefined: false, confidence: 'D',
    formField: input.formField ?? false, createdAt: at, updatedAt: at,
  }, input);
}

/**
 * Changes what the patch names; options are replaced as a whole, and values that records have of others stay readable [D].
 * Another type needs its field type too [D], and no values that it might not hold: every text can become a string, other
 * changes want the property without values [I]. Throws propertyNotFound, missingScopes, fixedProperty,
 * invalidPropertyDefinition, invalidFormula, propertyInFormula.
 */
export async function updateProperty(ctx: Context, type: ObjectType, name: string, given: PropertyPatch): Promise<KeptProperty> {
  const patch = asStored(given);
  return await changeModel(ctx, async (tx, portal, note) => {
    const definitions = portal.properties(type.id);
    const current = definitions.get(name);
    if (!current) throw problem.propertyNotFound(name);
    checkSensitivity(ctx, type, current.dataSensitivity, 'write');
    if (current.hubspotDefined) throw problem.fixedProperty(name);
    const next = { ...pickInput(current, patch.type ?? current.type, patch.fieldType ?? current.fieldType), ...patch };
    const retyped = next.type !== current.type;
    const fault = retyped && patch.fieldType === undefined ? 'A change of type needs fieldType as well' : findFault(portal, type, definitions, next);
    if (fault) throw problem.invalidPropertyDefinition(fault);
    const formula = planFormula(type, definitions, { ...next, name });
    if (formula instanceof Problem) throw formula;
    if (retyped) checkFormulas(portal, type, [name]);
    if (retyped) await lockProperty(tx, portal.portalId, type.id, name);
    // Calculated values are made anew.
    if (retyped && next.type !== 'string' && !formula.calculated && await isValueStored(tx, portal.placement, type.id, name)) {
      throw problem.invalidPropertyDefinition(`Property "${name}" has values, so its type can only become string`);
    }
    const { calculationFormula: _before, ...rest } = current;
    const definition = withHints({
      ...rest, ...formula, label: next.label, type: next.type as PropertyTypeName, fieldType: next.fieldType, groupName: next.groupName,
      description: patch.description ?? current.description, options: toOptions(next), displayOrder: patch.displayOrder ?? current.displayOrder,
      hidden: patch.hidden ?? current.hidden, formField: patch.formField ?? current.formField ?? false,
    }, next);
    if (isDeepStrictEqual(definition, current)) return current;
    definition.updatedAt = ctx.at;
    note('audit', auditOf(type, 'UPDATE', name));
    await updateRow(tx, portal.portalId, type.id, definition, ctx.at);
    if (formula.calculated && !isDeepStrictEqual(whatDecides(definition), whatDecides(current))) await markRecomputation(tx, portal, type.id, ctx.at);
    return definition;
  });
}

/** What the values of a calculated property follow from, beside other values. */
const whatDecides = ({ type, options, calculationFormula }: KeptProperty): object => ({ type, options, calculationFormula });

/** Refuses to change what formulas use, other than those that go with it [I]. Throws propertyInFormula. */
function checkFormulas(portal: Portal, type: ObjectType, names: string[]): void {
  for (const name of names) {
    const users = formulasUsing(type, portal.properties(type.id), name).filter((user) => !names.includes(user));
    if (users.length > 0) throw problem.propertyInFormula(name, users);
  }
}

/** What a property says already, in the terms of an input; options, hints and formula only while they fit the types that it will have. */
function pickInput(current: KeptProperty, type: string, fieldType: string): DefinitionInput {
  const { label, groupName, hasUniqueValue, externalOptions, calculationFormula, numberDisplayHint, textDisplayHint, showCurrencySymbol, currencyPropertyName } = current;
  return {
    label, type, fieldType, groupName, hasUniqueValue, externalOptions,
    ...(fieldType === CALCULATION ? { calculationFormula } : {}),
    ...(type === current.type ? { options: current.options, numberDisplayHint, textDisplayHint, showCurrencySymbol, currencyPropertyName } : {}),
  };
}

const HINTS = ['numberDisplayHint', 'textDisplayHint', 'showCurrencySymbol', 'currencyPropertyName'] as const;

/** The definition with the hints of the input, and no others. */
function withHints(definition: KeptProperty, input: DefinitionInput): KeptProperty {
  const kept: Record<string, unknown> = { ...definition };
  for (const hint of HINTS) {
    if (input[hint] === undefined) delete kept[hint];
    else kept[hint] = input[hint];
  }
  return kept as unknown as KeptProperty;
}

/** Archives a property. Throws propertyNotFound, missingScopes, fixedProperty, propertyInUse, propertyInFormula. */
export async function archiveProperty(ctx: Context, type: ObjectType, name: string): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    if (!portal.properties(type.id).has(name)) throw problem.propertyNotFound(name);
    await archive(ctx, tx, portal, note, type, [name]);
  });
}

/** Archives at most 100 properties, all or none; names of none are passed over, as ids of no record are [I]. Throws fixedProperty, propertyInUse, propertyInFormula. */
export async function archiveProperties(ctx: Context, type: ObjectType, inputs: { name: string }[]): Promise<void> {
  checkInputCount(inputs, MAX_INPUTS);
  await changeModel(ctx, async (tx, portal, note) => {
    const names = new Set(inputs.map((input) => input.name));
    await archive(ctx, tx, portal, note, type, [...names].filter((name) => portal.properties(type.id).has(name)));
  });
}

async function archive(ctx: Context, tx: Queryable, portal: Portal, note: Note, type: ObjectType, names: string[]): Promise<void> {
  const custom = portal.customObjects.get(type.id)?.definition;
  const needed = custom ? [custom.primaryDisplayProperty, ...custom.secondaryDisplayProperties, ...custom.requiredProperties] : [];
  for (const name of names) {
    checkSensitivity(ctx, type, portal.properties(type.id).get(name)!.dataSensitivity, 'write');
    if (portal.properties(type.id).get(name)!.hubspotDefined) throw problem.fixedProperty(name);
    // schema.md 3.6 [I]
    if (needed.includes(name)) throw problem.propertyInUse(name, type.singular);
  }
  checkFormulas(portal, type, names);
  if (names.length > 0) await archiveDefinitions(tx, portal, type, names, ctx.at);
  for (const name of names) note('audit', auditOf(type, 'DELETE', name));
}

/** A change of a property, for the audit [I]. */
const auditOf = (type: ObjectType, action: 'CREATE' | 'UPDATE' | 'DELETE', name: string) => ({ category: 'PROPERTY', subCategory: auditName(type), action, targetObjectId: name });

/** Which properties are read: live or archived ones, sensitive ones of one level or the others. */
export interface PropertyQuery {
  archived: boolean;
  sensitivity: Sensitivity | undefined;
}

/** Every property of the type that the query asks for, in order of name; `names` leaves out others [I]. Throws missingScopes. */
export async function listProperties(ctx: Context, type: ObjectType, query: PropertyQuery, names?: readonly string[]): Promise<KeptProperty[]> {
  checkSensitivity(ctx, type, query.sensitivity, 'read');
  const all = query.archived ? await readArchived(ctx.db, ctx.portal.portalId, type) : [...ctx.portal.properties(type.id).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return all.filter((definition) => definition.dataSensitivity === query.sensitivity && (!names || names.includes(definition.name)));
}

/** One property by name; of archived ones the latest. Throws propertyNotFound, missingScopes. */
export async function getProperty(ctx: Context, type: ObjectType, name: string, query: PropertyQuery): Promise<KeptProperty> {
  const { results } = await readProperties(ctx, type, [{ name }], query);
  if (!results[0]) throw problem.propertyNotFound(name);
  return results[0];
}

/** At most 100 properties by name, each once; names of none are errors[] (schema.md 3.10 [I]). Throws missingScopes. */
export async function readProperties(ctx: Context, type: ObjectType, inputs: { name: string }[], query: PropertyQuery): Promise<BatchOutcome<KeptProperty>> {
  checkInputCount(inputs, MAX_INPUTS);
  checkSensitivity(ctx, type, query.sensitivity, 'read');
  const names = [...new Set(inputs.map((input) => input.name))];
  // The latest of a name comes first, so it is put there last.
  const found = query.archived
    ? new Map((await readArchived(ctx.db, ctx.portal.portalId, type, asStored(names))).reverse().map((definition) => [definition.name, definition])) : ctx.portal.properties(type.id);
  const isAsked = (name: string): boolean => found.has(name) && found.get(name)!.dataSensitivity === query.sensitivity;
  return {
    results: names.filter(isAsked).map((name) => found.get(name)!),
    errors: names.filter((name) => !isAsked(name)).map((name) => ({ problem: problem.propertyNotFound(name), context: {} })),
  };
}

const asStored = <T>(given: T): T => JSON.parse(toJsonb(given)) as T;
