/* What a reader is. Private to the store. */
#pragma once

#include "store-sqlite.h"
#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreReader StoreReader; /* store-read.h */
typedef struct _StoreShelf StoreShelf;

struct _StoreReader
{
  StoreSqlite *db;
  StoreShelf *shelf; /* where its connection is put when it is no longer used */
};

/* One connection that nobody reads with is kept for who comes next: a new one has to read the whole
 * schema first. Any thread; outlives its mailbase as long as readers do, who then close theirs. */
StoreShelf *store_shelf_new (void);
StoreShelf *store_shelf_ref (StoreShelf *shelf);
void store_shelf_unref (StoreShelf *shelf);
/* (transfer full) (nullable) */
StoreSqlite *store_shelf_take (StoreShelf *shelf);
/* Takes @db over, or closes it. */
void store_shelf_put (StoreShelf *shelf, StoreSqlite *db);
/* Closes what is kept, and keeps nothing more. */
void store_shelf_close (StoreShelf *shelf);

/* A letter's first bytes, at most @max. */
GBytes *store_reader_source_head (StoreReader *reader, gint64 message, gsize max, GError **error);

/* Columns from @column on: id, kind, subject, at of a cause; %NULL where there is none. */
BaseCause *store_column_cause (sqlite3_stmt *stmt, int column);

G_END_DECLS
