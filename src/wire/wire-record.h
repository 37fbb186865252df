/* What the ring holds and the recorder writes: one event, or a run of spans that came together,
 * packed into one piece of memory. A line of a run becomes an event when somebody asks for it: most
 * are never looked at. Immutable once numbered, counted atomically.
 *
 * For the tap and the recorder alone. */
#pragma once

#include "wire-event.h"

G_BEGIN_DECLS

/* One WIRE_BYTES event of a run, but for what all of them share. */
typedef struct
{
  guint64 exchange;
  guint64 length;
  guint32 kept; /* of its bytes */
  guint8 kind;  /* BaseSpanKind */
  guint8 ends_line;
} WirePacked;

typedef struct _WireRecord WireRecord;

/* @event: (transfer full) */
WireRecord *wire_record_new_event (WireEvent *event);
/* @n spans of a direction, from @offset of it on, without gaps. @bytes: what is kept of them, one
 * after another; copied. */
WireRecord *wire_record_new_run (
    BaseDirection direction, guint64 offset, const WirePacked *spans, guint n, const guint8 *bytes);
WireRecord *wire_record_ref (WireRecord *record);
void wire_record_unref (WireRecord *record);

/* Its events are @first, @first + 1, …; all have the same time. Once, before anyone else sees it.
 */
void wire_record_number (
    WireRecord *record, guint64 first, guint64 connection, gint64 when, gint64 clock);
guint64 wire_record_first (const WireRecord *record);
/* How many events it is; never 0. */
guint wire_record_count (const WireRecord *record);
/* What it takes of the memory. */
gsize wire_record_size (const WireRecord *record);
/* Adds its events from @index on to @events, at most @max; those of a run are made for it. */
void wire_record_expand (WireRecord *record, guint index, guint max, GPtrArray *events);

/* How many lines end in its first @max events, if it is a run, and all of these are said in the
 * same direction of @of's connection and for the same exchange as @of's last; else 0. */
guint wire_record_lines_like (const WireRecord *record, guint max, const WireRecord *of);
/* The same as expand, but of lines without secrets and bodies that follow each other those in the
 * middle become one WIRE_LINES, where @func lets them: those with at least @keep lines of their
 * exchange behind them, of which @follow are in records that come next. */
void wire_record_expand_brief (WireRecord *record,
                               guint index,
                               guint max,
                               guint keep,
                               guint follow,
                               WireBriefFunc func,
                               gpointer data,
                               GPtrArray *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireRecord, wire_record_unref)

G_END_DECLS
