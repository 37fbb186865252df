/* The bookkeeping between a core's spans and the tap. A secret's bytes pass through here only to be
 * counted, but for connections whose secrets are public. */
#include "config.h"

#include "net-report.h"

#include "base-buffer.h"

struct _NetReport
{
  BaseCore *core;
  WireTap *tap;
  WireConnection *connection;
  BaseBuffer *tail;  /* received, but not covered by a span yet */
  GHashTable *open;  /* exchanges that have begun: guint64 → itself */
  guint64 last_held; /* the newest exchange the tap knows to be held */
  GArray *run;       /* of BaseSpan: received, and not told yet */
  gboolean is_closed;

  /* What goes over the line in place of the words */
  NetLink *link;
  gboolean coded; /* not the words themselves */
  const NetTls *tls;
  WireCarried told; /* the line's counters when the tap was last told */
};

NetReport *
net_report_new (BaseCore *core, WireTap *tap, WireConnection *connection, NetLink *link)
{
  NetReport *report = g_new0 (NetReport, 1);

  report->core = core;
  report->link = link;
  if (tap != NULL && connection != NULL)
    {
      report->tap = wire_tap_ref (tap);
      report->connection = wire_connection_ref (connection);
    }
  report->tail = base_buffer_new ();
  report->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  report->run = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  return report;
}

void
net_report_free (NetReport *report)
{
  g_clear_pointer (&report->tap, wire_tap_unref);
  g_clear_pointer (&report->connection, wire_connection_unref);
  base_buffer_free (report->tail);
  g_hash_table_unref (report->open);
  g_array_unref (report->run);
  g_free (report);
}

/* Whether this is the first that is said of an exchange. */
static gboolean
begins (NetReport *report, guint64 exchange)
{
  return report->tap != NULL && exchange != 0 && !g_hash_table_contains (report->open, &exchange) &&
         base_core_exchange (report->core, exchange, NULL, NULL);
}

static WireCarried
counters (const NetReport *report)
{
  const NetTls *tls = report->tls;

  return (WireCarried){
    net_link_bytes_in (report->link),
    net_link_bytes_out (report->link),
    tls != NULL ? net_tls_records (tls, BASE_DIRECTION_IN) : 0,
    tls != NULL ? net_tls_records (tls, BASE_DIRECTION_OUT) : 0,
  };
}

void
net_report_set_coded (NetReport *report, const NetTls *tls)
{
  report->coded = TRUE;
  report->tls = tls;
  report->told = counters (report);
}

static void
begin (NetReport *report, guint64 exchange)
{
  const BaseCause *cause = NULL;
  const char *verb = NULL;

  if (!begins (report, exchange) || !base_core_exchange (report->core, exchange, &cause, &verb))
    return;
  /* What came by between two exchanges belongs to neither. */
  if (report->coded && g_hash_table_size (report->open) == 0)
    report->told = counters (report);
  g_hash_table_add (report->open, g_memdup2 (&exchange, sizeof exchange));
  wire_tap_exchange_begin (report->tap,
                           report->connection,
                           exchange,
                           verb,
                           cause,
                           wire_tap_is_enabled (report->tap) ? base_core_checkpoint (report->core)
                                                             : NULL);
}

/* The exchange is no longer open. */
static void
tell_end (NetReport *report, guint64 exchange, BaseOutcome outcome)
{
  WireCarried now = { 0 };
  WireCarried carried = { 0 };

  if (report->coded)
    {
      now = counters (report);
      carried = (WireCarried){ now.bytes_in - report->told.bytes_in,
                               now.bytes_out - report->told.bytes_out,
                               now.records_in - report->told.records_in,
                               now.records_out - report->told.records_out };
      report->told = now;
    }
  wire_tap_exchange_end_carried (
      report->tap, report->connection, exchange, outcome, report->coded ? &carried : NULL);
}

static void
end (NetReport *report, guint64 exchange, BaseOutcome outcome)
{
  if (report->tap != NULL && g_hash_table_remove (report->open, &exchange))
    tell_end (report, exchange, outcome);
}

/* Tells the tap the run of spans that begins at @bytes; returns how long it was. */
static gsize
tell_run (NetReport *report, const guint8 *bytes)
{
  const BaseSpan *spans = (const BaseSpan *) report->run->data;
  guint n = report->run->len;
  gsize len;

  if (n == 0)
    return 0;
  len = (gsize) (spans[n - 1].offset + spans[n - 1].length - spans[0].offset);
  wire_tap_spans (report->tap, report->connection, BASE_DIRECTION_IN, spans, n, bytes);
  g_array_set_size (report->run, 0);
  return len;
}

/* Reports the spans that @bytes covers, as many at once as belong to exchanges that have begun;
 * returns how many bytes that were. */
static gsize
report_spans (NetReport *report, const guint8 *bytes, gsize len)
{
  BaseSpan span;
  guint64 known = 0;
  gsize done = 0;
  gsize told = 0;

  while (base_core_take_span (report->core, &span))
    {
      if (report->tap == NULL)
        continue;
      g_return_val_if_fail (span.length <= len - done, len);
      done += span.length;
      if (span.exchange != known && begins (report, span.exchange))
        {
          told += tell_run (report, bytes + told);
          begin (report, span.exchange);
        }
      known = span.exchange;
      g_array_append_val (report->run, span);
    }
  (void) tell_run (report, bytes + told);
  return done;
}

void
net_report_received (NetReport *report, const guint8 *bytes, gsize len)
{
  gsize done;

  if (base_buffer_length (report->tail) > 0)
    {
      if (report->tap != NULL)
        base_buffer_append (report->tail, bytes, len);
      net_report_spans (report);
      return;
    }
  /* Most of the time all is understood at once, and nothing need be copied. */
  done = report_spans (report, bytes, len);
  if (report->tap != NULL)
    base_buffer_append (report->tail, bytes + done, len - done);
}

void
net_report_spans (NetReport *report)
{
  gsize len;
  const guint8 *bytes = base_buffer_peek (report->tail, &len);

  base_buffer_consume (report->tail, report_spans (report, bytes, len));
}

void
net_report_taken (NetReport *report, const BaseChunk *chunk)
{
  begin (report, chunk->exchange);
}

void
net_report_sent (NetReport *report, const BaseChunk *chunk)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (chunk->bytes, &len);
  BaseSpan span = { .offset = chunk->offset,
                    .length = len,
                    .kind = chunk->kind,
                    .ends_line = chunk->ends_line,
                    .exchange = chunk->exchange };

  if (report->tap != NULL)
    wire_tap_bytes (report->tap, report->connection, BASE_DIRECTION_OUT, &span, bytes);
}

void
net_report_event (NetReport *report, const BaseEvent *event)
{
  if (event->exchange != 0 && event->outcome != BASE_OUTCOME_NONE &&
      event->outcome != BASE_OUTCOME_CONTINUE)
    end (report, event->exchange, event->outcome);
}

void
net_report_idle (NetReport *report)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, report->open);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint64 exchange = *(guint64 *) key;

      if (base_core_exchange (report->core, exchange, NULL, NULL))
        continue;
      g_hash_table_iter_remove (&iter);
      tell_end (report, exchange, BASE_OUTCOME_NONE);
    }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 left = *(const guint64 *) a;
  guint64 right = *(const guint64 *) b;

  return left < right ? -1 : left > right;
}

void
net_report_closed (NetReport *report, BaseOutcome outcome, const char *reason)
{
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer key;

  if (report->tap == NULL || report->is_closed)
    return;
  report->is_closed = TRUE;
  g_hash_table_iter_init (&iter, report->open);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (left, key, 1);
  g_array_sort (left, compare_numbers);
  for (guint i = 0; i < left->len; i++)
    end (report, g_array_index (left, guint64, i), outcome);
  wire_tap_line_total (report->tap,
                       report->connection,
                       net_link_bytes_in (report->link),
                       net_link_bytes_out (report->link));
  wire_tap_closed (report->tap, report->connection, reason);
}

/* The reason an error goes by in the tap: a code, never its text. */
static const char *
reason_of (const GError *error)
{
  if (error->domain == BASE_CORE_ERROR)
    switch ((BaseCoreError) error->code)
      {
      case BASE_CORE_ERROR_TIMEOUT:
        return "timeout";
      case BASE_CORE_ERROR_CLOSED:
        return "cut";
      case BASE_CORE_ERROR_INJECTION:
        return "injection";
      case BASE_CORE_ERROR_LIMIT:
        return "limit";
      case BASE_CORE_ERROR_PROTOCOL:
      default:
        return "protocol";
      }
  if (error->domain != NET_ERROR)
    return "error";
  switch (error->code)
    {
    case NET_ERROR_CANCELLED:
      return "cancelled";
    case NET_ERROR_TIMEOUT:
      return "timeout";
    case NET_ERROR_CUT:
      return "cut";
    case NET_ERROR_EDITED:
      return "edited";
    case NET_ERROR_TLS:
    case NET_ERROR_CONFIG:
      return "tls";
    default:
      return error->code >= NET_ERROR_CERT_UNKNOWN_ISSUER ? "certificate" : "error";
    }
}

void
net_report_failed (NetReport *report, const GError *error)
{
  net_report_closed (report, BASE_OUTCOME_LOST, reason_of (error));
}

void
net_report_held (NetReport *report)
{
  BaseChunk *chunk = base_core_peek_held (report->core);
  const BaseCause *cause = NULL;
  const char *verb = NULL;

  if (chunk == NULL)
    return;
  if (report->tap != NULL && chunk->exchange > report->last_held &&
      base_core_exchange (report->core, chunk->exchange, &cause, &verb))
    {
      report->last_held = chunk->exchange;
      wire_tap_held (report->tap,
                     report->connection,
                     chunk->exchange,
                     verb,
                     cause,
                     base_core_checkpoint (report->core),
                     chunk);
    }
  base_chunk_unref (chunk);
}

void
net_report_released (NetReport *report)
{
  BaseChunk *chunk = base_core_peek_held (report->core);

  if (chunk == NULL)
    return;
  if (report->tap != NULL && chunk->exchange <= report->last_held)
    wire_tap_released (report->tap, report->connection, chunk->exchange);
  base_chunk_unref (chunk);
}
