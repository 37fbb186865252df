-- One account's mail. Three tables carry identity: source (bytes), message (what lists show),
-- placement (where it is). Everything that must survive a crash together is in this one file.

-- Bytes of messages, zstd-compressed, in chunks so that a 200 MB letter is never held whole.
CREATE TABLE source (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  published INTEGER NOT NULL DEFAULT 0,     -- 0: still arriving; collected at start if it never ends
  size      INTEGER NOT NULL DEFAULT 0,     -- bytes of the letter
  sha256    BLOB,                           -- of the letter, set when published
  created   INTEGER NOT NULL                -- UTC microseconds, as all times here
) STRICT;
CREATE INDEX source_sha256 ON source (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX source_unpublished ON source (id) WHERE published = 0;

CREATE TABLE source_chunk (
  id   INTEGER PRIMARY KEY,                 -- source * 1048576 + 0, 1, 2 …: no second index to keep
  size INTEGER NOT NULL,                    -- bytes uncompressed, at most 262144
  data BLOB NOT NULL                        -- one zstd frame
) STRICT;

-- What a list shows. The id is never reused: AUTOINCREMENT.
CREATE TABLE message (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  source       INTEGER REFERENCES source (id) ON DELETE SET NULL, -- NULL: headers only; equal letters share one
  size         INTEGER NOT NULL DEFAULT 0,  -- bytes as the server announced, or of the source
  message_id   TEXT,                        -- without angle brackets
  in_reply_to  TEXT,
  refs         TEXT,                        -- space-separated, without brackets
  thread       TEXT,                        -- key of its thread
  subject      TEXT NOT NULL DEFAULT '',
  from_name    TEXT NOT NULL DEFAULT '',
  from_address TEXT NOT NULL DEFAULT '',
  to_text      TEXT NOT NULL DEFAULT '',    -- for display: "Ada Lovelace, bob@b.example"
  cc_text      TEXT NOT NULL DEFAULT '',
  date_utc     INTEGER NOT NULL DEFAULT 0,  -- Date header, seconds
  date_offset  INTEGER NOT NULL DEFAULT 0,  -- minutes east
  arrived      INTEGER NOT NULL DEFAULT 0,  -- INTERNALDATE or the time it was collected, seconds
  preview      TEXT,                        -- NULL: body not seen yet
  attachments  INTEGER NOT NULL DEFAULT 0,  -- number
  indexed      INTEGER NOT NULL DEFAULT 0   -- 0: search.db lacks it; 1: headers, no body here; 2: text too
) STRICT;
CREATE INDEX message_message_id ON message (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX message_source ON message (source) WHERE source IS NOT NULL;
CREATE INDEX message_unindexed ON message (id) WHERE indexed = 0;

CREATE TABLE folder (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  place         INTEGER NOT NULL,           -- 0: on the server (IMAP folder, POP3 maildrop); 1: on this computer
  name          TEXT NOT NULL,              -- the server's name, UTF-8; unique within a place
  delimiter     TEXT,
  role          INTEGER NOT NULL DEFAULT 0, -- StoreRole
  attributes    INTEGER NOT NULL DEFAULT 0, -- ImapMailboxAttribute
  selectable    INTEGER NOT NULL DEFAULT 1,
  uidvalidity   INTEGER NOT NULL DEFAULT 0,
  uidnext       INTEGER NOT NULL DEFAULT 0,
  modseq        INTEGER NOT NULL DEFAULT 0,
  server_total  INTEGER NOT NULL DEFAULT -1, -- messages the server said it has, -1: never asked
  server_size   INTEGER NOT NULL DEFAULT -1,
  as_of         INTEGER NOT NULL DEFAULT 0,  -- when that was known
  headers_done  INTEGER NOT NULL DEFAULT 0,  -- lowest UID whose headers are here from the top down
  total         INTEGER NOT NULL DEFAULT 0,  -- counters over shown placements, maintained, never counted
  unread        INTEGER NOT NULL DEFAULT 0,
  copies        INTEGER NOT NULL DEFAULT 0,  -- placements whose message has its source here
  UNIQUE (place, name)
) STRICT;

-- A message in a folder. POP3: one placement on the server (uidl) while it is listed there, one here.
CREATE TABLE placement (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  message     INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  folder      INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
  uidvalidity INTEGER NOT NULL DEFAULT 0,
  uid         INTEGER,                      -- IMAP; NULL: not known yet (moved, to be appended)
  uidl        TEXT,                         -- POP3
  modseq      INTEGER NOT NULL DEFAULT 0,
  flags       INTEGER NOT NULL DEFAULT 0,   -- StoreFlag, with what waits in the journal applied
  server_flags INTEGER NOT NULL DEFAULT 0,  -- as the server last said
  keywords    TEXT NOT NULL DEFAULT '',
  pending     INTEGER NOT NULL DEFAULT 0,   -- StorePending: what the server has not confirmed
  hidden      INTEGER NOT NULL DEFAULT 0,   -- 1: not shown (deleted here, the server's answer is awaited; UIDL memory)
  sort_date   INTEGER NOT NULL DEFAULT 0,   -- message.date_utc, or arrived where there is none: the list's key
  since       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX placement_uid ON placement (folder, uidvalidity, uid) WHERE uid IS NOT NULL;
CREATE UNIQUE INDEX placement_uidl ON placement (folder, uidl) WHERE uidl IS NOT NULL;
CREATE INDEX placement_list ON placement (folder, hidden, sort_date, id);
CREATE INDEX placement_message ON placement (message);
CREATE INDEX placement_unplaced ON placement (folder) WHERE uid IS NULL AND uidl IS NULL;

-- Why things were done; journal, outbox and ledger refer to it.
CREATE TABLE cause (
  id      INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL,
  subject TEXT,
  at      INTEGER NOT NULL
) STRICT;

-- What was done here and the server has not heard yet, in order. When the server has said so, the entry
-- is kept as done for a day, so that the action can be undone; folders on this computer begin there.
CREATE TABLE journal (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  cause     INTEGER NOT NULL REFERENCES cause (id),
  kind      INTEGER NOT NULL,               -- StoreJournalKind
  message   INTEGER NOT NULL,               -- local id
  placement INTEGER,                        -- the placement acted on
  folder    INTEGER,                        -- its folder, before
  uidvalidity INTEGER NOT NULL DEFAULT 0,
  uid       INTEGER,                        -- in that folder; NULL: an earlier entry will tell
  uidl      TEXT,
  target    INTEGER,                        -- folder it goes to (move, append)
  flags_add INTEGER NOT NULL DEFAULT 0,
  flags_remove INTEGER NOT NULL DEFAULT 0,
  state     INTEGER NOT NULL DEFAULT 0,     -- StoreJournalState
  attempts  INTEGER NOT NULL DEFAULT 0,
  error     TEXT,                           -- ours, never the server's words
  created   INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_message ON journal (message);
CREATE INDEX journal_placement ON journal (placement, id);
CREATE INDEX journal_place ON journal (folder, uidvalidity, uid) WHERE state <> 3;
CREATE INDEX journal_cause ON journal (cause);
CREATE INDEX journal_open ON journal (id) WHERE state <> 3;
CREATE INDEX journal_done ON journal (created) WHERE state = 3;

-- Letters on their way out, and drafts.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  message    INTEGER NOT NULL REFERENCES message (id),
  cause      INTEGER REFERENCES cause (id),
  state      INTEGER NOT NULL,              -- StoreOutboxState
  sender     TEXT NOT NULL,                 -- MAIL FROM
  recipients TEXT NOT NULL,                 -- RCPT TO, one a line; refused ones keep their line in `refused`
  accepted   TEXT NOT NULL DEFAULT '',
  refused    TEXT NOT NULL DEFAULT '',      -- "address<TAB>code" a line
  answers    INTEGER,                       -- message it replies to or forwards (nullable)
  answer_kind INTEGER NOT NULL DEFAULT 0,   -- 1: reply, 2: forward
  save_copy  INTEGER NOT NULL DEFAULT 1,    -- put into Sent when accepted
  attempts   INTEGER NOT NULL DEFAULT 0,
  next_try   INTEGER NOT NULL DEFAULT 0,
  reply_code INTEGER NOT NULL DEFAULT 0,
  error      TEXT,
  created    INTEGER NOT NULL,
  changed    INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_message ON outbox (message);

-- Where each message is and how we know: written in the transaction that makes it so, and kept when
-- the message is gone.
CREATE TABLE ledger (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  message  INTEGER NOT NULL,
  place    INTEGER NOT NULL,                -- 0: server, 1: this computer
  folder   TEXT NOT NULL DEFAULT '',
  state    INTEGER NOT NULL,                -- StoreLedgerState
  detail   TEXT NOT NULL DEFAULT '',        -- UID or UIDL, address, target
  cause    INTEGER NOT NULL DEFAULT 0,      -- cause.id, 0: none known
  exchange TEXT NOT NULL DEFAULT '',        -- "UID MOVE", "DELE", "QUIT": the command that proved it
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_message ON ledger (message, id);

-- What the storage strip shows, maintained with every change, never counted.
CREATE TABLE counter (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  copies_here  INTEGER NOT NULL DEFAULT 0,  -- messages whose bytes are here
  bytes_here   INTEGER NOT NULL DEFAULT 0,
  headers_only INTEGER NOT NULL DEFAULT 0,  -- shown messages whose bytes are not here
  only_here    INTEGER NOT NULL DEFAULT 0,  -- messages with bytes here that no server is known to have
  leaving      INTEGER NOT NULL DEFAULT 0,  -- POP3: DELE said, QUIT not yet
  waiting      INTEGER NOT NULL DEFAULT 0,  -- journal entries and letters the server has not heard of
  synced       INTEGER NOT NULL DEFAULT 0   -- not written any more
) STRICT;
INSERT INTO counter (id) VALUES (1);

-- Small facts: server's ID, quota, last backup …
CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  at    INTEGER NOT NULL
) STRICT;
