// What a portal may have of everything: the one list. Those that are enforced are enforced where the thing is made; the others
// are only tracked (limit-usage.ts).

import type { ObjectType } from '../catalogue/types.ts';

/** Records of a type of HubSpot [I], and of all custom objects together (schema.md 7.3 [D]). Tracked only. */
export const RECORDS_PER_TYPE = 15_000_000;
export const CUSTOM_RECORDS = 1_500_000;

/** Properties of its own that a type has (schema.md 3.6 [O]), and calculated ones of all types [I]. Tracked only. */
export const PROPERTIES_PER_TYPE = 1_000;
export const CALCULATED_PROPERTIES = 200;

/** Custom objects: a subscription's limit [I: HubSpot's own is 10 and more, to be bought]. */
export const CUSTOM_OBJECTS = 100;

/** Labels between two object types (schema.md 1.8 [D]). */
export const LABELS_PER_PAIR = 10;

/** Pipelines of one object type [I]. */
export const PIPELINES_PER_TYPE = 100;

/** 30 for these, 100 for deals, tickets and custom objects (schema.md 6.3 [D]); projects as the former, lifecycle stages as the latter [I]. */
const FEW_STAGES = new Set(['0-421', '0-410', '0-420', '0-136', '0-123', '0-162', '0-970']);
export const stagesPerPipeline = (type: ObjectType): number => (FEW_STAGES.has(type.id) ? 30 : 100);

/** From this part of a limit on something is near it (schema.md 7.3 [I]). */
export const NEAR = 0.8;
