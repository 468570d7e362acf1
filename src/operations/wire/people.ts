// Owners and users on the wire (schema.md 7.1).

import { Type } from 'typebox';
import type { Owner } from '../../crm/owners.ts';
import type { Team, UserRow } from '../../crm/users.ts';
import { Paging } from './records.ts';

const MAX_PAGE = 500;
const After = Type.Optional(Type.String({ description: 'paging.next.after of the page before' }));
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: '100 unless told' }));

export const OwnerListQuery = Type.Object({
  after: After, limit: Limit, email: Type.Optional(Type.String({ description: 'Only the owner with this email' })), archived: Type.Optional(Type.Boolean()),
});
export const OwnerQuery = Type.Object({ idProperty: Type.Optional(Type.String({ description: 'id or userId' })), archived: Type.Optional(Type.Boolean()) });

const TeamOfOwner = Type.Object({ id: Type.String(), name: Type.String(), primary: Type.Boolean() });

export const OwnerReply = Type.Object({
  id: Type.String(), email: Type.String(), type: Type.String(), firstName: Type.String(), lastName: Type.String(), userId: Type.Optional(Type.Integer()),
  userIdIncludingInactive: Type.Integer(), createdAt: Type.String(), updatedAt: Type.String(), archived: Type.Boolean(), teams: Type.Optional(Type.Array(TeamOfOwner)),
});
export const OwnerListReply = Type.Object({ results: Type.Array(OwnerReply), paging: Type.Optional(Paging) });

export function presentOwner(owner: Owner): object {
  const archived = owner.archivedAt !== null;
  return {
    id: String(owner.id), email: owner.email, type: 'PERSON', firstName: owner.firstName, lastName: owner.lastName,
    ...(archived ? {} : { userId: owner.userId }), userIdIncludingInactive: owner.userId,
    createdAt: owner.createdAt, updatedAt: owner.updatedAt, archived, ...(owner.teams.length > 0 ? { teams: owner.teams } : {}),
  };
}

// ---- users

const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const update = {
  firstName: Maybe(Type.String({ maxLength: 255 })), lastName: Maybe(Type.String({ maxLength: 255 })), primaryTeamId: Maybe(Type.String()),
  secondaryTeamIds: Maybe(Type.Array(Type.String())), roleId: Maybe(Type.String()),
};

export const UserListQuery = Type.Object({ after: After, limit: Limit });
export const UserQuery = Type.Object({ idProperty: Type.Optional(Type.String({ description: 'USER_ID or EMAIL' })) });
export const UserCreateBody = Type.Object({
  ...update, email: Type.String(), sendWelcomeEmail: Maybe(Type.Boolean({ description: 'Spoke sends no mail' })),
});
export const UserUpdateBody = Type.Object(update);

export const UserReply = Type.Object({
  id: Type.String(), email: Type.String(), firstName: Type.String(), lastName: Type.String(), roleIds: Type.Array(Type.String()), superAdmin: Type.Boolean(),
  primaryTeamId: Type.Optional(Type.String()), secondaryTeamIds: Type.Optional(Type.Array(Type.String())),
});
export const UserListReply = Type.Object({ results: Type.Array(UserReply), paging: Type.Optional(Paging) });
export const RoleListReply = Type.Object({ results: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), requiresBillingWrite: Type.Boolean() })) });
export const TeamListReply = Type.Object({
  results: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), userIds: Type.Array(Type.String()), secondaryUserIds: Type.Array(Type.String()) })),
});

export function presentUser({ id, email, firstName, lastName, details: { superAdmin = false, primaryTeamId, secondaryTeamIds } }: UserRow): object {
  return {
    id: String(id), email, firstName, lastName, roleIds: [], superAdmin,
    ...(primaryTeamId === undefined ? {} : { primaryTeamId }), ...(secondaryTeamIds === undefined ? {} : { secondaryTeamIds }),
  };
}

export function presentTeam({ id, name, userIds, secondaryUserIds }: Team): object {
  return { id: String(id), name, userIds: userIds.map(String), secondaryUserIds: secondaryUserIds.map(String) };
}
