/* The question stands as long as the panel does. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-export.h"

#include <glib/gi18n.h>
#include <string.h>

#include "wire-transcript.h"

#define CHOOSER "restante-export"
#define TAP "restante-tap"

static void
add_connection (WireTap *tap, GHashTable *connections, guint64 id)
{
  WireConnection *connection;

  if (id == 0 || g_hash_table_contains (connections, &id))
    return;
  connection = wire_tap_connection (tap, id);
  if (connection != NULL)
    g_hash_table_insert (connections, g_memdup2 (&id, sizeof id), connection);
}

static char *
export_text (WireTap *tap)
{
  g_autoptr (GHashTable) connections = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) wire_connection_unref);
  g_autoptr (GPtrArray) events = wire_tap_read (tap, 1, G_MAXUINT);

  for (guint i = 0; i < events->len; i++)
    add_connection (tap, connections, ((WireEvent *) events->pdata[i])->connection);
  return wire_transcript_export (events, connections);
}

static void
on_response (GtkNativeDialog *dialog, int response, GtkWidget *panel)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *text = export_text (g_object_get_data (G_OBJECT (dialog), TAP));
      g_autoptr (GError) error = NULL;
      gboolean good = g_file_replace_contents (
          file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, NULL, &error);

      gtk_widget_activate_action (
          panel,
          "win.tell",
          "s",
          good ? _ ("The exchanges are saved as text; passwords are not in it.") : error->message);
    }
  g_object_set_data (G_OBJECT (panel), CHOOSER, NULL);
}

void
app_panel_export (GtkWidget *panel, WireTap *tap)
{
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Export Exchanges"),
                                   GTK_WINDOW (gtk_widget_get_root (panel)),
                                   GTK_FILE_CHOOSER_ACTION_SAVE,
                                   _ ("_Save"),
                                   _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _ ("exchanges.txt"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_object_set_data_full (
      G_OBJECT (chooser), TAP, wire_tap_ref (tap), (GDestroyNotify) wire_tap_unref);
  g_object_set_data_full (G_OBJECT (panel), CHOOSER, chooser, g_object_unref);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_response), panel, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
