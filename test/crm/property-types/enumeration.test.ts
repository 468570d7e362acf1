import { describe, expect, test } from 'vitest';
import { propertyProblem } from '../../../src/errors.ts';
import { define, normalise, options, runCases } from './support.ts';
import type { Case } from './support.ts';

const notAllowed = (name: string, text: string, part: string, allowed: string[]): Case =>
  [name, text, propertyProblem.invalidOption('prop', part, allowed)];

describe.each(['select', 'radio', 'calculation_equation'])('one of several: %s', (fieldType) => {
  const colours = options('red', 'green');
  colours.push({ label: 'Old', value: 'old', displayOrder: 2, hidden: true });
  runCases(define('enumeration', { fieldType, options: colours }), [
    ['an option', 'red', 'red'],
    ['a hidden option', 'old', 'old'],
    notAllowed('another case', 'Red', 'Red', ['red', 'green', 'old']),
    notAllowed('a label', 'RED', 'RED', ['red', 'green', 'old']),
    notAllowed('white space', 'red ', 'red ', ['red', 'green', 'old']),
    notAllowed('a list', 'red;green', 'red;green', ['red', 'green', 'old']),
    notAllowed('semicolon in front', ';red', ';red', ['red', 'green', 'old']),
    notAllowed('a name of Object.prototype', 'constructor', 'constructor', ['red', 'green', 'old']),
  ]);
});

describe('true or false', () => {
  runCases(define('enumeration', { fieldType: 'booleancheckbox', options: options('true', 'false') }), [
    ['true', 'true', 'true'],
    ['any case', 'False', 'false'],
    notAllowed('another word', 'Yes', 'Yes', ['true', 'false']),
  ]);
  runCases(define('enumeration', { fieldType: 'booleancheckbox' }), [
    ['any case without options', 'TRUE', 'true'],
    ['another word without options', 'Yes', 'Yes'],
  ]);
});

describe('several', () => {
  const definition = define('enumeration', { fieldType: 'checkbox', options: options('a', 'b', 'c') });

  describe('of a property without a value', () => {
    runCases(definition, [
      ['one', 'a', 'a'],
      ['two, in the order sent', 'b;a', 'b;a'],
      ['duplicates', 'a;b;a', 'a;b'],
      ['white space around the parts', ' a ; b ', 'a;b'],
      ['empty parts', 'a;;b;', 'a;b'],
      ['semicolon in front', ';a', 'a'],
      ['nothing but a semicolon', ';', ''],
      ['the first of two unknown parts is reported', 'a;x;y', propertyProblem.invalidOption('prop', 'x', ['a', 'b', 'c'])],
    ]);
  });

  describe('of a property that has b;a', () => {
    runCases(definition, [
      ['replaces', 'c', 'c'],
      ['adds', ';c', 'b;a;c'],
      ['adds what is there', ';a', 'b;a'],
      ['adds some', ';c;b', 'b;a;c'],
      ['adds after white space', ' ;c', 'b;a;c'],
      ['nothing but a semicolon', ';', 'b;a'],
      ['nothing but white space', ' ', 'b;a'],
      notAllowed('unknown part', ';x', 'x', ['a', 'b', 'c']),
    ], { current: 'b;a' });
  });

  describe('of a property that has an option that is gone', () => {
    runCases(definition, [['keeps it', ';c', 'gone;a;c']], { current: 'gone;a' });
  });

  describe('without options', () => {
    runCases(define('enumeration', { fieldType: 'checkbox' }), [
      ['anything', 'x; y', 'x;y'],
      ['adds', ';z', 'w;z'],
    ], { current: 'w' });
    test('a list that grows too long', () => {
      const current = 'x'.repeat(65_535);
      expect(normalise(define('enumeration', { fieldType: 'checkbox' }), ';y', { current }))
        .toEqual({ problem: propertyProblem.tooLong('prop', 65_536) });
    });
  });
});

describe('owners', () => {
  const owner = { externalOptions: true, referencedObjectType: 'OWNER' };
  const invalid = (name: string, text: string, part: string): Case => [name, text, propertyProblem.invalidOwner('prop', part)];
  runCases(define('enumeration', { fieldType: 'select', ...owner }), [
    ['one of the portal', '11', '11'],
    invalid('another', '99', '99'),
    invalid('an email', 'ada@example.org', 'ada@example.org'),
    invalid('two', '11;12', '11;12'),
  ]);
  runCases(define('enumeration', { fieldType: 'checkbox', ...owner }), [
    ['two of the portal', '11;12', '11;12'],
    invalid('one of the portal and another', '11;99', '99'),
  ]);
});

describe('options that live elsewhere', () => {
  runCases(define('enumeration', { fieldType: 'select', externalOptions: true }), [['anything', ' Any ', ' Any ']]);
  runCases(define('enumeration', { fieldType: 'radio' }), [['anything without options', 'a;b', 'a;b']]);
  runCases(define('enumeration', { fieldType: 'select', externalOptions: true, referencedObjectType: 'PIPELINE', options: options('a') }), [
    ['anything of another reference', 'b', 'b'],
  ]);
});

test('a new list of options counts at once', () => {
  const definition = define('enumeration', { fieldType: 'select', options: options('a') });
  expect(normalise(definition, 'a')).toEqual({ value: 'a' });
  definition.options = options('b');
  expect(normalise(definition, 'a')).toEqual({ problem: propertyProblem.invalidOption('prop', 'a', ['b']) });
});
