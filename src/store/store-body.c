/* A letter's bytes, read back chunk by chunk. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store-pack.h"
#include "store-read.h"
#include "store-reader.h"

typedef struct
{
  StoreReader *reader;
  gboolean owns;       /* the reader goes with the body */
  gint64 source, next; /* the next chunk's id */
  guint8 *chunk;
  gsize len, at;
} Body;

static gboolean
find_source (StoreReader *reader, gint64 message, gint64 *source, gint64 *size, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT s.id, s.size FROM message m JOIN source s ON s.id = m.source WHERE m.id = ? "
      "AND s.published",
      "i",
      message);
  int step;

  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (reader->db, stmt, error);
  if (step == 0)
    g_set_error_literal (error,
                         STORE_ERROR,
                         STORE_ERROR_NOT_FOUND,
                         _ ("Only the headers of this letter are on this computer."));
  if (step != 1)
    return FALSE;
  *source = sqlite3_column_int64 (stmt, 0);
  *size = sqlite3_column_int64 (stmt, 1);
  store_sqlite_reset (stmt);
  return TRUE;
}

/* Unpacks the next chunk into @body->chunk; no more chunks give length 0. */
static gboolean
next_chunk (Body *body, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      body->reader->db, error, "SELECT data, size FROM source_chunk WHERE id = ?", "i", body->next);
  int step;
  gsize len;

  body->len = body->at = 0;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (body->reader->db, stmt, error);
  if (step != 1)
    return step == 0;
  len = (gsize) sqlite3_column_int64 (stmt, 1);
  if (!store_pack_open (
          sqlite3_column_blob (stmt, 0), sqlite3_column_bytes (stmt, 0), body->chunk, len))
    {
      store_sqlite_reset (stmt);
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_CORRUPT,
                           _ ("The letter’s bytes on this computer are damaged."));
      return FALSE;
    }
  store_sqlite_reset (stmt);
  body->len = len;
  body->next++;
  return TRUE;
}

static gssize
body_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  Body *body = data;
  gsize take;

  if (body->at == body->len && !next_chunk (body, error))
    return -1;
  take = MIN (len, body->len - body->at);
  memcpy (buffer, body->chunk + body->at, take);
  body->at += take;
  return take;
}

static void
body_clear (Body *body)
{
  g_free (body->chunk);
  body->chunk = NULL;
}

static void
body_free (gpointer data)
{
  Body *body = data;

  body_clear (body);
  if (body->owns)
    store_reader_free (body->reader);
  g_free (body);
}

GBytes *
store_reader_source (StoreReader *reader, gint64 message, GError **error)
{
  return store_reader_source_head (reader, message, G_MAXINT64, error);
}

GBytes *
store_reader_source_head (StoreReader *reader, gint64 message, gsize max, GError **error)
{
  Body body = { .reader = reader };
  g_autofree guint8 *bytes = NULL;
  gint64 size;
  gint64 at = 0;
  gssize len;

  if (!find_source (reader, message, &body.source, &size, error))
    return NULL;
  size = MIN ((gsize) size, max);
  body.next = body.source * STORE_CHUNKS_MAX;
  body.chunk = g_malloc (STORE_CHUNK_SIZE);
  bytes = g_try_malloc (MAX (size, 1));
  while (bytes != NULL && at < size && (len = body_read (&body, bytes + at, size - at, error)) > 0)
    at += len;
  body_clear (&body);
  if (bytes == NULL || at != size)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error,
                             STORE_ERROR,
                             STORE_ERROR_CORRUPT,
                             _ ("The letter’s bytes on this computer are damaged."));
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

static BaseBody *
new_body (StoreReader *reader, gboolean owns, gint64 message, GError **error)
{
  gint64 source;
  gint64 size;
  Body *body;

  if (!find_source (reader, message, &source, &size, error))
    return NULL;
  body = g_new0 (Body, 1);
  body->reader = reader;
  body->owns = owns;
  body->source = source;
  body->next = source * STORE_CHUNKS_MAX;
  body->chunk = g_malloc (STORE_CHUNK_SIZE);
  return base_body_new (size, body_read, body, body_free);
}

BaseBody *
store_reader_source_body (StoreReader *reader, gint64 message, GError **error)
{
  return new_body (reader, FALSE, message, error);
}

BaseBody *
store_mailbase_source_body (StoreMailbase *mailbase, gint64 message, GError **error)
{
  StoreReader *reader = store_mailbase_reader (mailbase, error);
  BaseBody *body = reader != NULL ? new_body (reader, TRUE, message, error) : NULL;

  if (reader != NULL && body == NULL)
    store_reader_free (reader);
  return body;
}
