-- Associations only lead between live records: those of an archived record wait in a table of their own, so that reads,
-- counts and limits never ask whether the far end is still there.

create table archived_association (
  bucket int not null,
  portal_id bigint not null,
  from_type text collate "C" not null,
  from_id bigint not null,
  to_type text collate "C" not null,
  to_id bigint not null,
  category smallint not null,
  type_id int not null,
  created_at timestamptz not null,
  primary key (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id)
);

with near as (
  delete from association a using record r
  where r.bucket = a.bucket and r.portal_id = a.portal_id and r.object_type = a.from_type and r.id = a.from_id and r.archived_at is not null
  returning a.*),
far as (
  delete from association a using near n
  where a.bucket = (n.to_id % 4096)::int and a.portal_id = n.portal_id and a.from_type = n.to_type and a.from_id = n.to_id
    and a.to_type = n.from_type and a.to_id = n.from_id
  returning a.*)
insert into archived_association select * from near union select * from far;

-- How many associations of one type a record has, kept only once there are many: counting few is cheaper than keeping it
-- true, and without a row they are counted.
create table association_count (
  bucket int not null,
  portal_id bigint not null,
  from_type text collate "C" not null,
  from_id bigint not null,
  to_type text collate "C" not null,
  category smallint not null,
  type_id int not null,
  count int not null,
  primary key (bucket, portal_id, from_type, from_id, to_type, category, type_id)
);

-- Maxima that a portal sets itself: how many records one record may reach by an association type.
create table association_limit (
  portal_id bigint not null,
  category smallint not null,
  type_id int not null,
  max_to_ids int not null,
  created_at timestamptz not null,
  primary key (portal_id, category, type_id)
);
