/* A recording in a window of its own: the panel without a tap, an account or the network. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;              /* of the file, for people */
  gboolean breaks_off;     /* the disk was full, or the program died */
  GPtrArray *events;       /* WireEvent */
  GHashTable *connections; /* guint64 → WireConnection */
} AppPanelRecording;

/* On any thread. Fails with WIRE_ERROR. */
AppPanelRecording *app_panel_recording_read (const char *path, GError **error);
void app_panel_recording_free (AppPanelRecording *recording);

GtkWidget *app_panel_replay_new (GtkWindow *parent, const AppPanelRecording *recording);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppPanelRecording, app_panel_recording_free)

G_END_DECLS
