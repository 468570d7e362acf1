// The catalogue as it is loaded: its size, facts that clients rely on, and that each check catches the fault it is there for.
// The facts are written out here a second time on purpose: an edit of the data files must not change them unnoticed.

import { describe, expect, test } from 'vitest';
import { findFaults } from '../../src/catalogue/check.ts';
import { loadCatalogue, readOpenEnumerations, resolveObjectType, unlabeledType } from '../../src/catalogue/load.ts';
import type { Catalogue, ObjectType, PropertyDefinition } from '../../src/catalogue/types.ts';

const catalogue = loadCatalogue();
const open = readOpenEnumerations();

const type = (name: string): ObjectType => {
  const found = resolveObjectType(catalogue, name);
  if (found === undefined) throw new Error(`no object type ${name}`);
  return found;
};
const property = (typeName: string, name: string): PropertyDefinition | undefined =>
  catalogue.properties.get(type(typeName).id)!.find((definition) => definition.name === name);
const optionValues = (typeName: string, name: string) => property(typeName, name)!.options.map((option) => option.value);
const association = (typeId: number) => catalogue.associationTypes.find((row) => row.typeId === typeId);

// objects.md 2.1, and the upper-case names of 2.2
const OBJECT_TYPES: [id: string, plural: string, singular: string, legacyName: string][] = [
  ['0-1', 'contacts', 'contact', 'CONTACT'],
  ['0-2', 'companies', 'company', 'COMPANY'],
  ['0-3', 'deals', 'deal', 'DEAL'],
  ['0-5', 'tickets', 'ticket', 'TICKET'],
  ['0-7', 'products', 'product', 'PRODUCT'],
  ['0-8', 'line_items', 'line_item', 'LINE_ITEM'],
  ['0-14', 'quotes', 'quote', 'QUOTE'],
  ['0-18', 'communications', 'communication', 'COMMUNICATION'],
  ['0-19', 'feedback_submissions', 'feedback_submission', 'FEEDBACK_SUBMISSION'],
  ['0-27', 'tasks', 'task', 'TASK'],
  ['0-46', 'notes', 'note', 'NOTE'],
  ['0-47', 'meetings', 'meeting', 'MEETING_EVENT'],
  ['0-48', 'calls', 'call', 'CALL'],
  ['0-49', 'emails', 'email', 'EMAIL'],
  ['0-53', 'invoices', 'invoice', 'INVOICE'],
  ['0-54', 'marketing_events', 'marketing_event', 'MARKETING_EVENT'],
  ['0-69', 'subscriptions', 'subscription', 'SUBSCRIPTION'],
  ['0-72', 'deal_splits', 'deal_split', 'DEAL_SPLIT'],
  ['0-74', 'goal_targets', 'goal_target', 'GOAL_TARGET'],
  ['0-84', 'discounts', 'discount', 'DISCOUNT'],
  ['0-85', 'fees', 'fee', 'FEE'],
  ['0-86', 'taxes', 'tax', 'TAX'],
  ['0-101', 'commerce_payments', 'commerce_payment', 'COMMERCE_PAYMENT'],
  ['0-115', 'users', 'user', 'USER'],
  ['0-116', 'postal_mail', 'postal_mail', 'POSTAL_MAIL'],
  ['0-123', 'orders', 'order', 'ORDER'],
  ['0-136', 'leads', 'lead', 'LEAD'],
  ['0-142', 'carts', 'cart', 'CART'],
  ['0-145', 'partner_clients', 'partner_client', 'PARTNER_CLIENT'],
  ['0-162', 'services', 'service', 'SERVICE'],
  ['0-164', 'partner_services', 'partner_service', 'PARTNER_SERVICE'],
  ['0-410', 'courses', 'course', 'COURSE'],
  ['0-420', 'listings', 'listing', 'LISTING'],
  ['0-421', 'appointments', 'appointment', 'APPOINTMENT'],
  ['0-970', 'projects', 'project', 'PROJECT'],
  ['0-9001', 'contracts', 'contract', 'CONTRACT'],
];

describe('the files', () => {
  test('are sound', () => expect(findFaults(catalogue, open)).toEqual([]));

  test('are read once', () => expect(loadCatalogue()).toBe(catalogue));

  test('hold what was written down, and no less', () => {
    expect(catalogue.objectTypes.map((row) => row.id)).toEqual(OBJECT_TYPES.map(([id]) => id));
    expect([...catalogue.properties.values()].flat().length).toBeGreaterThanOrEqual(2616);
    expect(catalogue.properties.get('0-1')!.length).toBeGreaterThanOrEqual(379);
    expect(catalogue.associationTypes).toHaveLength(438);
    expect([...catalogue.pipelines.values()].flat()).toHaveLength(11);
    expect(catalogue.scopes.length).toBeGreaterThanOrEqual(141);
  });

  test('leave defaults to the loader', () => {
    expect(property('contacts', 'email')).toEqual({
      name: 'email', label: 'Email', type: 'string', fieldType: 'text', groupName: 'contactinformation', description: '', options: [],
      hasUniqueValue: false, readOnly: false, calculated: false, hidden: false, externalOptions: false, displayOrder: -1,
      hubspotDefined: true, confidence: 'O',
    });
    expect(property('contacts', 'hs_data_privacy_ads_consent')!.options).toEqual([
      { label: 'Yes', value: 'true', displayOrder: 0, hidden: false }, { label: 'No', value: 'false', displayOrder: 1, hidden: false },
    ]);
  });
});

describe('object types', () => {
  test.each(OBJECT_TYPES)('%s is found by id, plural, singular and legacy name', (id, plural, singular, legacyName) => {
    expect([id, plural, singular, legacyName].map((segment) => resolveObjectType(catalogue, segment)?.id)).toEqual([id, id, id, id]);
    expect(type(id)).toMatchObject({ name: plural, singular, legacyName });
  });

  test.each([
    ['goals', '0-74'], ['goal', '0-74'], ['payments', '0-101'], ['payment', '0-101'], ['meeting_event', '0-47'], ['postal_mails', '0-116'],
  ])('%s is another name of %s', (alias, id) => expect(type(alias).id).toBe(id));

  test.each(['widgets', 'Contacts', 'line items', '0-52', '0-6', ''])('"%s" names none', (segment) => {
    expect(resolveObjectType(catalogue, segment)).toBeUndefined();
  });

  // objects.md 2.8
  test.each([
    ['contacts', ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname']],
    ['companies', ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name']],
    ['deals', ['amount', 'closedate', 'createdate', 'dealname', 'dealstage', 'hs_lastmodifieddate', 'hs_object_id', 'pipeline']],
    ['orders', ['createdate', 'hs_lastmodifieddate', 'hs_object_id']],
    ['notes', ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id']],
    ['services', ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id']],
  ])('%s return their default properties', (name, expected) => expect(type(name).defaultProperties).toEqual(expected));

  test('default properties and echoes are sorted, as a reply lists them', () => {
    for (const row of catalogue.objectTypes) {
      for (const names of [row.defaultProperties, row.updateEcho]) expect(names).toEqual(names.toSorted());
    }
  });

  test('a new contact is born with its constants (objects.md 3.10)', () => {
    expect(type('contacts').initialValues).toMatchObject({ hs_is_contact: 'true', hs_pipeline: 'contacts-lifecycle-pipeline', num_notes: '0' });
  });

  test.each([
    ['contacts', []], ['companies', []], ['deals', []], ['tickets', ['hs_pipeline_stage']], ['calls', ['hs_timestamp']],
    ['emails', ['hs_timestamp', 'hs_email_direction']], ['projects', ['hs_name', 'hs_pipeline', 'hs_pipeline_stage']],
  ])('%s require %j', (name, expected) => expect(type(name).requiredProperties).toEqual(expected));

  test('a meeting may take its time from its start', () => {
    expect(type('meetings').requiredFallbacks).toEqual({ hs_timestamp: 'hs_meeting_start_time' });
  });

  // platform.md 5.6
  test.each([
    ['tickets', ['tickets'], ['tickets']],
    ['notes', ['crm.objects.contacts.read'], ['crm.objects.contacts.write']],
    ['goal_targets', ['crm.objects.goals.read'], ['crm.objects.goals.write']],
    ['products', ['crm.objects.products.read', 'e-commerce'], ['crm.objects.products.write', 'e-commerce']],
    ['feedback_submissions', ['crm.objects.feedback_submissions.read', 'crm.objects.contacts.read'], ['crm.objects.contacts.write']],
  ])('%s open to their scopes', (name, readScopes, writeScopes) => expect(type(name)).toMatchObject({ readScopes, writeScopes }));

  test('no sensitive scope opens a type by itself (platform.md 5.6)', () => {
    for (const row of catalogue.objectTypes) expect([...row.readScopes, ...row.writeScopes].join()).not.toContain('sensitive');
  });

  test('line items are keyed with a space (objects.md 4.1)', () => {
    expect(catalogue.objectTypes.filter((row) => row.associationsKey !== row.name).map((row) => row.associationsKey)).toEqual(['line items']);
  });
});

describe('properties', () => {
  test.each(OBJECT_TYPES)('%s has its system properties read-only', (id) => {
    const names = ['hs_object_id', 'hs_createdate', 'hs_lastmodifieddate', 'hs_object_source', 'hs_object_source_id', 'hs_object_source_label', 'hs_unique_creation_key'];
    expect(names.map((name) => [name, property(id, name)?.readOnly])).toEqual(names.map((name) => [name, true]));
  });

  test.each(OBJECT_TYPES)('%s has an owner from elsewhere', (id) => {
    expect(property(id, 'hubspot_owner_id')).toMatchObject({ type: 'enumeration', externalOptions: true, referencedObjectType: 'OWNER', options: [] });
  });

  test('option lists', () => {
    const stages = ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other'];
    expect(optionValues('contacts', 'lifecyclestage')).toEqual(stages);
    expect(optionValues('companies', 'lifecyclestage')).toEqual(stages);
    expect(optionValues('contacts', 'hs_lead_status')).toEqual([
      'NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'ATTEMPTED_TO_CONTACT', 'CONNECTED', 'BAD_TIMING',
    ]);
    expect(optionValues('companies', 'industry')).toHaveLength(147);
  });

  test('stages come from pipelines', () => {
    for (const row of catalogue.objectTypes) {
      for (const name of [row.pipelineProperty, row.stageProperty]) {
        if (name !== undefined) expect(property(row.id, name)).toMatchObject({ type: 'enumeration', externalOptions: true, options: [], readOnly: false });
      }
    }
  });

  test('of a user, few can be written (objects.md 2.4)', () => {
    expect(catalogue.properties.get('0-115')!.filter((row) => !row.readOnly).map((row) => row.name).sort()).toEqual([
      'hs_additional_phone', 'hs_availability_status', 'hs_email', 'hs_internal_user_id', 'hs_job_title', 'hs_main_user_language_skill',
      'hs_out_of_office_hours', 'hs_secondary_user_language_skill', 'hs_standard_time_zone', 'hs_uncategorized_skills', 'hs_working_hours',
    ]);
  });
});

describe('association types', () => {
  // schema.md 2, core quick table
  test.each([
    ['contacts', 'companies', 279, 280], ['deals', 'companies', 341, 342], ['tickets', 'companies', 339, 340], ['orders', 'companies', 934, 935],
    ['leads', 'contacts', 608, 609], ['deals', 'contacts', 3, 4], ['contacts', 'tickets', 15, 16], ['deals', 'line_items', 19, 20],
    ['notes', 'contacts', 202, 201], ['tasks', 'deals', 216, 215], ['contacts', 'contacts', 449, 449], ['line_items', 'subscriptions', 302, 301],
  ])('%s to %s without a label is %i, back %i', (from, to, forward, back) => {
    expect(unlabeledType(catalogue, type(from).id, type(to).id)).toMatchObject({ typeId: forward, inverseTypeId: back, label: null });
    expect(unlabeledType(catalogue, type(to).id, type(from).id)).toMatchObject({ typeId: back, inverseTypeId: forward, label: null });
  });

  test('a pair that cannot be associated has none', () => expect(unlabeledType(catalogue, '0-7', '0-1')).toBeUndefined());

  test('primaries', () => {
    expect(catalogue.associationTypes.filter((row) => row.primary).map((row) => row.typeId)).toEqual([1, 5, 26, 509, 578, 580, 582, 1299]);
    expect(association(2)).toMatchObject({ label: 'Contact with Primary Company', primary: false, inverseTypeId: 1 });
    expect(association(579)).toMatchObject({ fromType: '0-1', toType: '0-136', inverseTypeId: 578 });
  });

  test('every pair can be associated without a label', () => {
    for (const row of catalogue.associationTypes) expect(unlabeledType(catalogue, row.fromType, row.toType), row.name).toBeDefined();
  });
});

describe('pipelines', () => {
  const stages = (name: string) => catalogue.pipelines.get(type(name).id)![0]!.stages;

  test('deals', () => {
    expect(catalogue.pipelines.get('0-3')!.map((row) => [row.id, row.label, row.displayOrder])).toEqual([['default', 'Sales Pipeline', 0]]);
    expect(stages('deals').map((stage) => [stage.id, stage.metadata.probability, stage.metadata.isClosed])).toEqual([
      ['appointmentscheduled', '0.2', 'false'], ['qualifiedtobuy', '0.4', 'false'], ['presentationscheduled', '0.6', 'false'],
      ['decisionmakerboughtin', '0.8', 'false'], ['contractsent', '0.9', 'false'], ['closedwon', '1.0', 'true'], ['closedlost', '0.0', 'true'],
    ]);
    expect(stages('deals').map((stage) => stage.displayOrder)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('tickets', () => {
    expect(stages('tickets').map((stage) => [stage.id, stage.metadata])).toEqual([
      ['1', { isClosed: 'false', ticketState: 'OPEN' }], ['2', { isClosed: 'false', ticketState: 'OPEN' }],
      ['3', { isClosed: 'false', ticketState: 'OPEN' }], ['4', { isClosed: 'true', ticketState: 'CLOSED' }],
    ]);
  });

  test('lifecycle stages are the options of lifecyclestage', () => {
    for (const name of ['contacts', 'companies']) expect(stages(name).map((stage) => stage.id)).toEqual(optionValues(name, 'lifecyclestage'));
  });
});

describe('the check names', () => {
  // Each makes one fault in a copy; the expected text is a part of what the check then says.
  const breaks: [fault: string, spoil: (copy: Catalogue) => void][] = [
    ['object type deals: company already means companies', (c) => { c.objectTypes[2]!.aliases.push('company'); }],
    ['object type contacts: alias contact goes without saying', (c) => { c.objectTypes[0]!.aliases.push('contact'); }],
    ['object type deals: 0-1 already means contacts', (c) => { c.objectTypes[2]!.id = '0-1'; }],
    ['associations key contacts: more than one', (c) => { c.objectTypes[1]!.associationsKey = 'contacts'; }],
    ['object type contacts: unknown scope crm.objects.contact.read', (c) => { c.objectTypes[0]!.readScopes.push('crm.objects.contact.read'); }],
    ['object type contacts: nobody can write it', (c) => { c.objectTypes[0]!.writeScopes = []; }],
    ['scope tickets: listed twice', (c) => { (c.scopes as string[]).push('tickets'); }],
    ['scopes are not sorted', (c) => { (c.scopes as string[]).push('a'); }],
    ['defaultProperties names colour', (c) => { c.objectTypes[0]!.defaultProperties.push('colour'); }],
    ['requiredFallbacks names colour', (c) => { c.objectTypes[0]!.requiredFallbacks = { email: 'colour' }; }],
    ['initialValues names colour', (c) => { c.objectTypes[0]!.initialValues.colour = 'red'; }],
    ['updateEcho names colour', (c) => { c.objectTypes[0]!.updateEcho.push('colour'); }],
    ['property contacts.hs_object_id: is required, so it cannot', (c) => { c.objectTypes[0]!.requiredProperties.push('hs_object_id'); }],
    ['property contacts.lastmodifieddate: must exist and be read-only', (c) => { spoiled(c, '0-1', 'lastmodifieddate').readOnly = false; }],
    ['property contacts.email: unknown type text', (c) => { spoiled(c, '0-1', 'email').type = 'text' as 'string'; }],
    ['property contacts.email: unknown fieldType line', (c) => { spoiled(c, '0-1', 'email').fieldType = 'line'; }],
    ['property contacts.email: defined twice', (c) => { spoiled(c, '0-1', 'phone').name = 'email'; }],
    ['property contacts.email: is calculated', (c) => { spoiled(c, '0-1', 'email').calculated = true; }],
    ['property contacts.lifecyclestage: a writable enumeration without options', (c) => { spoiled(c, '0-1', 'lifecyclestage').options = []; }],
    ['property contacts.lifecyclestage: option lead twice', (c) => { spoiled(c, '0-1', 'lifecyclestage').options[0]!.value = 'lead'; }],
    ['property deals.dealstage: its options are the pipelines', (c) => { spoiled(c, '0-3', 'dealstage').externalOptions = false; }],
    ['open enumeration contacts.hs_role has options', (c) => { spoiled(c, '0-1', 'hs_role').readOnly = true; }],
    ['object type deals: has stages but no pipeline', (c) => { (c.pipelines as Map<string, unknown>).delete('0-3'); }],
    ['object type deals: pipeline and stage property come together', (c) => { delete c.objectTypes[2]!.pipelineProperty; }],
    ['pipeline deals.default: stage closedwon twice', (c) => { c.pipelines.get('0-3')![0]!.stages[0]!.id = 'closedwon'; }],
    ['pipelines of widgets: no such object type', (c) => { (c.pipelines as Map<string, unknown>).set('widgets', []); }],
    ['association type 279: its inverse 99999 does not exist', (c) => { spoiledType(c, 279).inverseTypeId = 99999; }],
    ['association type 279: its inverse 1 is the inverse of 2', (c) => { spoiledType(c, 279).inverseTypeId = 1; }],
    ['association type 279: its inverse 280 is of another pair', (c) => { spoiledType(c, 279).toType = '0-3'; }],
    ['association type 1: defined twice', (c) => { spoiledType(c, 279).typeId = 1; }],
  ];

  const spoiled = (copy: Catalogue, id: string, name: string) => copy.properties.get(id)!.find((row) => row.name === name)!;
  const spoiledType = (copy: Catalogue, typeId: number) => copy.associationTypes.find((row) => row.typeId === typeId)!;

  test.each(breaks)('%s', (fault, spoil) => {
    const copy = structuredClone(catalogue);
    spoil(copy);
    expect(findFaults(copy, open).join('\n')).toContain(fault);
  });

  test('every fault, not the first one', () => {
    const copy = structuredClone(catalogue);
    for (const row of copy.objectTypes) row.writeScopes = ['none'];
    expect(findFaults(copy, open)).toHaveLength(copy.objectTypes.length);
  });
});
