/* Opening writes a private, read-only copy first: the program that opens it cannot change the
 * letter, and what it may do to the copy is nobody's loss. Programs are never started. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-attachment.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "learn-wording.h"

struct _AppAttachment
{
  GtkBox parent_instance;
  MailMessage *letter;
  MailPart *part;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (AppAttachment, app_attachment, GTK_TYPE_BOX)

static const char *
part_name (AppAttachment *self)
{
  const char *name = mail_part_get_name (self->part);

  return name != NULL && *name != '\0' ? name : _ ("attachment");
}

static void
tell (AppAttachment *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", text);
}

/* A file that is a program must be saved and started on purpose. */
static gboolean
is_program (const char *name, GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *type = g_content_type_guess (name, data, size, NULL);

  return g_content_type_can_be_executable (type) || g_str_has_suffix (name, ".desktop");
}

/* Many senders call everything application/octet-stream: the name knows more. */
static char *
icon_name (AppAttachment *self)
{
  const char *said = mail_part_get_mime_type (self->part);
  g_autofree char *guessed = g_content_type_guess (part_name (self), NULL, 0, NULL);
  g_autofree char *generic = NULL;
  g_autofree char *name = NULL;

  generic = g_content_type_get_generic_icon_name (
      g_str_equal (said, "application/octet-stream") ? guessed : said);
  name = g_strdup_printf ("%s-symbolic", generic != NULL ? generic : "x-office-document");
  if (gtk_icon_theme_has_icon (gtk_icon_theme_get_for_display (gdk_display_get_default ()), name))
    return g_steal_pointer (&name);
  return g_strdup ("x-office-document-symbolic");
}

static char *
write_copy (AppAttachment *self, GBytes *bytes, GError **error)
{
  g_autofree char *dir = g_dir_make_tmp ("restante-XXXXXX", error);
  g_autofree char *path = NULL;

  if (dir == NULL)
    return NULL;
  path = g_build_filename (dir, part_name (self), NULL);
  if (!g_file_set_contents_full (path,
                                 g_bytes_get_data (bytes, NULL),
                                 (gssize) g_bytes_get_size (bytes),
                                 G_FILE_SET_CONTENTS_NONE,
                                 0400,
                                 error))
    return NULL;
  return g_steal_pointer (&path);
}

static void
on_open (GtkButton *button, AppAttachment *self)
{
  g_autoptr (GBytes) bytes = mail_part_decode (self->part);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;

  if (is_program (part_name (self), bytes))
    {
      tell (self, _ ("This is a program. Save it first if you trust it."));
      return;
    }
  path = write_copy (self, bytes, &error);
  if (path == NULL)
    {
      tell (self, error->message);
      return;
    }
  uri = g_filename_to_uri (path, NULL, NULL);
  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME);
}

static void
on_save_response (GtkNativeDialog *dialog, int response, AppAttachment *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      bytes = mail_part_decode (self->part);
      name = g_file_get_basename (file);
      if (g_file_replace_contents (file,
                                   g_bytes_get_data (bytes, NULL),
                                   g_bytes_get_size (bytes),
                                   NULL,
                                   FALSE,
                                   G_FILE_CREATE_NONE,
                                   NULL,
                                   NULL,
                                   &error))
        text = g_strdup_printf (_ ("“%s” is saved."), name);
      else
        text = g_strdup_printf (_ ("“%1$s” could not be saved: %2$s"), name, error->message);
      tell (self, text);
    }
  g_clear_object (&self->chooser);
}

static void
on_save (GtkButton *button, AppAttachment *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Save Attachment"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), part_name (self));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_save_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
app_attachment_dispose (GObject *object)
{
  AppAttachment *self = APP_ATTACHMENT (object);

  g_clear_object (&self->chooser);
  g_clear_pointer (&self->letter, mail_message_unref);
  G_OBJECT_CLASS (app_attachment_parent_class)->dispose (object);
}

static void
app_attachment_class_init (AppAttachmentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_attachment_dispose;
}

static void
app_attachment_init (AppAttachment *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
  gtk_widget_add_css_class (GTK_WIDGET (self), "attachment");
}

GtkWidget *
app_attachment_new (MailMessage *letter, MailPart *part)
{
  AppAttachment *self = g_object_new (APP_TYPE_ATTACHMENT, NULL);
  GtkWidget *open = gtk_button_new ();
  GtkWidget *save = gtk_button_new_from_icon_name ("document-save-symbolic");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label;
  g_autofree char *icon = NULL;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;
  g_autofree char *open_name = NULL;
  g_autofree char *save_name = NULL;

  self->letter = mail_message_ref (letter);
  self->part = part;
  size = learn_size_text (mail_part_get_size (part));
  text = g_strdup_printf ("%s · %s", part_name (self), size);
  open_name = g_strdup_printf (_ ("Open “%s”"), part_name (self));
  save_name = g_strdup_printf (_ ("Save “%s”"), part_name (self));
  icon = icon_name (self);
  label = gtk_label_new (text);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 26);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (open), box);
  gtk_widget_set_tooltip_text (open, open_name);
  gtk_widget_set_tooltip_text (save, save_name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (open), GTK_ACCESSIBLE_PROPERTY_LABEL, open_name, -1);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (save), GTK_ACCESSIBLE_PROPERTY_LABEL, save_name, -1);
  g_signal_connect (open, "clicked", G_CALLBACK (on_open), self);
  g_signal_connect (save, "clicked", G_CALLBACK (on_save), self);
  gtk_box_append (GTK_BOX (self), open);
  gtk_box_append (GTK_BOX (self), save);
  return GTK_WIDGET (self);
}
