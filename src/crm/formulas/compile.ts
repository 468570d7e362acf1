// From a formula's tree to a function: types are checked once, when the formula is saved or its snapshot is made, and a
// write only runs what is left. A part whose operand is empty is empty itself; `and` and `or` answer when one side is
// enough [I]. Nothing here can throw at run time.

import type { PropertyDefinition, PropertyTypeName } from '../../catalogue/types.ts';
import { parse, print, type Decimal } from '../computations/decimal.ts';
import { calculate, compareNumbers, order, roundToStored } from './numbers.ts';
import { parseFormula } from './parser.ts';
import { FormulaFault, type FormulaNode } from './tree.ts';

export type ValueType = 'number' | 'string' | 'bool';
type Value = Decimal | string | boolean | null;

/** The stored text of a property, null when it is empty. */
export type Operands = (property: string) => string | null;
type Run<V extends Value = Value> = (of: Operands) => V | null;

type Part =
  | { type: 'number'; run: Run<Decimal> }
  | { type: 'string'; run: Run<string> }
  | { type: 'bool'; run: Run<boolean> };

export interface CompiledFormula {
  type: ValueType;
  /** The properties that it reads. */
  dependsOn: readonly string[];
  /** The stored text of the result, null when it has none. */
  evaluate: (of: Operands) => string | null;
}

interface Scope {
  find: (name: string) => PropertyDefinition | undefined;
  dependsOn: Set<string>;
  divides: boolean;
}

const MAX_TEXT = 65_536;
/** As many as functions of many operands take [D]. */
const MIN_PARTS = 2;
const MAX_PARTS = 100;

/** Which properties each of the three ways of naming one takes; those of other types have no way (schema.md 3.7; string() and bool() [I]). */
const READABLE: Record<ValueType, readonly PropertyTypeName[]> = {
  number: ['number'], string: ['string', 'enumeration', 'phone_number'], bool: ['bool', 'enumeration'],
};

/** Compiles a formula over the properties that `find` knows. Throws FormulaFault. */
export function compileFormula(text: string, find: Scope['find']): CompiledFormula {
  const scope: Scope = { find, dependsOn: new Set(), divides: false };
  const part = compile(parseFormula(text), scope);
  return { type: part.type, dependsOn: [...scope.dependsOn], evaluate: printer(part, scope) };
}

function printer(part: Part, { divides }: Scope): CompiledFormula['evaluate'] {
  if (part.type === 'bool') return (of) => part.run(of)?.toString() ?? null;
  if (part.type === 'string') return (of) => part.run(of) || null;
  return (of) => {
    const number = part.run(of);
    return number === null ? null : print(divides ? roundToStored(number) : number);
  };
}

function compile(node: FormulaNode, scope: Scope): Part {
  switch (node.kind) {
    case 'number': return constant('number', parse(node.text));
    case 'string': return constant('string', node.text);
    case 'bool': return constant('bool', node.value);
    case 'name': return property('number', node, scope);
    case 'call': return call(node, scope);
    case 'arithmetic': return arithmetic(node, scope);
    case 'compare': return comparison(node, scope);
    case 'and': return { type: 'bool', run: some(node.parts.map((part) => typed('bool', part, scope)), false) };
    case 'or': return { type: 'bool', run: some(node.parts.map((part) => typed('bool', part, scope)), true) };
    case 'not': return mapped('bool', typed('bool', node.node, scope), (value) => !value);
    case 'minus': return mapped('number', typed('number', node.node, scope), ({ digits, scale }) => ({ digits: -digits, scale }));
    case 'if': return conditional(node, scope);
    default: return node satisfies never;
  }
}

interface RunOf { number: Run<Decimal>; string: Run<string>; bool: Run<boolean> }

/** A part that must be of one type. */
function typed<T extends ValueType>(type: T, node: FormulaNode, scope: Scope): RunOf[T] {
  const part = compile(node, scope);
  if (part.type !== type) throw new FormulaFault(`expected a ${type}, this is a ${part.type}`, node.at);
  return part.run as RunOf[T];
}

const constant = (type: ValueType, value: Value): Part => ({ type, run: () => value }) as Part;

function mapped<V extends Value, R extends Value>(type: ValueType, run: Run<V>, map: (value: NonNullable<V>) => R | null): Part {
  return { type, run: (of: Operands) => {
    const value = run(of);
    return value === null ? null : map(value as NonNullable<V>);
  } } as Part;
}

// ---- properties

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;

function property(as: ValueType, node: Extract<FormulaNode, { kind: 'name' }>, scope: Scope): Part {
  const { name } = node;
  const definition = find(node, scope);
  if (!READABLE[as].includes(definition.type)) {
    const way = (['string', 'bool'] as const).filter((type) => READABLE[type].includes(definition.type)).map((type) => `${type}(${name})`);
    const hint = as === 'number' && way.length > 0 ? `, write ${way.join(' or ')}` : '';
    throw new FormulaFault(`property "${name}" is of type ${definition.type}, which is no ${as}${hint}`, node.at);
  }
  // What is stored was checked against the property, but perhaps when it had another type.
  if (as === 'number') {
    return { type: 'number', run: (of) => {
      const text = of(name);
      return text !== null && NUMBER.test(text) ? parse(text) : null;
    } };
  }
  if (as === 'string') return { type: 'string', run: (of) => of(name) };
  return { type: 'bool', run: (of) => {
    const text = of(name);
    return text === 'true' || (text === 'false' ? false : null);
  } };
}

function find({ name, at }: { name: string; at: number }, scope: Scope): PropertyDefinition {
  const definition = scope.find(name);
  if (!definition) throw new FormulaFault(`there is no property "${name}" that a formula can use`, at);
  scope.dependsOn.add(name);
  return definition;
}

// ---- operators

function arithmetic(node: Extract<FormulaNode, { kind: 'arithmetic' }>, scope: Scope): Part {
  const first = compile(node.first, scope);
  if (first.type === 'string') {
    // Texts are joined by plus and nothing else [D].
    const wrong = node.rest.find(({ operator }) => operator !== '+');
    if (wrong) throw new FormulaFault(`"${wrong.operator}" does not take a string`, wrong.at);
    return joined([first.run, ...node.rest.map((next) => typed('string', next.node, scope))]);
  }
  if (first.type !== 'number') throw new FormulaFault(`"${node.rest[0]!.operator}" does not take a bool`, node.at);
  const rest = node.rest.map((next) => ({ operator: next.operator, run: typed('number', next.node, scope) }));
  scope.divides ||= rest.some(({ operator }) => operator === '/');
  return { type: 'number', run: (of) => {
    let total = first.run(of);
    for (const { operator, run } of rest) {
      const value = total === null ? null : run(of);
      if (value === null) return null;
      total = calculate(operator, total!, value);
    }
    return total;
  } };
}

function joined(runs: Run<string>[]): Part {
  return { type: 'string', run: (of) => {
    let text = '';
    for (const run of runs) {
      const next = run(of);
      if (next === null) return null;
      text += next;
    }
    return text.length > MAX_TEXT ? null : text;
  } };
}

function comparison(node: Extract<FormulaNode, { kind: 'compare' }>, scope: Scope): Part {
  const { operator } = node;
  const left = compile(node.left, scope);
  if (left.type === 'number') {
    const right = typed('number', node.right, scope);
    return pair(left.run, right, (a, b) => compareNumbers(operator, a, b));
  }
  if (operator !== '=' && operator !== '!=') throw new FormulaFault(`"${operator}" compares numbers only`, node.at);
  const right = typed(left.type, node.right, scope);
  return pair<string | boolean>(left.run, right, (a, b) => (a === b) === (operator === '='));
}

function pair<V extends Value>(left: Run<V>, right: Run<V>, test: (a: NonNullable<V>, b: NonNullable<V>) => boolean): Part {
  return { type: 'bool', run: (of) => {
    const a = left(of);
    if (a === null) return null;
    const b = right(of);
    return b === null ? null : test(a as NonNullable<V>, b as NonNullable<V>);
  } };
}

/** `or` looks for one that is true, `and` for one that is false: that decides, whatever is empty beside it. */
function some(runs: Run<boolean>[], wanted: boolean): Run<boolean> {
  return (of) => {
    let result: boolean | null = !wanted;
    for (const run of runs) {
      const value = run(of);
      if (value === wanted) return wanted;
      if (value === null) result = null;
    }
    return result;
  };
}

/** A condition that is empty leaves the whole empty [I]. */
function conditional(node: Extract<FormulaNode, { kind: 'if' }>, scope: Scope): Part {
  const conditions = node.branches.map(({ condition }) => typed('bool', condition, scope));
  const { type, run: first } = compile(node.branches[0]!.result, scope);
  const results: Run[] = [first, ...node.branches.slice(1).map(({ result }) => typed(type, result, scope))];
  const otherwise: Run = node.otherwise ? typed(type, node.otherwise, scope) : () => null;
  return { type, run: (of: Operands) => {
    for (let i = 0; i < conditions.length; i++) {
      const holds = conditions[i]!(of);
      if (holds === null) return null;
      if (holds) return results[i]!(of);
    }
    return otherwise(of);
  } } as Part;
}

// ---- functions

type Call = Extract<FormulaNode, { kind: 'call' }>;

const FUNCTIONS: Record<string, { parts: [least: number, most: number]; compile: (node: Call, scope: Scope) => Part }> = {
  string: { parts: [1, 1], compile: (node, scope) => property('string', nameIn(node), scope) },
  bool: { parts: [1, 1], compile: (node, scope) => property('bool', nameIn(node), scope) },
  max: { parts: [MIN_PARTS, MAX_PARTS], compile: (node, scope) => extreme(node, scope, 1) },
  min: { parts: [MIN_PARTS, MAX_PARTS], compile: (node, scope) => extreme(node, scope, -1) },
  is_present: { parts: [1, 1], compile: isPresent },
  contains: {
    parts: [2, 2],
    compile: (node, scope) => pair<string>(typed('string', node.parts[0]!, scope), typed('string', node.parts[1]!, scope), (text, part) => text.includes(part)),
  },
  concatenate: { parts: [MIN_PARTS, MAX_PARTS], compile: (node, scope) => joined(node.parts.map((part) => typed('string', part, scope))) },
  number_to_string: {
    parts: [1, 1], compile: (node, scope) => mapped('string', typed('number', node.parts[0]!, scope), (number) => print(scope.divides ? roundToStored(number) : number)),
  },
  string_to_number: {
    parts: [1, 1],
    compile: (node, scope) => mapped('number', typed('string', node.parts[0]!, scope), (text) => {
      const trimmed = text.length > 300 ? '' : text.trim();
      return NUMBER.test(trimmed) ? parse(trimmed) : null;
    }),
  },
};

function call(node: Call, scope: Scope): Part {
  const known = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
  if (!known) throw new FormulaFault(`there is no function "${node.name}"`, node.at);
  const [least, most] = known.parts;
  if (node.parts.length < least || node.parts.length > most) {
    throw new FormulaFault(`${node.name} takes ${least === most ? least : `${least} to ${most}`} arguments, here are ${node.parts.length}`, node.at);
  }
  return known.compile(node, scope);
}

function nameIn(node: Call): Extract<FormulaNode, { kind: 'name' }> {
  const [part] = node.parts;
  if (part!.kind !== 'name') throw new FormulaFault(`${node.name} takes the name of a property`, part!.at);
  return part!;
}

function extreme(node: Call, scope: Scope, sign: 1 | -1): Part {
  const runs = node.parts.map((part) => typed('number', part, scope));
  return { type: 'number', run: (of) => {
    let best: Decimal | null = null;
    for (const run of runs) {
      const value = run(of);
      if (value === null) return null;
      if (best === null || order(value, best) * sign > 0) best = value;
    }
    return best;
  } };
}

/** Takes a property of any type by its bare name [I], and any expression. */
function isPresent(node: Call, scope: Scope): Part {
  const [part] = node.parts;
  if (part!.kind === 'name') {
    const { name } = part!;
    find(part!, scope);
    return { type: 'bool', run: (of) => of(name) !== null };
  }
  const { run } = compile(part!, scope);
  return { type: 'bool', run: (of) => run(of) !== null };
}
