/* SQLite as this program uses it: a connection that keeps its prepared statements, and calls that
 * prepare, bind and step with one GError. Private to the store. One thread at a time. */
#pragma once

#include <sqlite3.h>

#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreSqlite StoreSqlite;

typedef enum
{
  STORE_SQLITE_CREATE, /* read and write; made if it is not there */
  STORE_SQLITE_READ    /* read only */
} StoreSqliteMode;

/* Opens @path and states every setting this program relies on, checking what SQLite answers:
 * page size 16384, WAL, incremental auto-vacuum, foreign keys, secure_delete, busy timeout. */
StoreSqlite *store_sqlite_open (const char *path, StoreSqliteMode mode, GError **error);
void store_sqlite_close (StoreSqlite *db);
sqlite3 *store_sqlite_handle (StoreSqlite *db);
/* The VFS of connections opened from now on; %NULL: the system's. For tests. */
void store_sqlite_set_vfs (const char *name);

/* Runs SQL text of any number of statements, without results. */
gboolean store_sqlite_exec (StoreSqlite *db, const char *sql, GError **error);
/* "PRAGMA name" as a number; -1 with @error. */
gint64 store_sqlite_pragma (StoreSqlite *db, const char *name, GError **error);
/* synchronous=FULL or NORMAL; outside transactions. */
gboolean store_sqlite_set_sync (StoreSqlite *db, gboolean full, GError **error);
/* What was committed so far reaches the disk now; nothing is written for it. */
gboolean store_sqlite_sync_log (StoreSqlite *db, GError **error);

/* Prepares @sql (kept: @sql must be a literal, its address is the key) and binds. @types has one
 * letter an argument: 'i' gint64, 'n' gint64 with 0 as NULL, 's' const char * (NULL is NULL),
 * 't' const char * (NULL is ""), 'b' gconstpointer and gsize. The statement is SQLite's own; step
 * it with store_sqlite_step() to its end, or store_sqlite_reset() it. %NULL with @error. */
sqlite3_stmt *
store_sqlite_query (StoreSqlite *db, GError **error, const char *sql, const char *types, ...);
/* 1: a row; 0: no more, and the statement is reset; -1 with @error, reset too. */
int store_sqlite_step (StoreSqlite *db, sqlite3_stmt *stmt, GError **error);
void store_sqlite_reset (sqlite3_stmt *stmt);
/* A query without rows. */
gboolean
store_sqlite_run (StoreSqlite *db, GError **error, const char *sql, const char *types, ...);
/* A query of one number; @found (nullable) tells whether there was a row, else 0. */
gboolean store_sqlite_number (StoreSqlite *db,
                              gint64 *number,
                              gboolean *found,
                              GError **error,
                              const char *sql,
                              const char *types,
                              ...);
/* A query whose first column is a list of numbers. */
GArray *
store_sqlite_numbers (StoreSqlite *db, GError **error, const char *sql, const char *types, ...);
gint64 store_sqlite_last_id (StoreSqlite *db);

/* A column's text, copied; "" for NULL, or %NULL for NULL. */
char *store_column_text (sqlite3_stmt *stmt, int column);
char *store_column_nullable (sqlite3_stmt *stmt, int column);

/* Sets @error from what SQLite says of its last call. */
void store_sqlite_set_error (sqlite3 *handle, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreSqlite, store_sqlite_close)

G_END_DECLS
