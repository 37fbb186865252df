/* Writes events to a file on a thread of its own. For the tap alone; its users start and stop it
 * with wire_tap_record(). */
#pragma once

#include "wire-record.h"

G_BEGIN_DECLS

/* This much waiting for the disk ends a recording: it could not keep up. */
#define WIRE_RECORDER_MAX_QUEUE (256 * 1024 * 1024)

typedef struct _WireRecorder WireRecorder;

/* Creates @path with mode 0600 and starts the thread. */
WireRecorder *wire_recorder_new (const char *path, GError **error);
/* Never waits. @record: numbered. After an error of the disk it does nothing. */
void wire_recorder_add (WireRecorder *recorder, WireRecord *record, WireConnection *connection);
/* Whether everything could be written so far. */
gboolean wire_recorder_check (WireRecorder *recorder, GError **error);
/* Writes what waits, syncs and closes the file, and frees @recorder. */
gboolean wire_recorder_stop (WireRecorder *recorder, GError **error);

G_END_DECLS
