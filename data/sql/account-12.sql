-- How far a letter's place on the server is believed (StoreDoubt): an answer to MOVE, COPY or APPEND may name another letter's
-- UID, and a mailbox that was rebuilt in place gives old UIDs to other letters.
ALTER TABLE placement ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;
CREATE INDEX placement_doubt ON placement (folder) WHERE doubt <> 0;
