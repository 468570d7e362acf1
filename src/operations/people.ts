// Owners, and the users that they are: provisioning, roles and teams (schema.md 7.1, platform.md 5.6). Declarations only.

import { getOwner, listOwners } from '../crm/owners.ts';
import { createUser, deleteUser, getUser, listTeams, listUsers, updateUser, type UserKey } from '../crm/users.ts';
import { problem } from '../errors.ts';
import { paging } from './objects.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import {
  OwnerListQuery, OwnerListReply, OwnerQuery, OwnerReply, presentOwner, presentTeam, presentUser, RoleListReply, TeamListReply, UserCreateBody,
  UserListQuery, UserListReply, UserQuery, UserReply, UserUpdateBody,
} from './wire/people.ts';

const DEFAULT_PAGE = 100;

function readAfter(after: string | undefined): number {
  if (after === undefined) return 0;
  if (!/^\d{1,15}$/.test(after)) throw problem.invalidParameter('after', 'must be what paging.next.after was');
  return Number(after);
}

function readChoice<T extends string>(value: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = value === undefined ? choices[0] : choices.find((one) => one === value);
  if (choice === undefined) throw problem.invalidParameter('idProperty', `must be one of ${choices.join(', ')}`);
  return choice;
}

const cursor = (after: number | undefined): string | undefined => (after === undefined ? undefined : String(after));

// ---- owners

const owners = { area: 'owners', tag: 'Owners', versions: RECORD_VERSIONS, scopes: ['crm.objects.owners.read', 'automation'] } as const;

const listAll = operation({
  ...owners, id: 'owners.list', method: 'GET', path: '',
  summary: 'List owners', query: OwnerListQuery, response: OwnerListReply, statuses: [200],
  run: async (ctx, { query }) => {
    const { archived = false, limit = DEFAULT_PAGE, email } = query;
    const page = await listOwners(ctx, { archived, limit, email, after: readAfter(query.after) });
    return { status: 200, body: { results: page.owners.map(presentOwner), ...paging(ctx, '', query, cursor(page.after)) } };
  },
});

const getOne = operation({
  ...owners, id: 'owners.get', method: 'GET', path: '/{ownerId}',
  summary: 'Read an owner by its id or its user id', query: OwnerQuery, response: OwnerReply, statuses: [200],
  run: async (ctx, { params, query }) => ({
    status: 200, body: presentOwner(await getOwner(ctx, readChoice(query.idProperty, ['id', 'userId']), params.ownerId!, query.archived ?? false)),
  }),
});

export const ownerOperations = [listAll, getOne];

// ---- users

const users = { area: 'users', tag: 'Users', versions: ['v3', '2026-03'] } as const;
const READ = ['settings.users.read'];
const WRITE = ['settings.users.write'];
const keyOf = (query: { idProperty?: string }): UserKey => readChoice(query.idProperty, ['USER_ID', 'EMAIL']);

const listUserPage = operation({
  ...users, id: 'users.list', method: 'GET', path: '',
  summary: 'List users', scopes: READ, query: UserListQuery, response: UserListReply, statuses: [200],
  run: async (ctx, { query }) => {
    const page = await listUsers(ctx, { limit: query.limit ?? DEFAULT_PAGE, after: readAfter(query.after) });
    return { status: 200, body: { results: page.users.map(presentUser), ...paging(ctx, '', query, cursor(page.after)) } };
  },
});

const addUser = operation({
  ...users, id: 'users.create', method: 'POST', path: '',
  summary: 'Add a user, who is an owner too', scopes: WRITE, body: UserCreateBody, response: UserReply, statuses: [201],
  run: async (ctx, { body }) => ({ status: 201, body: presentUser(await createUser(ctx, body)) }),
});

const roles = operation({
  ...users, id: 'users.listRoles', method: 'GET', path: '/roles',
  summary: 'List roles: there are none, for permissions are those of tokens', scopes: READ, response: RoleListReply, statuses: [200],
  run: async () => ({ status: 200, body: { results: [] } }),
});

const teams = operation({
  ...users, id: 'users.listTeams', method: 'GET', path: '/teams',
  summary: 'List teams and who is in them', scopes: ['settings.users.teams.read'], response: TeamListReply, statuses: [200],
  run: async (ctx) => ({ status: 200, body: { results: (await listTeams(ctx)).map(presentTeam) } }),
});

const getOneUser = operation({
  ...users, id: 'users.get', method: 'GET', path: '/{userId}',
  summary: 'Read a user by id or email', scopes: READ, query: UserQuery, response: UserReply, statuses: [200],
  run: async (ctx, { params, query }) => ({ status: 200, body: presentUser(await getUser(ctx, keyOf(query), params.userId!)) }),
});

const changeUser = operation({
  ...users, id: 'users.update', method: 'PUT', path: '/{userId}',
  summary: 'Change the names and teams of a user', scopes: WRITE, query: UserQuery, body: UserUpdateBody, response: UserReply, statuses: [200],
  run: async (ctx, { params, query, body }) => ({ status: 200, body: presentUser(await updateUser(ctx, keyOf(query), params.userId!, body)) }),
});

const removeUser = operation({
  ...users, id: 'users.delete', method: 'DELETE', path: '/{userId}',
  summary: 'Remove a user; the owner is archived', scopes: WRITE, query: UserQuery, statuses: [204],
  run: async (ctx, { params, query }) => {
    await deleteUser(ctx, keyOf(query), params.userId!);
    return { status: 204 };
  },
});

// Roles and teams first: their paths also read as the id of a user.
export const userOperations = [listUserPage, addUser, roles, teams, getOneUser, changeUser, removeUser];
