-- Accounts and what belongs to the person rather than to one mailbox.
CREATE TABLE account (
  uuid          TEXT PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  protocol      TEXT NOT NULL,              -- imap, pop3, smtp (send only)
  practice      INTEGER NOT NULL DEFAULT 0,
  email         TEXT NOT NULL,
  full_name     TEXT NOT NULL DEFAULT '',
  host          TEXT NOT NULL DEFAULT '',
  port          INTEGER NOT NULL DEFAULT 0,
  security      TEXT NOT NULL DEFAULT 'tls',
  user          TEXT NOT NULL DEFAULT '',
  smtp_host     TEXT NOT NULL DEFAULT '',   -- empty: receives only
  smtp_port     INTEGER NOT NULL DEFAULT 0,
  smtp_security TEXT NOT NULL DEFAULT 'tls',
  smtp_user     TEXT NOT NULL DEFAULT '',
  ca_file       TEXT NOT NULL DEFAULT '',
  password_file TEXT NOT NULL DEFAULT '',   -- empty: the keyring holds it
  leave_policy  TEXT NOT NULL DEFAULT 'all', -- POP3: all, none, days:N, until-deleted
  keep_policy   TEXT NOT NULL DEFAULT 'all', -- IMAP: headers, days:N, all
  position      INTEGER NOT NULL DEFAULT 0,
  paused        INTEGER NOT NULL DEFAULT 0,
  created       INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
  id        INTEGER PRIMARY KEY,
  account   TEXT NOT NULL REFERENCES account (uuid) ON DELETE CASCADE,
  full_name TEXT NOT NULL DEFAULT '',
  email     TEXT NOT NULL,
  signature TEXT NOT NULL DEFAULT '',
  preferred INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE address (
  email     TEXT PRIMARY KEY,
  full_name TEXT NOT NULL DEFAULT '',
  uses      INTEGER NOT NULL DEFAULT 0,
  last_used INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE saved_search (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL,
  query TEXT NOT NULL
) STRICT;

CREATE TABLE permission (
  subject TEXT NOT NULL,                    -- an address or a domain
  what    TEXT NOT NULL,                    -- remote-images
  at      INTEGER NOT NULL,
  PRIMARY KEY (subject, what)
) STRICT;
