/* Every account shows its trouble here, also those that nobody looks at. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-account-header.h"

#include <glib/gi18n.h>

static gboolean
is_of_account (const GError *error)
{
  return base_error_retry (error) == BASE_RETRY_USER &&
         !g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_MAYBE_SENT);
}

char *
app_account_header_trouble (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  if (engine_account_info (account)->paused)
    return NULL;
  if (status->error != NULL &&
      (status->state == ENGINE_STATE_NEEDS_USER || status->state == ENGINE_STATE_WAITING))
    return g_strdup (status->error->message);
  if (status->send_error != NULL && is_of_account (status->send_error))
    return g_strdup (status->send_error->message);
  return NULL;
}

/* What waits for the person is louder than what tries again by itself. */
static GtkWidget *
make_mark (EngineAccount *account, const char *trouble)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);
  gboolean waits = status->state == ENGINE_STATE_WAITING;
  GtkWidget *mark =
      gtk_image_new_from_icon_name (waits ? "network-offline-symbolic" : "dialog-warning-symbolic");

  gtk_widget_set_tooltip_text (mark, trouble);
  gtk_widget_add_css_class (mark, waits ? "dim-label" : "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (mark),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  waits ? _ ("Not reached at the moment")
                                        : _ ("Needs your attention"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  trouble,
                                  -1);
  return mark;
}

GtkWidget *
app_account_header_new (EngineAccount *account)
{
  const StoreAccountInfo *info = engine_account_info (account);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (info->email);
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
  GtkWidget *badge = gtk_label_new (protocol);
  g_autofree char *trouble = app_account_header_trouble (account);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "account-name");
  gtk_widget_add_css_class (badge, "badge");
  gtk_widget_add_css_class (badge, info->protocol);
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "account-header");
  gtk_widget_set_tooltip_text (box, info->practice ? _ ("Practice post office") : info->host);
  gtk_box_append (GTK_BOX (box), label);
  if (trouble != NULL)
    gtk_box_append (GTK_BOX (box), make_mark (account, trouble));
  gtk_box_append (GTK_BOX (box), badge);
  return box;
}
