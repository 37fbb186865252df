/* The tap's events gathered as people read them: cause → exchange → lines. Used by the panel, by
 * --wire and by the demo. One thread. */
#pragma once

#include "wire-tap.h"
#include "wire-transcript.h"
#include "learn-annotator.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 key; /* unique in the dialogue, ascending in order of beginning */
  guint64 connection, exchange;
  WireConnection *info;
  BaseCause *cause; /* (nullable) */
  const char *verb; /* "UID FETCH"; "TLS" for a handshake, "GREETING" */
  gboolean routine; /* CAPABILITY, NOOP, IDLE, TLS …: folded for newcomers */
  gboolean held, done;
  BaseOutcome outcome;
  gint64 when;     /* UTC microseconds */
  gint64 duration; /* microseconds; -1: not over */
  guint64 bytes_in, bytes_out;
  GVariant *checkpoint; /* (nullable) */
  GPtrArray *lines;     /* WireLine; TLS: one for each handshake message */
  guint64 folded;       /* lines beyond LEARN_MAX_LINES that were counted, not kept */
  char *error_line;     /* the server's refusal, for the title (nullable) */
} LearnExchange;

#define LEARN_MAX_LINES 500

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

/* Keeps at most @max exchanges (older ones go: LEARN_DROPPED at position 0). */
LearnDialogue *learn_dialogue_new (guint max, LearnDialogueFunc func, gpointer data);
void learn_dialogue_free (LearnDialogue *dialogue);
/* Takes what the tap has since the last call; at most @max events. TRUE if there is more. */
gboolean learn_dialogue_pull (LearnDialogue *dialogue, WireTap *tap, guint max);
void
learn_dialogue_feed (LearnDialogue *dialogue, const WireEvent *event, WireConnection *connection);
guint learn_dialogue_count (LearnDialogue *dialogue);
LearnExchange *learn_dialogue_get (LearnDialogue *dialogue, guint position); /* (transfer none) */
guint64 learn_dialogue_dropped (LearnDialogue *dialogue);

/* Cards of an exchange's lines, index by index. (transfer full, element: LearnCard) */
GPtrArray *learn_exchange_cards (const LearnExchange *exchange, const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnDialogue, learn_dialogue_free)

G_END_DECLS
