-- Teams of users. Users name theirs in portal_user.details: primaryTeamId, secondaryTeamIds.

create table team (
  portal_id bigint not null,
  id bigint not null,
  name text not null,
  created_at timestamptz not null,
  primary key (portal_id, id)
);

-- Owners of before get the user that each of them is.
insert into portal_user (portal_id, id, email, first_name, last_name, details, created_at, updated_at, archived_at)
select portal_id, user_id, email, first_name, last_name, '{}'::jsonb, created_at, updated_at, archived_at from owner
on conflict (portal_id, id) do nothing;
