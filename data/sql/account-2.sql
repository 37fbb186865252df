-- What LIST said a letter weighs when its content was last known (0: not noted): a server that gives an old
-- UIDL to another letter is found out by it.
ALTER TABLE placement ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
