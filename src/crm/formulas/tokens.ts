// The words of the formula language (schema.md 3.7 [D]). Keywords and names of functions have any case, texts keep theirs;
// white space is free.

import type { TokenType } from 'chevrotain';
import type { Chevrotain } from './parser.ts';

/** Makes the words. */
export function makeTokens({ createToken, Lexer }: Chevrotain) {
  const Name = createToken({ name: 'Name', pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
  const keyword = (name: string, pattern: RegExp): TokenType => createToken({ name, pattern, longer_alt: Name });

  const NumberText = createToken({ name: 'NumberText', pattern: /\d+(?:\.\d+)?|\.\d+/ });
  /** Without escapes: a text that holds one kind of quote is written in the other [I]. */
  const QuotedText = createToken({ name: 'QuotedText', pattern: /'[^']*'|"[^"]*"/, line_breaks: true });
  const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });

  const If = keyword('If', /if/i);
  const Then = keyword('Then', /then/i);
  const ElseIf = keyword('ElseIf', /elseif/i);
  const Else = keyword('Else', /else/i);
  const EndIf = keyword('EndIf', /endif/i);
  const And = keyword('And', /and/i);
  const Or = keyword('Or', /or/i);
  const Not = keyword('Not', /not/i);
  const True = keyword('True', /true/i);
  const False = keyword('False', /false/i);

  const Comparison = createToken({ name: 'Comparison', pattern: Lexer.NA });
  const comparison = (name: string, pattern: RegExp | string, longerName?: TokenType): TokenType =>
    createToken({ name, pattern, categories: Comparison, ...(longerName ? { longer_alt: longerName } : {}) });
  const comparisons = [
    comparison('AtMost', '<='), comparison('AtLeast', '>='), comparison('Unequal', '!='), comparison('Less', '<'), comparison('More', '>'),
    comparison('Equal', '='), comparison('Equals', /equals/i, Name),
  ];

  const Plus = createToken({ name: 'Plus', pattern: '+' });
  const Minus = createToken({ name: 'Minus', pattern: '-' });
  const Times = createToken({ name: 'Times', pattern: '*' });
  const Divide = createToken({ name: 'Divide', pattern: '/' });
  const Open = createToken({ name: 'Open', pattern: '(' });
  const Close = createToken({ name: 'Close', pattern: ')' });
  const Comma = createToken({ name: 'Comma', pattern: ',' });

  /** The first that fits wins: `elseif` before `else`, keywords before names. */
  const vocabulary: TokenType[] = [
    Space, NumberText, QuotedText, ElseIf, EndIf, If, Then, Else, And, Or, Not, True, False, ...comparisons, Comparison,
    Plus, Minus, Times, Divide, Open, Close, Comma, Name,
  ];

  return { vocabulary, Name, NumberText, QuotedText, If, Then, ElseIf, Else, EndIf, And, Or, Not, True, False, Comparison, Plus, Minus, Times, Divide, Open, Close, Comma };
}

export type Tokens = ReturnType<typeof makeTokens>;
