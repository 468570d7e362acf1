// The API versions: a row each, with the root of every area and the traits that rules ask for. Adding a version is
// adding a row (and a presenter where its shapes really differ).

import type { VersionTraits } from '../crm/context.ts';
import type { Area, VersionName } from '../operations/operation.ts';

export interface Version {
  name: VersionName;
  /** Roots of an area: the first is the one that is documented here, the others are aliases. Links keep the caller's. */
  roots: Partial<Record<Area, readonly string[]>>;
  traits: VersionTraits;
}

const dated = (name: VersionName, traits: Partial<VersionTraits> = {}): Version => ({
  name,
  roots: {
    objects: [`/crm/objects/${name}`], associations: [`/crm/associations/${name}`], properties: [`/crm/properties/${name}`],
    dealSplits: [`/deal-splits/${name}`], objectLibrary: [`/crm/object-library/${name}`],
    schemas: [`/crm-object-schemas/${name}/schemas`],
    pipelines: [`/crm/pipelines/${name}`], owners: [`/crm/owners/${name}`], users: [`/settings/users/${name}`],
    propertyValidations: [`/crm/property-validations/${name}`],
    limits: [`/crm/limits/${name}`],
    oauth: [`/oauth/${name}`], accountInfo: [`/account-info/${name}`],
  },
  traits: { name, normalisesDates: false, ...traits },
});

export const versions: readonly Version[] = [
  {
    name: 'v1', roots: { subscriptions: ['/payments-subscriptions/v1/subscriptions/crm'], oauth: ['/oauth/v1'] },
    traits: { name: 'v1', normalisesDates: false },
  },
  { name: 'v2', roots: { privateApps: ['/oauth/v2/private-apps'] }, traits: { name: 'v2', normalisesDates: false } },
  {
    name: 'v3',
    roots: {
      objects: ['/crm/v3/objects', '/crm/objects/v3'], associations: ['/crm/v3/associations'], properties: ['/crm/v3/properties', '/crm/properties/v3'],
      dealSplits: ['/crm/objects/v3/deals/splits', '/crm/v3/objects/deals/splits'], objectLibrary: ['/crm/v3/object-library'],
      schemas: ['/crm-object-schemas/v3/schemas', '/crm/v3/schemas'],
      pipelines: ['/crm/v3/pipelines', '/crm/pipelines/v3'], owners: ['/crm/v3/owners', '/crm/owners/v3'], users: ['/settings/v3/users', '/settings/users/v3'],
      propertyValidations: ['/crm/v3/property-validations', '/crm/property-validations/v3'],
      limits: ['/crm/v3/limits', '/crm/limits/v3'],
      oauth: ['/oauth/v3'], appInstalls: ['/appinstalls/v3'], accountInfo: ['/account-info/v3'],
    },
    traits: { name: 'v3', normalisesDates: false },
  },
  {
    name: 'v4',
    roots: { objects: ['/crm/v4/objects', '/crm/objects/v4'], associations: ['/crm/v4/associations', '/crm/associations/v4'] },
    traits: { name: 'v4', normalisesDates: false },
  },
  dated('2025-09'),
  dated('2026-03'),
  dated('2026-09', { normalisesDates: true }),
  dated('2026-09-beta', { normalisesDates: true }),
];
