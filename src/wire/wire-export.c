/* The text that people copy, print and send to somebody who can help. */
#include "config.h"

#include "wire-transcript.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GString *text;
  GHashTable *connections;
  WireLines *lines;
  GHashTable *begun; /* connection and exchange → its beginning on the boot-time clock */
  guint64 connection;
} Export;

static char *
exchange_key (const WireEvent *event)
{
  return g_strdup_printf (
      "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, event->connection, event->exchange);
}

static char *
time_of_day (gint64 when)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (when / G_USEC_PER_SEC);
  g_autofree char *seconds =
      date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");

  return g_strdup_printf ("%s.%03d", seconds, (int) (when / 1000 % 1000));
}

/* Where the talk goes over to another connection, says which. */
static void
head (Export *export, const WireEvent *event)
{
  const WireConnection *connection = g_hash_table_lookup (export->connections, &event->connection);

  if (event->connection == export->connection || connection == NULL)
    return;
  export->connection = event->connection;
  g_string_append_printf (
      export->text, "\n== %s · %s:%u", connection->protocol, connection->host, connection->port);
  if (connection->address != NULL && g_strcmp0 (connection->address, connection->host) != 0)
    g_string_append_printf (export->text, " (%s)", connection->address);
  if (connection->account_name != NULL)
    g_string_append_printf (export->text, " · %s", connection->account_name);
  g_string_append_printf (export->text, " · %" G_GUINT64_FORMAT "\n", connection->id);
}

static void
append_line (Export *export, const WireLine *line)
{
  g_autofree char *when = time_of_day (line->when);
  g_autofree char *text = wire_line_describe (line);

  if (line->body > 0 && line->bodies->len == 0)
    g_string_append_printf (export->text,
                            "%s %s ‹%" G_GUINT64_FORMAT "›\n",
                            when,
                            line->direction == BASE_DIRECTION_OUT ? "→" : "←",
                            line->body);
  g_string_append_printf (export->text,
                          "%s %s %s%s\n",
                          when,
                          line->direction == BASE_DIRECTION_OUT ? "→" : "←",
                          line->held ? _ ("(held, not sent) ") : "",
                          text);
}

static void
append_begin (Export *export, const WireEvent *event)
{
  gint64 *clock = g_new (gint64, 1);

  *clock = event->clock;
  g_hash_table_insert (export->begun, exchange_key (event), clock);
  g_string_append_printf (export->text, "-- %s", event->verb != NULL ? event->verb : "?");
  if (event->cause != NULL)
    g_string_append_printf (export->text, " · %s", base_cause_kind_name (event->cause->kind));
  g_string_append_c (export->text, '\n');
}

static void
append_end (Export *export, const WireEvent *event)
{
  g_autofree char *key = exchange_key (event);
  const gint64 *clock = g_hash_table_lookup (export->begun, key);

  g_string_append_printf (export->text,
                          "-- %s · → %" G_GUINT64_FORMAT " ← %" G_GUINT64_FORMAT,
                          wire_outcome_name (event->outcome),
                          event->bytes_out,
                          event->bytes_in);
  if (clock != NULL)
    g_string_append_printf (
        export->text, " · %" G_GINT64_FORMAT " ms", (event->clock - *clock) / 1000);
  g_string_append_c (export->text, '\n');
}

static void
append_note (Export *export, const WireEvent *event)
{
  g_autofree char *number = NULL;

  switch ((int) event->type)
    {
    case WIRE_TLS_MESSAGE:
      g_string_append_printf (export->text,
                              "   TLS %s %s (%" G_GUINT64_FORMAT ")\n",
                              event->direction == BASE_DIRECTION_OUT ? "→" : "←",
                              event->name,
                              event->count);
      break;
    case WIRE_TLS_DONE:
      g_string_append_printf (export->text, "   %s, %s\n", event->name, event->detail);
      break;
    case WIRE_COMPRESSION:
      g_string_append_printf (export->text, "   COMPRESS %s\n", event->name);
      break;
    case WIRE_EXCHANGE_BEGIN:
      append_begin (export, event);
      break;
    case WIRE_EXCHANGE_END:
      append_end (export, event);
      break;
    case WIRE_CLOSED:
      g_string_append_printf (export->text, "== %s\n", event->name);
      break;
    case WIRE_DROPPED:
      number = g_strdup_printf ("%" G_GUINT64_FORMAT, event->count);
      g_string_append_printf (export->text,
                              g_dngettext (GETTEXT_PACKAGE,
                                           "[%s event is missing here]\n",
                                           "[%s events are missing here]\n",
                                           (gulong) event->count),
                              number);
      break;
    default:
      break;
    }
}

char *
wire_transcript_export (GPtrArray *events, GHashTable *connections)
{
  Export export = { .text = g_string_new (NULL), .connections = connections };

  export.lines = wire_lines_new ();
  export.begun = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];
      WireLine *line = wire_lines_feed (export.lines, event);

      head (&export, event);
      if (line != NULL)
        {
          append_line (&export, line);
          wire_line_free (line);
        }
      append_note (&export, event);
    }
  wire_lines_free (export.lines);
  g_hash_table_unref (export.begun);
  return g_string_free (export.text, FALSE);
}
