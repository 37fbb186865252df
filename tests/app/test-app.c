#include "test-app.h"

#define PATIENCE_S 60

static void
write_password (const char *path)
{
  g_assert_true (g_file_set_contents_full (path, "x", 1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* (transfer full) for @value */
static void
set (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

void
app_fix_setup (AppFix *fix, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();

  fix->fix.dir = g_dir_make_tmp ("restante-app-XXXXXX", &error);
  g_assert_no_error (error);
  fix->fix.cause = base_cause_new (BASE_CAUSE_SYNC, "test");
  fix->service = engine_service_new (fix->fix.dir, NULL, &error);
  g_assert_no_error (error);
  set (&info->name, g_strdup ("ada"));
  set (&info->protocol, g_strdup ("imap"));
  set (&info->email, g_strdup ("ada@localhost"));
  set (&info->host, g_strdup ("localhost"));
  info->port = 143;
  set (&info->security, g_strdup ("none"));
  set (&info->user, g_strdup ("ada"));
  set (&info->password_file, g_build_filename (fix->fix.dir, "password", NULL));
  write_password (info->password_file);
  fix->account = engine_service_add (fix->service, info, NULL, &error);
  g_assert_no_error (error);
  fix->fix.mailbase = engine_account_mailbase (fix->account);
  fix->fix.reader = engine_account_reader (fix->account);
  fix->fix.inbox = fix_folder (&fix->fix, STORE_PLACE_SERVER, "INBOX", STORE_ROLE_INBOX);
  fix->fix.archive = fix_folder (&fix->fix, STORE_PLACE_SERVER, "Archive", STORE_ROLE_ARCHIVE);
  fix->fix.trash = fix_folder (&fix->fix, STORE_PLACE_SERVER, "Trash", STORE_ROLE_TRASH);
}

void
app_fix_teardown (AppFix *fix, gconstpointer data)
{
  engine_account_unref (fix->account);
  engine_service_free (fix->service);
  base_cause_unref (fix->fix.cause);
  fix_remove_directory (fix->fix.dir);
  g_free (fix->fix.dir);
}

typedef struct
{
  AppFix *fix;
  guint n;
} Fill;

static gboolean
fill (StoreTx *tx, gpointer data, GError **error)
{
  const Fill *wanted = data;

  for (guint i = 1; i <= wanted->n; i++)
    {
      char subject[32];
      StoreNewMessage message = { .folder = wanted->fix->fix.inbox,
                                  .uidvalidity = 7,
                                  .uid = i,
                                  .subject = subject,
                                  .from_name = "Grace",
                                  .size = 100,
                                  .date_utc = 1700000000 - i,
                                  .arrived = 1700000000 - i };

      g_snprintf (subject, sizeof subject, "letter %u", i);
      if (!store_tx_put_message (
              tx, &message, wanted->fix->fix.cause, "UID FETCH", NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

void
app_fix_fill (AppFix *fix, guint n)
{
  Fill wanted = { fix, n };

  FIX_WRITE (&fix->fix, fill, &wanted);
}

static gboolean
on_too_late (gpointer data)
{
  g_error ("what the test waits for did not come within %d s", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

void
app_wait (gboolean (*done) (gpointer data), gpointer data)
{
  guint too_late = g_timeout_add_seconds (PATIENCE_S, on_too_late, NULL);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (too_late);
}

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
  Copy *copy = data;

  g_assert_cmpuint (position + removed, <=, copy->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (copy->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (
        copy->items, (int) (position + i), g_list_model_get_item (list, position + i));
  copy->told++;
  g_assert_cmpuint (copy->items->len, ==, g_list_model_get_n_items (list));
}

void
copy_init (Copy *copy, GListModel *list)
{
  copy->list = list;
  copy->told = 0;
  copy->items = g_ptr_array_new_with_free_func (g_object_unref);
  on_items_changed (list, 0, 0, g_list_model_get_n_items (list), copy);
  copy->told = 0;
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), copy);
}

void
copy_check (Copy *copy)
{
  g_assert_cmpuint (copy->items->len, ==, g_list_model_get_n_items (copy->list));
  for (guint i = 0; i < copy->items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (copy->list, i);

      g_assert_true (item == copy->items->pdata[i]);
    }
}

void
copy_clear (Copy *copy)
{
  g_signal_handlers_disconnect_by_data (copy->list, copy);
  g_clear_pointer (&copy->items, g_ptr_array_unref);
}
