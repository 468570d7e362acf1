-- Lists of words beside the records (search-lists.ts): what searches for words ask instead of the records. A list is of one
-- portal's object type, made when searches want it, and follows the records a moment later: a write only notes who it
-- was about (search_tail), and searches look at those records themselves until they are taken in.

-- kind: text, starts or ends. state: new, until all records are in it; full, until those are in it that were written meanwhile;
-- ready; or refused. The id follows from the rest: short, for every row of a list has it.
create table search_list (
  portal_id bigint not null,
  id int not null,
  object_type text collate "C" not null,
  kind text collate "C" not null,
  refs jsonb not null,
  state text collate "C" not null,
  claimed_at timestamptz not null,
  wanted_at timestamptz not null,
  primary key (portal_id, id)
);
create index search_list_type on search_list (portal_id, object_type);

-- Whose row is locked fills the lists of a type, or takes records in.
create table search_lock (
  portal_id bigint not null,
  object_type text collate "C" not null,
  primary key (portal_id, object_type)
);

-- The texts of several properties, case aside, one row per record.
create table search_text (
  bucket int not null,
  portal_id bigint not null,
  list int not null,
  created_at timestamptz not null,
  id bigint not null,
  words text collate "C" not null,
  primary key (bucket, portal_id, list, created_at, id)
);
create index search_text_record on search_text (id);

-- The words of one property, one row per word of a record; `shared` is how many letters of its start the word shares with the
-- word before it of the same record, in order: of those that start alike the first one stands for the record.
create table search_word (
  bucket int not null,
  portal_id bigint not null,
  list int not null,
  word text collate "C" not null,
  created_at timestamptz not null,
  id bigint not null,
  shared smallint not null,
  primary key (bucket, portal_id, list, word, created_at, id) include (shared)
);
create index search_word_record on search_word (id);

-- Records that were written and are not taken in yet, a row per write and bucket. `words` are those of list `list`, one text per
-- record, where the writer knew them; `replaces`, when the lists may have the records as they were before.
create table search_tail (
  bucket int not null,
  portal_id bigint not null,
  object_type text collate "C" not null,
  entry uuid not null,
  ids bigint[] not null,
  list int,
  words text[] collate "C",
  replaces boolean not null,
  primary key (bucket, portal_id, object_type, entry)
);
-- Kept as it is: it lives for a moment, and compressing costs more than the writing.
alter table search_tail alter column words set storage external;

-- How many letters two texts share at their start.
create function shared_start(one text, other text) returns int language plpgsql immutable parallel safe as $$
declare
  n int := 0;
begin
  if one is null or other is null then return 0; end if;
  while n < length(one) and n < length(other) and substr(one, n + 1, 1) = substr(other, n + 1, 1) loop n := n + 1; end loop;
  return n;
end
$$;

-- Words have had indexes on the records themselves.
do $$
declare
  made text;
begin
  for made in select name from search_index where expression like 'using gin%' loop
    execute format('drop index if exists %I', made);
    execute format('drop statistics if exists %I', made || '_values');
  end loop;
end
$$;

delete from search_index where expression like 'using gin%';
