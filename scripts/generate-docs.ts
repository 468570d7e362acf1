// Writes the generated pages: `npm run docs`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { renderCoverage } from './coverage.ts';
import { renderErrors } from './errors-page.ts';

const root = new URL('..', import.meta.url);
mkdirSync(new URL('docs/', root), { recursive: true });
writeFileSync(new URL('COVERAGE.md', root), renderCoverage());
writeFileSync(new URL('docs/errors.md', root), renderErrors());
