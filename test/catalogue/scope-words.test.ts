// Every scope that an app can ask for has words for the person who grants it.

import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { describeScope } from '../../src/catalogue/scope-words.ts';

const { scopes } = loadCatalogue();

test.each(scopes)('%s has words', (scope) => {
  expect(describeScope(scope)).toMatch(/^(See|Change|Create|Export|Import|Use|Know|Add),?( [a-z-]+[:,]?)+$/);
});

test('no two scopes have the same', () => {
  const byWords = Map.groupBy(scopes, describeScope);
  expect([...byWords.values()].filter((same) => same.length > 1)).toEqual([]);
});

describe('the families', () => {
  test.each([
    ['crm.objects.contacts.read', 'See contacts'],
    ['crm.objects.line_items.write', 'Create, change and delete line items'],
    ['crm.objects.custom.highly_sensitive.read.v2', 'See highly sensitive properties of custom objects'],
    ['crm.objects.tickets.sensitive.write', 'Change sensitive properties of tickets'],
    ['tickets.highly_sensitive.v2', 'See and change highly sensitive properties of tickets'],
    ['crm.schemas.commercepayments.read', 'See how payments are set up: their properties and pipelines'],
    ['crm.pipelines.orders.write', 'Change the pipelines of orders'],
    ['crm.objects.partner-clients.read', 'See partner clients'],
  ])('%s: %s', (scope, words) => {
    expect(describeScope(scope)).toBe(words);
  });
});

test('what is no scope is shown as it is', () => {
  expect(['toString', 'crm.unicorns'].map(describeScope)).toEqual(['toString', 'crm.unicorns']);
});
