/* What is previewed is what is saved: both are the text view's text. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-export.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-spoken.h"
#include "learn-export.h"

/* More than anybody looks through; the file has all. */
#define PREVIEW_BYTES (200 * 1000)

struct _AppPanelExport
{
  AdwWindow parent_instance;
  GtkButton *cancel, *copy, *save;
  AdwComboRow *scope, *format;
  GtkSwitch *pseudonyms;
  GtkTextView *preview;

  GtkWidget *panel; /* cleared when it goes */
  AppPanelModel *model;
  GArray *keys;
  guint64 selected;
  char *text;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (AppPanelExport, app_panel_export, ADW_TYPE_WINDOW)

static LearnExchange *
find (LearnDialogue *dialogue, guint64 key)
{
  guint64 first = learn_dialogue_count (dialogue) > 0 ? learn_dialogue_get (dialogue, 0)->key : 0;

  return key >= first && key - first < learn_dialogue_count (dialogue)
             ? learn_dialogue_get (dialogue, (guint) (key - first))
             : NULL;
}

static GPtrArray *
chosen (AppPanelExport *self)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  GPtrArray *exchanges = g_ptr_array_new ();
  gboolean one = adw_combo_row_get_selected (self->scope) == 1;

  for (guint i = 0; i < self->keys->len; i++)
    {
      guint64 key = g_array_index (self->keys, guint64, i);
      LearnExchange *exchange = find (dialogue, key);

      if (exchange != NULL && (!one || key == self->selected))
        g_ptr_array_add (exchanges, exchange);
    }
  return exchanges;
}

static void
update (AppPanelExport *self)
{
  g_autoptr (GPtrArray) exchanges = chosen (self);
  guint format = adw_combo_row_get_selected (self->format);
  gsize shown;

  if (format > LEARN_EXPORT_COMMANDS)
    return;
  g_free (self->text);
  self->text = learn_export (
      exchanges, (LearnExportFormat) format, gtk_switch_get_active (self->pseudonyms));
  shown = MIN (strlen (self->text), PREVIEW_BYTES);
  while (shown > 0 && (self->text[shown] & 0xc0) == 0x80)
    shown--;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->preview), self->text, (int) shown);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save), *self->text != '\0');
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), *self->text != '\0');
}

static void
tell (AppPanelExport *self, const char *words)
{
  if (self->panel != NULL)
    gtk_widget_activate_action (self->panel, "win.tell", "s", words);
}

static void
on_copy (GtkButton *button, AppPanelExport *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text);
  tell (self, _ ("The exchanges are in the clipboard; passwords are not."));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_response (GtkNativeDialog *dialog, int response, AppPanelExport *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  if (g_file_replace_contents (file,
                               self->text,
                               strlen (self->text),
                               NULL,
                               FALSE,
                               G_FILE_CREATE_PRIVATE,
                               NULL,
                               NULL,
                               &error))
    {
      tell (self, _ ("The exchanges are saved; passwords are not in the file."));
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  tell (self, error->message);
}

static void
on_save (GtkButton *button, AppPanelExport *self)
{
  static const char *const extensions[] = { "txt", "md", "jsonl", "sh" };
  g_autofree char *name =
      g_strdup_printf ("%s.%s",
                       /* Translators: the name of a file, without its extension. */
                       _ ("exchanges"),
                       extensions[adw_combo_row_get_selected (self->format)]);

  self->chooser = gtk_file_chooser_native_new (_ ("Export Exchanges"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _ ("_Save"),
                                               _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
app_panel_export_dispose (GObject *object)
{
  AppPanelExport *self = APP_PANEL_EXPORT (object);

  g_clear_weak_pointer (&self->panel);
  g_clear_object (&self->chooser);
  g_clear_object (&self->model);
  g_clear_pointer (&self->keys, g_array_unref);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (app_panel_export_parent_class)->dispose (object);
}

static void
app_panel_export_class_init (AppPanelExportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_panel_export_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-panel-export.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppPanelExport, name)
  BIND (cancel);
  BIND (copy);
  BIND (save);
  BIND (scope);
  BIND (format);
  BIND (pseudonyms);
  BIND (preview);
#undef BIND
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
app_panel_export_init (AppPanelExport *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_combo_row (self->scope);
  app_spoken_combo_row (self->format);
  app_spoken_button (self->cancel);
  app_spoken_button (self->save);
  app_spoken_button (self->copy);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect (self->copy, "clicked", G_CALLBACK (on_copy), self);
  g_signal_connect (self->save, "clicked", G_CALLBACK (on_save), self);
}

GtkWidget *
app_panel_export_new (GtkWidget *panel, AppPanelModel *model, GArray *keys, guint64 selected)
{
  AppPanelExport *self =
      g_object_new (APP_TYPE_PANEL_EXPORT, "transient-for", gtk_widget_get_root (panel), NULL);

  g_set_weak_pointer (&self->panel, panel);
  self->model = g_object_ref (model);
  self->keys = keys;
  self->selected = selected;
  gtk_widget_set_sensitive (GTK_WIDGET (self->scope), selected != 0);
  adw_combo_row_set_selected (self->scope, selected != 0 ? 1 : 0);
  g_signal_connect_swapped (self->scope, "notify::selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->format, "notify::selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->pseudonyms, "notify::active", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}
