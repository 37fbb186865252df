/* Which letters belong together: those that name each other in In-Reply-To and References (RFC 5322
 * §3.6.4). No index keeps them, which each letter that comes would pay for and few ask for. */
#include "config.h"

#include "store-read.h"
#include "store-reader.h"

#include <string.h>

/* Answers to answers whose References do not go back to the first letter are found one round
 * later. */
#define ROUNDS 8

typedef struct
{
  GHashTable *names;   /* Message-IDs that belong to it */
  GHashTable *letters; /* gint64 → nothing: found */
  GArray *found;       /* the same in the order they were found */
  gboolean grown;      /* names that no letter looked at so far was compared with */
} Conversation;

static void
add_name (Conversation *conversation, const char *name)
{
  if (name != NULL && *name != '\0' && g_hash_table_add (conversation->names, g_strdup (name)))
    conversation->grown = TRUE;
}

static void
add_names (Conversation *conversation, const char *names)
{
  g_auto (GStrv) each = g_strsplit (names != NULL ? names : "", " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    add_name (conversation, each[i]);
}

static gboolean
is_named (const Conversation *conversation, sqlite3_stmt *stmt, int column)
{
  const char *name = (const char *) sqlite3_column_text (stmt, column);

  return name != NULL && g_hash_table_contains (conversation->names, name);
}

/* A row: its id, Message-ID, In-Reply-To, the first of References, References. */
static void
take (Conversation *conversation, sqlite3_stmt *stmt)
{
  gint64 id = sqlite3_column_int64 (stmt, 0);

  if (conversation->found->len == STORE_CONVERSATION_MAX ||
      g_hash_table_contains (conversation->letters, &id))
    return;
  g_hash_table_add (conversation->letters, g_memdup2 (&id, sizeof id));
  g_array_append_val (conversation->found, id);
  for (int i = 1; i <= 3; i++)
    add_name (conversation, (const char *) sqlite3_column_text (stmt, i));
  add_names (conversation, (const char *) sqlite3_column_text (stmt, 4));
}

static gboolean
look (StoreReader *reader, Conversation *conversation, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db, error, "SELECT id, message_id, in_reply_to, thread, refs FROM message", "");
  int step;

  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    if (is_named (conversation, stmt, 1) || is_named (conversation, stmt, 2) ||
        is_named (conversation, stmt, 3))
      take (conversation, stmt);
  return step == 0;
}

GArray *
store_reader_conversation (StoreReader *reader, gint64 message, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) letters =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  Conversation conversation = { names, letters, found, FALSE };
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT id, message_id, in_reply_to, thread, refs FROM message WHERE id = ?",
      "i",
      message);
  int step;

  if (stmt == NULL || (step = store_sqlite_step (reader->db, stmt, error)) < 0)
    return NULL;
  if (step == 1)
    take (&conversation, stmt);
  store_sqlite_reset (stmt);
  for (guint round = 0; round < ROUNDS && conversation.grown; round++)
    {
      conversation.grown = FALSE;
      if (!look (reader, &conversation, error))
        return NULL;
    }
  return g_steal_pointer (&found);
}
