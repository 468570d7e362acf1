-- A note's words are one text: whether a word is in any of a hundred records is then told in a fifth of the time.
alter table search_tail alter column words type text collate "C" using array_to_string(words, E'\x1E');
-- Kept as it is: it lives for a moment, and compressing costs more than the writing.
alter table search_tail alter column words set storage external;
-- When the records were made, of those that are new: a page that is older does not want them.
alter table search_tail add column created_at timestamptz;
