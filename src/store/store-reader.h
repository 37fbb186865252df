/* What a reader is. Private to the store. */
#pragma once

#include "store-read.h"
#include "store-sqlite.h"

G_BEGIN_DECLS

struct _StoreReader
{
  StoreSqlite *db;
};

/* A letter's first bytes, at most @max. */
GBytes *store_reader_source_head (StoreReader *reader, gint64 message, gsize max, GError **error);

/* Columns from @column on: id, kind, subject, at of a cause; %NULL where there is none. */
BaseCause *store_column_cause (sqlite3_stmt *stmt, int column);

G_END_DECLS
