// What a stage says about the records in it, per object type: a deal's probability, the state of the others, and whether
// they are closed, which follows (schema.md 6.3).

import type { ObjectType } from '../catalogue/types.ts';
import { problem } from '../errors.ts';

/** As clients send it: numbers and booleans are taken for texts [I]. */
export type MetadataInput = Record<string, string | number | boolean | null>;

interface StateRule {
  key: string;
  states: readonly string[];
  closed: readonly string[];
  /** Taken when a stage names none. */
  otherwise?: string;
}

const DEALS = '0-3';
/** By object type; the rest have `state` [D for orders]. */
const STATES: Record<string, StateRule> = {
  '0-5': { key: 'ticketState', states: ['OPEN', 'CLOSED'], closed: ['CLOSED'], otherwise: 'OPEN' },
  '0-136': { key: 'leadState', states: ['NEW', 'IN_PROGRESS', 'QUALIFIED', 'UNQUALIFIED'], closed: ['QUALIFIED', 'UNQUALIFIED'] },
};
const ANY_OTHER: StateRule = { key: 'state', states: ['OPEN', 'CLOSED'], closed: ['CLOSED'], otherwise: 'OPEN' };

/**
 * The metadata of a stage in its stored form: what the type knows, and `isClosed` as it follows; other entries are not
 * kept [I].
 * @param before of the stage that is changed; it gives what `input` leaves out
 * @throws invalidPipeline
 */
export function toMetadata(type: ObjectType, input: MetadataInput, before: Record<string, string> = {}): Record<string, string> {
  const read = (key: string): string | undefined => (input[key] === undefined || input[key] === null ? before[key] : String(input[key]));
  if (type.id === DEALS) {
    const probability = toProbability(read('probability'));
    return { isClosed: String(probability === '0.0' || probability === '1.0'), probability };
  }
  const { key, states, closed, otherwise } = STATES[type.id] ?? ANY_OTHER;
  const state = read(key) ?? otherwise;
  if (state === undefined || !states.includes(state)) throw problem.invalidPipeline(`metadata.${key} must be one of ${states.join(', ')}`);
  return { isClosed: String(closed.includes(state)), [key]: state };
}

/** From 0.0 to 1.0 in steps of a tenth [D]; 1 and .5 are read as 1.0 and 0.5 [I]. */
function toProbability(text: string | undefined): string {
  const value = /^(\d+(\.\d*)?|\.\d+)$/.test(text ?? '') ? Number(text) : Number.NaN;
  const tenths = Math.round(value * 10);
  if (!(value >= 0 && value <= 1) || Math.abs(value * 10 - tenths) > 1e-9) {
    throw problem.invalidPipeline('metadata.probability of a deal stage must be between 0.0 and 1.0, in steps of 0.1');
  }
  return (tenths / 10).toFixed(1);
}
