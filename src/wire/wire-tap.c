/* The ring, its readers, and what is known about each open connection: its totals and the body that
 * is passing by. */
#include "config.h"

#include "wire-tap.h"

#include <time.h>

#include "wire-recorder.h"
#include "wire-transcript.h"

#define DEFAULT_RING_BYTES (8 * 1024 * 1024)

typedef struct
{
  guint64 in, out;
} Totals;

/* A body that has not become an event yet. */
typedef struct
{
  BaseSpan span;
  gboolean goes_on; /* a piece of it has already become an event: no head any more */
  GByteArray *head;
} Passing;

typedef struct
{
  WireConnection *connection;
  GHashTable *exchanges; /* number → Totals */
  Totals totals;
  Passing passing[2]; /* by direction */
  gboolean closed;
  guint64 last_serial;
} Line;

typedef struct
{
  guint id;
  void (*func) (gpointer data);
  gpointer data;
  gboolean called;
} Watch;

struct _WireTap
{
  gatomicrefcount ref_count;
  gint enabled;
  GMutex lock;
  gsize limit;
  gsize size;
  GQueue ring;          /* of WireEvent */
  guint64 first_serial; /* of the ring's head */
  guint64 last_serial;
  GHashTable *lines; /* connection id → Line */
  guint64 last_connection;
  GArray *watches;
  guint last_watch;
  WireRecorder *recorder;
};

static gint64
boot_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
line_free (gpointer data)
{
  Line *line = data;

  wire_connection_unref (line->connection);
  g_hash_table_unref (line->exchanges);
  for (int i = 0; i < 2; i++)
    g_byte_array_unref (line->passing[i].head);
  g_free (line);
}

WireTap *
wire_tap_new (gsize ring_bytes)
{
  WireTap *tap = g_new0 (WireTap, 1);

  g_atomic_ref_count_init (&tap->ref_count);
  g_mutex_init (&tap->lock);
  tap->enabled = TRUE;
  tap->limit = ring_bytes > 0 ? ring_bytes : DEFAULT_RING_BYTES;
  tap->first_serial = 1;
  g_queue_init (&tap->ring);
  tap->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, line_free);
  tap->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  return tap;
}

WireTap *
wire_tap_ref (WireTap *tap)
{
  g_atomic_ref_count_inc (&tap->ref_count);
  return tap;
}

void
wire_tap_unref (WireTap *tap)
{
  if (!g_atomic_ref_count_dec (&tap->ref_count))
    return;
  if (tap->recorder != NULL)
    (void) wire_recorder_stop (tap->recorder, NULL);
  g_queue_clear_full (&tap->ring, (GDestroyNotify) wire_event_unref);
  g_hash_table_unref (tap->lines);
  g_array_unref (tap->watches);
  g_mutex_clear (&tap->lock);
  g_free (tap);
}

void
wire_tap_set_enabled (WireTap *tap, gboolean enabled)
{
  g_atomic_int_set (&tap->enabled, enabled);
}

gboolean
wire_tap_is_enabled (WireTap *tap)
{
  return g_atomic_int_get (&tap->enabled);
}

/* The ring */

static gsize
event_size (const WireEvent *event)
{
  gsize size = sizeof (WireEvent) + sizeof (GList);

  if (event->bytes != NULL)
    size += g_bytes_get_size (event->bytes) + 64;
  if (event->checkpoint != NULL)
    size += g_variant_get_size (event->checkpoint) + 64;
  if (event->chain != NULL)
    size += event->chain->len * 1024;
  return size;
}

static void
drop_oldest (WireTap *tap)
{
  WireEvent *event = g_queue_pop_head (&tap->ring);

  tap->size -= event_size (event);
  tap->first_serial = event->serial + 1;
  wire_event_unref (event);
}

static void
wake_watchers (WireTap *tap)
{
  for (guint i = 0; i < tap->watches->len; i++)
    {
      Watch *watch = &g_array_index (tap->watches, Watch, i);

      if (watch->called)
        continue;
      watch->called = TRUE;
      watch->func (watch->data);
    }
}

/* (transfer full) @event; with the lock held. */
static void
add (WireTap *tap, Line *line, WireEvent *event)
{
  gsize size = event_size (event);

  event->serial = ++tap->last_serial;
  event->when = g_get_real_time ();
  event->clock = boot_clock ();
  event->connection = line->connection->id;
  line->last_serial = event->serial;
  if (tap->recorder != NULL)
    wire_recorder_add (tap->recorder, event, line->connection, size);
  g_queue_push_tail (&tap->ring, event);
  tap->size += size;
  /* The newest stays, however long it is: a reader must be able to see it. */
  while (tap->size > tap->limit && tap->ring.length > 1)
    drop_oldest (tap);
  wake_watchers (tap);
}

/* A closed connection is remembered until the last event of it has left the ring. */
static gboolean
is_forgotten (gpointer key, gpointer value, gpointer data)
{
  const Line *line = value;
  const WireTap *tap = data;

  return line->closed && line->last_serial < tap->first_serial;
}

/* Bodies that pass by */

/* Turns what has passed so far into an event. */
static void
add_passing (WireTap *tap, Line *line, BaseDirection direction)
{
  Passing *passing = &line->passing[direction];
  WireEvent *event;

  if (passing->span.length == 0)
    return;
  event = wire_event_new (WIRE_BYTES);
  event->direction = direction;
  event->exchange = passing->span.exchange;
  event->span = passing->span;
  if (passing->head->len > 0)
    event->bytes = g_bytes_new (passing->head->data, passing->head->len);
  g_byte_array_set_size (passing->head, 0);
  passing->goes_on = TRUE;
  passing->span.offset += passing->span.length;
  passing->span.length = 0;
  add (tap, line, event);
}

static void
end_passing (WireTap *tap, Line *line, BaseDirection direction)
{
  add_passing (tap, line, direction);
  line->passing[direction].goes_on = FALSE;
}

static void
pass (WireTap *tap, Line *line, BaseDirection direction, const BaseSpan *span, const guint8 *bytes)
{
  Passing *passing = &line->passing[direction];

  if ((passing->goes_on || passing->span.length > 0) &&
      (passing->span.exchange != span->exchange ||
       passing->span.offset + passing->span.length != span->offset))
    end_passing (tap, line, direction);
  if (passing->span.length == 0)
    passing->span = *span;
  else
    passing->span.length += span->length;
  if (!passing->goes_on && passing->head->len < WIRE_BODY_HEAD)
    g_byte_array_append (
        passing->head, bytes, (guint) MIN (span->length, WIRE_BODY_HEAD - passing->head->len));
  if (passing->span.length >= WIRE_BODY_PIECE)
    add_passing (tap, line, direction);
}

/* What net reports */

/* The line of a connection, with the lock held; nothing of it waits any more. */
static Line *
lock_line (WireTap *tap, const WireConnection *connection)
{
  Line *line;

  g_mutex_lock (&tap->lock);
  line = g_hash_table_lookup (tap->lines, &connection->id);
  /* After the end nothing more is said: TLS's own farewell would only puzzle. */
  if (line != NULL && line->closed)
    return NULL;
  if (line != NULL)
    {
      end_passing (tap, line, BASE_DIRECTION_OUT);
      end_passing (tap, line, BASE_DIRECTION_IN);
    }
  return line;
}

/* (transfer full) @event */
static void
report (WireTap *tap, const WireConnection *connection, WireEvent *event)
{
  Line *line = NULL;

  if (wire_tap_is_enabled (tap))
    {
      line = lock_line (tap, connection);
      if (line != NULL)
        add (tap, line, g_steal_pointer (&event));
      g_mutex_unlock (&tap->lock);
    }
  g_clear_pointer (&event, wire_event_unref);
}

WireConnection *
wire_tap_open (WireTap *tap,
               const char *account,
               const char *account_name,
               const char *protocol,
               BaseRole role,
               const char *host,
               guint16 port,
               const char *address,
               gboolean public_secrets)
{
  WireConnection *connection = g_new0 (WireConnection, 1);
  Line *line = g_new0 (Line, 1);

  g_atomic_ref_count_init (&connection->ref_count);
  connection->account = g_strdup (account);
  connection->account_name = g_strdup (account_name);
  connection->protocol = g_strdup (protocol);
  connection->role = role;
  connection->host = g_strdup (host);
  connection->port = port;
  connection->address = g_strdup (address);
  connection->public_secrets = public_secrets;
  line->connection = wire_connection_ref (connection);
  line->exchanges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (int i = 0; i < 2; i++)
    line->passing[i].head = g_byte_array_new ();

  g_mutex_lock (&tap->lock);
  g_hash_table_foreach_remove (tap->lines, is_forgotten, tap);
  connection->id = ++tap->last_connection;
  g_hash_table_insert (tap->lines, &connection->id, line);
  if (wire_tap_is_enabled (tap))
    add (tap, line, wire_event_new (WIRE_OPENED));
  g_mutex_unlock (&tap->lock);
  return connection;
}

void
wire_tap_tls_message (WireTap *tap,
                      WireConnection *connection,
                      BaseDirection direction,
                      const char *name,
                      gsize length)
{
  WireEvent *event = wire_event_new (WIRE_TLS_MESSAGE);

  event->direction = direction;
  event->name = g_strdup (name);
  event->count = length;
  report (tap, connection, event);
}

void
wire_tap_tls_done (WireTap *tap,
                   WireConnection *connection,
                   const char *version,
                   const char *cipher,
                   GPtrArray *chain)
{
  WireEvent *event = wire_event_new (WIRE_TLS_DONE);

  event->name = g_strdup (version);
  event->detail = g_strdup (cipher);
  event->chain = chain != NULL ? g_ptr_array_ref (chain) : NULL;
  report (tap, connection, event);
}

void
wire_tap_compressed (WireTap *tap, WireConnection *connection, const char *algorithm)
{
  WireEvent *event = wire_event_new (WIRE_COMPRESSION);

  event->name = g_strdup (algorithm);
  report (tap, connection, event);
}

static WireEvent *
new_exchange_event (WireEventType type,
                    guint64 exchange,
                    const char *verb,
                    const BaseCause *cause,
                    GVariant *checkpoint)
{
  WireEvent *event = wire_event_new (type);

  event->exchange = exchange;
  event->verb = g_intern_string (verb);
  event->cause = cause != NULL ? base_cause_ref (cause) : NULL;
  event->checkpoint = checkpoint != NULL ? g_variant_ref_sink (checkpoint) : NULL;
  return event;
}

void
wire_tap_exchange_begin (WireTap *tap,
                         WireConnection *connection,
                         guint64 exchange,
                         const char *verb,
                         const BaseCause *cause,
                         GVariant *checkpoint)
{
  report (
      tap, connection, new_exchange_event (WIRE_EXCHANGE_BEGIN, exchange, verb, cause, checkpoint));
}

void
wire_tap_exchange_end (WireTap *tap,
                       WireConnection *connection,
                       guint64 exchange,
                       BaseOutcome outcome)
{
  Line *line = lock_line (tap, connection);

  if (line != NULL)
    {
      const Totals *totals = g_hash_table_lookup (line->exchanges, &exchange);
      WireEvent *event = wire_event_new (WIRE_EXCHANGE_END);

      event->exchange = exchange;
      event->outcome = outcome;
      event->bytes_in = totals != NULL ? totals->in : 0;
      event->bytes_out = totals != NULL ? totals->out : 0;
      g_hash_table_remove (line->exchanges, &exchange);
      if (wire_tap_is_enabled (tap))
        add (tap, line, event);
      else
        wire_event_unref (event);
    }
  g_mutex_unlock (&tap->lock);
}

static void
count (Line *line, BaseDirection direction, const BaseSpan *span)
{
  Totals *totals = g_hash_table_lookup (line->exchanges, &span->exchange);

  if (totals == NULL && span->exchange != 0)
    {
      guint64 *key = g_new (guint64, 1);

      *key = span->exchange;
      totals = g_new0 (Totals, 1);
      g_hash_table_insert (line->exchanges, key, totals);
    }
  if (direction == BASE_DIRECTION_IN)
    line->totals.in += span->length;
  else
    line->totals.out += span->length;
  if (totals != NULL && direction == BASE_DIRECTION_IN)
    totals->in += span->length;
  else if (totals != NULL)
    totals->out += span->length;
}

void
wire_tap_bytes (WireTap *tap,
                WireConnection *connection,
                BaseDirection direction,
                const BaseSpan *span,
                const guint8 *bytes)
{
  gboolean keeps = span->kind == BASE_SPAN_PLAIN ||
                   (span->kind == BASE_SPAN_SECRET && connection->public_secrets);
  WireEvent *event;
  Line *line;

  g_mutex_lock (&tap->lock);
  line = g_hash_table_lookup (tap->lines, &connection->id);
  if (line != NULL)
    count (line, direction, span);
  if (line != NULL && wire_tap_is_enabled (tap) && span->kind == BASE_SPAN_BODY)
    {
      pass (tap, line, direction, span, bytes);
    }
  else if (line != NULL && wire_tap_is_enabled (tap))
    {
      end_passing (tap, line, direction);
      event = wire_event_new (WIRE_BYTES);
      event->direction = direction;
      event->exchange = span->exchange;
      event->span = *span;
      if (keeps && bytes != NULL)
        event->bytes = g_bytes_new (bytes, span->length);
      add (tap, line, event);
    }
  g_mutex_unlock (&tap->lock);
}

void
wire_tap_held (WireTap *tap,
               WireConnection *connection,
               guint64 exchange,
               const char *verb,
               const BaseCause *cause,
               GVariant *checkpoint,
               const BaseChunk *chunk)
{
  WireEvent *event = new_exchange_event (WIRE_HELD, exchange, verb, cause, checkpoint);

  event->direction = BASE_DIRECTION_OUT;
  event->span.offset = chunk->offset;
  event->span.length = g_bytes_get_size (chunk->bytes);
  event->span.kind = chunk->kind;
  event->span.ends_line = chunk->ends_line;
  event->span.exchange = chunk->exchange;
  if (chunk->kind == BASE_SPAN_PLAIN ||
      (chunk->kind == BASE_SPAN_SECRET && connection->public_secrets))
    event->bytes = g_bytes_ref (chunk->bytes);
  report (tap, connection, event);
}

void
wire_tap_released (WireTap *tap, WireConnection *connection, guint64 exchange)
{
  WireEvent *event = wire_event_new (WIRE_RELEASED);

  event->exchange = exchange;
  report (tap, connection, event);
}

void
wire_tap_closed (WireTap *tap, WireConnection *connection, const char *reason)
{
  Line *line = lock_line (tap, connection);

  if (line != NULL)
    {
      WireEvent *event = wire_event_new (WIRE_CLOSED);

      event->name = g_strdup (reason);
      event->bytes_in = line->totals.in;
      event->bytes_out = line->totals.out;
      line->closed = TRUE;
      if (wire_tap_is_enabled (tap))
        add (tap, line, event);
      else
        wire_event_unref (event);
    }
  g_mutex_unlock (&tap->lock);
}

/* Readers */

/* The ring's link of @serial, from whichever end is nearer. */
static GList *
find (WireTap *tap, guint64 serial)
{
  if (serial > tap->last_serial)
    return NULL;
  return g_queue_peek_nth_link (&tap->ring, (guint) (serial - tap->first_serial));
}

GPtrArray *
wire_tap_read (WireTap *tap, guint64 from, guint max)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_event_unref);

  from = MAX (from, 1);
  g_mutex_lock (&tap->lock);
  if (from < tap->first_serial)
    {
      WireEvent *dropped = wire_event_new (WIRE_DROPPED);

      dropped->serial = tap->first_serial - 1;
      dropped->count = tap->first_serial - from;
      g_ptr_array_add (events, dropped);
      from = tap->first_serial;
    }
  for (GList *l = find (tap, from); l != NULL && events->len < max; l = l->next)
    g_ptr_array_add (events, wire_event_ref (l->data));
  for (guint i = 0; i < tap->watches->len; i++)
    g_array_index (tap->watches, Watch, i).called = FALSE;
  g_mutex_unlock (&tap->lock);
  return events;
}

guint64
wire_tap_last_serial (WireTap *tap)
{
  guint64 serial;

  g_mutex_lock (&tap->lock);
  serial = tap->last_serial;
  g_mutex_unlock (&tap->lock);
  return serial;
}

WireConnection *
wire_tap_connection (WireTap *tap, guint64 id)
{
  WireConnection *connection = NULL;
  Line *line;

  g_mutex_lock (&tap->lock);
  line = g_hash_table_lookup (tap->lines, &id);
  if (line != NULL)
    connection = wire_connection_ref (line->connection);
  g_mutex_unlock (&tap->lock);
  return connection;
}

guint
wire_tap_watch (WireTap *tap, void (*func) (gpointer data), gpointer data)
{
  Watch watch = { .func = func, .data = data };

  g_mutex_lock (&tap->lock);
  watch.id = ++tap->last_watch;
  g_array_append_val (tap->watches, watch);
  g_mutex_unlock (&tap->lock);
  return watch.id;
}

void
wire_tap_unwatch (WireTap *tap, guint id)
{
  g_mutex_lock (&tap->lock);
  for (guint i = 0; i < tap->watches->len; i++)
    if (g_array_index (tap->watches, Watch, i).id == id)
      {
        g_array_remove_index (tap->watches, i);
        break;
      }
  g_mutex_unlock (&tap->lock);
}

/* The recording */

gboolean
wire_tap_record (WireTap *tap, const char *path, GError **error)
{
  WireRecorder *recorder = wire_recorder_new (path, error);
  WireRecorder *before;

  if (recorder == NULL)
    return FALSE;
  g_mutex_lock (&tap->lock);
  before = tap->recorder;
  tap->recorder = recorder;
  g_mutex_unlock (&tap->lock);
  return before == NULL || wire_recorder_stop (before, error);
}

gboolean
wire_tap_record_check (WireTap *tap, GError **error)
{
  gboolean good;

  g_mutex_lock (&tap->lock);
  good = tap->recorder == NULL || wire_recorder_check (tap->recorder, error);
  g_mutex_unlock (&tap->lock);
  return good;
}

gboolean
wire_tap_record_stop (WireTap *tap, GError **error)
{
  WireRecorder *recorder;

  g_mutex_lock (&tap->lock);
  recorder = g_steal_pointer (&tap->recorder);
  g_mutex_unlock (&tap->lock);
  return recorder == NULL || wire_recorder_stop (recorder, error);
}
