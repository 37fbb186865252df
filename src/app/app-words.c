/* What the projector and the accounting share. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-words.h"

GtkLabel *
app_words_add (GtkBox *box, const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css);
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}
