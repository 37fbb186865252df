/* What a person asks an IMAP server for besides its folders. Immutable; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *query;         /* letters with these words (nullable) … */
  guint last;          /* … the newest so many of each folder */
  gint64 conversation; /* else letters that belong together with this message */
} EngineQuestion;

EngineQuestion *engine_question_new (const char *query, guint last, gint64 conversation);
void engine_question_free (gpointer question);

G_END_DECLS
