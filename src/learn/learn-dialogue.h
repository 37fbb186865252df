/* The tap's events gathered as people read them: cause → exchange → lines. Used by the panel, by
 * --wire and by the demo. One thread. */
#pragma once

#include "wire-tap.h"
#include "wire-lines.h"
#include "learn-annotator.h"
#include "learn-tls.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 key;    /* unique in the dialogue, ascending in order of beginning */
  guint64 serial; /* of the tap's event it began with */
  guint64 connection, exchange;
  WireConnection *info; /* (nullable: DROPPED) */
  BaseCause *cause;     /* (nullable) */
  /* "UID FETCH"; also LEARN_TLS, LEARN_GREETING, LEARN_NEWS and LEARN_DROPPED_EVENTS. Interned. */
  const char *verb;
  gboolean routine; /* CAPABILITY, NOOP, IDLE, TLS …: folded for newcomers; never once refused, but
                     * for what is only wished for (LANG) */
  gboolean held, done;
  BaseOutcome outcome;
  gboolean dismissed; /* LOST, and before that the server had said that it ends the session */
  gint64 when;        /* UTC microseconds */
  gint64 duration;    /* microseconds; -1: not over */
  guint64 bytes_in, bytes_out;
  LearnTls *tls;        /* the connection's, as far as it has come (nullable) */
  gboolean sealed;      /* its words went through TLS: not to be read on the line */
  gboolean compressed;  /* … through compression (which anybody can undo) */
  WireCarried carried;  /* what that was on the line; all 0: not known, or the words themselves */
  gboolean shared;      /* … with other exchanges under way: @carried is not of this one alone */
  GVariant *checkpoint; /* (nullable) */
  GPtrArray *lines;     /* WireLine; TLS: one for each handshake message */
  guint64 folded;       /* lines that were counted, not kept; DROPPED: events that are missing */
  guint fold_at;        /* where in @lines the folded ones stood */
  char *error_line;     /* the server's refusal, for the title (nullable) */

  /* Counted over all lines, folded ones too. */
  guint letters;  /* whole messages that came: the body of RETR, BODY[] */
  guint headers;  /* message data that came for other FETCHes: answers counted */
  guint expunged; /* messages the server says it removed */
  guint leaving;  /* POP3: DELEs accepted in this session so far, that QUIT will carry out */
} LearnExchange;

#define LEARN_MAX_LINES 500
/* More than this in lines is not kept: the oldest exchanges go, also before there are too many. Of
 * one exchange, at most 256 KB, or its first and its last line. */
#define LEARN_MAX_BYTES (64 * 1024 * 1024)
/* Of the lines kept, as many are the last ones: the answer that ends the exchange is always there.
 */
#define LEARN_LAST_LINES 50

/* Verbs of what is no command. */
#define LEARN_TLS "TLS"                /* a handshake */
#define LEARN_GREETING "GREETING"      /* the server's first words */
#define LEARN_NEWS "NEWS"              /* said by the server without having been asked */
#define LEARN_DROPPED_EVENTS "DROPPED" /* the tap's ring was full: events are missing here */

/* Verbs that are folded for newcomers; NULL-terminated. */
const char *const *learn_dialogue_routine (void);

typedef struct _LearnDialogue LearnDialogue;

typedef enum
{
  LEARN_ADDED,
  LEARN_CHANGED,
  LEARN_DROPPED
} LearnDialogueChange;
typedef void (*LearnDialogueFunc) (LearnDialogue *dialogue,
                                   LearnDialogueChange change,
                                   guint position,
                                   gpointer data);

/* Keeps at most @max exchanges, and LEARN_MAX_BYTES of lines: a sixteenth of either goes at once,
 * the oldest, each told by LEARN_DROPPED with the place it has before any of them is freed. @func
 * is nullable. */
LearnDialogue *learn_dialogue_new (guint max, LearnDialogueFunc func, gpointer data);
void learn_dialogue_free (LearnDialogue *dialogue);
/* Takes what the tap has since the last call; at most @max events. TRUE if there is more. */
gboolean learn_dialogue_pull (LearnDialogue *dialogue, WireTap *tap, guint max);
/* @connection: of the event (nullable for WIRE_DROPPED). */
void
learn_dialogue_feed (LearnDialogue *dialogue, const WireEvent *event, WireConnection *connection);
guint learn_dialogue_count (LearnDialogue *dialogue);
LearnExchange *learn_dialogue_get (LearnDialogue *dialogue, guint position); /* (transfer none) */
/* What the lines that are kept cost. */
gsize learn_dialogue_bytes (LearnDialogue *dialogue);
/* Events the tap could not keep until they were read. */
guint64 learn_dialogue_dropped (LearnDialogue *dialogue);

/* Cards of an exchange's lines, index by index. (transfer full, element: LearnCard) */
GPtrArray *learn_exchange_cards (const LearnExchange *exchange, const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnDialogue, learn_dialogue_free)

G_END_DECLS
