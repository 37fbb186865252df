/* What a core says happened. Immutable once it has left the core; counted atomically, because the
 * panel reads events on another thread than the connection. Each protocol embeds BaseEvent first
 * in its own event and numbers its types itself. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How an exchange ended, the same words for all protocols. */
typedef enum
{
  BASE_OUTCOME_NONE,      /* not the end of an exchange */
  BASE_OUTCOME_OK,        /* OK, +OK, 2yz */
  BASE_OUTCOME_CONTINUE,  /* the server wants more: +, 3yz (not the end) */
  BASE_OUTCOME_TEMPORARY, /* 4yz, [SYS/TEMP], [IN-USE], [UNAVAILABLE] */
  BASE_OUTCOME_REFUSED,   /* NO, -ERR, 5yz */
  BASE_OUTCOME_BAD,       /* BAD: the server did not understand; 500-504 */
  BASE_OUTCOME_LOST       /* the line was cut before the answer */
} BaseOutcome;

typedef struct _BaseEvent BaseEvent;

struct _BaseEvent
{
  gatomicrefcount ref_count;
  int type;            /* the protocol's enumeration */
  guint64 exchange;    /* the command this belongs to; 0: nobody asked */
  BaseOutcome outcome; /* other than NONE: this event ends @exchange (CONTINUE does not) */
  void (*clear) (BaseEvent *event); /* frees what the protocol's event holds (nullable) */
  gsize size;
};

/* A zeroed event of @size bytes, which starts with a BaseEvent. */
gpointer base_event_new (gsize size, int type, void (*clear) (BaseEvent *event));
BaseEvent *base_event_ref (BaseEvent *event);
void base_event_unref (BaseEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseEvent, base_event_unref)

G_END_DECLS
