/* GtkExpander has no name for who does not see it; here it has. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-fold.h"

#include "app-verbatim.h"
GtkWidget *
app_card_fold_add (GtkWidget *box, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

GtkWidget *
app_card_fold_box_new (void)
{
  return gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
}

GtkWidget *
app_card_fold_new (const char *title, GtkWidget *inside, gboolean open)
{
  GtkWidget *expander = gtk_expander_new (NULL);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_widget_set_hexpand (label, TRUE);
  gtk_expander_set_label_widget (GTK_EXPANDER (expander), label);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (inside, "card-fold");
  gtk_expander_set_child (GTK_EXPANDER (expander), inside);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), open);
  return expander;
}
