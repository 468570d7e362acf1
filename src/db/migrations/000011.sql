-- A note without the time of making is of records that the lists may have as they were before: the column said the same. Some databases
-- were made without it.
alter table search_tail drop column if exists replaces;
