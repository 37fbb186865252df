/* What was said, on disk: a recording's form, and reading it back. wire_tap_record() writes one.
 *
 * A recording is a text file of one JSON object a line, "type" first. Bytes stand as "text" where
 * they are UTF-8 and as "base64" otherwise; a secret has a "length" and nothing else. */
#pragma once

#include "wire-event.h"

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

/* Reads a recording back: events in order (WireEvent), their connections in @connections (guint64
 * id → WireConnection; nullable). What a crash left of the last line is passed over. (both transfer
 * full) */
GPtrArray *wire_transcript_read (const char *path, GHashTable **connections, GError **error);
/* The same from memory. */
GPtrArray *wire_transcript_parse (
    const char *text, gsize len, guint first, GHashTable **connections, GError **error);

/* One event as a JSON object on one line, without the line's end. With @connection its protocol,
 * host and account stand in it too. (transfer full) */
char *wire_event_to_json (const WireEvent *event, const WireConnection *connection);

G_END_DECLS
