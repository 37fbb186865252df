/* Accounts, addresses and permissions; databases that are newer, damaged or none. */
#include "test-store.h"

#include <sqlite3.h>

typedef struct
{
  char *dir;
  StoreBook *book;
} Shelf;

static void
shelf_open (Shelf *shelf, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  shelf->dir = g_dir_make_tmp ("restante-book-XXXXXX", NULL);
  shelf->book = store_book_open (shelf->dir, &error);
  g_assert_no_error (error);
}

static void
shelf_close (Shelf *shelf, gconstpointer data)
{
  g_clear_pointer (&shelf->book, store_book_close);
  fix_remove_directory (shelf->dir);
  g_free (shelf->dir);
}

static StoreAccountInfo *
account (const char *name)
{
  StoreAccountInfo *info = store_account_info_new ();

  g_free (info->name);
  info->name = g_strdup (name);
  g_free (info->protocol);
  info->protocol = g_strdup ("imap");
  g_free (info->email);
  info->email = g_strdup ("ada@localhost");
  info->port = 993;
  info->smtp_port = 587;
  return info;
}

static void
test_accounts (Shelf *shelf, gconstpointer data)
{
  g_autoptr (StoreAccountInfo) info = account ("home");
  g_autoptr (StoreAccountInfo) twin = account ("home");
  g_autoptr (StoreAccountInfo) found = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (store_book_add (shelf->book, info, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (info->uuid, !=, "");
  g_assert_false (store_book_add (shelf->book, twin, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_free (twin->name);
  twin->name = g_strdup ("work");
  g_assert_true (store_book_add (shelf->book, twin, &error));
  accounts = store_book_accounts (shelf->book, &error);
  g_assert_cmpuint (accounts->len, ==, 2);
  g_assert_cmpstr (((StoreAccountInfo *) accounts->pdata[0])->name, ==, "home");
  info->paused = TRUE;
  info->port = 143;
  g_assert_true (store_book_update (shelf->book, info, &error));
  found = store_book_find (shelf->book, info->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (found->paused);
  g_assert_cmpuint (found->port, ==, 143);
  g_assert_cmpuint (found->smtp_port, ==, 587);
  g_assert_cmpstr (found->leave_policy, ==, "all");
  g_assert_cmpstr (found->email, ==, "ada@localhost");
  g_assert_null (store_book_find (shelf->book, "elsewhere", &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_remove_with_files (Shelf *shelf, gconstpointer data)
{
  g_autoptr (StoreAccountInfo) info = account ("home");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  StoreMailbase *mailbase;

  g_assert_true (store_book_add (shelf->book, info, &error));
  mailbase = store_mailbase_open (shelf->dir, info->uuid, TRUE, &error);
  g_assert_no_error (error);
  path = g_strdup (store_mailbase_path (mailbase));
  store_mailbase_unref (mailbase);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (store_book_remove (shelf->book, info->uuid, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (store_book_remove (shelf->book, "../..", &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_addresses (Shelf *shelf, gconstpointer data)
{
  g_auto (GStrv) found = NULL;
  g_autoptr (GError) error = NULL;

  store_book_used_address (shelf->book, "grace@navy.example", "Hopper, Grace", &error);
  store_book_used_address (shelf->book, "gödel@logic.example", "Kurt Gödel", &error);
  store_book_used_address (shelf->book, "gödel@logic.example", "", &error);
  store_book_used_address (shelf->book, "anna@x", NULL, &error);
  g_assert_no_error (error);
  found = store_book_complete (shelf->book, "G", 10, &error);
  g_assert_cmpstrv (found,
                    ((const char *[]){ "Kurt Gödel <gödel@logic.example>",
                                       "\"Hopper, Grace\" <grace@navy.example>",
                                       NULL }));
  g_clear_pointer (&found, g_strfreev);
  found = store_book_complete (shelf->book, "ann", 10, &error);
  g_assert_cmpstrv (found, ((const char *[]){ "anna@x", NULL }));
}

static void
test_permissions (Shelf *shelf, gconstpointer data)
{
  g_assert_false (store_book_permitted (shelf->book, "a@x", "remote-images"));
  store_book_permit (shelf->book, "a@x", "remote-images", TRUE, NULL);
  store_book_permit (shelf->book, "a@x", "remote-images", TRUE, NULL);
  g_assert_true (store_book_permitted (shelf->book, "a@x", "remote-images"));
  store_book_permit (shelf->book, "a@x", "remote-images", FALSE, NULL);
  g_assert_false (store_book_permitted (shelf->book, "a@x", "remote-images"));
}

static void
test_newer_is_refused (Shelf *shelf, gconstpointer data)
{
  g_autofree char *path = g_build_filename (shelf->dir, "restante.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;

  g_clear_pointer (&shelf->book, store_book_close);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 99", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_assert_null (store_book_open (shelf->dir, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NEWER);
  shelf->book = NULL;
}

static void
test_damaged (Shelf *shelf, gconstpointer data)
{
  g_autofree char *dir = g_build_filename (shelf->dir, "accounts", "u", NULL);
  g_autofree char *path = g_build_filename (dir, "mail.db", NULL);
  g_autofree char *noise = g_strnfill (40000, '#');
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (dir, 0700);
  g_file_set_contents (path, noise, -1, NULL);
  g_assert_null (store_mailbase_open (shelf->dir, "u", TRUE, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_CORRUPT);
  /* And it is left as it was, for whoever can rescue it. */
  {
    g_autofree char *after = NULL;

    g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
    g_assert_cmpstr (after, ==, noise);
  }
}

static void
test_settings (Shelf *shelf, gconstpointer data)
{
  static const struct
  {
    const char *ask, *answer;
  } rows[] = { { "PRAGMA page_size", "16384" },
               { "PRAGMA journal_mode", "wal" },
               { "PRAGMA auto_vacuum", "2" },
               { "PRAGMA user_version", "14" },
               { "PRAGMA integrity_check", "ok" } };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;
  StoreMailbase *mailbase = store_mailbase_open (shelf->dir, "u", TRUE, &error);

  g_assert_no_error (error);
  path = g_strdup (store_mailbase_path (mailbase));
  store_mailbase_unref (mailbase);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      sqlite3_stmt *stmt = NULL;

      g_assert_cmpint (sqlite3_prepare_v2 (db, rows[i].ask, -1, &stmt, NULL), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
      g_assert_cmpstr ((const char *) sqlite3_column_text (stmt, 0), ==, rows[i].answer);
      sqlite3_finalize (stmt);
    }
  sqlite3_close (db);
}

typedef struct
{
  gint64 folder, message, placement;
} Put;

static gboolean
put_letter (StoreTx *tx, gpointer data, GError **error)
{
  Put *put = data;
  StoreNewMessage message = { .folder = put->folder,
                              .uidvalidity = 7,
                              .uid = 100,
                              .keywords = "",
                              .size = 10,
                              .subject = "new" };

  return store_tx_put_message (
      tx, &message, NULL, "UID FETCH", &put->message, &put->placement, error);
}

/* A database of the first version, from which the newest letters had gone: what comes next gets
 * numbers that were never given. */
static void
test_first_version (Shelf *shelf, gconstpointer data)
{
  g_autofree char *dir = g_build_filename (shelf->dir, "accounts", "u", NULL);
  g_autofree char *path = g_build_filename (dir, "mail.db", NULL);
  g_autofree char *first =
      g_test_build_filename (G_TEST_DIST, "..", "data/sql/account-1.sql", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  Put put = { .folder = 1 };
  StoreMailbase *mailbase;
  sqlite3 *db = NULL;

  g_assert_true (g_file_get_contents (first, &sql, NULL, NULL));
  g_mkdir_with_parents (dir, 0700);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (
          db, "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL", NULL, NULL, NULL),
      ==,
      SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db,
                    "INSERT INTO folder (id, place, name) VALUES (1, 0, 'INBOX');"
                    "INSERT INTO message (id, subject) VALUES (1, 'old'), (40, 'gone');"
                    "INSERT INTO placement (id, message, folder, uidvalidity, uid)"
                    " VALUES (1, 1, 1, 7, 1), (50, 40, 1, 7, 2);"
                    "DELETE FROM message WHERE id = 40; DELETE FROM placement WHERE id = 50;"
                    "PRAGMA user_version = 1",
                    NULL,
                    NULL,
                    NULL),
      ==,
      SQLITE_OK);
  sqlite3_close (db);

  mailbase = store_mailbase_open (shelf->dir, "u", TRUE, &error);
  g_assert_no_error (error);
  store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, FALSE, put_letter, &put, &error);
  g_assert_no_error (error);
  g_assert_cmpint (put.message, ==, 41);
  g_assert_cmpint (put.placement, ==, 51);
  store_mailbase_unref (mailbase);
}

static void
test_one_owner (Shelf *shelf, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  StoreMailbase *owner = store_mailbase_open (shelf->dir, "u", TRUE, &error);
  StoreMailbase *guest;

  g_assert_no_error (error);
  g_assert_null (store_mailbase_open (shelf->dir, "u", TRUE, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_OWNED);
  g_assert_nonnull (strstr (error->message, g_get_prgname ()));
  g_clear_error (&error);
  guest = store_mailbase_open (shelf->dir, "u", FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (store_mailbase_is_owner (guest));
  store_mailbase_unref (owner);
  owner = store_mailbase_open (shelf->dir, "u", TRUE, &error);
  g_assert_no_error (error);
  store_mailbase_unref (owner);
  store_mailbase_unref (guest);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/store/book/" name, Shelf, NULL, shelf_open, func, shelf_close)
  ADD ("accounts", test_accounts);
  ADD ("remove-with-files", test_remove_with_files);
  ADD ("addresses", test_addresses);
  ADD ("permissions", test_permissions);
  ADD ("newer-is-refused", test_newer_is_refused);
  ADD ("damaged", test_damaged);
  ADD ("settings", test_settings);
  ADD ("first-version", test_first_version);
  ADD ("one-owner", test_one_owner);
  return g_test_run ();
}
