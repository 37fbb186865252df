-- Letters that a listing showed for the first time stand in the ledger as one row, from `message` to `last`; their UIDs or
-- UIDLs are in `detail`, in that order, and the row's id is that of the last of them.
ALTER TABLE ledger ADD COLUMN last INTEGER NOT NULL DEFAULT 0; -- 0: of one letter only
-- A letter is seen for the first time once, so that no two of these rows hold the same one.
CREATE INDEX ledger_last ON ledger (last) WHERE last > 0;
