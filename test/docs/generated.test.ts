// The generated pages are up to date, and the written ones say what is so.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readProofs, renderCoverage } from '../../scripts/coverage.ts';
import { renderErrors } from '../../scripts/errors-page.ts';
import { SETTINGS } from '../../src/config.ts';
import { operations } from '../../src/operations/index.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('COVERAGE.md is what the registry gives (npm run docs)', () => {
  expect(read('COVERAGE.md')).toBe(renderCoverage());
});

test('docs/errors.md is what the catalogue gives (npm run docs)', () => {
  expect(read('docs/errors.md')).toBe(renderErrors());
});

test('every operation is proved by a test file, and no test file names one that is not there', () => {
  const proofs = readProofs();
  expect(operations.map((o) => o.id).filter((id) => !proofs.has(id))).toEqual([]);
  expect([...proofs.keys()].filter((id) => !operations.some((o) => o.id === id))).toEqual([]);
});

test('operation ids are unique', () => {
  expect(new Set(operations.map((o) => o.id)).size).toBe(operations.length);
});

test.each(SETTINGS)('the README has $env with its default', (setting) => {
  const row = read('README.md').split('\n').find((line) => line.startsWith(`| \`${setting.env}\``));
  expect(row).toContain(`\`${setting.flag.split(' ')[0]}\``);
  if (setting.default) expect(row).toContain(`\`${setting.default}\``);
});
