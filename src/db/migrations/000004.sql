-- What a portal adds to the catalogue, beyond properties and labels: groups, pipelines, object types, validation rules, users.

-- A property's name is free again once it is archived; the definitions that had it stay listed.
create table archived_property (
  portal_id bigint not null,
  object_type text collate "C" not null,
  name text collate "C" not null,
  archived_at timestamptz not null,
  definition jsonb not null,
  primary key (portal_id, object_type, name, archived_at)
);

create table property_group (
  portal_id bigint not null,
  object_type text collate "C" not null,
  name text collate "C" not null,
  label text not null,
  display_order int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (portal_id, object_type, name)
);

-- A pipeline with its stages; one of the catalogue's has a row once it was changed.
create table pipeline (
  portal_id bigint not null,
  object_type text collate "C" not null,
  pipeline_id text collate "C" not null,
  definition jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (portal_id, object_type, pipeline_id)
);

-- Who changed a pipeline, or a stage of it (stage_id is empty for the pipeline itself).
create table pipeline_change (
  portal_id bigint not null,
  object_type text collate "C" not null,
  pipeline_id text collate "C" not null,
  stage_id text collate "C" not null,
  number bigint not null,
  action text not null,
  at timestamptz not null,
  user_id bigint,
  message text not null,
  raw_object jsonb not null,
  primary key (portal_id, object_type, pipeline_id, stage_id, number)
);

-- Custom objects: `2-N`.
create table object_type (
  portal_id bigint not null,
  id text collate "C" not null,
  name text collate "C" not null,
  definition jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (portal_id, id)
);

create table property_validation (
  portal_id bigint not null,
  object_type text collate "C" not null,
  property text collate "C" not null,
  rule_type text collate "C" not null,
  arguments jsonb not null,
  normalises boolean not null,
  primary key (portal_id, object_type, property, rule_type)
);

-- People who work in the portal. Each is an owner too; owner.id and user.id are numbers of their own.
create table portal_user (
  portal_id bigint not null,
  id bigint not null,
  email text not null,
  first_name text not null,
  last_name text not null,
  details jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (portal_id, id)
);
