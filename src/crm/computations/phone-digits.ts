// The digits of a phone number, for searching (platform.md 1.9). Country calling codes are told apart by their first digits
// (ITU-T E.164): no code begins with another one.

const CALLING_CODE = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const EXTENSION = /(?:ext\.?|x|#|,|;)\s*\d+\s*$/i;

/** Area code and local number: without a country code that is written as one, without the 0 that is dialled before an area code [I]. */
export function nationalDigits(number: string): string | null {
  const digits = digitsOf(number);
  return (isInternational(number) ? afterTrunk(number).replace(CALLING_CODE, '') : digits.replace(/^0/, '')) || null;
}

/** Country code, area code and local number; null when no country code is written. */
export function countryDigits(number: string): string | null {
  return isInternational(number) ? afterTrunk(number) || null : null;
}

const isInternational = (number: string): boolean => /^\s*(\(\s*)?(\+|00)/.test(number);
const digitsOf = (number: string): string => number.replace(EXTENSION, '').replaceAll(/\D/g, '');
/** `+44 (0)20 ...`: the 0 is not dialled from abroad. */
const afterTrunk = (number: string): string => digitsOf(number.replace(/\(\s*0\s*\)/, '')).replace(/^00/, '');
