/* How long work reports how far it is, and is asked to let something urgent pass; how often it is
 * done where nobody asks for it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A server may tell nothing by itself: all its folders, or its maildrop, are looked at. */
#define ENGINE_LOOK_EVERY ((gint64) 10 * 60 * G_USEC_PER_SEC)

/* All nullable; called on the working thread. */
typedef struct
{
  /* @total 0: not known. */
  void (*progress) (const char *activity, guint64 done, guint64 total, gpointer data);
  /* Something more urgent waits: long work ends between two commands, and goes on next time. */
  gboolean (*urgent) (gpointer data);
  /* A command waits at the gate and the waker was woken: may it go now? */
  gboolean (*released) (gpointer data);
  gpointer data;
  guint64 *messages, *bodies; /* counted, for --stats */
} EngineWork;

G_END_DECLS
