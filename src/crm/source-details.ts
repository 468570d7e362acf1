// hs_object_source_detail_1: the name of the app that made a record (objects.md 5.4 [O/D]). The record has the app's id; the
// name is looked up when somebody asks for it, so that a create stores and answers no more than it has to.

import type { RecordRow } from '../db/records.ts';
import { readAppNames } from '../db/tokens.ts';
import type { Context } from './context.ts';
import type { RecordView } from './views.ts';

const DETAIL = 'hs_object_source_detail_1';

/** Fills it in where it is among the properties `names` and shown: one statement, however many records there are. */
export async function addSourceDetails(ctx: Context, rows: RecordRow[], views: RecordView[], names: string[]): Promise<void> {
  if (!names.includes(DETAIL)) return;
  const appIds = rows.map(({ properties }) => (properties.hs_object_source === 'INTEGRATION' ? Number(properties.hs_object_source_id) : Number.NaN));
  const known = await readAppNames(ctx.db, ctx.portal.portalId, [...new Set(appIds)].filter(Number.isSafeInteger));
  views.forEach((view, i) => {
    if (DETAIL in view.properties) view.properties[DETAIL] = known.get(appIds[i]!) ?? null;
  });
}
