import { describe } from 'vitest';
import { propertyProblem } from '../../../src/errors.ts';
import { define, runCases } from './support.ts';
import type { Case } from './support.ts';

const refused = (name: string, text: string): Case => [name, text, propertyProblem.invalidNumber('prop', text)];

describe('number', () => {
  runCases(define('number'), [
    ['integer', '42', '42'],
    ['zero', '0', '0'],
    ['negative', '-1.5', '-1.5'],
    ['decimals are kept', '5.0', '5.0'],
    ['zeros in front are kept', '007', '007'],
    ['no digit before the point', '.5', '.5'],
    ['no digit after the point', '5.', '5.'],
    ['negative without a digit before the point', '-.5', '-.5'],
    ['more digits than a double has', '12345678901234567890.123', '12345678901234567890.123'],
    ['white space around', ' 42\t\n', '42'],
    ['300 characters', '9'.repeat(300), '9'.repeat(300)],
    refused('301 characters', '9'.repeat(301)),
    refused('thousands separator', '1,000'),
    refused('decimal comma', '1,5'),
    refused('plus sign', '+1'),
    refused('two signs', '--1'),
    refused('space inside', '1 000'),
    refused('two points', '1.2.3'),
    refused('point alone', '.'),
    refused('sign alone', '-'),
    refused('sign and point', '-.'),
    refused('white space only', ' '),
    refused('NaN', 'NaN'),
    refused('Infinity', '-Infinity'),
    refused('hexadecimal', '0x1F'),
    refused('currency', '$5'),
    refused('percent', '5%'),
    refused('digits of another script', '٤٢'),
    refused('text', 'many'),
  ]);
});

describe('exponents are written out', () => {
  runCases(define('number'), [
    ['as JavaScript prints large numbers', String(1e21), '1000000000000000000000'],
    ['as JavaScript prints small numbers', String(1e-7), '0.0000001'],
    ['with decimals', '-1.5e+3', '-1500'],
    ['point inside the digits', '1.2345e2', '123.45'],
    ['capital letter', '2E2', '200'],
    ['no digit before the point', '.5e1', '5'],
    ['no digit after the point', '5.e0', '5'],
    ['small with decimals', '12.5e-3', '0.0125'],
    ['zeros in front are dropped', '0012e1', '120'],
    ['zero to any power', '0.0e999999999', '0'],
    ['the largest that fits', '1e299', `1${'0'.repeat(299)}`],
    refused('too large', '1e300'),
    refused('far too large', '1e999999999999999999999'),
    refused('too small', '1e-299'),
    refused('no exponent', '1e'),
    refused('a fraction as exponent', '1e1.5'),
    refused('no digits', 'e5'),
    refused('point without digits', '.e5'),
  ]);
});

describe('bool', () => {
  const invalid = (name: string, text: string): Case => [name, text, propertyProblem.invalidBoolean('prop', text)];
  runCases(define('bool', { fieldType: 'booleancheckbox' }), [
    ['true', 'true', 'true'],
    ['false', 'false', 'false'],
    ['any case', 'True', 'true'],
    ['capitals', 'FALSE', 'false'],
    ['white space around', ' true ', 'true'],
    invalid('yes', 'yes'),
    invalid('1', '1'),
    invalid('white space only', ' '),
  ]);
});
