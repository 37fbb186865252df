/* What stands in a password's field is dots for all but the one who may have it. */
#include "app-secret-buffer.h"

static void
check (AppSecretBuffer *buffer, const char *secret, const char *dots)
{
  g_autoptr (BaseSecret) held = app_secret_buffer_dup (buffer);

  g_assert_cmpstr (gtk_entry_buffer_get_text (GTK_ENTRY_BUFFER (buffer)), ==, dots);
  g_assert_cmpuint (
      gtk_entry_buffer_get_length (GTK_ENTRY_BUFFER (buffer)), ==, g_utf8_strlen (dots, -1));
  if (*secret == '\0')
    g_assert_null (held);
  else
    g_assert_cmpstr (base_secret_peek (held, NULL), ==, secret);
}

static void
test_edits (void)
{
  g_autoptr (AppSecretBuffer) buffer = g_object_new (APP_TYPE_SECRET_BUFFER, NULL);
  GtkEntryBuffer *text = GTK_ENTRY_BUFFER (buffer);

  check (buffer, "", "");
  gtk_entry_buffer_insert_text (text, 0, "clé", -1);
  check (buffer, "clé", "•••");
  gtk_entry_buffer_insert_text (text, 2, "ø\xf0\x9f\x94\x91xyz", 2);
  check (buffer, "clø\xf0\x9f\x94\x91é", "•••••");
  gtk_entry_buffer_delete_text (text, 1, 2);
  check (buffer, "c\xf0\x9f\x94\x91é", "•••");
  gtk_entry_buffer_delete_text (text, 2, 100);
  check (buffer, "c\xf0\x9f\x94\x91", "••");
  gtk_entry_buffer_insert_text (text, 99, "!", -1);
  check (buffer, "c\xf0\x9f\x94\x91!", "•••");
  gtk_entry_buffer_delete_text (text, 0, -1);
  check (buffer, "", "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/secret-buffer/edits", test_edits);
  return g_test_run ();
}
