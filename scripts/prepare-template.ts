// Runs after `npm ci`: makes the template that embedded databases start from, so that the first start is quick too.
// Without it (scripts switched off) the first start makes it and takes a few seconds longer.

import { loadTemplate } from '../src/db/template.ts';

await loadTemplate();
