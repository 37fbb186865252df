-- What connections cost, in sums: no contents, no names. Days are the person's own: 20261122.
CREATE TABLE traffic (
  day         INTEGER NOT NULL,
  protocol    TEXT NOT NULL,
  task        INTEGER NOT NULL,             -- BaseCauseKind, -1: nobody asked
  exchanges   INTEGER NOT NULL DEFAULT 0,
  round_trips INTEGER NOT NULL DEFAULT 0,   -- exchanges that began when nothing else was waited for
  bytes_in    INTEGER NOT NULL DEFAULT 0,   -- as said
  bytes_out   INTEGER NOT NULL DEFAULT 0,
  line_in     INTEGER NOT NULL DEFAULT 0,   -- on the line: compressed, encrypted
  line_out    INTEGER NOT NULL DEFAULT 0,
  waited      INTEGER NOT NULL DEFAULT 0,   -- microseconds
  PRIMARY KEY (day, protocol, task)
) STRICT, WITHOUT ROWID;
