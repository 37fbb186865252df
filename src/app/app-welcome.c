/* The first page: three doors. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>

#include "app-wizard.h"

static GtkWidget *
door (const char *label, const char *action, gboolean suggested)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "pill");
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  return button;
}

GtkWidget *
app_welcome_new (void)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), APPLICATION_ID);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Welcome"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (page),
      _ ("Read and write mail, and see what your computer tells the servers."));
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), door (_ ("Try Without an Account"), "win.practice", TRUE));
  gtk_box_append (GTK_BOX (box), door (_ ("Add My Account"), "app.add-account", FALSE));
  gtk_box_append (GTK_BOX (box), door (_ ("Lessons"), "app.lessons", FALSE));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), box);
  return page;
}
