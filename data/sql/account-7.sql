-- What of a draft is on the server. A draft has several of these for a moment only: the newest is the one that counts,
-- and what is nobody's any more is removed there.
CREATE TABLE draft_copy (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  draft       INTEGER NOT NULL,             -- outbox.id; 0: nobody's any more
  version     INTEGER NOT NULL,             -- the message that was put there; 0: another client's words
  message_id  TEXT,                         -- by which it is found when its UID is not known
  folder      INTEGER NOT NULL,
  uidvalidity INTEGER NOT NULL DEFAULT 0,
  uid         INTEGER NOT NULL DEFAULT 0    -- 0: it was said, and no answer has come
) STRICT;
