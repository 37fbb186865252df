/* Only events that were read are shown: there is nothing here that could speak to a server. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-replay.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app-leave.h"
#include "app-panel.h"
#include "wire-transcript.h"

/* Each line is written whole, with its end. */
static gboolean
breaks_off (const char *path)
{
  FILE *file = g_fopen (path, "rb");
  int last = EOF;

  if (file == NULL)
    return FALSE;
  if (fseek (file, -1, SEEK_END) == 0)
    last = fgetc (file);
  fclose (file);
  return last != EOF && last != '\n';
}

AppPanelRecording *
app_panel_recording_read (const char *path, GError **error)
{
  GHashTable *connections = NULL;
  GPtrArray *events = wire_transcript_read (path, &connections, error);
  AppPanelRecording *recording;

  if (events == NULL)
    return NULL;
  recording = g_new0 (AppPanelRecording, 1);
  recording->name = g_filename_display_basename (path);
  recording->breaks_off = breaks_off (path);
  recording->events = events;
  recording->connections = connections;
  return recording;
}

void
app_panel_recording_free (AppPanelRecording *recording)
{
  g_ptr_array_unref (recording->events);
  g_hash_table_unref (recording->connections);
  g_free (recording->name);
  g_free (recording);
}

GtkWidget *
app_panel_replay_new (GtkWindow *parent, const AppPanelRecording *recording)
{
  GtkWidget *panel = g_object_new (APP_TYPE_PANEL, "vexpand", TRUE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *banner = gtk_label_new (
      recording->breaks_off
          ? _ ("A recording that breaks off: what was said after its end is not in it. What is "
               "shown has been said before, and nothing here reaches a server.")
          : _ ("A recording: what is shown has been said before, and nothing here reaches a "
               "server."));
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW,
                                    "application",
                                    gtk_window_get_application (parent),
                                    "title",
                                    recording->name,
                                    "default-width",
                                    1000,
                                    "default-height",
                                    620,
                                    NULL);

  gtk_label_set_wrap (GTK_LABEL (banner), TRUE);
  gtk_widget_add_css_class (banner, "replay-banner");
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), banner);
  gtk_box_append (GTK_BOX (box), panel);
  gtk_widget_set_size_request (window, 360, 294);
  app_leave_by_escape (GTK_WINDOW (window));
  adw_window_set_content (ADW_WINDOW (window), box);
  app_panel_set_closable (APP_PANEL (panel), FALSE);
  app_panel_set_recording (APP_PANEL (panel), recording);
  app_panel_set_open (APP_PANEL (panel), TRUE);
  return window;
}
