/* Offsets and numbers are counted here, so that no test has to. */
#include "config.h"

#include "test-stage.h"

#include <string.h>

WireConnection
stage_like (const char *protocol, const char *host, guint16 port)
{
  return (WireConnection){ .account_name = (char *) "Ada",
                           .protocol = (char *) protocol,
                           .role = BASE_ROLE_CLIENT,
                           .host = (char *) host,
                           .port = port,
                           .address = (char *) "127.0.0.1" };
}

void
stage_open (Stage *stage, const WireConnection *like)
{
  g_clear_pointer (&stage->connection, wire_connection_unref);
  stage->connection = wire_tap_open_like (stage->tap, like);
  memset (stage->offset, 0, sizeof stage->offset);
}

void
stage_init (Stage *stage,
            const WireConnection *like,
            gsize size,
            guint max,
            LearnDialogueFunc func,
            gpointer data)
{
  *stage = (Stage){ .tap = wire_tap_new (size), .dialogue = learn_dialogue_new (max, func, data) };
  stage_open (stage, like);
}

void
stage_clear (Stage *stage)
{
  wire_connection_unref (stage->connection);
  learn_dialogue_free (stage->dialogue);
  wire_tap_unref (stage->tap);
}

/* A few at a time, as the panel does. */
void
stage_pull (Stage *stage)
{
  while (learn_dialogue_pull (stage->dialogue, stage->tap, 7))
    continue;
}

void
stage_say (Stage *stage,
           BaseDirection direction,
           BaseSpanKind kind,
           const char *text,
           gsize len,
           gboolean ends)
{
  BaseSpan span = { stage->offset[direction], len, kind, ends, stage->exchange };

  wire_tap_bytes (stage->tap, stage->connection, direction, &span, (const guint8 *) text);
  stage->offset[direction] += len;
}

void
stage_line (Stage *stage, BaseDirection direction, const char *text)
{
  g_autofree char *whole = g_strconcat (text, "\r\n", NULL);

  stage_say (stage, direction, BASE_SPAN_PLAIN, whole, strlen (whole), TRUE);
}

void
stage_begin (Stage *stage, const char *verb, BaseCause *cause)
{
  stage->exchange++;
  wire_tap_exchange_begin (stage->tap, stage->connection, stage->exchange, verb, cause, NULL);
}

void
stage_end (Stage *stage, BaseOutcome outcome)
{
  wire_tap_exchange_end (stage->tap, stage->connection, stage->exchange, outcome);
}

void
stage_exchange (Stage *stage,
                const char *verb,
                BaseCause *cause,
                const char *asked,
                const char *answered,
                BaseOutcome outcome)
{
  stage_begin (stage, verb, cause);
  stage_line (stage, BASE_DIRECTION_OUT, asked);
  stage_line (stage, BASE_DIRECTION_IN, answered);
  stage_end (stage, outcome);
}
