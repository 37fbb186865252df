/* What was said, on disk and as text: recording while it happens (complete, redacted), reading
 * back, and exporting a choice of events for people. */
#pragma once

#include "wire-tap.h"

G_BEGIN_DECLS

#define WIRE_ERROR (wire_error_quark ())
GQuark wire_error_quark (void);
typedef enum { WIRE_ERROR_IO, WIRE_ERROR_FORMAT } WireError;

/* Starts to write every event to @path (created 0600, one JSON object a line) until stop; writing
 * happens on a thread of its own, nothing is dropped. */
gboolean wire_tap_record (WireTap *tap, const char *path, GError **error);
gboolean wire_tap_record_stop (WireTap *tap, GError **error);
/* Reads a recording back: events in order, their connections in @connections (id → WireConnection). */
GPtrArray *wire_transcript_read (const char *path, GHashTable **connections, GError **error);

/* One event as a JSON object / as text lines with arrows ("→ ", "← "), secrets as "‹hidden, 12
 * bytes›", bodies as a size. (transfer full) */
char *wire_event_to_json (const WireEvent *event, const WireConnection *connection);

/* Joins the spans of one line of the dialogue from a sequence of events. */
typedef struct {
  guint64 connection;
  guint64 exchange;
  BaseDirection direction;
  gint64 when;
  gint64 clock;
  char *text;          /* valid UTF-8; secrets replaced by U+2022 bullets, not of their length */
  GBytes *bytes;       /* the line with CRLF as the annotator wants it; secrets as '*' of their length */
  GArray *secrets;     /* BaseSpan offsets relative to @bytes */
  guint64 body;        /* bytes of body that followed this line's literal, or 0 */
  gboolean held;
} WireLine;

typedef struct _WireLines WireLines;
WireLines *wire_lines_new (void);
void wire_lines_free (WireLines *lines);
/* Feeds an event; returns a finished line or %NULL. (transfer full: wire_line_free) */
WireLine *wire_lines_feed (WireLines *lines, const WireEvent *event);
void wire_line_free (WireLine *line);

/* The text of @events (WireEvent) for a file or the clipboard. (transfer full) */
char *wire_transcript_export (GPtrArray *events, GHashTable *connections);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireLines, wire_lines_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireLine, wire_line_free)

G_END_DECLS
