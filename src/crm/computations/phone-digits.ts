// The digits of a phone number, for searching (platform.md 1.9). Country calling codes are told apart by their first digits
// (ITU-T E.164): no code begins with another one.

const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const INTERNATIONAL = /^\s*(?:\(\s*)?(?:\+|00)/;
/** `+44 (0)20 ...`: the 0 is not dialled from abroad. */
const TRUNK = /\(\s*0\s*\)/;
const EXTENSION = /(?:ext\.?|x|#|,|;)\s*\d+\s*$/i;

export interface PhoneDigits {
  /** Area code and local number: without a country code that is written as one, without the 0 that is dialled before an area code [I]. */
  national: string | null;
  /** Country code, area code and local number; null when no country code is written. */
  international: string | null;
}

let last: { number: string; digits: PhoneDigits } | undefined;

/** Two properties ask for the same number, one after the other: it is read once. */
export function phoneDigits(number: string): PhoneDigits {
  if (last?.number !== number) last = { number, digits: readDigits(number) };
  return last.digits;
}

function readDigits(number: string): PhoneDigits {
  if (!INTERNATIONAL.test(number)) {
    const digits = digitsOf(number);
    return { national: (digits.startsWith('0') ? digits.slice(1) : digits) || null, international: null };
  }
  const dialled = digitsOf(number.replace(TRUNK, ''));
  const digits = dialled.startsWith('00') ? dialled.slice(2) : dialled;
  return { national: digits.replace(CALLING_CODE, '') || null, international: digits || null };
}

/** Without what is between them, run by run: character by character takes three times as long. */
const digitsOf = (number: string): string => number.replace(EXTENSION, '').replaceAll(/\D+/g, '');
