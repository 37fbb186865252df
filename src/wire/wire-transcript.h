/* What was said, on disk and as text: recording while it happens (complete, redacted), reading
 * back.
 *
 * A recording is a text file of one JSON object a line, "type" first. Bytes stand as "text" where
 * they are UTF-8 and as "base64" otherwise; a secret has a "length" and nothing else. */
#pragma once

#include "wire-lines.h"
#include "wire-tap.h"

G_BEGIN_DECLS

#define WIRE_ERROR (wire_error_quark ())
GQuark wire_error_quark (void);

typedef enum
{
  WIRE_ERROR_IO,    /* the file cannot be written or read; the text says why */
  WIRE_ERROR_FORMAT /* the file is not a recording */
} WireError;

/* A line of a recording that is longer was not written by wire_tap_record(). */
#define WIRE_TRANSCRIPT_MAX_LINE (64 * 1024 * 1024)
/* This much waiting for the disk ends a recording: it could not keep up. */
#define WIRE_TRANSCRIPT_MAX_QUEUE (256 * 1024 * 1024)

/* Starts to write every event to @path (created 0600; an older recording there is replaced) until
 * stop, on a thread of its own and whatever the ring drops. A recording that runs is stopped first.
 * A disk that fills up ends the recording, not the program: check and stop say so. */
gboolean wire_tap_record (WireTap *tap, const char *path, GError **error);
/* Whether everything could be written so far; also when nothing is being recorded. */
gboolean wire_tap_record_check (WireTap *tap, GError **error);
/* Writes what is left, and returns once it is on the disk. */
gboolean wire_tap_record_stop (WireTap *tap, GError **error);

/* Reads a recording back: events in order (WireEvent), their connections in @connections (guint64
 * id → WireConnection; nullable). What a crash left of the last line is passed over. (both transfer
 * full) */
GPtrArray *wire_transcript_read (const char *path, GHashTable **connections, GError **error);
/* The same from memory. */
GPtrArray *
wire_transcript_parse (const char *text, gsize len, GHashTable **connections, GError **error);

/* One event as a JSON object on one line, without the line's end. With @connection its protocol,
 * host and account stand in it too. (transfer full) */
char *wire_event_to_json (const WireEvent *event, const WireConnection *connection);

G_END_DECLS
