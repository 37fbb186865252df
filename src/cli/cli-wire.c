/* --wire: what is said, on standard error, while it happens. The tap wakes this thread; it prints
 * in the tap's order, and what is left when the command is done or has something to say itself. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "learn-annotator.h"
#include "wire-lines.h"
#include "wire-transcript.h"

struct _CliWire
{
  WireTap *tap;
  CliWireMode mode;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  WireLines *lines;
  GHashTable *annotators; /* guint64 connection → LearnAnnotator */
  guint64 next;           /* serial */
  guint watch;
};

/* There is one standard error. Only the main thread starts, stops and catches up. */
static CliWire *running;

typedef struct
{
  CliWire *wire;
  GMutex lock;
  GCond cond;
  gboolean done;
} CatchUp;

/* The annotator follows a connection from its first line, so it knows what each line is about. */
static LearnAnnotator *
find_annotator (CliWire *wire, const WireConnection *connection)
{
  LearnAnnotator *annotator = g_hash_table_lookup (wire->annotators, &connection->id);

  if (annotator)
    return annotator;
  annotator = learn_annotator_new_for_role (connection->protocol, connection->role, NULL, NULL);
  g_hash_table_insert (
      wire->annotators, g_memdup2 (&connection->id, sizeof connection->id), annotator);
  return annotator;
}

static void
explain (CliWire *wire, const WireLine *line, const WireConnection *connection)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (line->bytes, &len);
  g_autoptr (LearnCard) card =
      learn_annotator_line (find_annotator (wire, connection), line->direction, bytes, len);

  g_printerr ("    %s\n", card->entry->title);
  if (card->context)
    g_printerr ("    %s\n", card->context);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = g_ptr_array_index (card->parts, i);

      g_printerr ("      %s · %s\n", part->text, part->entry->title);
    }
}

static void
print_body (guint64 size)
{
  g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);

  g_printerr ("  … ");
  g_printerr (g_dngettext (GETTEXT_PACKAGE, "%s byte", "%s bytes", (gulong) size), bytes);
  g_printerr ("\n");
}

static void
print_line (CliWire *wire, const WireLine *line, const WireConnection *connection)
{
  gboolean before = connection && strcmp (connection->protocol, "imap") != 0;

  if (line->body > 0 && before)
    print_body (line->body);
  g_printerr ("%s %s\n", line->direction == BASE_DIRECTION_OUT ? "→" : "←", line->text);
  if (line->body > 0 && !before)
    print_body (line->body);
  if (wire->mode == CLI_WIRE_EXPLAIN && connection)
    explain (wire, line, connection);
}

static void
print_text (CliWire *wire, const WireEvent *event)
{
  g_autoptr (WireConnection) connection = wire_tap_connection (wire->tap, event->connection);
  g_autoptr (WireLine) line = wire_lines_feed (wire->lines, event);

  if (line)
    {
      print_line (wire, line, connection);
      return;
    }
  if (event->type == WIRE_OPENED && connection)
    g_printerr ("· %s %s:%u (%s)\n",
                connection->protocol,
                connection->host,
                connection->port,
                connection->address);
  else if (event->type == WIRE_TLS_DONE)
    g_printerr ("· %s %s\n", event->name, event->detail ? event->detail : "");
  else if (event->type == WIRE_COMPRESSION)
    g_printerr ("· COMPRESS %s\n", event->name);
  else if (event->type == WIRE_CLOSED)
    g_printerr ("· %s\n", event->name ? event->name : "");
  else if (event->type == WIRE_DROPPED)
    g_printerr ("· … %" G_GUINT64_FORMAT "\n", event->count);
}

static void
print_event (CliWire *wire, const WireEvent *event)
{
  if (wire->mode == CLI_WIRE_JSON)
    {
      g_autoptr (WireConnection) connection = wire_tap_connection (wire->tap, event->connection);
      g_autofree char *json = wire_event_to_json (event, connection);

      fprintf (stderr, "%s\n", json);
      return;
    }
  print_text (wire, event);
}

static gboolean
print_new (gpointer data)
{
  CliWire *wire = data;

  for (;;)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (wire->tap, wire->next, 500);

      if (events->len == 0)
        return G_SOURCE_REMOVE;
      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = g_ptr_array_index (events, i);

          print_event (wire, event);
          wire->next = MAX (wire->next, event->serial) + 1;
        }
    }
}

static void
attach (CliWire *wire, GSourceFunc func, gpointer data)
{
  GSource *source = g_idle_source_new ();

  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, wire->context);
  g_source_unref (source);
}

/* On whatever thread said something. */
static void
woken (gpointer data)
{
  attach (data, print_new, data);
}

static gboolean
print_and_tell (gpointer data)
{
  CatchUp *catch_up = data;

  print_new (catch_up->wire);
  g_mutex_lock (&catch_up->lock);
  catch_up->done = TRUE;
  g_cond_signal (&catch_up->cond);
  g_mutex_unlock (&catch_up->lock);
  return G_SOURCE_REMOVE;
}

static gboolean
finish (gpointer data)
{
  CliWire *wire = data;

  print_new (wire);
  g_main_loop_quit (wire->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  CliWire *wire = data;

  g_main_context_push_thread_default (wire->context);
  g_main_loop_run (wire->loop);
  g_main_context_pop_thread_default (wire->context);
  return NULL;
}

static void
free_annotator (gpointer annotator)
{
  learn_annotator_free (annotator);
}

CliWire *
cli_wire_start (WireTap *tap, CliWireMode mode)
{
  CliWire *wire = g_new0 (CliWire, 1);

  wire->tap = wire_tap_ref (tap);
  wire->mode = mode;
  wire->context = g_main_context_new ();
  wire->loop = g_main_loop_new (wire->context, FALSE);
  wire->lines = wire_lines_new ();
  wire->annotators = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_annotator);
  wire->next = 1;
  wire->watch = wire_tap_watch (tap, woken, wire);
  wire->thread = g_thread_new ("wire", run, wire);
  running = wire;
  return wire;
}

void
cli_wire_catch_up (void)
{
  CatchUp catch_up = { .wire = running };

  if (!running || g_thread_self () == running->thread)
    return;
  g_mutex_init (&catch_up.lock);
  g_cond_init (&catch_up.cond);
  attach (running, print_and_tell, &catch_up);
  g_mutex_lock (&catch_up.lock);
  while (!catch_up.done)
    g_cond_wait (&catch_up.cond, &catch_up.lock);
  g_mutex_unlock (&catch_up.lock);
  g_cond_clear (&catch_up.cond);
  g_mutex_clear (&catch_up.lock);
}

void
cli_wire_stop (CliWire *wire)
{
  wire_tap_unwatch (wire->tap, wire->watch);
  running = NULL;
  attach (wire, finish, wire);
  g_thread_join (wire->thread);
  wire_lines_free (wire->lines);
  g_hash_table_unref (wire->annotators);
  g_main_loop_unref (wire->loop);
  g_main_context_unref (wire->context);
  wire_tap_unref (wire->tap);
  g_free (wire);
}
