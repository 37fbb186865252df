/* restante.db: accounts, identities, addresses, permissions. Small, used from any thread (a lock
 * inside), every call its own transaction, synchronous=FULL. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreBook StoreBook;

/* Opens or makes @dir/restante.db; @dir is made with mode 0700. */
StoreBook *store_book_open (const char *dir, GError **error);
void store_book_close (StoreBook *book);
const char *store_book_dir (StoreBook *book);

GPtrArray *store_book_accounts (StoreBook *book,
                                GError **error); /* StoreAccountInfo, by position */
StoreAccountInfo *store_book_find (StoreBook *book, const char *name_or_uuid, GError **error);
/* uuid empty: a new one is given. STORE_ERROR_EXISTS: the name is taken. */
gboolean store_book_add (StoreBook *book, StoreAccountInfo *info, GError **error);
gboolean store_book_update (StoreBook *book, const StoreAccountInfo *info, GError **error);
/* Removes the row, then the account's files. */
gboolean store_book_remove (StoreBook *book, const char *uuid, GError **error);

/* Addresses written to, for completion; best first. "Name <a@b>" strings. */
gboolean
store_book_used_address (StoreBook *book, const char *email, const char *full_name, GError **error);
char **store_book_complete (StoreBook *book, const char *prefix, guint limit, GError **error);
gboolean store_book_permitted (StoreBook *book, const char *subject, const char *what);
gboolean store_book_permit (
    StoreBook *book, const char *subject, const char *what, gboolean allowed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreBook, store_book_close)

G_END_DECLS
