/* What has to be done, worked out from what is known before anything is asked: pure functions from
 * (what the server has, what is here, what the journal wants) to steps in their order. No I/O, so
 * that tables can test them. After each step the facts have changed and the plan is made anew; a
 * step cut off leaves facts from which the same plan follows again. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

/* --- one folder --- */

typedef enum
{
  ENGINE_STEP_NEWEST,        /* rows of the newest, by place, before any UID is known (RFC 9394) */
  ENGINE_STEP_UIDS_AFTER,    /* which UIDs are above the last one here? */
  ENGINE_STEP_UIDS_ALL,      /* which UIDs are there? */
  ENGINE_STEP_DROP,          /* rows here that the server has no more */
  ENGINE_STEP_FLAGS_CHANGED, /* flags changed since what is known here (RFC 7162 §3.1.4.1) */
  ENGINE_STEP_FLAGS_ALL,     /* flags of all that is known here */
  ENGINE_STEP_HEADERS,       /* rows of what is new */
  ENGINE_STEP_FLAGS_NEWEST, /* flags of the newest that are here: they may have changed uncounted */
  ENGINE_STEP_EQUAL,        /* note down what the folder is equal to; always the last */
  ENGINE_STEP_LAST
} EngineStep;

/* How many letters the first page has. */
#define ENGINE_PAGE 100
/* Of how many flags are asked for to see whether any changed that was not counted. */
#define ENGINE_FLAGS_NEWEST 10000

/* How much of the server's UIDs is known. */
typedef enum
{
  ENGINE_LISTED_NOTHING,
  ENGINE_LISTED_AFTER, /* those above the last one here: searched for, or told with SELECT */
  ENGINE_LISTED_ALL
} EngineListed;

typedef struct
{
  /* There: from SELECT, and from what the server said by itself since. */
  guint32 exists;
  guint32 uidnext; /* 0: not said */
  gboolean pages;  /* it gives messages by place from the end: PARTIAL */
  guint64 modseq;  /* HIGHESTMODSEQ; 0: changes are not counted */
  gboolean news;   /* it said since SELECT that something changed: modseq and uidnext are old */

  /* Here: rows with a UID of this UIDVALIDITY. */
  guint here;
  guint32 last;         /* the highest of them; 0: none */
  guint64 known_modseq; /* what the folder was last equal to; 0: never, or changes not counted */

  /* Found out by the steps so far. */
  gboolean newest; /* asked by place; they are among those here */
  EngineListed listed;
  guint fresh;    /* listed, and without a row */
  guint gone;     /* rows that are listed no more; known once all are listed */
  gboolean flags; /* are up to date: asked, or told with SELECT (QRESYNC) */
  /* Of the changes that it counted SELECT was to tell each (QRESYNC), and told none: it miscounts,
   * and what it counted as seen by us may never have been told. */
  gboolean untold;
  /* Its unread letters are more or fewer than those here, though by its other numbers nothing
   * changed: it did not count what was marked. */
  gboolean miscounted;
  /* Nobody has looked for a long time whether any mark changed uncounted (RFC 7162). */
  gboolean due;
  /* One that has no row told its flags, or one that has a row did not: numbers prove nothing.
   * Courier gives a letter another UID, below UIDNEXT, when its file is renamed while it counts. */
  gboolean strange;
} EngineFolderFacts;

/* Fills @steps in their order and returns how many there are: at least %ENGINE_STEP_EQUAL. What
 * only the answer to a step can tell is not in the plan until that step was done. */
guint engine_plan_folder (const EngineFolderFacts *facts, EngineStep steps[ENGINE_STEP_LAST]);
/* For logs and tests: "uids-after". */
const char *engine_step_name (EngineStep step);

/* --- the journal --- */

/* Entries that one command serves. */
typedef struct
{
  StoreJournalKind kind;
  BaseCause *cause; /* of all of them: base_cause_join() */
  gint64 folder, target;
  guint flags_add, flags_remove;
  gboolean resumed;   /* was cut off while it ran: what became of it must be found out */
  GPtrArray *entries; /* StoreJournalEntry, borrowed: one for each message, which has its UID */
  GPtrArray *merged;  /* StoreJournalEntry, borrowed: what is done with them besides */
} EnginePlay;

void engine_play_free (EnginePlay *play);
/* The same for @n of its messages, from the @first on. (transfer full) */
EnginePlay *engine_play_part (const EnginePlay *play, guint first, guint n);

/* The plays of @entries (StoreJournalEntry in order, which must outlive the result), by these
 * rules: what one message went through keeps its order; marks set and taken back one after the
 * other become one change, in which the last word counts; the same change of several messages is
 * one play, also where it was wished for each by itself and other things in between, if these were
 * other messages'; but wishes of one kind only, so that why it is said can be told. Nothing is
 * moved before a removal that was wished before it, nor before letters that are put somewhere: it
 * may need the room. Letters put into one folder right behind each other are one play, up to ten.
 * Moves on and back are not merged: the ledger tells each. Entries that ran when the line was cut
 * stand apart from those that did not: of a move it must be found out how far it came, and a letter
 * that may have been put is put alone. Stuck entries have no play. (transfer full) (element-type
 * EnginePlay) */
GPtrArray *engine_plan_journal (GPtrArray *entries);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnginePlay, engine_play_free)

G_END_DECLS
