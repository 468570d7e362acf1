import { describe } from 'vitest';
import { propertyProblem } from '../../../src/errors.ts';
import { define, runCases } from './support.ts';
import type { Case } from './support.ts';

describe('text', () => {
  runCases(define('string', { name: 'firstname' }), [
    ['stays as it is', 'Ada', 'Ada'],
    ['keeps white space', '  a \n b ', '  a \n b '],
    ['keeps other scripts', 'Ωμέγα 👩🏽‍💻', 'Ωμέγα 👩🏽‍💻'],
    ['keeps an address in another property', ' Ada@Example.ORG', ' Ada@Example.ORG'],
    ['NUL becomes U+FFFD', 'a\0b', 'a\uFFFDb'],
    ['half a surrogate pair becomes U+FFFD', 'a\uD83Db', 'a\uFFFDb'],
    ['the longest text', 'x'.repeat(65_536), 'x'.repeat(65_536)],
    ['one character more', 'x'.repeat(65_537), propertyProblem.tooLong('firstname', 65_536)],
  ]);
});

describe.each(['email', 'hs_email'])('%s', (name) => {
  const refused = (label: string, text: string): Case => [label, text, propertyProblem.invalidEmail(name, text)];
  runCases(define('string', { name }), [
    ['is lower-cased', 'Ada.Lovelace@Example.ORG', 'ada.lovelace@example.org'],
    ['is trimmed', ' ada@example.org\n', 'ada@example.org'],
    ['tag and symbols', "o'neil+tag/x=1@mail.example.co.uk", "o'neil+tag/x=1@mail.example.co.uk"],
    ['dots at the end of the local part', 'ada..l.@example.org', 'ada..l.@example.org'],
    ['letters of any script', 'Жанна@Bücher.Example', 'жанна@bücher.example'],
    ['combining marks in a label', 'a@हिन्दी.example', 'a@हिन्दी.example'],
    ['punycode', 'a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['254 characters', `${'a'.repeat(242)}@example.org`, `${'a'.repeat(242)}@example.org`],
    refused('255 characters', `${'a'.repeat(243)}@example.org`),
    refused('no @', 'ada.example.org'),
    refused('two @', 'ada@lovelace@example.org'),
    refused('no local part', '@example.org'),
    refused('no domain', 'ada@'),
    refused('domain without a dot', 'ada@localhost'),
    refused('empty label', 'ada@example..org'),
    refused('dot at the end', 'ada@example.org.'),
    refused('label that starts with a hyphen', 'ada@-example.org'),
    refused('label that ends with a hyphen', 'ada@example-.org'),
    refused('label of 64 characters', `ada@${'x'.repeat(64)}.org`),
    refused('underscore in the domain', 'ada@exa_mple.org'),
    refused('space in the local part', 'ada l@example.org'),
    refused('no-break space in the local part', 'ada\u00A0l@example.org'),
    refused('zero-width space', 'ada\u200B@example.org'),
    refused('with a display name', 'Ada <ada@example.org>'),
    refused('as a link', 'mailto:ada@example.org'),
    refused('two addresses', 'a@example.org;b@example.org'),
    refused('white space only', '  '),
    ['NUL', 'ada\0@example.org', propertyProblem.invalidEmail(name, 'ada\uFFFD@example.org')],
  ]);
});

describe('domain', () => {
  runCases(define('string', { name: 'domain' }), [
    ['stays', 'example.com', 'example.com'],
    ['is lower-cased', 'Example.COM', 'example.com'],
    ['loses the scheme', 'https://example.com', 'example.com'],
    ['loses a scheme in capitals', 'HTTP://example.com', 'example.com'],
    ['loses slashes without a scheme', '//example.com', 'example.com'],
    ['loses www.', 'www.example.com', 'example.com'],
    ['loses scheme and www.', 'https://www.example.com', 'example.com'],
    ['loses www. twice', 'www.www.example.com', 'example.com'],
    ['keeps www inside', 'awww.example.com', 'awww.example.com'],
    ['loses the path', 'example.com/about/us', 'example.com'],
    ['loses the query', 'example.com?q=1', 'example.com'],
    ['loses the fragment', 'https://example.com#top', 'example.com'],
    ['is trimmed', ' example.com ', 'example.com'],
    ['keeps what is no domain', 'Example Ltd', 'example ltd'],
    ['keeps text without a host', 'https://', 'https://'],
    ['keeps a path alone', '/about', '/about'],
  ]);
});

describe('types that are plain text', () => {
  runCases(define('phone_number'), [['phone number', ' +49 (0)30 / 1234-5', ' +49 (0)30 / 1234-5']]);
  runCases(define('object_coordinates'), [['object coordinates', '1234567-0-1-101', '1234567-0-1-101']]);
  runCases(define('json'), [['json', '{"b": 1,  "a":[]}', '{"b": 1,  "a":[]}'], ['text that is no json', '{', '{']]);
});

describe.each(['number', 'bool', 'date', 'datetime', 'enumeration', 'phone_number', 'object_coordinates', 'json'] as const)('%s', (type) => {
  runCases(define(type), [['65,537 characters', '1'.repeat(65_537), propertyProblem.tooLong('prop', 65_536)]]);
});
