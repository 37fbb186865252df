-- A letter that goes out behind another one is marked on the disk before it may (engine/engine-witness.h): where
-- nothing tells otherwise afterwards, it may have been sent. 0: it is not marked.
ALTER TABLE outbox ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
