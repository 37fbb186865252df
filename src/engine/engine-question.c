/* A question to an IMAP server. */
#include "config.h"

#include "engine-question.h"

EngineQuestion *
engine_question_new (const char *query, guint last, gint64 conversation)
{
  EngineQuestion *question = g_new0 (EngineQuestion, 1);

  question->query = g_strdup (query);
  question->last = last;
  question->conversation = conversation;
  return question;
}

void
engine_question_free (gpointer data)
{
  EngineQuestion *question = data;

  g_free (question->query);
  g_free (question);
}
