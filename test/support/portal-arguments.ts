// What every operation is asked with in http/portal-isolation.test.ts: ids and names of the filled portal (two-portals.ts). A new
// operation gets an entry here; what it needs to be there, if it is not yet, is added to fill() in two-portals.ts.

import { SECRET, type Filled, type TwoPortals } from './two-portals.ts';

/** What a request is made of, beside the operation. */
export interface Arguments {
  /** Path parameters. Without them: `contacts` where one type is named, contacts and companies where two are. */
  path?: Record<string, string>;
  query?: Record<string, string | undefined>;
  body?: unknown;
}

export interface Entry {
  /** From what the filled portal has; `b` has records of the caller's own, to bring together with the other's. */
  send: (a: Filled, b: TwoPortals['b']) => Arguments[];
  /** Why the filled portal's own token cannot do the first of them. */
  fails?: string;
  /** Why its answer has nothing secret in it, of operations that read. */
  tellsNothing?: string;
}

/** Answer whoever asks, without a token: what they tell, they tell of the token or the app in the request, to who knows its secret. */
export const PUBLIC = [
  'oauth.token', 'oauth.introspect', 'oauth.revoke', 'oauth.accessToken', 'oauth.refreshToken', 'oauth.deleteRefreshToken', 'privateApps.tokenInfo',
];

const COUNTS = 'numbers only';
const one = (...send: Arguments[]): Entry => ({ send: () => send });
const of = (send: Entry['send'], more: Omit<Entry, 'send'> = {}): Entry => ({ send, ...more });

const stolen = { firstname: 'Stolen', a_text: 'Stolen' };
const spec = (associationTypeId: number, associationCategory = 'HUBSPOT_DEFINED') => ({ associationCategory, associationTypeId });
const to = (a: Filled) => ({ id: a.companies[1]! });
/** Pairs of the filled portal's, and of one of the caller's with one of the other's. The caller's own comes last: there it fails, whoever asks. */
const pairs = (a: Filled, b: TwoPortals['b'], n = 0) => [
  { from: { id: a.contacts[n]! }, to: to(a) }, { from: { id: b.contact }, to: to(a) }, { from: { id: a.contacts[n]! }, to: { id: b.company } },
];
/** Each pair as a request. */
const eachPair = (more: (a: Filled) => object): Entry => of((a, b) => pairs(a, b).map((pair) => ({ body: { inputs: [{ ...pair, ...more(a) }] } })));
/** For the pair of the path. */
const eachPairInPath = (more: Arguments = {}, names: [string, string] = ['objectId', 'toObjectId']): Entry => of((a, b) => pairs(a, b, 1).map(({ from, to: end }) => ({
  ...more, path: { ...more.path, [names[0]]: from.id, [names[1]]: end.id },
})));

const property = (name: string) => ({ name, label: 'Mine', type: 'string', fieldType: 'text', groupName: 'a_group' });
const inPipeline = (pipelineId: string, stage?: string): Record<string, string> => ({ objectType: 'deals', pipelineId, ...(stage ? { stageId: `${stage}_${pipelineId}` } : {}) });
const stagesOf = (pipelineId: string) => [{ stageId: `a_first_${pipelineId}`, label: 'Mine', displayOrder: 0, metadata: { probability: '0.5' } }];
const maximum = (a: Filled) => ({ category: 'USER_DEFINED', typeId: a.labels[0], maxToObjectIds: 3 });
const ruleOf = (ruleType?: string): Record<string, string> => ({ objectTypeId: '0-1', propertyName: 'a_text', ...(ruleType ? { ruleType } : {}) });

export const ARGUMENTS: Record<string, Entry> = {
  'records.list': of((a) => [
    { query: { properties: 'a_text,a_unique,firstname,a_sensitive,a_highly', propertiesWithHistory: 'firstname,a_sensitive,a_highly', associations: 'companies', limit: '50' } },
    { query: { after: a.contacts[0]! } }, { query: { archived: 'true' } }, ...Object.keys(a.records).map((objectType): Arguments => ({ path: { objectType } })),
  ]),
  'records.create': of((a) => [
    { body: { properties: { email: 'new-a@example.org' }, associations: [{ to: to(a), types: [spec(279)] }] } },
    { body: { properties: { email: 'a-0@example.org', a_unique: 'a-unique-0' } } }, { body: { properties: { email: 'a-deleted@example.org' } } },
    { body: { properties: { hubspot_owner_id: a.owners.at(-1)! } } }, { path: { objectType: 'deals' }, body: { properties: { dealname: 'x', pipeline: 'a_pipe', dealstage: 'a_first_a_pipe' } } },
    { path: { objectType: a.customType }, body: { properties: { a_hull: 'x' } } }, { path: { objectType: 'a_ship' }, body: { properties: {} } },
    { body: { properties: { associatedcompanyid: a.companies[0]! } } },
  ]),
  'records.get': of((a) => [
    { path: { objectId: a.contacts[0]! }, query: { properties: 'firstname,a_text,a_sensitive,a_highly', propertiesWithHistory: 'firstname,a_sensitive', associations: 'companies' } },
    { path: { objectId: a.archivedContact }, query: { archived: 'true', properties: 'a_sensitive' } }, { path: { objectId: 'a-0@example.org' }, query: { idProperty: 'email' } },
    { path: { objectId: 'a-unique-0' }, query: { idProperty: 'a_unique' } }, ...Object.entries(a.records).map(([objectType, objectId]): Arguments => ({ path: { objectType, objectId } })),
  ]),
  'records.update': of((a, b) => [
    { path: { objectId: a.contacts[0]! }, body: { properties: stolen } }, { path: { objectId: 'a-0@example.org' }, query: { idProperty: 'email' }, body: { properties: stolen } },
    { path: { objectId: b.contact }, body: { properties: { associatedcompanyid: a.companies[0]! } } }, { path: { objectId: b.contact }, body: { properties: { email: 'a-0@example.org' } } },
    ...Object.entries(a.records).map(([objectType, objectId]): Arguments => ({ path: { objectType, objectId }, body: { properties: {} } })),
  ]),
  'records.archive': of((a) => [{ path: { objectId: a.contacts[13]! } }, ...Object.entries(a.records).map(([objectType, objectId]): Arguments => ({ path: { objectType, objectId } })).filter(({ path }) => path!.objectType === 'notes')]),
  'records.batchCreate': of((a) => [
    { body: { inputs: [{ properties: { email: 'new-b@example.org' }, associations: [{ to: to(a), types: [spec(a.labels[0]!, 'USER_DEFINED')] }] }] } },
    { body: { inputs: [{ properties: { email: 'a-0@example.org' }, objectWriteTraceId: 't' }] } },
  ]),
  'records.batchRead': of((a) => [
    { body: { inputs: [{ id: a.contacts[0] }, { id: a.contacts[1] }], properties: ['a_text', 'firstname', 'a_sensitive', 'a_highly'], propertiesWithHistory: ['firstname', 'a_highly'] } },
    { body: { inputs: [{ id: 'a-0@example.org' }], idProperty: 'email' } }, { body: { inputs: [{ id: 'a-unique-0' }], idProperty: 'a_unique' } },
    { body: { inputs: [{ id: a.archivedContact }] }, query: { archived: 'true' } },
    ...Object.entries(a.records).map(([objectType, id]) => ({ path: { objectType }, body: { inputs: [{ id }] } })),
  ]),
  'records.batchUpdate': of((a) => [{ body: { inputs: [{ id: a.contacts[0], properties: stolen }] } }, { body: { inputs: [{ id: 'a-0@example.org', idProperty: 'email', properties: { firstname: 'Stolen' } }] } }]),
  'records.batchUpsert': of((a) => [
    { body: { inputs: [{ id: 'a-unique-0', idProperty: 'a_unique', properties: { firstname: 'Stolen' } }] } }, { body: { inputs: [{ id: 'a-0@example.org', idProperty: 'email', properties: { firstname: 'Stolen' } }] } },
    { body: { inputs: [{ id: a.contacts[0], properties: { firstname: 'Stolen' } }] } },
  ]),
  'records.batchArchive': of((a) => [{ body: { inputs: [{ id: a.contacts[12] }] } }]),
  'records.search': of((a) => [
    { body: { filterGroups: [], properties: ['a_text', 'a_sensitive', 'a_highly'], limit: 50 } }, { body: { query: 'Known' } }, { body: { query: SECRET } },
    { body: { filters: [{ propertyName: 'email', operator: 'EQ', value: 'a-0@example.org' }] } }, { body: { filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: a.contacts[0] }] } },
    { body: { filters: [{ propertyName: 'associations.company', operator: 'EQ', value: a.companies[0] }] } }, { body: { filters: [{ propertyName: 'a_text', operator: 'HAS_PROPERTY' }] } },
    ...Object.keys(a.records).map((objectType): Arguments => ({ path: { objectType }, body: {} })),
  ]),
  'records.merge': of((a, b) => [
    { body: { primaryObjectId: a.contacts[10], objectIdToMerge: a.contacts[11] } }, { body: { primaryObjectId: b.contact, objectIdToMerge: a.contacts[11] } },
    { body: { primaryObjectId: a.contacts[10], objectIdToMerge: b.contact } },
  ]),
  'records.gdprDelete': of((a) => [{ body: { objectId: a.contacts[9] } }, { body: { objectId: 'a-8@example.org', idProperty: 'email' } }]),

  'associations.batchCreate': eachPair((a) => ({ types: [spec(a.labels[0]!, 'USER_DEFINED')] })),
  'associations.batchRead': of((a) => [{ body: { inputs: [{ id: a.contacts[0] }, { id: a.contacts[1] }] } }]),
  'associations.batchArchive': of((a, b) => pairs(a, b, 2).map((pair) => ({ body: { inputs: [{ from: pair.from, to: [{ id: a.companies[0] }, pair.to] }] } }))),
  'associations.batchArchiveLabels': of((a, b) => pairs(a, b, 3).map((pair) => ({ body: { inputs: [{ from: pair.from, to: { id: a.companies[0] }, types: [spec(a.labels[0]!, 'USER_DEFINED')] }] } }))),
  'associations.batchCreateDefault': eachPair(() => ({})),
  'associations.list': of((a) => [{ path: { objectId: a.contacts[0]! } }]),
  'associations.create': of((a, b) => pairs(a, b, 1).map(({ from, to: end }) => ({ path: { objectId: from.id, toObjectId: end.id }, body: [spec(a.labels[0]!, 'USER_DEFINED')] }))),
  'associations.createDefault': eachPairInPath({}, ['fromObjectId', 'toObjectId']),
  'associations.archive': of((a, b) => [a.contacts[4]!, b.contact].map((objectId) => ({ path: { objectId, toObjectId: a.companies[0]! } }))),
  'associations.batchCreateV3': eachPair(() => ({ type: 'contact_to_company' })),
  'associations.batchReadV3': of((a) => [{ body: { inputs: [{ id: a.contacts[0] }] } }], { tellsNothing: 'ids and names of types' }),
  'associations.batchArchiveV3': of((a, b) => [a.contacts[5]!, b.contact].map((id) => ({ body: { inputs: [{ from: { id }, to: { id: a.companies[0] }, type: 'contact_to_company' }] } }))),
  'associations.listV3': of((a) => [{ path: { objectId: a.contacts[0]! } }], { tellsNothing: 'ids and names of types' }),
  'associations.createV3': eachPairInPath({ path: { associationType: 'contact_to_company' } }),
  'associations.archiveV3': eachPairInPath({ path: { associationType: 'contact_to_company' } }),
  'associations.listLabels': one({}),
  'associations.createLabel': one({ body: { name: 'a_label_of_mine', label: 'Mine' } }),
  'associations.updateLabel': of((a) => [{ body: { associationTypeId: a.labels[1], label: 'Mine too' } }]),
  'associations.deleteLabel': of((a) => [{ path: { associationTypeId: String(a.labels[2]) } }]),
  'associations.listTypes': of(() => [{}], { tellsNothing: 'names of types' }),
  'associationLimits.list': of(() => [{}], { tellsNothing: COUNTS }),
  'associationLimits.listPair': of(() => [{}], { tellsNothing: COUNTS }),
  'associationLimits.batchCreate': of((a) => [{ body: { inputs: [{ category: 'USER_DEFINED', typeId: a.labels[1], maxToObjectIds: 3 }] } }]),
  'associationLimits.batchUpdate': of((a) => [{ body: { inputs: [maximum(a)] } }]),
  'associationLimits.batchPurge': of((a) => [{ body: { inputs: [{ category: 'USER_DEFINED', typeId: a.labels[0] }] } }]),
  'associationLimits.report': of((a) => [{ path: { userId: a.users[0]! } }]),

  'propertyGroups.list': one({}),
  'propertyGroups.create': one({ body: { name: 'a_group_of_mine', label: 'Mine' } }, { body: { name: 'a_group', label: 'Mine' } }),
  'propertyGroups.get': one({ path: { groupName: 'a_empty_group' } }),
  'propertyGroups.update': one({ path: { groupName: 'a_empty_group' }, body: { label: 'Mine' } }),
  'propertyGroups.delete': one({ path: { groupName: 'a_empty_group' } }),
  'properties.batchCreate': one({ body: { inputs: [property('a_new')] } }),
  'properties.batchRead': one({ body: { inputs: [{ name: 'a_text' }, { name: 'a_choice' }] } }, { body: { archived: true, inputs: [{ name: 'a_archived' }] } }),
  'properties.batchArchive': one({ body: { inputs: [{ name: 'a_batch_gone' }] } }),
  'properties.create': one({ body: property('a_newer') }),
  'properties.list': one({}, { query: { archived: 'true' } }, { query: { dataSensitivity: 'sensitive' } }),
  'properties.get': one({ path: { propertyName: 'a_choice' } }, { path: { propertyName: 'a_archived' }, query: { archived: 'true' } }),
  'properties.update': one({ path: { propertyName: 'a_text' }, body: { label: 'Mine' } }),
  'properties.archive': one({ path: { propertyName: 'a_gone' } }),
  'propertyValidations.list': of(() => [{ path: { objectTypeId: '0-1' } }], { tellsNothing: 'names and arguments of rules' }),
  'propertyValidations.listProperty': of(() => [{ path: ruleOf() }], { tellsNothing: 'arguments of rules' }),
  'propertyValidations.get': of(() => [{ path: ruleOf('MAX_LENGTH') }], { tellsNothing: 'arguments of rules' }),
  'propertyValidations.update': one({ path: ruleOf('MAX_LENGTH'), body: { ruleArguments: ['5'] } }),

  'schemas.list': one({}, { query: { archived: 'true' } }),
  'schemas.create': one({ body: { name: 'a_new_ship', labels: { singular: 'Mine', plural: 'Mine' }, properties: [{ name: 'x', label: 'X' }], requiredProperties: [], associatedObjects: ['0-1'], primaryDisplayProperty: 'x' } }),
  'schemas.batchRead': of((a) => [{ body: { inputs: [a.customType, 'a_ship'] } }]),
  'schemas.get': of((a) => [{ path: { schemaName: a.customType } }, { path: { schemaName: 'a_ship' } }, { path: { schemaName: 'p1234567_a_ship' } }]),
  'schemas.update': of((a) => [{ path: { schemaName: a.customType }, body: { labels: { singular: 'Mine' } } }]),
  'schemas.archive': of((a) => [{ path: { schemaName: a.spareCustomType } }, { path: { schemaName: a.spareCustomType }, query: { archived: 'true' } }]),
  'schemas.createAssociation': of((a) => [{ path: { schemaName: a.customType }, body: { fromObjectTypeId: a.customType, toObjectTypeId: '0-3', name: 'a_ship_to_deal' } }]),
  'schemas.deleteAssociation': of((a) => [{ path: { schemaName: a.customType, associationIdentifier: a.schemaAssociation } }]),

  'dealSplits.batchRead': of((a) => [{ body: { inputs: [{ id: a.deal }] } }], { tellsNothing: 'ids and shares' }),
  'dealSplits.batchUpsert': of((a) => [{ body: { inputs: [{ id: a.deal, splits: [{ ownerId: a.owners.at(-1), percentage: 1 }] }] } }]),
  'subscriptions.pause': of((a) => [{ path: { objectId: a.subscriptions[0]! } }]),
  'subscriptions.unpause': of((a) => [{ path: { objectId: a.subscriptions[1]! } }]),
  'subscriptions.cancel': of((a) => [{ path: { objectId: a.subscriptions[1]! } }]),
  'objectLibrary.list': of(() => [{}], { tellsNothing: 'yes or no' }),
  'objectLibrary.get': of(() => [{ path: { objectTypeId: '0-421' } }], { tellsNothing: 'yes or no' }),

  'pipelines.list': one({ path: { objectType: 'deals' } }),
  'pipelines.create': one({ path: { objectType: 'deals' }, body: { pipelineId: 'a_new', label: 'Mine', displayOrder: 1, stages: stagesOf('a_new') } }),
  'pipelines.get': one({ path: inPipeline('a_pipe') }),
  'pipelines.replace': one({ path: inPipeline('a_replaced'), body: { label: 'Mine too', displayOrder: 1, stages: stagesOf('a_replaced') } }),
  'pipelines.update': one({ path: inPipeline('a_updated'), body: { label: 'Mine again' } }),
  'pipelines.archive': one({ path: inPipeline('a_gone') }),
  'pipelines.audit': one({ path: inPipeline('a_pipe') }),
  'stages.list': one({ path: inPipeline('a_pipe') }),
  'stages.create': one({ path: inPipeline('a_pipe'), body: { stageId: 'a_new_stage', label: 'Mine', displayOrder: 0, metadata: { probability: '0.5' } } }),
  'stages.get': one({ path: inPipeline('a_pipe', 'a_first') }),
  'stages.replace': one({ path: inPipeline('a_pipe', 'a_second'), body: { label: 'Mine too', displayOrder: 0, metadata: { probability: '0.5' } } }),
  'stages.update': one({ path: inPipeline('a_pipe', 'a_third'), body: { label: 'Mine again' } }),
  'stages.archive': one({ path: inPipeline('a_pipe', 'a_fourth') }),
  'stages.audit': one({ path: inPipeline('a_pipe', 'a_first') }),

  'owners.list': one({}, { query: { email: 'a-user-1@example.org' } }, { query: { archived: 'true' } }),
  'owners.get': of((a) => [{ path: { ownerId: a.owners.at(-1)! } }, { path: { ownerId: a.users[0]! }, query: { idProperty: 'userId' } }]),
  'users.list': one({}),
  'users.create': of((a) => [{ body: { email: 'new@example.org', primaryTeamId: a.team } }]),
  'users.listRoles': of(() => [{}], { tellsNothing: 'there are none' }),
  'users.listTeams': one({}),
  'users.get': of((a) => [{ path: { userId: a.users[0]! } }, { path: { userId: 'a-user-1@example.org' }, query: { idProperty: 'EMAIL' } }]),
  'users.update': of((a) => [{ path: { userId: a.users[1]! }, body: { firstName: 'Stolen' } }, { path: { userId: 'a-user-1@example.org' }, query: { idProperty: 'EMAIL' }, body: { firstName: 'Stolen' } }]),
  'users.delete': of((a) => [{ path: { userId: a.users[2]! } }, { path: { userId: 'a-user-1@example.org' }, query: { idProperty: 'EMAIL' } }]),

  ...Object.fromEntries(['records', 'pipelines', 'customProperties', 'calculatedProperties', 'customObjectTypes', 'fromTypes'].map((name) => [`limits.${name}`, of(() => [{}], { tellsNothing: COUNTS })])),
  'limits.labels': of((a) => [{}, { query: { fromObjectTypeId: '0-1', toObjectTypeId: '0-2' } }, { query: { fromObjectTypeId: a.customType, toObjectTypeId: '0-1' } }], { tellsNothing: COUNTS }),
  'limits.toTypes': of((a) => [{ path: { fromObjectType: 'contacts' } }, { path: { fromObjectType: a.customType } }], { tellsNothing: COUNTS }),
  'limits.nearRecords': of(() => [{}], { tellsNothing: COUNTS }),
  'accountInfo.details': of(() => [{}], { tellsNothing: 'the number of the account and its settings' }),
  'accountInfo.usage': of(() => [{}], { tellsNothing: COUNTS }),
  'accountInfo.usageBefore': of(() => [{}], { tellsNothing: COUNTS }),
  'activity.audit': of((a) => [{ query: { limit: '100' } }, { query: { limit: '100', actingUserId: a.users[0]! } }]),
  'activity.logins': of((a) => [{}, { query: { userId: a.users[0]! } }]),
  'activity.security': of((a) => [{}, { query: { userId: a.users[0]! } }]),
  'appInstalls.uninstall': of(() => [{}], { fails: 'the token is of no app that was installed' }),
};
