-- Derived from the account's database, and rebuilt from it when it is missing or broken.
CREATE VIRTUAL TABLE letter USING fts5 (subject, people, text, content = '', tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
