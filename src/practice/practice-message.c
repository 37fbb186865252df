/* Letters: kept, or generated. */
#include "config.h"

#include "practice-message.h"
#include "practice-generate.h"

struct _PracticeMessage
{
  gatomicrefcount ref_count;
  GBytes *source; /* %NULL: generated */
  gint64 date;
  gsize size;
  guint64 seed;
  guint index;
};

PracticeMessage *
practice_message_new (GBytes *source, gint64 date)
{
  PracticeMessage *message = g_new0 (PracticeMessage, 1);

  g_atomic_ref_count_init (&message->ref_count);
  message->source = g_bytes_ref (source);
  message->size = g_bytes_get_size (source);
  message->date = date;
  return message;
}

PracticeMessage *
practice_message_new_generated (guint64 seed, guint index, gint64 date)
{
  PracticeMessage *message = g_new0 (PracticeMessage, 1);
  g_autoptr (GBytes) source = practice_generate (seed, index, date);

  g_atomic_ref_count_init (&message->ref_count);
  message->size = g_bytes_get_size (source);
  message->date = date;
  message->seed = seed;
  message->index = index;
  return message;
}

PracticeMessage *
practice_message_ref (PracticeMessage *message)
{
  g_atomic_ref_count_inc (&message->ref_count);
  return message;
}

void
practice_message_unref (PracticeMessage *message)
{
  if (!g_atomic_ref_count_dec (&message->ref_count))
    return;
  g_clear_pointer (&message->source, g_bytes_unref);
  g_free (message);
}

gboolean
practice_message_is_generated (const PracticeMessage *message, guint64 *seed, guint *index)
{
  if (message->source != NULL)
    return FALSE;
  if (seed != NULL)
    *seed = message->seed;
  if (index != NULL)
    *index = message->index;
  return TRUE;
}

gsize
practice_message_size (const PracticeMessage *message)
{
  return message->size;
}

gint64
practice_message_date (const PracticeMessage *message)
{
  return message->date;
}

GBytes *
practice_message_dup_source (const PracticeMessage *message)
{
  if (message->source != NULL)
    return g_bytes_ref (message->source);
  return practice_generate (message->seed, message->index, message->date);
}
