-- What a letter asks of servers on its way, and what became of it there.
ALTER TABLE outbox ADD COLUMN options INTEGER NOT NULL DEFAULT 0; -- StoreSendOption, bits

-- What delivery reports said (RFC 3464), by the Message-ID of the letter they are about: its copy in Sent
-- may be another message than the one that was sent.
CREATE TABLE delivery (
  id         INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL,
  recipient  TEXT NOT NULL,
  state      INTEGER NOT NULL,              -- StoreDeliveryState
  status     TEXT NOT NULL DEFAULT '',      -- "5.1.1"
  at         INTEGER NOT NULL,
  UNIQUE (message_id, recipient)
) STRICT;
