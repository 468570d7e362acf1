// Makes the embedded database's template once, before the test files open copies of it side by side.

import { loadTemplate } from '../../src/db/template.ts';

export default async function setup(): Promise<void> {
  await loadTemplate();
}
