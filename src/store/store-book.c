/* restante.db: accounts, identities, addresses, permissions. */
#include "config.h"

#include "store-book.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "store-directory.h"
#include "store-schema.h"

struct _StoreBook
{
  GMutex lock;
  char *dir;
  StoreSqlite *db;
};

StoreBook *
store_book_open (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "restante.db", NULL);
  g_autoptr (StoreSqlite) db = NULL;
  StoreBook *book;
  gboolean read_only;

  if (!store_directory_make (dir, error))
    return NULL;
  read_only = store_directory_is_read_only (dir);
  db = store_sqlite_open (path, read_only ? STORE_SQLITE_READ : STORE_SQLITE_CREATE, error);
  if (db == NULL ||
      !(read_only ? store_schema_check (db, STORE_SCHEMA_RESTANTE, error)
                  : store_schema_update (db, "restante", STORE_SCHEMA_RESTANTE, error)))
    return NULL;
  book = g_new0 (StoreBook, 1);
  g_mutex_init (&book->lock);
  book->dir = g_strdup (dir);
  book->db = g_steal_pointer (&db);
  return book;
}

void
store_book_close (StoreBook *book)
{
  store_sqlite_close (book->db);
  g_mutex_clear (&book->lock);
  g_free (book->dir);
  g_free (book);
}

const char *
store_book_dir (StoreBook *book)
{
  return book->dir;
}

#define ACCOUNT_COLUMNS                                                                       \
  "uuid, name, protocol, practice, email, full_name, host, port, security, user, smtp_host, " \
  "smtp_port, "                                                                               \
  "smtp_security, smtp_user, ca_file, password_file, leave_policy, keep_policy, position, "   \
  "paused, "                                                                                  \
  "sign_in, client_cert"

static StoreAccountInfo *
account_from (sqlite3_stmt *stmt)
{
  StoreAccountInfo *info = g_new0 (StoreAccountInfo, 1);

  g_atomic_ref_count_init (&info->ref_count);
  info->uuid = store_column_text (stmt, 0);
  info->name = store_column_text (stmt, 1);
  info->protocol = store_column_text (stmt, 2);
  info->practice = sqlite3_column_int (stmt, 3);
  info->email = store_column_text (stmt, 4);
  info->full_name = store_column_text (stmt, 5);
  info->host = store_column_text (stmt, 6);
  info->port = sqlite3_column_int (stmt, 7);
  info->security = store_column_text (stmt, 8);
  info->user = store_column_text (stmt, 9);
  info->smtp_host = store_column_text (stmt, 10);
  info->smtp_port = sqlite3_column_int (stmt, 11);
  info->smtp_security = store_column_text (stmt, 12);
  info->smtp_user = store_column_text (stmt, 13);
  info->ca_file = store_column_text (stmt, 14);
  info->password_file = store_column_text (stmt, 15);
  info->leave_policy = store_column_text (stmt, 16);
  info->keep_policy = store_column_text (stmt, 17);
  info->position = sqlite3_column_int (stmt, 18);
  info->paused = sqlite3_column_int (stmt, 19);
  info->sign_in = store_column_text (stmt, 20);
  info->client_cert = store_column_text (stmt, 21);
  return info;
}

GPtrArray *
store_book_accounts (StoreBook *book, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);
  g_autoptr (GPtrArray) accounts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_account_info_unref);
  sqlite3_stmt *stmt = store_sqlite_query (book->db,
                                           error,
                                           "SELECT " ACCOUNT_COLUMNS
                                           " FROM account ORDER BY position, created, uuid",
                                           "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (book->db, stmt, error)) == 1)
    g_ptr_array_add (accounts, account_from (stmt));
  return step == 0 ? g_steal_pointer (&accounts) : NULL;
}

StoreAccountInfo *
store_book_find (StoreBook *book, const char *name_or_uuid, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);
  sqlite3_stmt *stmt =
      store_sqlite_query (book->db,
                          error,
                          "SELECT " ACCOUNT_COLUMNS " FROM account WHERE name = ?1 OR uuid = ?1 "
                          "ORDER BY name = ?1 DESC LIMIT 1",
                          "s",
                          name_or_uuid);
  StoreAccountInfo *info;
  int step;

  if (stmt == NULL)
    return NULL;
  step = store_sqlite_step (book->db, stmt, error);
  if (step == 0)
    g_set_error (error,
                 STORE_ERROR,
                 STORE_ERROR_NOT_FOUND,
                 _ ("There is no account called “%s”."),
                 name_or_uuid);
  if (step != 1)
    return NULL;
  info = account_from (stmt);
  store_sqlite_reset (stmt);
  return info;
}

static gboolean
write_account (StoreBook *book, const StoreAccountInfo *info, const char *sql, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (store_sqlite_run (book->db,
                        &failure,
                        sql,
                        "sttitttitttittttttiitti",
                        info->uuid,
                        info->name,
                        info->protocol,
                        (gint64) (info->practice != 0),
                        info->email,
                        info->full_name,
                        info->host,
                        (gint64) info->port,
                        info->security,
                        info->user,
                        info->smtp_host,
                        (gint64) info->smtp_port,
                        info->smtp_security,
                        info->smtp_user,
                        info->ca_file,
                        info->password_file,
                        info->leave_policy,
                        info->keep_policy,
                        (gint64) info->position,
                        (gint64) (info->paused != 0),
                        info->sign_in,
                        info->client_cert,
                        g_get_real_time ()))
    return TRUE;
  if (g_error_matches (failure, STORE_ERROR, STORE_ERROR_EXISTS))
    g_set_error (error,
                 STORE_ERROR,
                 STORE_ERROR_EXISTS,
                 _ ("There is an account called “%s” already."),
                 info->name);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
store_book_add (StoreBook *book, StoreAccountInfo *info, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);
  gint64 position;

  if (*info->uuid == '\0')
    {
      g_free (info->uuid);
      info->uuid = g_uuid_string_random ();
    }
  if (!store_sqlite_number (book->db,
                            &position,
                            NULL,
                            error,
                            "SELECT coalesce (max (position), 0) + 1 FROM account",
                            ""))
    return FALSE;
  if (info->position == 0)
    info->position = position;
  return write_account (book,
                        info,
                        "INSERT INTO account (" ACCOUNT_COLUMNS ", created) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                        "?)",
                        error);
}

gboolean
store_book_update (StoreBook *book, const StoreAccountInfo *info, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);

  if (!write_account (book,
                      info,
                      "UPDATE account SET name = ?2, protocol = ?3, practice = ?4, email = ?5, "
                      "full_name = ?6, host = ?7, "
                      "port = ?8, security = ?9, user = ?10, smtp_host = ?11, smtp_port = ?12, "
                      "smtp_security = ?13, "
                      "smtp_user = ?14, ca_file = ?15, password_file = ?16, leave_policy = ?17, "
                      "keep_policy = ?18, "
                      "position = ?19, paused = ?20, sign_in = ?21, client_cert = ?22 "
                      "WHERE uuid = ?1 AND ?23",
                      error))
    return FALSE;
  if (sqlite3_changes (store_sqlite_handle (book->db)) > 0)
    return TRUE;
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_NOT_FOUND,
               _ ("There is no account called “%s”."),
               info->name);
  return FALSE;
}

gboolean
store_book_remove (StoreBook *book, const char *uuid, GError **error)
{
  g_autofree char *files = g_build_filename (book->dir, "accounts", uuid, NULL);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);

  if (*uuid == '\0' || strchr (uuid, '/') != NULL || *uuid == '.')
    {
      g_set_error (
          error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("There is no account called “%s”."), uuid);
      return FALSE;
    }
  return store_sqlite_run (book->db, error, "DELETE FROM account WHERE uuid = ?", "s", uuid) &&
         store_directory_remove (files, error);
}

gboolean
store_book_used_address (StoreBook *book, const char *email, const char *full_name, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);

  return store_sqlite_run (
      book->db,
      error,
      "INSERT INTO address (email, full_name, uses, last_used) VALUES (?, ?, 1, ?) "
      "ON CONFLICT (email) DO UPDATE SET uses = uses + 1, last_used = excluded.last_used, "
      "full_name = CASE WHEN excluded.full_name = '' THEN full_name ELSE excluded.full_name END",
      "sti",
      email,
      full_name,
      g_get_real_time ());
}

/* A name that holds what separates addresses is quoted (RFC 5322 section 3.2.4). */
static char *
format_address (const char *full_name, const char *email)
{
  GString *quoted;

  if (*full_name == '\0')
    return g_strdup (email);
  if (strpbrk (full_name, "()<>[]:;@\\,.\"") == NULL)
    return g_strdup_printf ("%s <%s>", full_name, email);
  quoted = g_string_new ("\"");
  for (const char *p = full_name; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *p);
    }
  g_string_append_printf (quoted, "\" <%s>", email);
  return g_string_free (quoted, FALSE);
}

char **
store_book_complete (StoreBook *book, const char *prefix, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *wanted = g_utf8_casefold (prefix, -1);
  sqlite3_stmt *stmt = store_sqlite_query (
      book->db,
      error,
      "SELECT full_name, email FROM address ORDER BY uses DESC, last_used DESC, email",
      "");
  guint found = 0;
  int step;

  if (stmt == NULL)
    return NULL;
  while (found < limit && (step = store_sqlite_step (book->db, stmt, error)) == 1)
    {
      const char *full_name = (const char *) sqlite3_column_text (stmt, 0);
      const char *email = (const char *) sqlite3_column_text (stmt, 1);
      g_autofree char *name_folded = g_utf8_casefold (full_name, -1);
      g_autofree char *email_folded = g_utf8_casefold (email, -1);
      const char *surname = strchr (name_folded, ' ');

      if (g_str_has_prefix (name_folded, wanted) || g_str_has_prefix (email_folded, wanted) ||
          (surname != NULL && g_str_has_prefix (surname + 1, wanted)))
        {
          g_autofree char *text = format_address (full_name, email);

          g_strv_builder_add (builder, text);
          found++;
        }
    }
  store_sqlite_reset (stmt);
  return g_strv_builder_end (builder);
}

gboolean
store_book_permitted (StoreBook *book, const char *subject, const char *what)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);
  gint64 at;
  gboolean found = FALSE;

  /* What cannot be read is not permitted. */
  return store_sqlite_number (book->db,
                              &at,
                              &found,
                              NULL,
                              "SELECT at FROM permission WHERE subject = ? AND what = ?",
                              "ss",
                              subject,
                              what) &&
         found;
}

gboolean
store_book_permit (
    StoreBook *book, const char *subject, const char *what, gboolean allowed, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&book->lock);

  if (!allowed)
    return store_sqlite_run (book->db,
                             error,
                             "DELETE FROM permission WHERE subject = ? AND what = ?",
                             "ss",
                             subject,
                             what);
  return store_sqlite_run (book->db,
                           error,
                           "INSERT OR IGNORE INTO permission (subject, what, at) VALUES (?, ?, ?)",
                           "ssi",
                           subject,
                           what,
                           g_get_real_time ());
}
