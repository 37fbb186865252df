/* Buttons that look and are spoken of as links: what they open is no address. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-related.h"

#include <glib/gi18n.h>

#include "app-signal.h"
#include "app-verbatim.h"
#include "learn-spelling.h"

struct _AppCardRelated
{
  GtkBox parent_instance;
  GtkWidget *list; /* a button for each */
};

G_DEFINE_FINAL_TYPE (AppCardRelated, app_card_related, GTK_TYPE_BOX)

enum
{
  OPENED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_clicked (GtkButton *button, AppCardRelated *self)
{
  const LearnEntry *entry = g_object_get_data (G_OBJECT (button), "entry");
  guint link = 0;

  for (GtkWidget *before = gtk_widget_get_prev_sibling (GTK_WIDGET (button)); before != NULL;
       before = gtk_widget_get_prev_sibling (before))
    link++;
  g_signal_emit (self, signals[OPENED], 0, entry, link);
}

static void
add_link (AppCardRelated *self, const LearnEntry *entry)
{
  GtkWidget *button =
      g_object_new (GTK_TYPE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_LINK, NULL);
  GtkWidget *label = gtk_label_new (NULL);
  g_autofree char *word = learn_spelling_of (entry);
  g_autofree char *name =
      word != NULL ? g_strdup_printf ("%s: %s", word, entry->title) : g_strdup (entry->title);
  g_autofree char *markup = word != NULL
                                ? g_markup_printf_escaped ("<tt>%s</tt>  %s", word, entry->title)
                                : g_markup_printf_escaped ("%s", entry->title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "card-link");
  gtk_widget_set_tooltip_text (button, entry->meaning);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  entry->meaning,
                                  -1);
  g_object_set_data (G_OBJECT (button), "entry", (gpointer) entry);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (self->list), button);
}

void
app_card_related_show (AppCardRelated *self, const LearnEntry *entry)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; entry != NULL && entry->see[i] != NULL; i++)
    add_link (self, learn_catalogue_explain (learn_catalogue_get (NULL), entry->see[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_first_child (self->list) != NULL);
}

void
app_card_related_focus (AppCardRelated *self, guint link)
{
  GtkWidget *button = gtk_widget_get_first_child (self->list);

  for (guint i = 0; i < link && button != NULL; i++)
    button = gtk_widget_get_next_sibling (button);
  if (button != NULL)
    gtk_widget_grab_focus (button);
}

static void
app_card_related_class_init (AppCardRelatedClass *klass)
{
  signals[OPENED] = app_signal_new (klass, "opened", 2, G_TYPE_POINTER, G_TYPE_UINT);
}

static void
app_card_related_init (AppCardRelated *self)
{
  GtkWidget *heading = gtk_label_new (_ ("See also"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 2);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "card-heading");
  gtk_box_append (GTK_BOX (self), heading);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("See also"), -1);
  gtk_box_append (GTK_BOX (self), self->list);
}

GtkWidget *
app_card_related_new (void)
{
  return g_object_new (APP_TYPE_CARD_RELATED, NULL);
}
