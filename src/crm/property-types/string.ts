// Text is stored as it was sent, white space included. Two properties are more than text: an email is checked and
// lower-cased, a domain is reduced to its host (objects.md 5.2; emails [D, O], domains [I]). They are known by name.

import { propertyProblem } from '../../errors.ts';
import type { Normalised, PropertyType } from './property-type.ts';

const MAX_EMAIL_LENGTH = 254;

// One `@`; before it anything but white space, control and invisible characters and the specials of RFC 5321; after it
// two labels or more, 63 characters each at most, letters of any script. Run on MAX_EMAIL_LENGTH characters at most.
const LABEL = String.raw`[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
const EMAIL = new RegExp(String.raw`^[^\s\p{Cc}\p{Cf}\uFFFD@()<>\[\]:;,\\"]+@(?:${LABEL}\.)+${LABEL}$`, 'u');

export const string: PropertyType = {
  normalise(text, definition) {
    if (definition.name === 'email' || definition.name === 'hs_email') return normaliseEmail(text, definition.name);
    if (definition.name === 'domain') return { value: hostOf(text) };
    return { value: text };
  },
};

/** An address as contacts may have it, of any case. */
export const isEmail = (text: string): boolean => text.length <= MAX_EMAIL_LENGTH && EMAIL.test(text);

const MAX_DOMAIN_LENGTH = 253;
const DOMAIN = new RegExp(String.raw`^(?:${LABEL}\.)+${LABEL}$`, 'u');

/** `example.org`: two labels or more. */
export const isDomain = (text: string): boolean => text.length <= MAX_DOMAIN_LENGTH && DOMAIN.test(text);

function normaliseEmail(text: string, name: string): Normalised {
  const email = text.trim().toLowerCase();
  if (!isEmail(email)) return { problem: propertyProblem.invalidEmail(name, text) };
  return { value: email };
}

/** `https://www.Example.com/about` -> `example.com`. Text that has no host, such as `https://`, is only lower-cased. */
function hostOf(text: string): string {
  const lower = text.toLowerCase();
  const host = lower.trim()
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\//, '')
    .replace(/[/?#].*$/s, '')
    .trim()
    .replace(/^(?:www\.\s*)+/, '');
  return host === '' ? lower : host;
}
