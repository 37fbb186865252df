-- Two tables of a large mailbox have a row for each letter, and so has the ledger. AUTOINCREMENT reads and
-- writes a second table with each of these rows; ids that are never given twice come from here instead, once
-- for a whole batch. (The ledger loses no row, so its ids need no memory.)
CREATE TABLE serial (
  name TEXT PRIMARY KEY,                    -- the table
  last INTEGER NOT NULL                     -- the highest id ever given to a row of it
) STRICT, WITHOUT ROWID;
INSERT INTO serial (name, last)
  SELECT name, coalesce ((SELECT seq FROM sqlite_sequence WHERE sqlite_sequence.name = tables.name), 0)
  FROM (SELECT 'message' AS name UNION ALL SELECT 'placement') AS tables;
-- The word changes nothing in how rows are stored, so it may be taken out where it stands
-- (https://sqlite.org/lang_altertable.html, section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace (sql, 'PRIMARY KEY AUTOINCREMENT', 'PRIMARY KEY')
  WHERE type = 'table' AND name IN ('message', 'placement', 'ledger');
DELETE FROM sqlite_sequence WHERE name IN ('message', 'placement', 'ledger');
PRAGMA writable_schema = RESET;
