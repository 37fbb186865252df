/* Each button is an action of learn-lesson-action.h. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-lesson-own.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-spoken.h"
#include "app-wrap.h"

/* What arrives, one after the other. */
static const char *const arriving[] = { "Documents", "Menu", "Festival", "Article", "Question" };

typedef struct
{
  AppLessonOwnFunc func;
  gpointer data;
  GtkDropDown *letter;
  GtkLabel *trouble;
  guint arrived;
} Own;

static void
wish (Own *own, const char *words)
{
  own->func (words, own->data);
}

static const char *
chosen_letter (Own *own)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (own->letter);

  return item != NULL ? gtk_string_object_get_string (item) : NULL;
}

/* The button's name is the action, with “%” where the letter stands. */
static void
on_button (GtkButton *button, Own *own)
{
  const char *words = gtk_widget_get_name (GTK_WIDGET (button));
  g_auto (GStrv) parts = g_strsplit (words, "%", 2);
  const char *letter = chosen_letter (own);
  g_autofree char *quoted = letter != NULL ? g_strdup_printf ("\"%s\"", letter) : NULL;
  g_autofree char *whole = NULL;

  if (parts[1] == NULL)
    {
      wish (own, words);
      return;
    }
  if (quoted == NULL)
    return;
  whole = g_strconcat (parts[0], quoted, parts[1], NULL);
  wish (own, whole);
}

static void
on_arrive (GtkButton *button, Own *own)
{
  g_autofree char *words =
      g_strdup_printf ("letter %s from=grace", arriving[own->arrived++ % G_N_ELEMENTS (arriving)]);

  wish (own, words);
}

static void
on_leave (GtkDropDown *drop_down, GParamSpec *pspec, Own *own)
{
  static const char *const words[] = { "laptop set leave=all",
                                       "laptop set leave=until-deleted",
                                       "laptop set leave=none" };

  wish (own, words[MIN (gtk_drop_down_get_selected (drop_down), 2)]);
}

/* Heard alone, a button says whose it is: laptop and phone have some that look alike. */
static GtkWidget *
add_button (GtkWidget *row, const char *label, const char *words, Own *own)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  g_autofree char *name = g_strdup_printf ("%s, %s", label, gtk_widget_get_name (row));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_name (button, words);
  g_signal_connect (button, "clicked", G_CALLBACK (on_button), own);
  gtk_widget_insert_before (button, row, NULL);
  return button;
}

static GtkWidget *
add_row (GtkBox *box, const char *title)
{
  GtkWidget *heading = gtk_label_new (title);
  GtkWidget *row = g_object_new (APP_TYPE_WRAP, NULL);

  gtk_widget_set_name (row, title);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (box, heading);
  gtk_box_append (box, row);
  return row;
}

static void
add_letter_choice (GtkBox *box, Own *own)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Letter"));
  GtkWidget *letter = gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL);

  own->letter = GTK_DROP_DOWN (letter);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), letter);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (letter), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Letter"), -1);
  app_spoken_drop_down (own->letter);
  gtk_widget_set_hexpand (letter, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), letter);
  gtk_box_append (box, row);
}

static void
add_policy (GtkBox *box, Own *own)
{
  const char *const words[] = { _ ("Leaves letters on the server"),
                                _ ("Removes there what is deleted here"),
                                _ ("Leaves nothing on the server"),
                                NULL };
  GtkWidget *policy = gtk_drop_down_new_from_strings (words);

  gtk_accessible_update_property (GTK_ACCESSIBLE (policy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What the laptop leaves on the server"),
                                  -1);
  app_spoken_drop_down (GTK_DROP_DOWN (policy));
  g_signal_connect (policy, "notify::selected", G_CALLBACK (on_leave), own);
  gtk_box_append (box, policy);
}

void
app_lesson_own_build (GtkBox *box, AppLessonOwnFunc func, gpointer data)
{
  Own *own = g_new0 (Own, 1);
  GtkWidget *child, *row, *button;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  own->func = func;
  own->data = data;
  g_object_set_data_full (G_OBJECT (box), "own", own, g_free);
  add_letter_choice (box, own);
  row = add_row (box, _ ("Laptop (POP3)"));
  add_button (row, _ ("Collect"), "laptop collect", own);
  add_button (row, _ ("Delete"), "laptop delete %", own);
  add_button (row, _ ("Move to Archive"), "laptop move % Archive", own);
  add_policy (box, own);
  row = add_row (box, _ ("Phone (IMAP)"));
  add_button (row, _ ("Get Mail"), "phone sync", own);
  add_button (row, _ ("Read"), "phone open %", own);
  add_button (row, _ ("Delete"), "phone delete %", own);
  add_button (row, _ ("Delete for Good"), "phone erase %", own);
  add_button (row, _ ("Move to Archive"), "phone move % Archive", own);
  row = add_row (box, _ ("The World"));
  button = add_button (row, _ ("A Letter Arrives"), "letter", own);
  g_signal_handlers_disconnect_by_func (button, on_button, own);
  g_signal_connect (button, "clicked", G_CALLBACK (on_arrive), own);
  add_button (row, _ ("Cut the Line before QUIT"), "fault \"1x,cut=pop3:QUIT\"", own);
  own->trouble = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (own->trouble, 0);
  gtk_label_set_wrap (own->trouble, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (own->trouble), "card-verdict");
  gtk_widget_add_css_class (GTK_WIDGET (own->trouble), "other");
  gtk_widget_set_visible (GTK_WIDGET (own->trouble), FALSE);
  gtk_box_append (box, GTK_WIDGET (own->trouble));
}

/* Each subject once, what was chosen stays chosen. */
static void
update_letters (Own *own, GPtrArray *letters)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GtkStringList) subjects = gtk_string_list_new (NULL);
  g_autofree char *before = g_strdup (chosen_letter (own));
  guint selected = 0;

  for (guint i = 0; i < letters->len; i++)
    {
      const LearnLetter *letter = letters->pdata[i];

      if (!g_hash_table_add (seen, letter->subject))
        continue;
      if (g_strcmp0 (letter->subject, before) == 0)
        selected = g_list_model_get_n_items (G_LIST_MODEL (subjects));
      gtk_string_list_append (subjects, letter->subject);
    }
  gtk_drop_down_set_model (own->letter, G_LIST_MODEL (subjects));
  gtk_drop_down_set_selected (own->letter, selected);
}

void
app_lesson_own_update (GtkBox *box, const LessonState *state)
{
  Own *own = g_object_get_data (G_OBJECT (box), "own");
  gboolean trouble = state->failures->len > 0;

  if (own == NULL)
    return;
  update_letters (own, state->letters);
  gtk_widget_set_visible (GTK_WIDGET (own->trouble), trouble);
  if (trouble)
    gtk_label_set_text (own->trouble, state->failures->pdata[0]);
}
