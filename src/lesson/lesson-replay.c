/* A teacher's recording, told to the lesson's own tap as if it were said now. It comes out of a
 * file that may be anybody's, and goes nowhere but onto the screen. */
#include "config.h"

#include <string.h>

#include "lesson-act.h"

/* The tap wants a body's bytes; a recording has its head alone. Longer ones are shown shorter. */
#define MAX_BODY (1024 * 1024)

/* The connection of the tap that stands for the recorded one. */
static WireConnection *
connection_of (LessonWorld *world, const LearnLesson *lesson, const WireEvent *event)
{
  WireConnection *now = g_hash_table_lookup (world->replays, &event->connection);
  const WireConnection *then = lesson->connections != NULL
                                   ? g_hash_table_lookup (lesson->connections, &event->connection)
                                   : NULL;
  WireConnection like;

  if (now != NULL || then == NULL)
    return now;
  like = *then;
  like.account = NULL;
  like.account_name = (char *) "recording";
  like.public_secrets = FALSE;
  now = wire_tap_open_like (world->tap, &like);
  g_hash_table_insert (
      world->replays, g_memdup2 (&event->connection, sizeof event->connection), now);
  return now;
}

static void
replay_bytes (WireTap *tap, WireConnection *connection, const WireEvent *event)
{
  BaseSpan span = event->span;
  gsize len = 0;
  const guint8 *bytes = event->bytes != NULL ? g_bytes_get_data (event->bytes, &len) : NULL;
  g_autofree guint8 *padded = NULL;

  if (span.kind == BASE_SPAN_SECRET)
    {
      span.length = MIN (span.length, WIRE_LINE_MAX_SECRET);
      wire_tap_bytes (tap, connection, event->direction, &span, NULL);
      return;
    }
  span.length = span.kind == BASE_SPAN_BODY ? MIN (span.length, MAX_BODY) : len;
  if (span.length == 0)
    return;
  padded = g_malloc (span.length);
  memset (padded, ' ', span.length);
  if (bytes != NULL)
    memcpy (padded, bytes, MIN (len, span.length));
  wire_tap_bytes (tap, connection, event->direction, &span, padded);
}

static void
replay_event (WireTap *tap, WireConnection *connection, const WireEvent *event)
{
  switch (event->type)
    {
    case WIRE_TLS_MESSAGE:
      wire_tap_tls_message (
          tap, connection, event->direction, event->name != NULL ? event->name : "", event->count);
      break;
    case WIRE_TLS_DONE:
      wire_tap_tls_done (tap,
                         connection,
                         event->name != NULL ? event->name : "",
                         event->detail != NULL ? event->detail : "",
                         event->chain);
      break;
    case WIRE_COMPRESSION:
      wire_tap_compressed (tap, connection, event->name != NULL ? event->name : "");
      break;
    case WIRE_EXCHANGE_BEGIN:
      wire_tap_exchange_begin (tap,
                               connection,
                               event->exchange,
                               event->verb != NULL ? event->verb : "",
                               event->cause,
                               event->checkpoint);
      break;
    case WIRE_BYTES:
      replay_bytes (tap, connection, event);
      break;
    case WIRE_EXCHANGE_END:
      wire_tap_exchange_end (tap, connection, event->exchange, event->outcome);
      break;
    case WIRE_CLOSED:
      wire_tap_closed (tap, connection, event->name != NULL ? event->name : "");
      break;
    case WIRE_OPENED:
    case WIRE_HELD:
    case WIRE_RELEASED:
    case WIRE_DROPPED:
    case WIRE_LINES:
    default:
      break;
    }
}

static const char *
verb_of (GHashTable *verbs, const WireEvent *event)
{
  g_autofree char *key = g_strdup_printf (
      "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, event->connection, event->exchange);

  if (event->type == WIRE_EXCHANGE_BEGIN && event->verb != NULL)
    g_hash_table_insert (verbs, g_steal_pointer (&key), (gpointer) event->verb);
  return event->type == WIRE_EXCHANGE_END ? g_hash_table_lookup (verbs, key) : NULL;
}

gboolean
lesson_replay (LessonWorld *world, const LearnLesson *lesson, const char *verb)
{
  g_autoptr (GHashTable) verbs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  while (world->replayed < lesson->recording->len)
    {
      const WireEvent *event = lesson->recording->pdata[world->replayed++];
      WireConnection *connection = connection_of (world, lesson, event);
      const char *ended = verb_of (verbs, event);

      if (connection != NULL)
        replay_event (world->tap, connection, event);
      if (verb != NULL && ended != NULL && g_ascii_strcasecmp (ended, verb) == 0)
        return TRUE;
    }
  return TRUE;
}
