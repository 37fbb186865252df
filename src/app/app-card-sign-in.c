/* Fields are learn's (learn-sign-in.h). */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-sign-in.h"

#include <glib/gi18n.h>

#include "app-card-fold.h"
#include "learn-sign-in.h"

void
app_card_sign_in_fill (GtkBox *box, const LearnExchange *exchange, guint index)
{
  g_autoptr (GPtrArray) fields = learn_sign_in_open (exchange, index);
  gboolean hidden = FALSE;
  GtkWidget *child, *inside, *fold;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  gtk_widget_set_visible (GTK_WIDGET (box), fields != NULL);
  if (fields == NULL)
    return;
  inside = app_card_fold_box_new ();
  for (guint i = 0; i < fields->len; i++)
    {
      const LearnField *field = fields->pdata[i];
      g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>  <tt>%s</tt>",
                                                         field->name,
                                                         field->value == NULL    ? _ ("hidden")
                                                         : *field->value != '\0' ? field->value
                                                                                 : "–");

      hidden = hidden || field->value == NULL;
      gtk_label_set_markup (GTK_LABEL (app_card_fold_add (inside, NULL, "card-part")), markup);
    }
  if (hidden)
    app_card_fold_add (inside,
                       _ ("Restante never records what a sign-in says: these are the fields that "
                          "this message has."),
                       "card-part-detail");
  else
    app_card_fold_add (inside,
                       _ ("Base64 hides nothing. These are the practice post office’s own words, "
                          "and public."),
                       "card-part-detail");
  fold = app_card_fold_new (_ ("The base64, opened"), inside, FALSE);
  gtk_widget_add_css_class (fold, "card-fold-whole");
  gtk_box_append (box, fold);
}
