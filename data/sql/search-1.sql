-- Derived from the account's database, and rebuilt from it when it is missing or broken. The index holds
-- no text of its own (contentless); a letter indexed anew gets a new row, and rows that no entry names
-- any longer are passed over and go when the whole is rebuilt.
CREATE VIRTUAL TABLE letter USING fts5 (
  subject, sender, recipients, text, content = '', tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE entry (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- letter's rowid
  message INTEGER NOT NULL,                  -- local id in mail.db
  date    INTEGER NOT NULL                   -- the list's key: results come newest first
) STRICT;
CREATE UNIQUE INDEX entry_message ON entry (message);
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
