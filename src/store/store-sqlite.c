/* One thin layer over SQLite: settings are checked, statements are kept, errors become GErrors. */
#include "config.h"

#include "store-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <unistd.h>

#include "store-directory.h"

/* A second process writes for milliseconds only; one that holds on for longer is stuck. */
#define BUSY_TIMEOUT_MS 20000
#define PAGE_SIZE 16384
/* What is left of the write-ahead log after a checkpoint, in bytes. */
#define JOURNAL_SIZE_LIMIT 67108864
#define CACHE_KIB 8192

struct _StoreSqlite
{
  sqlite3 *handle;
  GHashTable *statements; /* literal's address -> sqlite3_stmt */
};

static char *vfs_name;

void
store_sqlite_set_vfs (const char *name)
{
  g_free (vfs_name);
  vfs_name = g_strdup (name);
}

static const char *
vfs (void)
{
#ifdef RESTANTE_DEVELOPMENT
  if (vfs_name == NULL)
    return g_getenv ("RESTANTE_TEST_VFS");
#endif
  return vfs_name;
}

static StoreError
error_code (sqlite3 *handle)
{
  int code = sqlite3_extended_errcode (handle);

  switch (code & 0xff)
    {
    case SQLITE_FULL:
      return STORE_ERROR_FULL;
    case SQLITE_IOERR:
      {
        int system = sqlite3_system_errno (handle);

        return system == ENOSPC || system == EDQUOT || system == EFBIG ? STORE_ERROR_FULL
                                                                       : STORE_ERROR_IO;
      }
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return STORE_ERROR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return STORE_ERROR_BUSY;
    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_FOREIGNKEY ? STORE_ERROR_NOT_FOUND : STORE_ERROR_EXISTS;
    default:
      return STORE_ERROR_IO;
    }
}

static void
set_error_at (sqlite3 *handle, const char *path, GError **error)
{
  StoreError code = error_code (handle);
  g_autofree char *what = g_strdup (sqlite3_errmsg (handle));

  if (path == NULL)
    path = sqlite3_db_filename (handle, "main");
  if (path == NULL)
    path = "";

  switch (code)
    {
    case STORE_ERROR_FULL:
      g_set_error_literal (
          error,
          STORE_ERROR,
          code,
          _ ("The disk is full. Nothing was lost; free some space and try again."));
      break;
    case STORE_ERROR_CORRUPT:
      g_set_error (error,
                   STORE_ERROR,
                   code,
                   _ ("The mail database %s is damaged (%s). Restore it from a backup."),
                   path,
                   what);
      break;
    case STORE_ERROR_BUSY:
      g_set_error (error,
                   STORE_ERROR,
                   code,
                   _ ("Another program is holding the mail database %s. Try again later."),
                   path);
      break;
    case STORE_ERROR_IO:
    case STORE_ERROR_NEWER:
    case STORE_ERROR_OWNED:
    case STORE_ERROR_NOT_FOUND:
    case STORE_ERROR_EXISTS:
    case STORE_ERROR_CLOSED:
    case STORE_ERROR_ONLY_COPY:
    case STORE_ERROR_READ_ONLY:
    default:
      g_set_error (
          error,
          STORE_ERROR,
          code,
          _ ("The mail database %s could not be used: %s. Check that you may write there."),
          path,
          what);
      break;
    }
}

void
store_sqlite_set_error (sqlite3 *handle, GError **error)
{
  set_error_at (handle, NULL, error);
}

sqlite3 *
store_sqlite_handle (StoreSqlite *db)
{
  return db->handle;
}

gint64
store_sqlite_last_id (StoreSqlite *db)
{
  return sqlite3_last_insert_rowid (db->handle);
}

gboolean
store_sqlite_exec (StoreSqlite *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  store_sqlite_set_error (db->handle, error);
  return FALSE;
}

/* PRAGMA statements are few and rare: not kept. */
static gboolean
ask (StoreSqlite *db, const char *sql, char **answer, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2 (db->handle, sql, -1, &stmt, NULL);

  *answer = NULL;
  if (code == SQLITE_OK)
    code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    *answer = store_column_text (stmt, 0);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    {
      store_sqlite_set_error (db->handle, error);
      sqlite3_finalize (stmt);
      return FALSE;
    }
  sqlite3_finalize (stmt);
  return TRUE;
}

static gboolean
say (StoreSqlite *db, const char *sql, GError **error)
{
  g_autofree char *answer = NULL;

  return ask (db, sql, &answer, error);
}

gint64
store_sqlite_pragma (StoreSqlite *db, const char *name, GError **error)
{
  g_autofree char *sql = g_strconcat ("PRAGMA ", name, NULL);
  g_autofree char *answer = NULL;

  if (!ask (db, sql, &answer, error))
    return -1;
  return answer != NULL ? g_ascii_strtoll (answer, NULL, 10) : 0;
}

/* Says @set, then asks @name and wants @expected: a PRAGMA that does not know its word says
 * nothing. */
static gboolean
state (StoreSqlite *db, const char *set, const char *name, const char *expected, GError **error)
{
  g_autofree char *ask_sql = g_strconcat ("PRAGMA ", name, NULL);
  g_autofree char *said = NULL;
  g_autofree char *answer = NULL;

  if (set != NULL && !ask (db, set, &said, error))
    return FALSE;
  if (!ask (db, ask_sql, &answer, error))
    return FALSE;
  if (g_strcmp0 (answer, expected) == 0)
    return TRUE;
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_IO,
               _ ("The mail database could not be set up: %s is %s, not %s."),
               name,
               answer != NULL ? answer : "?",
               expected);
  return FALSE;
}

gboolean
store_sqlite_set_sync (StoreSqlite *db, gboolean full, GError **error)
{
  return full ? state (db, "PRAGMA synchronous = FULL", "synchronous", "2", error)
              : state (db, "PRAGMA synchronous = NORMAL", "synchronous", "1", error);
}

gboolean
store_sqlite_sync_log (StoreSqlite *db, GError **error)
{
  sqlite3_file *log = NULL;
  int code = sqlite3_file_control (db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);

  /* Without a log nothing was committed since it was opened. */
  if (code == SQLITE_OK && log != NULL && log->pMethods != NULL)
    code = log->pMethods->xSync (log, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK)
    return TRUE;
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_IO,
               _ ("The mail database %s could not be used: %s. Check that you may write there."),
               sqlite3_db_filename (db->handle, "main"),
               sqlite3_errstr (code));
  return FALSE;
}

static gboolean
settle (StoreSqlite *db, StoreSqliteMode mode, GError **error)
{
  sqlite3_extended_result_codes (db->handle, TRUE);
  sqlite3_busy_timeout (db->handle, BUSY_TIMEOUT_MS);
  if (!state (db, "PRAGMA foreign_keys = ON", "foreign_keys", "1", error) ||
      !state (db, "PRAGMA trusted_schema = OFF", "trusted_schema", "0", error) ||
      !state (db, "PRAGMA cell_size_check = ON", "cell_size_check", "1", error) ||
      !state (db, "PRAGMA temp_store = MEMORY", "temp_store", "2", error) ||
      !state (db,
              "PRAGMA cache_size = -" G_STRINGIFY (CACHE_KIB),
              "cache_size",
              "-" G_STRINGIFY (CACHE_KIB),
              error))
    return FALSE;
  if (mode == STORE_SQLITE_READ)
    return state (db, "PRAGMA query_only = ON", "query_only", "1", error);
  /* Page size and auto-vacuum can be stated until the first table is made; afterwards the file
   * says, and stating what it says would write its first page, and wait for the disk three times.
   * Deleted mail does not linger in free pages. */
  if (!say (db, "PRAGMA page_size = " G_STRINGIFY (PAGE_SIZE), error) ||
      !state (db,
              store_sqlite_pragma (db, "auto_vacuum", NULL) == 2
                  ? NULL
                  : "PRAGMA auto_vacuum = INCREMENTAL",
              "auto_vacuum",
              "2",
              error) ||
      !state (db, "PRAGMA secure_delete = ON", "secure_delete", "1", error) ||
      !state (db, "PRAGMA journal_mode = WAL", "journal_mode", "wal", error) ||
      !state (db, NULL, "page_size", G_STRINGIFY (PAGE_SIZE), error) ||
      !state (db, "PRAGMA wal_autocheckpoint = 2000", "wal_autocheckpoint", "2000", error) ||
      !say (db, "PRAGMA journal_size_limit = " G_STRINGIFY (JOURNAL_SIZE_LIMIT), error))
    return FALSE;
  return store_sqlite_set_sync (db, TRUE, error);
}

static void
finalize (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

/* SQLite would let the umask decide who reads a new file; its log and index take after it. */
static void
make_private (const char *path)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

static gboolean
has_log (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf found;

  return g_stat (log, &found) == 0 && found.st_size > 0;
}

/* In a directory that cannot be written SQLite cannot make the index of the write-ahead log, and
 * gives up even when there is no log: it has to be told that nothing will change. Whether it is
 * needed shows at the first read. */
static gboolean
reopen_unchanging (StoreSqlite *db, const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *uri = NULL;
  g_autofree char *name = NULL;

  if (!store_directory_is_read_only (dir) || has_log (path) ||
      store_sqlite_pragma (db, "user_version", NULL) >= 0)
    return TRUE;
  uri = g_filename_to_uri (path, NULL, error);
  if (uri == NULL)
    return FALSE;
  name = g_strconcat (uri, "?immutable=1", NULL);
  sqlite3_close (db->handle);
  if (sqlite3_open_v2 (name,
                       &db->handle,
                       SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READONLY |
                           SQLITE_OPEN_URI,
                       vfs ()) == SQLITE_OK)
    return TRUE;
  set_error_at (db->handle, path, error);
  return FALSE;
}

StoreSqlite *
store_sqlite_open (const char *path, StoreSqliteMode mode, GError **error)
{
  g_autoptr (StoreSqlite) db = g_new0 (StoreSqlite, 1);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  static gsize configured;

  flags |=
      mode == STORE_SQLITE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (g_once_init_enter (&configured))
    {
      /* Nobody reads the allocation statistics, and each allocation takes a lock for them. Refused,
       * which does no harm, when somebody else in the process has used SQLite before. */
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&configured, 1);
    }
  db->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize);
  if (mode != STORE_SQLITE_READ && vfs () == NULL)
    make_private (path);
  if (sqlite3_open_v2 (path, &db->handle, flags, vfs ()) != SQLITE_OK)
    {
      set_error_at (db->handle, path, error);
      return NULL;
    }
  if (mode == STORE_SQLITE_READ && !reopen_unchanging (db, path, error))
    return NULL;
  if (!settle (db, mode, error))
    return NULL;
  return g_steal_pointer (&db);
}

void
store_sqlite_close (StoreSqlite *db)
{
  g_hash_table_unref (db->statements);
  if (sqlite3_close (db->handle) != SQLITE_OK)
    g_critical ("A database was closed while a statement was in use");
  g_free (db);
}

static gboolean
bind (sqlite3_stmt *stmt, const char *types, va_list args)
{
  int code = SQLITE_OK;

  for (int i = 0; types[i] != '\0' && code == SQLITE_OK; i++)
    switch (types[i])
      {
      case 'i':
        code = sqlite3_bind_int64 (stmt, i + 1, va_arg (args, gint64));
        break;
      case 'n':
        {
          gint64 number = va_arg (args, gint64);

          code = number != 0 ? sqlite3_bind_int64 (stmt, i + 1, number)
                             : sqlite3_bind_null (stmt, i + 1);
          break;
        }
      case 's':
        code = sqlite3_bind_text (stmt, i + 1, va_arg (args, const char *), -1, SQLITE_STATIC);
        break;
      case 't':
        {
          const char *text = va_arg (args, const char *);

          code = sqlite3_bind_text (stmt, i + 1, text != NULL ? text : "", -1, SQLITE_STATIC);
          break;
        }
      case 'b':
        {
          gconstpointer bytes = va_arg (args, gconstpointer);

          code = sqlite3_bind_blob64 (stmt, i + 1, bytes, va_arg (args, gsize), SQLITE_STATIC);
          break;
        }
      default:
        g_assert_not_reached ();
      }
  return code == SQLITE_OK;
}

static sqlite3_stmt *
query_va (StoreSqlite *db, GError **error, const char *sql, const char *types, va_list args)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (db->statements, sql);

  if (stmt == NULL)
    {
      if (sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
          SQLITE_OK)
        {
          store_sqlite_set_error (db->handle, error);
          return NULL;
        }
      g_hash_table_insert (db->statements, (gpointer) sql, stmt);
    }
  g_assert (!sqlite3_stmt_busy (stmt));
  if (!bind (stmt, types, args))
    {
      store_sqlite_set_error (db->handle, error);
      return NULL;
    }
  return stmt;
}

sqlite3_stmt *
store_sqlite_query (StoreSqlite *db, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *stmt;
  va_list args;

  va_start (args, types);
  stmt = query_va (db, error, sql, types, args);
  va_end (args);
  return stmt;
}

int
store_sqlite_step (StoreSqlite *db, sqlite3_stmt *stmt, GError **error)
{
  int code = sqlite3_step (stmt);

  if (code == SQLITE_ROW)
    return 1;
  if (code != SQLITE_DONE)
    store_sqlite_set_error (db->handle, error);
  sqlite3_reset (stmt);
  return code == SQLITE_DONE ? 0 : -1;
}

void
store_sqlite_reset (sqlite3_stmt *stmt)
{
  sqlite3_reset (stmt);
}

gboolean
store_sqlite_run (StoreSqlite *db, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *stmt;
  va_list args;
  int step;

  va_start (args, types);
  stmt = query_va (db, error, sql, types, args);
  va_end (args);
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (db, stmt, error);
  if (step == 1)
    store_sqlite_reset (stmt);
  return step >= 0;
}

gboolean
store_sqlite_number (StoreSqlite *db,
                     gint64 *number,
                     gboolean *found,
                     GError **error,
                     const char *sql,
                     const char *types,
                     ...)
{
  sqlite3_stmt *stmt;
  va_list args;
  int step;

  va_start (args, types);
  stmt = query_va (db, error, sql, types, args);
  va_end (args);
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (db, stmt, error);
  *number = step == 1 ? sqlite3_column_int64 (stmt, 0) : 0;
  if (found != NULL)
    *found = step == 1;
  if (step == 1)
    store_sqlite_reset (stmt);
  return step >= 0;
}

GArray *
store_sqlite_numbers (StoreSqlite *db, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt;
  va_list args;
  int step;

  va_start (args, types);
  stmt = query_va (db, error, sql, types, args);
  va_end (args);
  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (db, stmt, error)) == 1)
    {
      gint64 number = sqlite3_column_int64 (stmt, 0);

      g_array_append_val (numbers, number);
    }
  return step == 0 ? g_steal_pointer (&numbers) : NULL;
}

char *
store_column_text (sqlite3_stmt *stmt, int column)
{
  const char *text = (const char *) sqlite3_column_text (stmt, column);

  return g_strdup (text != NULL ? text : "");
}

char *
store_column_nullable (sqlite3_stmt *stmt, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (stmt, column));
}
