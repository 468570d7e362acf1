// How the owners of a deal share it (schema.md 7.4, objects.md 2.6). Declarations only; the rules are in src/crm.

import { Type } from 'typebox';
import { readDealSplits, upsertDealSplits } from '../crm/deal-splits.ts';
import { batchReply } from './batch-reply.ts';
import { operation, RECORD_VERSIONS, type VersionName } from './operation.ts';
import { BatchBody, Id, RecordBody } from './wire/records.ts';

const tag = 'Deal splits';

const ReadBody = Type.Object({ inputs: Type.Array(Type.Object({ id: Id })) });

const NumberText = Type.Union([Type.Number(), Type.String()]);
const UpsertBody = Type.Object({
  inputs: Type.Array(Type.Object({ id: Id, splits: Type.Array(Type.Object({ ownerId: NumberText, percentage: NumberText })) })),
});

const SplitsBody = BatchBody(Type.Object({ id: Type.String(), splits: Type.Array(RecordBody) }));

/** Only v3 and 2026-03 know 207; the others answer 200 with the errors inside (schema.md 7.4 [D]). */
const STATUSES_BY_VERSION: Partial<Record<VersionName, readonly number[]>> = { '2025-09': [200], '2026-09': [200], '2026-09-beta': [200] };

const batchRead = operation({
  id: 'dealSplits.batchRead', method: 'POST', area: 'dealSplits', path: '/batch/read', tag,
  summary: 'Read the splits of up to 100 deals', scopes: 'read', scopesOf: '0-72', versions: RECORD_VERSIONS,
  body: ReadBody, response: SplitsBody, statuses: [200, 207], statusesByVersion: STATUSES_BY_VERSION,
  run: async (ctx, { body, version }) => {
    const [status = 200, partial = status] = STATUSES_BY_VERSION[version] ?? [200, 207];
    return batchReply(ctx, status, await readDealSplits(ctx, body.inputs), (deal) => deal, partial);
  },
});

const batchUpsert = operation({
  id: 'dealSplits.batchUpsert', method: 'POST', area: 'dealSplits', path: '/batch/upsert', tag,
  summary: 'Replace the splits of up to 100 deals', scopes: 'write', scopesOf: '0-72', versions: RECORD_VERSIONS,
  body: UpsertBody, response: SplitsBody, statuses: [200, 207], statusesByVersion: STATUSES_BY_VERSION,
  run: async (ctx, { body }) => batchReply(ctx, 200, await upsertDealSplits(ctx, body.inputs)),
});

export const dealSplitOperations = [batchRead, batchUpsert];
