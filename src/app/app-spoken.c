/* GTK 4.8 puts together a name from the label and from what labels the widget, and falls back to
 * the name of the class. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-spoken.h"

static void
tell_item (gpointer widget, gpointer item)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  GTK_IS_STRING_OBJECT (item) ? gtk_string_object_get_string (item)
                                                              : "",
                                  -1);
}

static void
on_drop_down (GtkDropDown *drop_down)
{
  tell_item (gtk_widget_get_first_child (GTK_WIDGET (drop_down)),
             gtk_drop_down_get_selected_item (drop_down));
}

void
app_spoken_drop_down (GtkDropDown *drop_down)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));

  gtk_accessible_update_relation (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, drop_down, NULL, -1);
  g_signal_connect (drop_down, "notify::selected-item", G_CALLBACK (on_drop_down), NULL);
  on_drop_down (drop_down);
}

static void
on_combo_row (AdwComboRow *row)
{
  tell_item (row, adw_combo_row_get_selected_item (row));
}

void
app_spoken_combo_row (AdwComboRow *row)
{
  g_signal_connect (row, "notify::selected-item", G_CALLBACK (on_combo_row), NULL);
  on_combo_row (row);
}

void
app_spoken_button (GtkButton *button)
{
  g_auto (GStrv) words = g_strsplit (gtk_button_get_label (button), "_", -1);
  g_autofree char *name = g_strjoinv ("", words);

  app_spoken_row (GTK_WIDGET (button), name);
}

static void
on_subtitle (AdwActionRow *row)
{
  const char *subtitle = adw_action_row_get_subtitle (row);
  g_autofree char *plain = NULL;

  if (subtitle != NULL && adw_preferences_row_get_use_markup (ADW_PREFERENCES_ROW (row)) &&
      pango_parse_markup (subtitle, -1, 0, NULL, &plain, NULL, NULL))
    subtitle = plain;
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle != NULL ? subtitle : "",
                                  -1);
}

void
app_spoken_row_button (AdwActionRow *row, GtkWidget *button)
{
  gtk_widget_set_focusable (button, FALSE);
  g_signal_connect (row, "notify::subtitle", G_CALLBACK (on_subtitle), NULL);
  on_subtitle (row);
}

static void
on_tooltip (GtkWidget *button)
{
  const char *text = gtk_widget_get_tooltip_text (button);

  if (text != NULL)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
name_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    {
      g_signal_connect (widget, "notify::tooltip-text", G_CALLBACK (on_tooltip), NULL);
      on_tooltip (widget);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_buttons (child);
}

void
app_spoken_password (AdwPasswordEntryRow *row)
{
  name_buttons (GTK_WIDGET (row));
}

void
app_spoken_row (GtkWidget *row, const char *name)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
