// The one interface behind which every property type stands. A file per type; index.ts lists them.

import type { PropertyDefinition } from '../../catalogue/types.ts';
import type { PropertyProblem } from '../../errors.ts';

/** What a type may ask about the write it is part of. */
export interface ValueContext {
  /** The record's value before this write, null when it has none: `;x` appends to it. */
  current: string | null;
  /** True in the versions that turn near-dates into dates instead of refusing them (objects.md 5.6). */
  normalisesDates: boolean;
  /** Whether the portal has an owner with this id. */
  ownerExists: (id: string) => boolean;
}

/** A value as it is stored, `''` when it clears the property; or why it is refused. */
export type Normalised =
  | { value: string; normalised?: true; problem?: undefined }
  | { value?: undefined; problem: PropertyProblem };

export interface PropertyType {
  /**
   * Turns the text of a write into the text that is stored. `text` is never empty: '' and null clear a value before a
   * type is asked. `normalised` is set when the client should be warned that the stored value is another than it sent.
   */
  normalise: (text: string, definition: PropertyDefinition, context: ValueContext) => Normalised;
}
