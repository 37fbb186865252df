/* The text that GTK is given has a dot for each character. What is inserted would be told by the
 * signal "insert-text", after the insertion: it is done before, and the signal ends there. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-secret-buffer.h"

#include <string.h>

#define DOT "•"

struct _AppSecretBuffer
{
  GtkEntryBuffer parent_instance;
  char *bytes; /* UTF-8, NUL-terminated */
  gsize len;
  guint chars;
  char *dots;
  gboolean shown; /* the person wants to see it */
};

G_DEFINE_FINAL_TYPE (AppSecretBuffer, app_secret_buffer, GTK_TYPE_ENTRY_BUFFER)

/* Puts @with in the place of what is between two offsets, in bytes. */
static void
replace (AppSecretBuffer *self, gsize from, gsize to, const char *with, gsize with_len)
{
  gsize len = self->len - (to - from) + with_len;
  char *bytes = g_malloc (len + 1);

  memcpy (bytes, self->bytes, from);
  memcpy (bytes + from, with, with_len);
  memcpy (bytes + from + with_len, self->bytes + to, self->len - to);
  bytes[len] = '\0';
  base_secret_wipe (self->bytes, self->len);
  g_free (self->bytes);
  self->bytes = bytes;
  self->len = len;
  self->chars = (guint) g_utf8_strlen (bytes, (gssize) len);
  g_free (self->dots);
  self->dots = g_malloc (self->chars * strlen (DOT) + 1);
  for (guint i = 0; i < self->chars; i++)
    memcpy (self->dots + i * strlen (DOT), DOT, strlen (DOT));
  self->dots[self->chars * strlen (DOT)] = '\0';
}

static gsize
offset (AppSecretBuffer *self, guint position)
{
  return (gsize) (g_utf8_offset_to_pointer (self->bytes, (glong) position) - self->bytes);
}

static const char *
app_secret_buffer_get_text (GtkEntryBuffer *buffer, gsize *n_bytes)
{
  AppSecretBuffer *self = APP_SECRET_BUFFER (buffer);
  const char *text = self->shown ? self->bytes : self->dots;

  if (n_bytes != NULL)
    *n_bytes = strlen (text);
  return text;
}

static guint
app_secret_buffer_get_length (GtkEntryBuffer *buffer)
{
  return APP_SECRET_BUFFER (buffer)->chars;
}

static guint
app_secret_buffer_insert_text (GtkEntryBuffer *buffer,
                               guint position,
                               const char *chars,
                               guint n_chars)
{
  AppSecretBuffer *self = APP_SECRET_BUFFER (buffer);
  gsize at = offset (self, MIN (position, self->chars));
  gsize len = (gsize) (g_utf8_offset_to_pointer (chars, (glong) n_chars) - chars);

  replace (self, at, at, chars, len);
  gtk_entry_buffer_emit_inserted_text (buffer, position, chars, n_chars);
  return n_chars;
}

static guint
app_secret_buffer_delete_text (GtkEntryBuffer *buffer, guint position, guint n_chars)
{
  AppSecretBuffer *self = APP_SECRET_BUFFER (buffer);

  position = MIN (position, self->chars);
  n_chars = MIN (n_chars, self->chars - position);
  if (n_chars == 0)
    return 0;
  gtk_entry_buffer_emit_deleted_text (buffer, position, n_chars);
  return n_chars;
}

/* Whoever listens to the signal still finds the old text: it goes after them. */
static void
app_secret_buffer_deleted_text (GtkEntryBuffer *buffer, guint position, guint n_chars)
{
  AppSecretBuffer *self = APP_SECRET_BUFFER (buffer);

  replace (self, offset (self, position), offset (self, position + n_chars), "", 0);
  g_object_notify (G_OBJECT (buffer), "text");
  g_object_notify (G_OBJECT (buffer), "length");
}

static void
app_secret_buffer_finalize (GObject *object)
{
  AppSecretBuffer *self = APP_SECRET_BUFFER (object);

  base_secret_wipe (self->bytes, self->len);
  g_free (self->bytes);
  g_free (self->dots);
  G_OBJECT_CLASS (app_secret_buffer_parent_class)->finalize (object);
}

static void
app_secret_buffer_class_init (AppSecretBufferClass *klass)
{
  GtkEntryBufferClass *buffer_class = GTK_ENTRY_BUFFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_secret_buffer_finalize;
  buffer_class->get_text = app_secret_buffer_get_text;
  buffer_class->get_length = app_secret_buffer_get_length;
  buffer_class->insert_text = app_secret_buffer_insert_text;
  buffer_class->delete_text = app_secret_buffer_delete_text;
  buffer_class->deleted_text = app_secret_buffer_deleted_text;
}

static void
app_secret_buffer_init (AppSecretBuffer *self)
{
  self->bytes = g_strdup ("");
  self->dots = g_strdup ("");
}

static void
on_insert (GtkEditable *text, const char *chars, int len, int *position, AppSecretBuffer *self)
{
  guint n_chars = (guint) g_utf8_strlen (chars, len);

  *position += (int) gtk_entry_buffer_insert_text (
      GTK_ENTRY_BUFFER (self), (guint) *position, chars, (int) n_chars);
  g_signal_stop_emission_by_name (text, "insert-text");
}

static void
on_visibility (GtkText *text, GParamSpec *pspec, AppSecretBuffer *self)
{
  self->shown = gtk_text_get_visibility (text);
}

AppSecretBuffer *
app_secret_buffer_install (GtkEditable *field)
{
  GtkEditable *text = gtk_editable_get_delegate (field);
  g_autoptr (AppSecretBuffer) self = g_object_new (APP_TYPE_SECRET_BUFFER, NULL);

  gtk_editable_set_enable_undo (text, FALSE);
  gtk_text_set_buffer (GTK_TEXT (text), GTK_ENTRY_BUFFER (self));
  g_signal_connect_object (text, "insert-text", G_CALLBACK (on_insert), self, 0);
  g_signal_connect_object (text, "notify::visibility", G_CALLBACK (on_visibility), self, 0);
  return self;
}

BaseSecret *
app_secret_buffer_dup (AppSecretBuffer *self)
{
  return self->len > 0 ? base_secret_new (self->bytes, (gssize) self->len) : NULL;
}
