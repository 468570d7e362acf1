// The words of the formula language (schema.md 3.7 [D]). Keywords and names of functions have any case, texts keep theirs;
// white space is free.

import { createToken, Lexer, type TokenType } from 'chevrotain';

export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
const keyword = (name: string, pattern: RegExp): TokenType => createToken({ name, pattern, longer_alt: Name });

export const NumberText = createToken({ name: 'NumberText', pattern: /\d+(?:\.\d+)?|\.\d+/ });
/** Without escapes: a text that holds one kind of quote is written in the other [I]. */
export const QuotedText = createToken({ name: 'QuotedText', pattern: /'[^']*'|"[^"]*"/, line_breaks: true });
const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });

export const If = keyword('If', /if/i);
export const Then = keyword('Then', /then/i);
export const ElseIf = keyword('ElseIf', /elseif/i);
export const Else = keyword('Else', /else/i);
export const EndIf = keyword('EndIf', /endif/i);
export const And = keyword('And', /and/i);
export const Or = keyword('Or', /or/i);
export const Not = keyword('Not', /not/i);
export const True = keyword('True', /true/i);
export const False = keyword('False', /false/i);

export const Comparison = createToken({ name: 'Comparison', pattern: Lexer.NA });
const comparison = (name: string, pattern: RegExp | string, longerName?: TokenType): TokenType =>
  createToken({ name, pattern, categories: Comparison, ...(longerName ? { longer_alt: longerName } : {}) });
const comparisons = [
  comparison('AtMost', '<='), comparison('AtLeast', '>='), comparison('Unequal', '!='), comparison('Less', '<'), comparison('More', '>'),
  comparison('Equal', '='), comparison('Equals', /equals/i, Name),
];

export const Plus = createToken({ name: 'Plus', pattern: '+' });
export const Minus = createToken({ name: 'Minus', pattern: '-' });
export const Times = createToken({ name: 'Times', pattern: '*' });
export const Divide = createToken({ name: 'Divide', pattern: '/' });
export const Open = createToken({ name: 'Open', pattern: '(' });
export const Close = createToken({ name: 'Close', pattern: ')' });
export const Comma = createToken({ name: 'Comma', pattern: ',' });

/** The first that fits wins: `elseif` before `else`, keywords before names. */
export const vocabulary: TokenType[] = [
  Space, NumberText, QuotedText, ElseIf, EndIf, If, Then, Else, And, Or, Not, True, False, ...comparisons, Comparison,
  Plus, Minus, Times, Divide, Open, Close, Comma, Name,
];
