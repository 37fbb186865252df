/* Databases are made, and brought up to date, by numbered files in data/sql. Private to the store.
 */
#pragma once

#include "store-sqlite.h"

G_BEGIN_DECLS

/* Applies @family-1.sql, @family-2.sql … from where user_version stands, each in one transaction.
 * A database above @newest is refused with %STORE_ERROR_NEWER and not touched. */
gboolean store_schema_update (StoreSqlite *db, const char *family, int newest, GError **error);
/* For readers: the version must be @newest exactly. */
gboolean store_schema_check (StoreSqlite *db, int newest, GError **error);

#define STORE_SCHEMA_ACCOUNT 14
#define STORE_SCHEMA_RESTANTE 2
#define STORE_SCHEMA_SEARCH 2

G_END_DECLS
