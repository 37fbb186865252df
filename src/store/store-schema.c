/* Migrations: one numbered file, one transaction; what stops in between was never there. */
#include "config.h"

#include "store-schema.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "store-sql.h"

static gboolean
refuse_newer (GError **error)
{
  g_set_error_literal (error,
                       STORE_ERROR,
                       STORE_ERROR_NEWER,
                       _ ("This mail was last used by a newer version of Restante. Update Restante "
                          "to open it; nothing was changed."));
  return FALSE;
}

gboolean
store_schema_check (StoreSqlite *db, int newest, GError **error)
{
  gint64 version = store_sqlite_pragma (db, "user_version", error);

  if (version < 0)
    return FALSE;
  if (version > newest)
    return refuse_newer (error);
  if (version == newest)
    return TRUE;
  g_set_error_literal (error,
                       STORE_ERROR,
                       STORE_ERROR_BUSY,
                       _ ("The mail database is being made or brought up to date; try again."));
  return FALSE;
}

static gboolean
apply (StoreSqlite *db, const char *family, gint64 number, GError **error)
{
  g_autofree char *path =
      g_strdup_printf ("/org/restante/Restante/sql/%s-%" G_GINT64_FORMAT ".sql", family, number);
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, number);
  g_autoptr (GBytes) sql = g_resource_lookup_data (store_sql_get_resource (), path, 0, error);

  /* Resources end in a NUL that their size does not count. */
  return sql != NULL && store_sqlite_exec (db, g_bytes_get_data (sql, NULL), error) &&
         store_sqlite_exec (db, stamp, error);
}

gboolean
store_schema_update (StoreSqlite *db, const char *family, int newest, GError **error)
{
  for (;;)
    {
      gint64 version = store_sqlite_pragma (db, "user_version", error);

      if (version < 0)
        return FALSE;
      if (version > newest)
        return refuse_newer (error);
      if (version == newest)
        return TRUE;
      /* Asked again inside: another process may have been quicker. */
      if (!store_sqlite_exec (db, "BEGIN IMMEDIATE", error))
        return FALSE;
      version = store_sqlite_pragma (db, "user_version", error);
      if (version < 0 || (version < newest && !apply (db, family, version + 1, error)) ||
          !store_sqlite_exec (db, "COMMIT", error))
        {
          store_sqlite_exec (db, "ROLLBACK", NULL);
          return FALSE;
        }
    }
}
