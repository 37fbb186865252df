/* The records of the ring. A run is one allocation: what its events share, its spans, and what is
 * kept of their bytes; events refer to the bytes where they are. */
#include "config.h"

#include "wire-record.h"

#include <string.h>

/* What an allocation costs beside its bytes. */
#define OVERHEAD 16

struct _WireRecord
{
  gatomicrefcount ref_count;
  guint n;
  gsize size;
  guint64 first;
  WireEvent *event; /* %NULL: a run, and the rest is of it */

  gint64 when, clock;
  guint64 connection;
  guint64 offset;
  BaseDirection direction;
  /* Then the bytes that are kept. */
  WirePacked spans[];
};

static gsize
string_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 + OVERHEAD : 0;
}

static gsize
event_size (const WireEvent *event)
{
  gsize size = sizeof (WireEvent) + OVERHEAD;

  if (event->bytes != NULL)
    size += g_bytes_get_size (event->bytes) + 4 * OVERHEAD;
  if (event->checkpoint != NULL)
    size += g_variant_get_size (event->checkpoint) + 4 * OVERHEAD;
  if (event->chain != NULL)
    size += event->chain->len * 1024;
  return size + string_size (event->name) + string_size (event->detail);
}

WireRecord *
wire_record_new_event (WireEvent *event)
{
  WireRecord *record = g_new0 (WireRecord, 1);

  g_atomic_ref_count_init (&record->ref_count);
  record->n = 1;
  record->event = event;
  record->size = sizeof (WireRecord) + OVERHEAD + event_size (event);
  return record;
}

static guint8 *
run_bytes (WireRecord *record)
{
  return (guint8 *) (record->spans + record->n);
}

WireRecord *
wire_record_new_run (
    BaseDirection direction, guint64 offset, const WirePacked *spans, guint n, const guint8 *bytes)
{
  gsize packed = n * sizeof (WirePacked);
  gsize kept = 0;
  WireRecord *record;

  for (guint i = 0; i < n; i++)
    kept += spans[i].kept;
  record = g_malloc (sizeof (WireRecord) + packed + kept);
  memset (record, 0, sizeof (WireRecord));
  g_atomic_ref_count_init (&record->ref_count);
  record->n = n;
  record->size = sizeof (WireRecord) + packed + kept + OVERHEAD;
  record->offset = offset;
  record->direction = direction;
  memcpy (record->spans, spans, packed);
  if (kept > 0)
    memcpy (run_bytes (record), bytes, kept);
  return record;
}

WireRecord *
wire_record_ref (WireRecord *record)
{
  g_atomic_ref_count_inc (&record->ref_count);
  return record;
}

void
wire_record_unref (WireRecord *record)
{
  if (!g_atomic_ref_count_dec (&record->ref_count))
    return;
  g_clear_pointer (&record->event, wire_event_unref);
  g_free (record);
}

void
wire_record_number (
    WireRecord *record, guint64 first, guint64 connection, gint64 when, gint64 clock)
{
  record->first = first;
  record->connection = connection;
  record->when = when;
  record->clock = clock;
  if (record->event == NULL)
    return;
  record->event->serial = first;
  record->event->connection = connection;
  record->event->when = when;
  record->event->clock = clock;
}

guint64
wire_record_first (const WireRecord *record)
{
  return record->first;
}

guint
wire_record_count (const WireRecord *record)
{
  return record->n;
}

gsize
wire_record_size (const WireRecord *record)
{
  return record->size;
}

static WireEvent *
unpack (WireRecord *record, guint index, guint64 offset, const guint8 *bytes)
{
  const WirePacked *packed = &record->spans[index];
  WireEvent *event = wire_event_new (WIRE_BYTES);

  event->serial = record->first + index;
  event->when = record->when;
  event->clock = record->clock;
  event->connection = record->connection;
  event->exchange = packed->exchange;
  event->direction = record->direction;
  event->span.offset = offset;
  event->span.length = packed->length;
  event->span.kind = (BaseSpanKind) packed->kind;
  event->span.ends_line = packed->ends_line;
  event->span.exchange = packed->exchange;
  if (packed->kept > 0)
    event->bytes = g_bytes_new_with_free_func (
        bytes, packed->kept, (GDestroyNotify) wire_record_unref, wire_record_ref (record));
  return event;
}

/* In brief */

guint
wire_record_lines_like (const WireRecord *record, guint max, const WireRecord *of)
{
  guint n = MIN (record->n, max);
  guint lines = 0;

  if (record->event != NULL || of->event != NULL || record->connection != of->connection ||
      record->direction != of->direction)
    return 0;
  for (guint i = 0; i < n; i++)
    {
      if (record->spans[i].exchange != of->spans[of->n - 1].exchange)
        return 0;
      lines += record->spans[i].ends_line;
    }
  return lines;
}

static WireEvent *
gather (WireRecord *record, guint begin, guint end, guint64 offset, const guint8 *bytes)
{
  WireEvent *event = wire_event_new (WIRE_LINES);
  gsize length = 0;

  event->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (guint i = begin; i < end; i++)
    {
      length += record->spans[i].kept;
      if (record->spans[i].ends_line)
        g_array_append_val (event->ends, length);
    }
  event->serial = record->first + end - 1;
  event->when = record->when;
  event->clock = record->clock;
  event->connection = record->connection;
  event->exchange = event->span.exchange = record->spans[begin].exchange;
  event->direction = record->direction;
  event->span.offset = offset;
  event->span.length = length;
  event->span.ends_line = TRUE;
  event->bytes = g_bytes_new_with_free_func (
      bytes, length, (GDestroyNotify) wire_record_unref, wire_record_ref (record));
  return event;
}

/* Where the last of at most @max plain lines ends that begin with span @begin, before @end. */
static guint
find_plain (const WireRecord *record, guint begin, guint end, guint max, guint *lines)
{
  guint found = begin;

  *lines = 0;
  for (guint i = begin; i < end && *lines < max; i++)
    {
      const WirePacked *span = &record->spans[i];

      if (span->kind != BASE_SPAN_PLAIN || span->kept != span->length)
        break;
      if (span->ends_line)
        {
          found = i + 1;
          (*lines)++;
        }
    }
  return found;
}

static guint
count_lines (const WireRecord *record, guint begin, guint end)
{
  guint lines = 0;

  for (guint i = begin; i < end; i++)
    lines += record->spans[i].ends_line;
  return lines;
}

/* Where the spans of the exchange end that @begin is of. */
static guint
find_other (const WireRecord *record, guint begin, guint end)
{
  guint i = begin;

  while (i < end && record->spans[i].exchange == record->spans[begin].exchange)
    i++;
  return i;
}

/* Those of one exchange: @left lines end in them, of which @keep are not left out. */
static void
expand_part (WireRecord *record,
             guint begin,
             guint end,
             guint keep,
             guint64 *offset,
             const guint8 **bytes,
             GPtrArray *events)
{
  guint left = count_lines (record, begin, end);
  guint i = begin;

  while (i < end)
    {
      guint lines = 0;
      guint until = i + 1;

      if (left > keep && i > 0 && record->spans[i - 1].ends_line)
        until = MAX (until, find_plain (record, i, end, left - keep, &lines));
      if (lines > 1)
        g_ptr_array_add (events, gather (record, i, until, *offset, *bytes));
      else
        {
          until = i + 1;
          g_ptr_array_add (events, unpack (record, i, *offset, *bytes));
        }
      for (; i < until; i++)
        {
          *offset += record->spans[i].length;
          *bytes += record->spans[i].kept;
          left -= record->spans[i].ends_line;
        }
    }
}

void
wire_record_expand_brief (WireRecord *record,
                          guint index,
                          guint max,
                          guint keep,
                          guint follow,
                          WireBriefFunc func,
                          gpointer data,
                          GPtrArray *events)
{
  guint64 offset = record->offset;
  const guint8 *bytes;
  guint last = index + MIN (max, record->n - index);

  if (record->event != NULL)
    {
      wire_record_expand (record, index, max, events);
      return;
    }
  bytes = run_bytes (record);
  for (guint i = 0; i < index; i++)
    {
      offset += record->spans[i].length;
      bytes += record->spans[i].kept;
    }
  while (index < last)
    {
      guint end = find_other (record, index, last);
      guint kept = end < last ? keep : keep - MIN (keep, follow);

      if (!func (record->connection, record->spans[index].exchange, data))
        kept = G_MAXUINT;
      expand_part (record, index, end, kept, &offset, &bytes, events);
      index = end;
    }
}

void
wire_record_expand (WireRecord *record, guint index, guint max, GPtrArray *events)
{
  guint64 offset = record->offset;
  const guint8 *bytes;
  guint last = index + MIN (max, record->n - index);

  if (record->event != NULL)
    {
      if (max > 0)
        g_ptr_array_add (events, wire_event_ref (record->event));
      return;
    }
  bytes = run_bytes (record);
  for (guint i = 0; i < last; i++)
    {
      if (i >= index)
        g_ptr_array_add (events, unpack (record, i, offset, bytes));
      offset += record->spans[i].length;
      bytes += record->spans[i].kept;
    }
}
