-- Emails of people who had their data deleted, as SHA-256 of portal and email: no contact may be given one again.

create table blocked_email (
  portal_id bigint not null,
  email_hash text collate "C" not null,
  blocked_at timestamptz not null,
  primary key (portal_id, email_hash)
);
