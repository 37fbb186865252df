/* Something did not work; the error's own words say why. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-trouble.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
app_trouble_tell (GtkWindow *parent, const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, _ ("That Did Not Work"), error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}
