/* Who reads the tap, and who is woken by it. Records are found with the lock held, and taken apart
 * without it. */
#include "config.h"

#include "wire-tap-private.h"

/* The records that @max events from @from on are in. They are taken apart without the lock. */
static GPtrArray *
find_records (WireTap *tap, guint64 from, guint max)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_record_unref);
  guint n = wire_ring_length (tap->ring);

  for (guint i = wire_ring_find (tap->ring, from); i < n; i++)
    {
      WireRecord *record = wire_ring_get (tap->ring, i);

      if (wire_record_first (record) >= from + max)
        break;
      g_ptr_array_add (records, wire_record_ref (record));
    }
  return records;
}

/* The records from the event on that is wanted next, which is said in @first. What is missing
 * before it is the first of @events. */
static GPtrArray *
begin_read (WireTap *tap, guint64 from, guint max, guint64 *first, GPtrArray *events)
{
  GPtrArray *records;

  from = MAX (from, 1);
  g_mutex_lock (&tap->lock);
  *first = MAX (from, wire_ring_first (tap->ring));
  records = find_records (tap, *first, max);
  for (guint i = 0; i < tap->watches->len; i++)
    g_array_index (tap->watches, WireTapWatch, i).called = FALSE;
  g_mutex_unlock (&tap->lock);

  if (from < *first)
    {
      WireEvent *dropped = wire_event_new (WIRE_DROPPED);

      dropped->serial = *first - 1;
      dropped->count = *first - from;
      g_ptr_array_add (events, dropped);
    }
  return records;
}

/* Which of the record's events is @serial, or its first. */
static guint
index_of (const WireRecord *record, guint64 serial)
{
  guint64 begin = wire_record_first (record);

  return serial > begin ? (guint) (serial - begin) : 0;
}

GPtrArray *
wire_tap_read (WireTap *tap, guint64 from, guint max)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_event_unref);
  guint64 first;
  g_autoptr (GPtrArray) records = begin_read (tap, from, max, &first, events);

  for (guint i = 0; i < records->len && events->len < max; i++)
    wire_record_expand (
        records->pdata[i], index_of (records->pdata[i], first), max - events->len, events);
  return events;
}

/* How many lines of what the record at @at ends with come before @end, in those directly behind it.
 */
static guint
lines_behind (GPtrArray *records, guint at, guint64 end, guint enough)
{
  guint all = 0;

  for (guint i = at + 1; i < records->len && all < enough; i++)
    {
      const WireRecord *record = records->pdata[i];
      guint lines = wire_record_lines_like (
          record, (guint) (end - wire_record_first (record)), records->pdata[at]);

      if (lines == 0)
        break;
      all += lines;
    }
  return all;
}

GPtrArray *
wire_tap_read_brief (
    WireTap *tap, guint64 from, guint max, guint keep, WireBriefFunc func, gpointer data)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_event_unref);
  guint64 first;
  g_autoptr (GPtrArray) records = begin_read (tap, from, max, &first, events);
  guint64 end = first + max;

  for (guint i = 0; i < records->len; i++)
    {
      WireRecord *record = records->pdata[i];
      guint index = index_of (record, first);

      wire_record_expand_brief (record,
                                index,
                                (guint) (end - wire_record_first (record)) - index,
                                keep,
                                lines_behind (records, i, end, keep),
                                func,
                                data,
                                events);
    }
  return events;
}

guint64
wire_tap_last_serial (WireTap *tap)
{
  guint64 serial;

  g_mutex_lock (&tap->lock);
  serial = wire_ring_last (tap->ring);
  g_mutex_unlock (&tap->lock);
  return serial;
}

WireConnection *
wire_tap_connection (WireTap *tap, guint64 id)
{
  WireConnection *connection = NULL;
  WireTapLine *line;

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
  WireTapWatch watch = { .func = func, .data = data };

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
    if (g_array_index (tap->watches, WireTapWatch, i).id == id)
      {
        g_array_remove_index (tap->watches, i);
        break;
      }
  g_mutex_unlock (&tap->lock);
}
