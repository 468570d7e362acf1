-- Apps, what portals granted them, how people sign in, what calls are counted, and what was done and is to be answered for.

-- An OAuth app, for all portals of this database. Secrets are random, so a fast hash keeps them; the one before a rotation
-- stays good for a while.
create table app (
  app_id bigint primary key,
  client_id text collate "C" not null unique,
  name text not null,
  secret_hash text collate "C" not null,
  old_secret_hash text collate "C",
  old_secret_until timestamptz,
  redirect_uris jsonb not null,
  required_scopes jsonb not null,
  optional_scopes jsonb not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);

create table app_install (
  portal_id bigint not null,
  app_id bigint not null,
  user_id bigint not null,
  scopes jsonb not null,
  installed_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz,
  primary key (portal_id, app_id)
);

-- What a redirect brings an app, to be changed into tokens once.
create table oauth_code (
  code_hash text collate "C" primary key,
  app_id bigint not null,
  portal_id bigint not null,
  user_id bigint not null,
  redirect_uri text not null,
  scopes jsonb not null,
  -- code_challenge of PKCE, S256.
  challenge text,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- kind: private (pat-...), access, refresh, client (client_credentials).
alter table token add column kind text collate "C" not null default 'private';
alter table token add column user_id bigint;
alter table token add column expires_at timestamptz;
alter table token add column last_used_at timestamptz;
create index token_of_app on token (portal_id, app_id);
create index token_expiry on token (expires_at) where expires_at is not null;

-- Who may sign in: a password for an email, folded, whichever portals have a user of that email.
create table login (
  email text collate "C" primary key,
  password_hash text not null,
  updated_at timestamptz not null
);

create table login_session (
  session_hash text collate "C" primary key,
  email text collate "C" not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Windows of the limiter, in the shape that rate-limiter-flexible gives them.
create table rate_limit (
  key varchar(255) primary key,
  points int not null default 0,
  expire bigint
);

-- Calls of a private app on a day of the portal's own time zone.
create table api_usage (
  portal_id bigint not null,
  app_id bigint not null,
  day date not null,
  calls bigint not null,
  collected_at timestamptz not null,
  primary key (portal_id, app_id, day)
);

-- kind: audit, login, security. What the activity feeds of account information show.
create table activity (
  portal_id bigint not null,
  kind text collate "C" not null,
  id bigint not null,
  at timestamptz not null,
  user_id bigint,
  details jsonb not null,
  primary key (portal_id, kind, id)
);
