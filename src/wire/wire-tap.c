/* What net reports: the ring, and what is known about each open connection: its totals, and what of
 * it is being packed. */
#include "config.h"

#include "wire-tap-private.h"

#include <time.h>

#define DEFAULT_RING_BYTES (8 * 1024 * 1024)

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
  WireTapLine *line = data;

  wire_connection_unref (line->connection);
  g_hash_table_unref (line->exchanges);
  for (int i = 0; i < 2; i++)
    wire_pack_free (line->packs[i]);
  g_free (line);
}

WireTap *
wire_tap_new (gsize ring_bytes)
{
  WireTap *tap = g_new0 (WireTap, 1);

  g_atomic_ref_count_init (&tap->ref_count);
  g_mutex_init (&tap->lock);
  tap->enabled = TRUE;
  tap->sums = wire_sums_new ();
  tap->ring = wire_ring_new (ring_bytes > 0 ? ring_bytes : DEFAULT_RING_BYTES);
  tap->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, line_free);
  tap->watches = g_array_new (FALSE, FALSE, sizeof (WireTapWatch));
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
  wire_ring_free (tap->ring);
  g_hash_table_unref (tap->lines);
  g_array_unref (tap->watches);
  wire_sums_free (tap->sums);
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

static void
wake_watchers (WireTap *tap)
{
  for (guint i = 0; i < tap->watches->len; i++)
    {
      WireTapWatch *watch = &g_array_index (tap->watches, WireTapWatch, i);

      if (watch->called)
        continue;
      watch->called = TRUE;
      watch->func (watch->data);
    }
}

/* (transfer full) @record; with the lock held. */
static void
add_record (WireTap *tap, WireTapLine *line, WireRecord *record)
{
  guint64 first = wire_ring_last (tap->ring) + 1;

  wire_record_number (record, first, line->connection->id, g_get_real_time (), boot_clock ());
  line->last_serial = first + wire_record_count (record) - 1;
  if (tap->recorder != NULL)
    wire_recorder_add (tap->recorder, record, line->connection);
  wire_ring_push (tap->ring, record);
  wake_watchers (tap);
}

/* (transfer full) @event; with the lock held. */
static void
add (WireTap *tap, WireTapLine *line, WireEvent *event)
{
  add_record (tap, line, wire_record_new_event (event));
}

/* A closed connection is remembered until the last event of it has left the ring. */
static gboolean
is_forgotten (gpointer key, gpointer value, gpointer data)
{
  const WireTapLine *line = value;
  const WireTap *tap = data;

  return line->closed && line->last_serial < wire_ring_first (tap->ring);
}

static void
add_packed (WireTap *tap, WireTapLine *line, BaseDirection direction)
{
  WireRecord *record = wire_pack_take (line->packs[direction]);

  if (record != NULL)
    add_record (tap, line, record);
}

static void
end_packing (WireTap *tap, WireTapLine *line, BaseDirection direction)
{
  wire_pack_end (line->packs[direction]);
  add_packed (tap, line, direction);
}

/* What net reports */

/* The line of a connection, with the lock held; nothing of it waits any more. */
static WireTapLine *
lock_line (WireTap *tap, const WireConnection *connection)
{
  WireTapLine *line;

  g_mutex_lock (&tap->lock);
  line = g_hash_table_lookup (tap->lines, &connection->id);
  /* After the end nothing more is said: TLS's own farewell would only puzzle. */
  if (line != NULL && line->closed)
    return NULL;
  if (line != NULL)
    {
      end_packing (tap, line, BASE_DIRECTION_OUT);
      end_packing (tap, line, BASE_DIRECTION_IN);
    }
  return line;
}

/* (transfer full) @event */
static void
report (WireTap *tap, const WireConnection *connection, WireEvent *event)
{
  WireTapLine *line = NULL;

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
wire_tap_open_like (WireTap *tap, const WireConnection *like)
{
  WireConnection *connection = g_new0 (WireConnection, 1);
  WireTapLine *line = g_new0 (WireTapLine, 1);

  g_atomic_ref_count_init (&connection->ref_count);
  connection->account = g_strdup (like->account);
  connection->account_name = g_strdup (like->account_name);
  connection->protocol = g_strdup (like->protocol);
  connection->role = like->role;
  connection->host = g_strdup (like->host);
  connection->port = like->port;
  connection->address = g_strdup (like->address);
  connection->public_secrets = like->public_secrets;
  connection->caller = g_strdup (like->caller);
  connection->caller_address = g_strdup (like->caller_address);
  connection->cause = like->cause != NULL ? base_cause_ref (like->cause) : NULL;
  connection->letter = g_strdup (like->letter);
  connection->original = g_strdup (like->original);
  line->connection = wire_connection_ref (connection);
  line->exchanges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  line->packs[BASE_DIRECTION_OUT] = wire_pack_new (BASE_DIRECTION_OUT, like->public_secrets);
  line->packs[BASE_DIRECTION_IN] = wire_pack_new (BASE_DIRECTION_IN, like->public_secrets);

  g_mutex_lock (&tap->lock);
  g_hash_table_foreach_remove (tap->lines, is_forgotten, tap);
  connection->id = ++tap->last_connection;
  g_hash_table_insert (tap->lines, &connection->id, line);
  if (wire_tap_is_enabled (tap))
    add (tap, line, wire_event_new (WIRE_OPENED));
  g_mutex_unlock (&tap->lock);
  return connection;
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
  const WireConnection like = { .account = (char *) account,
                                .account_name = (char *) account_name,
                                .protocol = (char *) protocol,
                                .role = role,
                                .host = (char *) host,
                                .port = port,
                                .address = (char *) address,
                                .public_secrets = public_secrets };

  return wire_tap_open_like (tap, &like);
}

void
wire_tap_tls_message (WireTap *tap,
                      WireConnection *connection,
                      BaseDirection direction,
                      const char *name,
                      gsize length)
{
  wire_tap_tls_hello (tap, connection, direction, name, length, NULL);
}

void
wire_tap_tls_hello (WireTap *tap,
                    WireConnection *connection,
                    BaseDirection direction,
                    const char *name,
                    gsize length,
                    const char *detail)
{
  WireEvent *event = wire_event_new (WIRE_TLS_MESSAGE);

  event->direction = direction;
  event->name = g_strdup (name);
  event->detail = g_strdup (detail);
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

static WireTapTotals *
totals_of (WireTapLine *line, guint64 exchange)
{
  WireTapTotals *totals = g_hash_table_lookup (line->exchanges, &exchange);

  if (totals == NULL)
    {
      totals = g_new0 (WireTapTotals, 1);
      totals->task = -1;
      g_hash_table_insert (line->exchanges, g_memdup2 (&exchange, sizeof exchange), totals);
    }
  return totals;
}

/* For the accounts, which are kept whether the ring is or not. */
static void
note_begin (WireTap *tap,
            const WireConnection *connection,
            guint64 exchange,
            const BaseCause *cause)
{
  WireTapLine *line = lock_line (tap, connection);

  if (line != NULL)
    {
      WireTapTotals *totals = totals_of (line, exchange);

      totals->began = boot_clock ();
      totals->task = cause != NULL ? (int) cause->kind : -1;
    }
  g_mutex_unlock (&tap->lock);
}

void
wire_tap_exchange_begin (WireTap *tap,
                         WireConnection *connection,
                         guint64 exchange,
                         const char *verb,
                         const BaseCause *cause,
                         GVariant *checkpoint)
{
  note_begin (tap, connection, exchange, cause);
  report (
      tap, connection, new_exchange_event (WIRE_EXCHANGE_BEGIN, exchange, verb, cause, checkpoint));
}

void
wire_tap_exchange_end (WireTap *tap,
                       WireConnection *connection,
                       guint64 exchange,
                       BaseOutcome outcome)
{
  wire_tap_exchange_end_carried (tap, connection, exchange, outcome, NULL);
}

static void
bill (WireTap *tap, WireTapLine *line, const WireTapTotals *totals, const WireCarried *carried)
{
  wire_sums_add (tap->sums,
                 line->connection,
                 totals->task,
                 totals->began,
                 boot_clock (),
                 &line->last_end,
                 totals->in,
                 totals->out,
                 carried);
  line->billed.bytes_in += totals->in;
  line->billed.bytes_out += totals->out;
  line->billed.line_in += carried != NULL ? carried->bytes_in : totals->in;
  line->billed.line_out += carried != NULL ? carried->bytes_out : totals->out;
}

void
wire_tap_exchange_end_carried (WireTap *tap,
                               WireConnection *connection,
                               guint64 exchange,
                               BaseOutcome outcome,
                               const WireCarried *carried)
{
  WireTapLine *line = lock_line (tap, connection);

  if (line != NULL)
    {
      const WireTapTotals *totals = g_hash_table_lookup (line->exchanges, &exchange);
      WireEvent *event = wire_event_new (WIRE_EXCHANGE_END);

      event->exchange = exchange;
      event->outcome = outcome;
      if (carried != NULL)
        event->carried = *carried;
      event->bytes_in = totals != NULL ? totals->in : 0;
      event->bytes_out = totals != NULL ? totals->out : 0;
      if (totals != NULL && totals->began > 0)
        bill (tap, line, totals, carried);
      g_hash_table_remove (line->exchanges, &exchange);
      if (wire_tap_is_enabled (tap))
        add (tap, line, event);
      else
        wire_event_unref (event);
    }
  g_mutex_unlock (&tap->lock);
}

static void
count (WireTapLine *line, BaseDirection direction, guint64 exchange, guint64 bytes)
{
  WireTapTotals *totals = exchange != 0 ? totals_of (line, exchange) : NULL;

  if (direction == BASE_DIRECTION_IN)
    line->totals.in += bytes;
  else
    line->totals.out += bytes;
  if (totals != NULL && direction == BASE_DIRECTION_IN)
    totals->in += bytes;
  else if (totals != NULL)
    totals->out += bytes;
}

/* Most spans of a read belong to one exchange, which is looked for once. */
static void
count_all (WireTapLine *line, BaseDirection direction, const BaseSpan *spans, guint n)
{
  guint64 bytes = 0;

  for (guint i = 0; i < n; i++)
    {
      bytes += spans[i].length;
      if (i + 1 == n || spans[i + 1].exchange != spans[i].exchange)
        {
          count (line, direction, spans[i].exchange, bytes);
          bytes = 0;
        }
    }
}

void
wire_tap_spans (WireTap *tap,
                WireConnection *connection,
                BaseDirection direction,
                const BaseSpan *spans,
                guint n,
                const guint8 *bytes)
{
  WireTapLine *line;

  if (n == 0)
    return;
  g_mutex_lock (&tap->lock);
  line = g_hash_table_lookup (tap->lines, &connection->id);
  if (line != NULL)
    {
      count_all (line, direction, spans, n);
      if (wire_tap_is_enabled (tap))
        {
          if (wire_pack_has_gap (line->packs[direction], spans))
            end_packing (tap, line, direction);
          wire_pack_add (line->packs[direction], spans, n, bytes);
          add_packed (tap, line, direction);
        }
    }
  g_mutex_unlock (&tap->lock);
}

void
wire_tap_bytes (WireTap *tap,
                WireConnection *connection,
                BaseDirection direction,
                const BaseSpan *span,
                const guint8 *bytes)
{
  wire_tap_spans (tap, connection, direction, span, 1, bytes);
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
wire_tap_line_total (WireTap *tap, WireConnection *connection, guint64 line_in, guint64 line_out)
{
  WireTapLine *line = lock_line (tap, connection);

  if (line != NULL)
    {
      WireTraffic rest = { .bytes_in = line->totals.in - line->billed.bytes_in,
                           .bytes_out = line->totals.out - line->billed.bytes_out,
                           .line_in = line_in - MIN (line_in, line->billed.line_in),
                           .line_out = line_out - MIN (line_out, line->billed.line_out) };

      wire_sums_add_rest (tap->sums, line->connection, &rest);
    }
  g_mutex_unlock (&tap->lock);
}

void
wire_tap_closed (WireTap *tap, WireConnection *connection, const char *reason)
{
  WireTapLine *line = lock_line (tap, connection);

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

/* Sums */

GPtrArray *
wire_tap_take_traffic (WireTap *tap, const char *account)
{
  GPtrArray *taken;

  g_mutex_lock (&tap->lock);
  taken = wire_sums_take (tap->sums, account);
  g_mutex_unlock (&tap->lock);
  return taken;
}

void
wire_tap_traffic_between (WireTap *tap, WireTraffic *traffic)
{
  g_mutex_lock (&tap->lock);
  wire_sums_between (tap->sums, traffic);
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
