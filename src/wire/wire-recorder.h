/* Writes events to a file on a thread of its own. For the tap alone; its users start and stop it
 * with wire_tap_record(). */
#pragma once

#include "wire-event.h"

G_BEGIN_DECLS

typedef struct _WireRecorder WireRecorder;

/* Creates @path with mode 0600 and starts the thread. */
WireRecorder *wire_recorder_new (const char *path, GError **error);
/* Never waits. @size: what the event weighs. After an error of the disk it does nothing. */
void wire_recorder_add (WireRecorder *recorder,
                        WireEvent *event,
                        WireConnection *connection,
                        gsize size);
/* Whether everything could be written so far. */
gboolean wire_recorder_check (WireRecorder *recorder, GError **error);
/* Writes what waits, syncs and closes the file, and frees @recorder. */
gboolean wire_recorder_stop (WireRecorder *recorder, GError **error);

G_END_DECLS
