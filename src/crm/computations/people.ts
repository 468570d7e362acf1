// Contacts, companies, and the owner that records of nearly every type have.

import { daysToClose, valueOf, type Computation, type Write } from './computation.ts';
import { phoneDigits } from './phone-digits.ts';

/** What a search for a phone number looks at (platform.md 1.9 [D]). */
const searchablePhone = (from: string, to: string): Computation[] => {
  const read = (part: 'national' | 'international') => (write: Write) => {
    const number = valueOf(write, from);
    return number === null ? null : phoneDigits(number)[part];
  };
  return [
    { property: `hs_searchable_calculated_${to}`, dependsOn: [from], compute: read('national') },
    { property: `hs_searchable_calculated_international_${to}`, dependsOn: [from], compute: read('international') },
  ];
};

export const CONTACTS: readonly Computation[] = [
  {
    property: 'hs_email_domain', dependsOn: ['email'],
    compute(write) {
      const email = valueOf(write, 'email');
      return email === null ? null : email.slice(email.lastIndexOf('@') + 1);
    },
  },
  {
    property: 'hs_full_name_or_email', dependsOn: ['firstname', 'lastname', 'email'],
    compute(write) {
      const [first, last] = [valueOf(write, 'firstname'), valueOf(write, 'lastname')];
      if (first && last) return `${first} ${last}`;
      return first || last || valueOf(write, 'email');
    },
  },
  ...searchablePhone('phone', 'phone_number'),
  ...searchablePhone('mobilephone', 'mobile_number'),
  daysToClose,
];

export const COMPANIES: readonly Computation[] = [
  // Only when the client gave no website itself (objects.md 2.4 [O]).
  { property: 'website', dependsOn: ['domain'], onCreate: true, compute: (write) => valueOf(write, 'website') ?? valueOf(write, 'domain') },
  daysToClose,
];

const owner = 'hubspot_owner_id';

/** Of every type with owners (objects.md 5.4 [I]). */
export const OWNED: readonly Computation[] = [
  {
    property: 'hubspot_owner_assigneddate', dependsOn: [owner],
    compute(write) {
      const id = valueOf(write, owner);
      if (id === null) return null;
      return id === write.current?.[owner] ? valueOf(write, 'hubspot_owner_assigneddate') : write.at;
    },
  },
  { property: 'hs_all_owner_ids', dependsOn: [owner], compute: (write) => valueOf(write, owner) },
  {
    property: 'hs_user_ids_of_all_owners', dependsOn: [owner],
    compute(write) {
      const row = write.portal.owners.get(valueOf(write, owner) ?? '');
      return row === undefined ? null : String(row.userId);
    },
  },
];
