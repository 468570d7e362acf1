// The registry of property types: the write path asks propertyTypes[definition.type] and knows no type by name.
// What holds for every type is done here, once: the length limit (objects.md 5.1 [D]), and text that the database can
// keep. PostgreSQL's jsonb takes neither NUL nor half a surrogate pair, so both become U+FFFD [I].

import type { PropertyTypeName } from '../../catalogue/types.ts';
import { propertyProblem } from '../../errors.ts';
import { bool } from './bool.ts';
import { date } from './date.ts';
import { datetime } from './datetime.ts';
import { enumeration } from './enumeration.ts';
import { json } from './json.ts';
import { number } from './number.ts';
import { objectCoordinates } from './object-coordinates.ts';
import { phoneNumber } from './phone-number.ts';
import type { PropertyType } from './property-type.ts';
import { string } from './string.ts';

/** UTF-16 units, of the text sent and of the text stored: `;x` makes a list longer than what was sent. */
const MAX_LENGTH = 65_536;

function guard(type: PropertyType): PropertyType {
  return {
    normalise(text, definition, context) {
      if (text.length > MAX_LENGTH) return { problem: propertyProblem.tooLong(definition.name, MAX_LENGTH) };
      const clean = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
      const result = type.normalise(clean.toWellFormed(), definition, context);
      if (result.value !== undefined && result.value.length > MAX_LENGTH) {
        return { problem: propertyProblem.tooLong(definition.name, MAX_LENGTH) };
      }
      return result;
    },
  };
}

export const propertyTypes = {
  string: guard(string),
  number: guard(number),
  bool: guard(bool),
  date: guard(date),
  datetime: guard(datetime),
  enumeration: guard(enumeration),
  phone_number: guard(phoneNumber),
  object_coordinates: guard(objectCoordinates),
  json: guard(json),
} satisfies Record<PropertyTypeName, PropertyType>;
