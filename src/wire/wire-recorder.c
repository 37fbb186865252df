/* The thread that writes a recording. It describes each connection before the first event of it, so
 * that a recording begun in the middle of one can be understood. */
#include "config.h"

#include "wire-recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "wire-transcript.h"

#define BUFFER_BYTES (64 * 1024)

typedef struct
{
  WireRecord *record; /* %NULL: the end */
  WireConnection *connection;
  gsize size;
} Item;

struct _WireRecorder
{
  char *path;
  int fd;
  GThread *thread;
  GAsyncQueue *queue;
  gsize queued; /* bytes; atomic */
  gint failed;  /* atomic: error is set, and stays as it is */
  GMutex lock;  /* of error */
  GError *error;

  /* The thread's own. */
  GHashTable *described;
  GString *buffer;
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->record, wire_record_unref);
  g_clear_pointer (&item->connection, wire_connection_unref);
  g_free (item);
}

static void
fail (WireRecorder *recorder, const char *reason)
{
  g_mutex_lock (&recorder->lock);
  if (recorder->error == NULL)
    recorder->error = g_error_new (WIRE_ERROR,
                                   WIRE_ERROR_IO,
                                   _ ("The recording %s is not complete: %s. Free some space or "
                                      "choose another place, and record again."),
                                   recorder->path,
                                   reason);
  g_mutex_unlock (&recorder->lock);
  g_atomic_int_set (&recorder->failed, TRUE);
}

static void
flush (WireRecorder *recorder)
{
  gsize written = 0;

  while (written < recorder->buffer->len && !g_atomic_int_get (&recorder->failed))
    {
      gssize n =
          write (recorder->fd, recorder->buffer->str + written, recorder->buffer->len - written);

      if (n < 0 && errno != EINTR)
        fail (recorder, g_strerror (errno));
      else if (n > 0)
        written += (gsize) n;
    }
  g_string_set_size (recorder->buffer, 0);
}

static void
write_item (WireRecorder *recorder, const Item *item)
{
  gboolean is_new = g_hash_table_add (recorder->described, GSIZE_TO_POINTER (item->connection->id));
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_event_unref);

  wire_record_expand (item->record, 0, G_MAXUINT, events);
  for (guint i = 0; i < events->len; i++)
    {
      g_autofree char *json =
          wire_event_to_json (events->pdata[i], is_new && i == 0 ? item->connection : NULL);

      g_string_append (recorder->buffer, json);
      g_string_append_c (recorder->buffer, '\n');
    }
}

static gpointer
run (gpointer data)
{
  WireRecorder *recorder = data;
  gboolean over = FALSE;

  while (!over)
    {
      Item *item = g_async_queue_try_pop (recorder->queue);

      if (item == NULL)
        {
          flush (recorder);
          item = g_async_queue_pop (recorder->queue);
        }
      over = item->record == NULL;
      if (!over && !g_atomic_int_get (&recorder->failed))
        write_item (recorder, item);
      g_atomic_pointer_add (&recorder->queued, -(gssize) item->size);
      item_free (item);
      if (recorder->buffer->len >= BUFFER_BYTES)
        flush (recorder);
    }
  flush (recorder);
  return NULL;
}

WireRecorder *
wire_recorder_new (const char *path, GError **error)
{
  WireRecorder *recorder;
  int fd;

  /* A new file, so that nobody who may read an old one reads this. */
  (void) g_unlink (path);
  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      g_set_error (error,
                   WIRE_ERROR,
                   WIRE_ERROR_IO,
                   _ ("The recording %s cannot be created: %s. Choose another place."),
                   path,
                   g_strerror (errno));
      return NULL;
    }
  recorder = g_new0 (WireRecorder, 1);
  recorder->path = g_strdup (path);
  recorder->fd = fd;
  g_mutex_init (&recorder->lock);
  recorder->queue = g_async_queue_new_full (item_free);
  recorder->described = g_hash_table_new (NULL, NULL);
  recorder->buffer = g_string_sized_new (BUFFER_BYTES);
  recorder->thread = g_thread_new ("wire-recorder", run, recorder);
  return recorder;
}

void
wire_recorder_add (WireRecorder *recorder, WireRecord *record, WireConnection *connection)
{
  gsize size = wire_record_size (record);
  Item *item;

  if (g_atomic_int_get (&recorder->failed))
    return;
  if (g_atomic_pointer_add (&recorder->queued, size) + (gssize) size > WIRE_RECORDER_MAX_QUEUE)
    {
      g_atomic_pointer_add (&recorder->queued, -(gssize) size);
      fail (recorder, _ ("the disk is too slow"));
      return;
    }
  item = g_new0 (Item, 1);
  item->record = wire_record_ref (record);
  item->connection = wire_connection_ref (connection);
  item->size = size;
  g_async_queue_push (recorder->queue, item);
}

gboolean
wire_recorder_check (WireRecorder *recorder, GError **error)
{
  gboolean good;

  g_mutex_lock (&recorder->lock);
  good = recorder->error == NULL;
  if (!good)
    g_propagate_error (error, g_error_copy (recorder->error));
  g_mutex_unlock (&recorder->lock);
  return good;
}

gboolean
wire_recorder_stop (WireRecorder *recorder, GError **error)
{
  gboolean good;

  g_async_queue_push (recorder->queue, g_new0 (Item, 1));
  g_thread_join (recorder->thread);
  /* Devices and pipes cannot be synced, and need not be. */
  if (fsync (recorder->fd) < 0 && errno != EINVAL && errno != EROFS)
    fail (recorder, g_strerror (errno));
  if (close (recorder->fd) < 0)
    fail (recorder, g_strerror (errno));
  good = wire_recorder_check (recorder, error);
  g_async_queue_unref (recorder->queue);
  g_hash_table_unref (recorder->described);
  g_string_free (recorder->buffer, TRUE);
  g_clear_error (&recorder->error);
  g_mutex_clear (&recorder->lock);
  g_free (recorder->path);
  g_free (recorder);
  return good;
}
