// From the text of a formula to its tree: the grammar of schema.md 3.7 [D], with chevrotain. How deep and how long a
// formula may be is bounded before it is parsed, for the parser calls itself.

import { createRequire } from 'node:module';
import type { IToken, TokenType } from 'chevrotain';
import { makeTokens, type Tokens } from './tokens.ts';
import { FormulaFault, type ArithmeticOperator, type Comparison, type FormulaNode } from './tree.ts';

/** All [I]: the documentation has no limits. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;
const MAX_IFS = 100;

export type Chevrotain = typeof import('chevrotain');

/** The rules of the language, over its words. */
function makeGrammar({ EmbeddedActionsParser }: Chevrotain, t: Tokens) {
  return new (class Grammar extends EmbeddedActionsParser {
    constructor() {
      super(t.vocabulary, { maxLookahead: 1 });
      this.performSelfAnalysis();
    }

    /** A condition may stand wherever a value may [I]; `endif` may follow `else` too [I]. */
    readonly formula = this.RULE('formula', (): FormulaNode => this.OR([
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.disjunction) },
    ]));

    private readonly conditional = this.RULE('conditional', (): FormulaNode => {
      const at = this.CONSUME(t.If).startOffset;
      const branches = [this.SUBRULE(this.branch)];
      this.MANY(() => {
        this.CONSUME(t.ElseIf);
        branches.push(this.SUBRULE2(this.branch));
      });
      const otherwise = this.OPTION(() => {
        this.CONSUME(t.Else);
        return this.SUBRULE(this.formula);
      });
      this.OPTION2(() => this.CONSUME(t.EndIf));
      return { kind: 'if', branches, otherwise, at };
    });

    private readonly branch = this.RULE('branch', () => {
      const condition = this.SUBRULE(this.disjunction);
      this.CONSUME(t.Then);
      return { condition, result: this.SUBRULE(this.formula) };
    });

    private readonly disjunction = this.RULE('disjunction', (): FormulaNode => {
      const parts: FormulaNode[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: t.Or, DEF: () => parts.push(this.SUBRULE(this.conjunction)) });
      return parts.length === 1 ? parts[0]! : { kind: 'or', parts, at: parts[0]?.at ?? 0 };
    });

    private readonly conjunction = this.RULE('conjunction', (): FormulaNode => {
      const parts: FormulaNode[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: t.And, DEF: () => parts.push(this.SUBRULE(this.negation)) });
      return parts.length === 1 ? parts[0]! : { kind: 'and', parts, at: parts[0]?.at ?? 0 };
    });

    private readonly negation = this.RULE('negation', (): FormulaNode => {
      const prefixes = this.prefixes(t.Not);
      return applyPrefixes('not', prefixes, this.SUBRULE(this.comparison));
    });

    private readonly comparison = this.RULE('comparison', (): FormulaNode => {
      const left = this.SUBRULE(this.sum);
      let whole = left;
      this.OPTION(() => {
        const { image, startOffset: at } = this.CONSUME(t.Comparison);
        const operator = (/^equals$/i.test(image) ? '=' : image) as Comparison;
        whole = { kind: 'compare', operator, left, right: this.SUBRULE2(this.sum), at };
      });
      return whole;
    });

    private readonly sum = this.RULE('sum', (): FormulaNode => {
      const first = this.SUBRULE(this.product);
      const rest: Extract<FormulaNode, { kind: 'arithmetic' }>['rest'] = [];
      this.MANY(() => {
        const token = this.OR([{ ALT: () => this.CONSUME(t.Plus) }, { ALT: () => this.CONSUME(t.Minus) }]);
        rest.push({ operator: token.image as ArithmeticOperator, at: token.startOffset, node: this.SUBRULE2(this.product) });
      });
      return rest.length === 0 ? first : { kind: 'arithmetic', first, rest, at: first.at };
    });

    private readonly product = this.RULE('product', (): FormulaNode => {
      const first = this.SUBRULE(this.signed);
      const rest: Extract<FormulaNode, { kind: 'arithmetic' }>['rest'] = [];
      this.MANY(() => {
        const token = this.OR([{ ALT: () => this.CONSUME(t.Times) }, { ALT: () => this.CONSUME(t.Divide) }]);
        rest.push({ operator: token.image as ArithmeticOperator, at: token.startOffset, node: this.SUBRULE2(this.signed) });
      });
      return rest.length === 0 ? first : { kind: 'arithmetic', first, rest, at: first.at };
    });

    private readonly signed = this.RULE('signed', (): FormulaNode => {
      const prefixes = this.prefixes(t.Minus);
      return applyPrefixes('minus', prefixes, this.SUBRULE(this.value));
    });

    private readonly value = this.RULE('value', (): FormulaNode => this.OR([
      { ALT: () => this.SUBRULE(this.multiple) },
      { ALT: () => textOf(this.CONSUME(t.QuotedText)) },
      { ALT: () => ({ kind: 'bool' as const, value: true, at: this.CONSUME(t.True).startOffset }) },
      { ALT: () => ({ kind: 'bool' as const, value: false, at: this.CONSUME(t.False).startOffset }) },
      { ALT: () => this.SUBRULE(this.named) },
      { ALT: () => this.SUBRULE(this.parenthesis) },
    ]));

    /** `10`, and `10prop`, `10max(a, b)`, `10(a + b)`: what follows at once is multiplied first, before `/` [I]. */
    private readonly multiple = this.RULE('multiple', (): FormulaNode => {
      const { image, startOffset: at } = this.CONSUME(t.NumberText);
      const number: FormulaNode = { kind: 'number', text: image, at };
      const factor = this.OPTION(() => this.OR([{ ALT: () => this.SUBRULE(this.named) }, { ALT: () => this.SUBRULE(this.parenthesis) }]));
      return factor ? { kind: 'arithmetic', first: number, rest: [{ operator: '*', at: factor.at, node: factor }], at } : number;
    });

    private readonly named = this.RULE('named', (): FormulaNode => {
      const { image, startOffset: at } = this.CONSUME(t.Name);
      // Names of properties are lower case, so their case is free as well [I].
      const name = image.toLowerCase();
      let whole: FormulaNode = { kind: 'name', name, at };
      this.OPTION(() => {
        const parts: FormulaNode[] = [];
        this.CONSUME(t.Open);
        this.MANY_SEP({ SEP: t.Comma, DEF: () => parts.push(this.SUBRULE(this.formula)) });
        this.CONSUME(t.Close);
        whole = { kind: 'call', name, parts, at };
      });
      return whole;
    });

    private readonly parenthesis = this.RULE('parenthesis', (): FormulaNode => {
      this.CONSUME(t.Open);
      const node = this.SUBRULE(this.formula);
      this.CONSUME(t.Close);
      return node;
    });

    private prefixes(type: TokenType): number[] {
      const at: number[] = [];
      this.MANY(() => at.push(this.CONSUME(type).startOffset));
      return at;
    }
  })();
}

/** Two of one kind undo each other, so a row of them is one or none. */
function applyPrefixes(kind: 'not' | 'minus', prefixes: number[], node: FormulaNode): FormulaNode {
  if (prefixes.length === 0) return node;
  const once: FormulaNode = { kind, node, at: prefixes[0]! };
  return prefixes.length % 2 === 1 ? once : { kind, node: once, at: prefixes[0]! };
}

function textOf({ image, startOffset }: IToken): FormulaNode {
  return { kind: 'string', text: image.slice(1, -1), at: startOffset };
}

const require = createRequire(import.meta.url);

function makeTools() {
  const chevrotain = require('chevrotain') as Chevrotain;
  const tokens = makeTokens(chevrotain);
  return { tokens, lexer: new chevrotain.Lexer(tokens.vocabulary, { positionTracking: 'onlyOffset' }), grammar: makeGrammar(chevrotain, tokens) };
}

/** Made when the first formula is met: 40 ms that a Spoke without any does not pay when it starts. */
let tools: ReturnType<typeof makeTools> | undefined;

/** Parses a formula. Throws FormulaFault. */
export function parseFormula(text: string): FormulaNode {
  if (text.length > MAX_LENGTH) throw new FormulaFault(`it has more than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const { tokens: words, lexer, grammar } = (tools ??= makeTools());
  const { tokens, errors } = lexer.tokenize(text);
  if (errors.length > 0) throw new FormulaFault(`unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(errors[0]!.offset)!))}`, errors[0]!.offset);
  checkDepth(tokens, words);

  grammar.input = tokens;
  const tree = grammar.formula();
  const [error] = grammar.errors;
  if (!error) return tree;
  // At the end of the formula the token is a made-up one without a place.
  const isEnd = !(error.token.startOffset >= 0);
  throw new FormulaFault(isEnd ? 'it ends too early' : `unexpected ${JSON.stringify(error.token.image)}`, isEnd ? text.length : error.token.startOffset);
}

function checkDepth(tokens: IToken[], t: Tokens): void {
  let depth = 0;
  let ifs = 0;
  for (const token of tokens) {
    if (token.tokenType === t.Open) depth++;
    else if (token.tokenType === t.Close) depth--;
    else if (token.tokenType === t.If) ifs++;
    if (depth > MAX_DEPTH) throw new FormulaFault(`more than ${MAX_DEPTH} parentheses are open`, token.startOffset);
    if (ifs > MAX_IFS) throw new FormulaFault(`it has more than ${MAX_IFS} times "if"`, token.startOffset);
  }
}
