// Rules about addresses: of mail, of the web, of telephones. A domain stands for itself and what is below it [I].

import { createRequire } from 'node:module';
import { domainToASCII } from 'node:url';
import type { CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isDomain, isEmail } from '../property-types/string.ts';
import { PHONE, TEXT, type Check, type Rule } from './rule.ts';

const plain = (check: Check): Rule => ({ of: TEXT, prepare: (args) => (args.length === 0 ? check : 'it takes no arguments') });

export const email = plain({ holds: isEmail, demand: 'be an email address' });
export const domain = plain({ holds: isDomain, demand: 'be a domain' });
export const url = plain({ holds: (value) => hostOfUrl(value) !== undefined, demand: 'be a web address' });

/** The host of a web address, which may lack its scheme [I]; undefined when it is none. */
function hostOfUrl(value: string): string | undefined {
  if (/\s/.test(value)) return undefined;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(value);
  const parsed = URL.parse(hasScheme ? value : `https://${value}`);
  // `mailto:a@b.com` would be a user of the host.
  return parsed && (hasScheme || parsed.username === '') && (parsed.protocol === 'http:' || parsed.protocol === 'https:') && isDomain(parsed.hostname) ? parsed.hostname : undefined;
}

const hostOfEmail = (value: string): string | undefined => (isEmail(value) ? value.slice(value.lastIndexOf('@') + 1) : undefined);

const MAX_DOMAINS = 20;

/** What has no host is on no list: never allowed, never blocked [I]. */
const listed = (hostOf: (value: string) => string | undefined, allows: boolean): Rule => ({
  of: TEXT,
  prepare(args) {
    const wrong = args.find((one) => !isDomain(one));
    if (args.length < 1 || args.length > MAX_DOMAINS) return `it takes 1 to ${MAX_DOMAINS} domains`;
    if (wrong !== undefined) return `"${wrong.slice(0, 100)}" is no domain`;
    const domains = args.map(comparable);
    return {
      holds(value) {
        const host = comparable(hostOf(value) ?? '');
        return domains.some((one) => host === one || host.endsWith(`.${one}`)) === allows;
      },
      demand: `${allows ? 'be' : 'not be'} at one of these domains: ${args.join(', ')}`,
    };
  },
});

/** Letters of other scripts and their ASCII form are the same domain. */
const comparable = (host: string): string => domainToASCII(host) || host.toLowerCase();

export const emailAllowedDomains = listed(hostOfEmail, true);
export const emailBlockedDomains = listed(hostOfEmail, false);
export const urlAllowedDomains = listed(hostOfUrl, true);
export const urlBlockedDomains = listed(hostOfUrl, false);

/** 45 ms to load: only who has such a rule waits for it. */
const require = createRequire(import.meta.url);
let numbers: { parsePhoneNumberFromString: typeof parsePhoneNumberFromString; isSupportedCountry: (country: string) => country is CountryCode } | undefined;
const load = () => (numbers ??= require('libphonenumber-js/min') as NonNullable<typeof numbers>);

const MAX_PHONE = 250;

/** A number with `+` and its country, of a length that the country has [I]: whether it is given to anybody is not asked. */
export const phoneNumber: Rule = {
  of: PHONE,
  prepare(args) {
    const [country] = args;
    if (args.length > 1 || (country !== undefined && !(/^[a-z]{2}$/.test(country) && load().isSupportedCountry(country.toUpperCase())))) {
      return 'it takes nothing, or a country of two lower-case letters';
    }
    return {
      holds(value) {
        const number = value.length > MAX_PHONE ? undefined : load().parsePhoneNumberFromString(value);
        return number !== undefined && number.isPossible() && (country === undefined || number.getPossibleCountries().includes(country.toUpperCase() as CountryCode));
      },
      demand: `be a phone number with a country code${country === undefined ? '' : ` of ${country}`}, like +49 30 123456`,
    };
  },
};
