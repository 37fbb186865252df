/* Files are read when they are attached: what changes or goes away later must not change the
 * letter. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-composer-private.h"

#include <glib/gi18n.h>

#include "learn-wording.h"

/* Pixels: of chips, with the space around them. */
#define TWO_LINES 108

static void on_detach (GtkButton *button, AppComposer *self);

void
app_composer_show_attachments (AppComposer *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->attachments)) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < self->draft->attachments->len; i++)
    {
      const MailAttachment *attachment = self->draft->attachments->pdata[i];
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      g_autofree char *size =
          attachment->bytes != NULL ? learn_size_text (g_bytes_get_size (attachment->bytes)) : NULL;
      g_autofree char *text = size != NULL ? g_strdup_printf ("%s · %s", attachment->name, size)
                                           : g_strdup (attachment->name);
      GtkWidget *label = gtk_label_new (text);
      GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
      g_autofree char *name = g_strdup_printf (_ ("Remove “%s”"), attachment->name);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
      gtk_label_set_width_chars (GTK_LABEL (label), MIN (12, (int) g_utf8_strlen (text, -1)));
      gtk_widget_set_tooltip_text (label, attachment->name);
      gtk_widget_add_css_class (box, "attachment-chip");
      gtk_widget_add_css_class (remove, "flat");
      gtk_widget_add_css_class (remove, "circular");
      gtk_widget_set_tooltip_text (remove, name);
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data (G_OBJECT (remove), "index", GUINT_TO_POINTER (i));
      g_signal_connect (remove, "clicked", G_CALLBACK (on_detach), self);
      gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("mail-attachment-symbolic"));
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (box), remove);
      gtk_widget_insert_before (box, self->attachments, NULL);
    }
  /* A scrolled window does not ask its child how high it is at this width. */
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->attachments_scroller),
                                              self->draft->attachments->len > 1 ? TWO_LINES : -1);
  gtk_widget_set_visible (self->attachments_scroller, self->draft->attachments->len > 0);
}

static void
on_detach (GtkButton *button, AppComposer *self)
{
  g_ptr_array_remove_index (self->draft->attachments,
                            GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index")));
  app_composer_show_attachments (self);
  app_composer_changed (self);
}

static void
attach_file (AppComposer *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  if (path == NULL || !g_file_get_contents (path, &contents, &len, &error))
    {
      text = g_strdup_printf (_ ("“%1$s” cannot be attached: %2$s"),
                              name,
                              error != NULL ? error->message
                                            : _ ("it is not a file on this computer"));
      app_composer_tell (self, text);
      return;
    }
  {
    g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&contents), len);

    g_ptr_array_add (self->draft->attachments, mail_attachment_new_for_bytes (bytes, name, NULL));
  }
  app_composer_show_attachments (self);
  app_composer_changed (self);
}

static void
on_attach_response (GtkNativeDialog *dialog, int response, AppComposer *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          attach_file (self, file);
        }
    }
  g_clear_object (&self->chooser);
}

static void
on_attach (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Attach Files"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("_Attach"),
                                               _ ("_Cancel"));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_attach_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* A file by its path: for drops, and for scripts that drive the window. */
static void
on_attach_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  attach_file (data, file);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, AppComposer *self)
{
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *l = files; l != NULL; l = l->next)
    attach_file (self, l->data);
  g_slist_free (files);
  return TRUE;
}

void
app_composer_install_attaching (AppComposer *self)
{
  static const GActionEntry entries[] = {
    { .name = "attach", .activate = on_attach },
    { .name = "attach-path", .activate = on_attach_path, .parameter_type = "s" },
  };
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}
