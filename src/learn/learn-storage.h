/* The ledger as a table: one row a letter, one column a place, and a cell for what is known of that
 * letter in that place, since when, and by which exchange. Words are translated, valid UTF-8
 * without markup. */
#pragma once

#include "store-survey.h"

G_BEGIN_DECLS

typedef enum
{
  LEARN_PLACE_HERE,       /* this computer */
  LEARN_PLACE_SERVER,     /* a folder of the server; POP3: what it lists */
  LEARN_PLACE_OUTBOX,     /* written here, not handed over yet */
  LEARN_PLACE_ON_THE_WAY, /* handed over to a server that carries it on */
  LEARN_PLACE_ELSEWHERE   /* another device: whoever added the column fills its cells */
} LearnPlaceKind;

typedef struct
{
  LearnPlaceKind kind;
  char *id;          /* unique in its table: "here", "server:INBOX", "outbox", "way" … */
  char *title;       /* "This computer", "Inbox", "Server" */
  gint64 folder;     /* SERVER: the folder's id */
  char *name;        /* SERVER: the folder's name, as the ledger has it (nullable) */
  gboolean maildrop; /* SERVER: of POP3 */
} LearnPlace;

LearnPlace *learn_place_new (LearnPlaceKind kind, const char *id, const char *title);
void learn_place_free (LearnPlace *place);
/* The columns of an account: here, then each folder of the server that has or had something, then
 * outbox and on the way. @folders: StoreFolder. (transfer full, element: LearnPlace) */
GPtrArray *learn_places (GPtrArray *folders);

typedef enum
{
  LEARN_CELL_ABSENT, /* nothing is there, and nothing says that there ever was */
  LEARN_CELL_WHOLE,
  LEARN_CELL_HEADERS, /* the letter itself is elsewhere */
  /* Provisional: to be drawn dashed. */
  LEARN_CELL_COMING,
  LEARN_CELL_LEAVING, /* DELE before QUIT, \Deleted before EXPUNGE, or not even said yet */
  LEARN_CELL_UNKNOWN, /* the line was cut before the answer */
  /* It was there. */
  LEARN_CELL_GONE,       /* proved */
  LEARN_CELL_NOT_LISTED, /* the server stopped listing it, and nobody here asked */
  LEARN_CELL_REFUSED
} LearnCellState;

typedef struct
{
  LearnCellState state;
  char *text;       /* a word or two for the table: "whole", "leaves at QUIT"; never empty */
  char *why;        /* since when and by what, a sentence; "" where nothing is known of it */
  gint64 since;     /* UTC microseconds; 0: not known */
  char *exchange;   /* the command that proved it, or "" */
  BaseCause *cause; /* (nullable) */
} LearnCell;

/* @exchange and @cause: nullable. @why: %NULL makes "". */
LearnCell *learn_cell_new (LearnCellState state,
                           const char *text,
                           const char *why,
                           gint64 since,
                           const char *exchange,
                           const BaseCause *cause);
LearnCell *learn_cell_copy (const LearnCell *cell);
void learn_cell_free (LearnCell *cell);
gboolean learn_cell_is_provisional (const LearnCell *cell);
/* @letter in @place, which is none of the ELSEWHERE. @folders: StoreFolder. (transfer full) */
LearnCell *learn_cell (const StoreLetter *letter, const LearnPlace *place, GPtrArray *folders);
/* A stable word for scripts: "whole", "leaving", "gone" … */
const char *learn_cell_state_name (LearnCellState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnPlace, learn_place_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnCell, learn_cell_free)

G_END_DECLS
