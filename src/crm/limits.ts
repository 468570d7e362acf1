// What a portal may have of everything, in one list, and how much of it is used (schema.md 7.3).

import type { ObjectType } from '../catalogue/types.ts';

/** Pipelines of one object type [I]. */
export const PIPELINES_PER_TYPE = 100;

/** 30 for these, 100 for deals, tickets and custom objects [D]; projects as the former, lifecycle stages as the latter [I]. */
const FEW_STAGES = new Set(['0-421', '0-410', '0-420', '0-136', '0-123', '0-162', '0-970']);
export const stagesPerPipeline = (type: ObjectType): number => (FEW_STAGES.has(type.id) ? 30 : 100);
