// Object schemas: custom objects and their associations (schema.md section 5). Declarations only; the rules are in src/crm.

import { createSchemaAssociation, deleteSchemaAssociation } from '../crm/schema-associations.ts';
import { archiveSchema, createSchema, getSchema, listSchemas, purgeSchema, readSchemas, updateSchema } from '../crm/schemas.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import {
  AssociationDefinitionBody, presentAssociation, presentDefinition, presentSchema, SchemaAssociationBody, SchemaBatchReadBody, SchemaBody, SchemaCreateBody,
  SchemaDefinitionBody, SchemaDeleteQuery, SchemaGetQuery, SchemaListBody, SchemaListQuery, SchemaUpdateBody,
} from './wire/schemas.ts';

const shared = { area: 'schemas', tag: 'Schemas', versions: RECORD_VERSIONS } as const;
/** platform.md 5.6 [D]. */
const READ = ['crm.schemas.custom.read', 'crm.objects.custom.sensitive.read.v2', 'crm.objects.custom.read', 'crm.objects.custom.highly_sensitive.read.v2'];
const WRITE = ['crm.schemas.custom.write'];

const list = operation({
  ...shared, id: 'schemas.list', method: 'GET', path: '', summary: 'List the custom objects', scopes: READ,
  query: SchemaListQuery, response: SchemaListBody, statuses: [200],
  run: async (ctx, { query }) => ({ status: 200, body: { results: listSchemas(ctx.portal, query.archived ?? false).map((schema) => presentSchema(schema, query)) } }),
});

const create = operation({
  ...shared, id: 'schemas.create', method: 'POST', path: '', summary: 'Make a custom object', scopes: WRITE,
  body: SchemaCreateBody, response: SchemaBody, statuses: [201],
  run: async (ctx, { body }) => ({ status: 201, body: presentSchema(await createSchema(ctx, body)) }),
});

const batchRead = operation({
  ...shared, id: 'schemas.batchRead', method: 'POST', path: '/batch/read', summary: 'Read several schemas', scopes: READ,
  body: SchemaBatchReadBody, response: SchemaListBody, statuses: [200],
  run: async (ctx, { body }) => ({ status: 200, body: { results: readSchemas(ctx.portal, body.inputs).map((schema) => presentSchema(schema, body)) } }),
});

const get = operation({
  ...shared, id: 'schemas.get', method: 'GET', path: '/{schemaName}', summary: 'Read the schema of an object type, custom or standard', scopes: READ,
  query: SchemaGetQuery, response: SchemaBody, statuses: [200],
  run: async (ctx, { params, query }) => ({ status: 200, body: presentSchema(getSchema(ctx.portal, params.schemaName!), query) }),
});

const update = operation({
  ...shared, id: 'schemas.update', method: 'PATCH', path: '/{schemaName}', summary: 'Change a custom object', scopes: WRITE,
  body: SchemaUpdateBody, response: SchemaDefinitionBody, statuses: [200],
  run: async (ctx, { params, body }) => {
    const { type, ...custom } = await updateSchema(ctx, params.schemaName!, body);
    return { status: 200, body: presentDefinition({ type, custom }) };
  },
});

const archive = operation({
  ...shared, id: 'schemas.archive', method: 'DELETE', path: '/{schemaName}', summary: 'Archive a custom object, or delete it for good', scopes: WRITE,
  query: SchemaDeleteQuery, statuses: [204],
  run: async (ctx, { params, query }) => {
    await (query.archived ? purgeSchema : archiveSchema)(ctx, params.schemaName!);
    return { status: 204 };
  },
});

const createAssociation = operation({
  ...shared, id: 'schemas.createAssociation', method: 'POST', path: '/{schemaName}/associations', summary: 'Make a custom object associable with another type', scopes: WRITE,
  body: SchemaAssociationBody, response: AssociationDefinitionBody, statuses: [201],
  run: async (ctx, { params, body }) => ({ status: 201, body: presentAssociation(await createSchemaAssociation(ctx, params.schemaName!, body)) }),
});

const deleteAssociation = operation({
  ...shared, id: 'schemas.deleteAssociation', method: 'DELETE', path: '/{schemaName}/associations/{associationIdentifier}', summary: 'Take an association definition away', scopes: WRITE,
  statuses: [204],
  run: async (ctx, { params }) => {
    await deleteSchemaAssociation(ctx, params.schemaName!, params.associationIdentifier!);
    return { status: 204 };
  },
});

export const schemaOperations = [list, create, batchRead, get, update, archive, createAssociation, deleteAssociation];
