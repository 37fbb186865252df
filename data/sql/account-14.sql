-- How far down headers had come was noted here, and asked by nobody.
ALTER TABLE folder DROP COLUMN headers_done;
-- What is on its way out, in the order in which it goes; letters that were sent stay in the outbox, and are many.
CREATE INDEX outbox_open ON outbox (state) WHERE state <> 3;
