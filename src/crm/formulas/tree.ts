// A formula as it was written: what the parser makes and the compiler reads. Chains are flat, so that a long sum is no
// deep tree; only parentheses and `if` make a tree deeper.

export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!=';

/** Every node says where it begins, counted from 0. */
export type FormulaNode = { at: number } & (
  | { kind: 'number'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'bool'; value: boolean }
  | { kind: 'name'; name: string }
  | { kind: 'call'; name: string; parts: FormulaNode[] }
  | { kind: 'arithmetic'; first: FormulaNode; rest: { operator: ArithmeticOperator; at: number; node: FormulaNode }[] }
  | { kind: 'compare'; operator: Comparison; left: FormulaNode; right: FormulaNode }
  | { kind: 'and' | 'or'; parts: FormulaNode[] }
  | { kind: 'not' | 'minus'; node: FormulaNode }
  | { kind: 'if'; branches: { condition: FormulaNode; result: FormulaNode }[]; otherwise: FormulaNode | undefined }
);

/** Why a formula is none, and where: a place counted from 0. */
export class FormulaFault extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}
