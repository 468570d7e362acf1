// Calculated properties (schema.md 3.7): what may be saved, in which order formulas run, and what they make of a record.
// The language itself is in formulas/. A write runs them as the last of its computations.

import type { ObjectType, PropertyDefinition, PropertyTypeName } from '../catalogue/types.ts';
import { problem, type Problem } from '../errors.ts';
import { followsFromAssociations } from './association-properties.ts';
import { valueOf, type Computation } from './computations/computation.ts';
import { keptUnder } from './computations/stage-dates.ts';
import { derivedFrom } from './derived.ts';
import { compileFormula, type CompiledFormula, type ValueType } from './formulas/compile.ts';
import { FormulaFault } from './formulas/tree.ts';
import type { PropertyMap } from './portal.ts';

export const CALCULATION = 'calculation_equation';

/** What a formula must give for each type of property (schema.md 3.7 [D]). */
const RESULTS: Partial<Record<PropertyTypeName, ValueType>> = { number: 'number', bool: 'bool', string: 'string', enumeration: 'string' };

/** What is known of a property before it is saved. */
export interface CalculatedInput {
  name: string;
  type: string;
  fieldType: string;
  calculationFormula?: string;
  hasUniqueValue?: boolean;
}

/** What is stored of a property's formula beside the rest: nothing for properties that are not calculated. */
export type KeptFormula = { calculated: true; calculationFormula: string } | { calculated: false };

/**
 * Checks the formula of a property that is about to be saved, made or changed, against the properties as they are.
 * @returns what is stored of it, or invalidFormula; invalidPropertyDefinition for a formula without a calculated property or the other way round
 */
export function planFormula(type: ObjectType, definitions: PropertyMap, input: CalculatedInput): KeptFormula | Problem {
  const { calculationFormula: formula } = input;
  if (input.fieldType !== CALCULATION) {
    // Clients that send back what they read have it empty.
    return formula ? problem.invalidPropertyDefinition(`Only properties of field type ${CALCULATION} have a calculation formula`) : { calculated: false };
  }
  if (!formula || formula.trim() === '') return problem.invalidPropertyDefinition(`Properties of field type ${CALCULATION} need a calculation formula`);
  if (input.hasUniqueValue) return problem.invalidPropertyDefinition('Calculated properties cannot have unique values');
  // As the database keeps it.
  const kept = formula.replaceAll('\0', '\uFFFD').toWellFormed();
  try {
    const compiled = compileFormula(kept, (name) => operand(type, definitions, name));
    const through = pathTo(type, definitions, compiled.dependsOn, input.name);
    if (through) throw new FormulaFault(`it would depend on itself${through.length === 0 ? '' : ` through ${through.join(', ')}`}`, 0);
    const wanted = RESULTS[input.type as PropertyTypeName];
    if (compiled.type !== wanted) throw new FormulaFault(`it gives a ${compiled.type}, a property of type ${input.type} needs a ${wanted}`, 0);
  } catch (error) {
    if (error instanceof FormulaFault) return problem.invalidFormula(error.message, error.at + 1);
    throw error;
  }
  return { calculated: true, calculationFormula: kept };
}

/** The calculated properties whose formula names the property, sorted: it can neither be archived nor change its type. */
export function formulasUsing(type: ObjectType, definitions: PropertyMap, name: string): string[] {
  return formulasOf(type, definitions).filter(({ formula }) => formula.dependsOn.includes(name)).map(({ definition }) => definition.name).sort();
}

/** The formulas of a type as computations, each after those that it depends on. */
export function formulaComputations(type: ObjectType, definitions: PropertyMap): Computation[] {
  const formulas = new Map(formulasOf(type, definitions).map((found) => [found.definition.name, found]));
  const ordered: Computation[] = [];
  const visit = (name: string): void => {
    const found = formulas.get(name);
    if (!found) return;
    formulas.delete(name);
    for (const other of found.formula.dependsOn) visit(other);
    ordered.push(toComputation(type, found));
  };
  for (const name of formulas.keys()) visit(name);
  return ordered;
}

interface Found {
  definition: PropertyDefinition;
  formula: CompiledFormula;
}

function formulasOf(type: ObjectType, definitions: PropertyMap): Found[] {
  return [...definitions.values()].flatMap((definition) => (definition.calculationFormula === undefined ? [] : [{ definition, formula: compileKept(type, definitions, definition) }]));
}

/** A formula that is stored. One that the properties no longer bear has no value; what would bring it to that is refused. */
function compileKept(type: ObjectType, definitions: PropertyMap, { calculationFormula }: PropertyDefinition): CompiledFormula {
  try {
    return compileFormula(calculationFormula!, (name) => operand(type, definitions, name));
  } catch (error) {
    if (error instanceof FormulaFault) return { type: 'string', dependsOn: [], evaluate: () => null };
    throw error;
  }
}

/** A property that a formula can use: one that is kept with the record, under its own name, and that all may see. */
function operand(type: ObjectType, definitions: PropertyMap, name: string): PropertyDefinition | undefined {
  const isElsewhere = derivedFrom(type, name) !== undefined || keptUnder(type, name) !== undefined || followsFromAssociations(type, name);
  const definition = isElsewhere ? undefined : definitions.get(name);
  // What a formula makes of a sensitive value would not be sensitive [I].
  return definition?.dataSensitivity ? undefined : definition;
}

/** How `names` come to depend on `target`, undefined when they do not. */
function pathTo(type: ObjectType, definitions: PropertyMap, names: readonly string[], target: string): string[] | undefined {
  const seen = new Set<string>();
  const search = (name: string): string[] | undefined => {
    if (name === target) return [];
    const definition = seen.has(name) ? undefined : definitions.get(name);
    seen.add(name);
    if (definition?.calculationFormula === undefined) return undefined;
    for (const next of compileKept(type, definitions, definition).dependsOn) {
      const rest = search(next);
      if (rest) return [name, ...rest];
    }
    return undefined;
  };
  for (const name of names) {
    const found = search(name);
    if (found) return found;
  }
  return undefined;
}

function toComputation(type: ObjectType, { definition, formula }: Found): Computation {
  const { initialValues } = type;
  const allowed = definition.type === 'enumeration' ? new Set(definition.options.map((option) => option.value)) : undefined;
  return {
    property: definition.name, dependsOn: formula.dependsOn,
    compute(write) {
      const value = formula.evaluate((name) => valueOf(write, name) ?? initialValues[name] ?? null);
      // A text that is no option leaves an enumeration empty [I].
      return value === null || (allowed && !allowed.has(value)) ? null : value;
    },
  };
}
