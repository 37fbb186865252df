/* Each file has what the disk holds and a list of writes that are only in flight. A cut drops,
 * tears or reorders those, and what remains is what the next process finds. */
#include "power-vfs.h"

#include <sqlite3.h>
#include <string.h>

#define SECTOR 512

typedef struct
{
  gint64 at; /* truncation to this size when bytes is NULL */
  GBytes *bytes;
} Flight;

typedef struct
{
  char *name;
  GByteArray *disk;              /* durable */
  GByteArray *now;               /* as the program sees it */
  GPtrArray *flight;             /* Flight, in order */
  GPtrArray *shm;                /* regions of 32 KB */
  gint shared[SQLITE_SHM_NLOCK]; /* >0 readers, -1 writer */
  int readers, reserved, pending, exclusive;
  gboolean born; /* its directory entry is durable */
} Node;

typedef struct
{
  sqlite3_file base;
  Node *node;
  int lock;
  guint shm_shared, shm_exclusive; /* masks */
  gboolean drop;                   /* delete on close */
} File;

static GRecMutex lock;
static GHashTable *nodes;
static guint steps, syncs, cut_step;
static PowerCut cut_kind;
static gboolean off;
static gsize capacity;
static guint full_step;
static gboolean full_for_all, was_full;
static GRand *dice;
static sqlite3_vfs *real;

static void
flight_free (gpointer data)
{
  Flight *flight = data;

  g_clear_pointer (&flight->bytes, g_bytes_unref);
  g_free (flight);
}

static void
node_free (gpointer data)
{
  Node *node = data;

  g_byte_array_unref (node->disk);
  g_byte_array_unref (node->now);
  g_ptr_array_unref (node->flight);
  g_ptr_array_unref (node->shm);
  g_free (node->name);
  g_free (node);
}

static void
put (GByteArray *array, gint64 at, const guint8 *bytes, gsize len)
{
  guint old = array->len;

  if (at + len > old)
    {
      g_byte_array_set_size (array, at + len);
      if (at > old)
        memset (array->data + old, 0, at - old);
    }
  memcpy (array->data + at, bytes, len);
}

static void
land (Node *node, const Flight *flight, gsize max)
{
  gsize len;
  const guint8 *bytes;

  if (flight->bytes == NULL)
    {
      if (node->disk->len > flight->at)
        g_byte_array_set_size (node->disk, flight->at);
      return;
    }
  bytes = g_bytes_get_data (flight->bytes, &len);
  put (node->disk, flight->at, bytes, MIN (len, max));
}

static void
sync_node (Node *node)
{
  for (guint i = 0; i < node->flight->len; i++)
    land (node, node->flight->pdata[i], G_MAXSIZE);
  g_ptr_array_set_size (node->flight, 0);
  node->born = TRUE;
}

/* Each sector of what is in flight arrives or does not. One that is not whole arrives as it is. */
static void
land_some (Node *node, const Flight *flight)
{
  gsize len;
  const guint8 *bytes;

  if (flight->bytes == NULL)
    {
      if (g_rand_boolean (dice))
        land (node, flight, 0);
      return;
    }
  bytes = g_bytes_get_data (flight->bytes, &len);
  for (gsize at = 0; at < len; at += SECTOR)
    if (g_rand_boolean (dice))
      put (node->disk, flight->at + (gint64) at, bytes + at, MIN (len - at, SECTOR));
}

static void
shuffle (GPtrArray *flight)
{
  for (guint i = flight->len; i > 1; i--)
    {
      guint j = (guint) g_rand_int_range (dice, 0, (gint32) i);
      gpointer kept = flight->pdata[i - 1];

      flight->pdata[i - 1] = flight->pdata[j];
      flight->pdata[j] = kept;
    }
}

static void
lose (Node *node)
{
  guint half = (node->flight->len + 1) / 2;

  for (guint i = 0; cut_kind == POWER_TORN && i < half; i++)
    land (node, node->flight->pdata[i], i + 1 == half ? SECTOR : G_MAXSIZE);
  for (guint i = node->flight->len; cut_kind == POWER_LATE && i > half; i--)
    land (node, node->flight->pdata[i - 1], G_MAXSIZE);
  if (cut_kind == POWER_MIXED)
    {
      shuffle (node->flight);
      for (guint i = 0; i < node->flight->len; i++)
        land_some (node, node->flight->pdata[i]);
    }
  g_ptr_array_set_size (node->flight, 0);
  g_byte_array_set_size (node->now, 0);
  if (node->disk->len > 0)
    g_byte_array_append (node->now, node->disk->data, node->disk->len);
}

/* Counts a step; TRUE when the power is off, perhaps since this very moment. */
static gboolean
step_is_dead (void)
{
  if (off)
    return TRUE;
  steps++;
  off = cut_step != 0 && steps >= cut_step;
  return off;
}

static gboolean
has_room (const Node *node, gint64 end)
{
  gboolean grows = end > (gint64) node->now->len;

  if (full_step != 0 && steps >= full_step && (full_for_all || grows))
    {
      was_full = TRUE;
      return FALSE;
    }
  return capacity == 0 || !grows || (gsize) end <= capacity;
}

static int
file_close (sqlite3_file *base)
{
  File *file = (File *) base;

  g_rec_mutex_lock (&lock);
  if (file->lock >= SQLITE_LOCK_SHARED)
    base->pMethods->xUnlock (base, SQLITE_LOCK_NONE);
  if (file->drop && !off)
    g_hash_table_remove (nodes, file->node->name);
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
file_read (sqlite3_file *base, void *buffer, int len, sqlite3_int64 at)
{
  File *file = (File *) base;
  int code = SQLITE_OK;
  gint64 have;

  g_rec_mutex_lock (&lock);
  have = CLAMP ((gint64) file->node->now->len - at, 0, len);
  if (off)
    code = SQLITE_IOERR_READ;
  else
    {
      if (have > 0)
        memcpy (buffer, file->node->now->data + at, have);
      if (have < len)
        {
          memset ((char *) buffer + have, 0, len - have);
          code = SQLITE_IOERR_SHORT_READ;
        }
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
file_write (sqlite3_file *base, const void *buffer, int len, sqlite3_int64 at)
{
  File *file = (File *) base;
  int code = SQLITE_OK;

  g_rec_mutex_lock (&lock);
  if (step_is_dead ())
    code = SQLITE_IOERR_WRITE;
  else if (!has_room (file->node, at + len))
    code = SQLITE_FULL;
  else
    {
      Flight *flight = g_new0 (Flight, 1);

      flight->at = at;
      flight->bytes = g_bytes_new (buffer, len);
      g_ptr_array_add (file->node->flight, flight);
      put (file->node->now, at, buffer, len);
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
file_truncate (sqlite3_file *base, sqlite3_int64 size)
{
  File *file = (File *) base;
  int code = SQLITE_OK;

  g_rec_mutex_lock (&lock);
  if (step_is_dead ())
    code = SQLITE_IOERR_TRUNCATE;
  else if (file->node->now->len > size)
    {
      Flight *flight = g_new0 (Flight, 1);

      flight->at = size;
      g_ptr_array_add (file->node->flight, flight);
      g_byte_array_set_size (file->node->now, size);
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
file_sync (sqlite3_file *base, int flags)
{
  File *file = (File *) base;
  int code = SQLITE_OK;

  g_rec_mutex_lock (&lock);
  if (step_is_dead ())
    code = SQLITE_IOERR_FSYNC;
  else
    {
      syncs++;
      sync_node (file->node);
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *size)
{
  g_rec_mutex_lock (&lock);
  *size = ((File *) base)->node->now->len;
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *base, int level)
{
  File *file = (File *) base;
  Node *node = file->node;
  int code = SQLITE_OK;

  g_rec_mutex_lock (&lock);
  if (level > file->lock)
    {
      if (file->lock == SQLITE_LOCK_NONE && (node->pending || node->exclusive))
        code = SQLITE_BUSY;
      else if (level >= SQLITE_LOCK_RESERVED && file->lock < SQLITE_LOCK_RESERVED && node->reserved)
        code = SQLITE_BUSY;
      else if (level == SQLITE_LOCK_EXCLUSIVE &&
               node->readers > (file->lock >= SQLITE_LOCK_SHARED ? 1 : 0))
        code = SQLITE_BUSY;
      else
        {
          node->readers += file->lock == SQLITE_LOCK_NONE;
          node->reserved |= level >= SQLITE_LOCK_RESERVED;
          node->exclusive |= level == SQLITE_LOCK_EXCLUSIVE;
          file->lock = level;
        }
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
file_unlock (sqlite3_file *base, int level)
{
  File *file = (File *) base;
  Node *node = file->node;

  g_rec_mutex_lock (&lock);
  if (file->lock > level)
    {
      if (file->lock >= SQLITE_LOCK_RESERVED)
        node->reserved = node->exclusive = FALSE;
      if (level == SQLITE_LOCK_NONE)
        node->readers--;
      file->lock = level;
    }
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
file_check_reserved (sqlite3_file *base, int *result)
{
  *result = ((File *) base)->node->reserved;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *base, int what, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector_size (sqlite3_file *base)
{
  return SECTOR;
}

static int
file_characteristics (sqlite3_file *base)
{
  return 0;
}

static int
shm_map (sqlite3_file *base, int region, int size, int extend, void volatile **memory)
{
  Node *node = ((File *) base)->node;

  g_rec_mutex_lock (&lock);
  while (extend && node->shm->len <= (guint) region)
    g_ptr_array_add (node->shm, g_malloc0 (size));
  *memory = (guint) region < node->shm->len ? node->shm->pdata[region] : NULL;
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
shm_lock (sqlite3_file *base, int offset, int n, int flags)
{
  File *file = (File *) base;
  Node *node = file->node;
  guint mask = ((1u << n) - 1) << offset;
  int code = SQLITE_OK;

  g_rec_mutex_lock (&lock);
  for (int i = offset; i < offset + n && code == SQLITE_OK; i++)
    {
      gboolean mine = (file->shm_shared | file->shm_exclusive) & (1u << i);

      if (flags & SQLITE_SHM_UNLOCK)
        {
          if (mine)
            node->shared[i] = file->shm_exclusive & (1u << i) ? 0 : node->shared[i] - 1;
        }
      else if (flags & SQLITE_SHM_SHARED)
        {
          if (!mine && node->shared[i] < 0)
            code = SQLITE_BUSY;
          else if (!mine)
            node->shared[i]++;
        }
      else if (node->shared[i] != 0)
        code = SQLITE_BUSY;
    }
  if (code == SQLITE_OK && (flags & SQLITE_SHM_UNLOCK))
    {
      file->shm_shared &= ~mask;
      file->shm_exclusive &= ~mask;
    }
  else if (code == SQLITE_OK && (flags & SQLITE_SHM_SHARED))
    file->shm_shared |= mask;
  else if (code == SQLITE_OK)
    {
      for (int i = offset; i < offset + n; i++)
        node->shared[i] = -1;
      file->shm_exclusive |= mask;
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static void
shm_barrier (sqlite3_file *base)
{
  g_rec_mutex_lock (&lock);
  g_rec_mutex_unlock (&lock);
}

static int
shm_unmap (sqlite3_file *base, int delete)
{
  File *file = (File *) base;

  g_rec_mutex_lock (&lock);
  for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
    if (file->shm_exclusive & (1u << i))
      file->node->shared[i] = 0;
    else if (file->shm_shared & (1u << i))
      file->node->shared[i]--;
  file->shm_shared = file->shm_exclusive = 0;
  if (delete)
    g_ptr_array_set_size (file->node->shm, 0);
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = shm_map,
  .xShmLock = shm_lock,
  .xShmBarrier = shm_barrier,
  .xShmUnmap = shm_unmap,
};

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out)
{
  static guint temporary;
  g_autofree char *made = name == NULL ? g_strdup_printf ("temporary-%u", temporary++) : NULL;
  const char *key = name != NULL ? name : made;
  File *file = (File *) base;
  Node *node;
  int code = SQLITE_OK;

  memset (file, 0, sizeof *file);
  g_rec_mutex_lock (&lock);
  node = g_hash_table_lookup (nodes, key);
  if (off || (node == NULL && !(flags & SQLITE_OPEN_CREATE)))
    code = SQLITE_CANTOPEN;
  else
    {
      if (node == NULL)
        {
          node = g_new0 (Node, 1);
          node->name = g_strdup (key);
          node->disk = g_byte_array_new ();
          node->now = g_byte_array_new ();
          node->flight = g_ptr_array_new_with_free_func (flight_free);
          node->shm = g_ptr_array_new_with_free_func (g_free);
          g_hash_table_insert (nodes, node->name, node);
        }
      file->node = node;
      file->drop = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
      file->base.pMethods = &methods;
      if (out != NULL)
        *out = flags;
    }
  g_rec_mutex_unlock (&lock);
  return code;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  g_rec_mutex_lock (&lock);
  /* A removed name is gone at once: the stricter case for a log, which has been copied by then. */
  if (!step_is_dead ())
    g_hash_table_remove (nodes, name);
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
  g_rec_mutex_lock (&lock);
  *result = g_hash_table_contains (nodes, name);
  g_rec_mutex_unlock (&lock);
  return SQLITE_OK;
}

static int
vfs_full_path (sqlite3_vfs *vfs, const char *name, int len, char *out)
{
  g_strlcpy (out, name, len);
  return SQLITE_OK;
}

static int
vfs_randomness (sqlite3_vfs *vfs, int len, char *out)
{
  return real->xRandomness (real, len, out);
}

static int
vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
  return real->xSleep (real, microseconds);
}

static int
vfs_time (sqlite3_vfs *vfs, double *now)
{
  return real->xCurrentTime (real, now);
}

static int
vfs_last_error (sqlite3_vfs *vfs, int len, char *out)
{
  return 0;
}

static sqlite3_vfs power_vfs = {
  .iVersion = 1,
  .szOsFile = sizeof (File),
  .mxPathname = 1024,
  .zName = "power",
  .xOpen = vfs_open,
  .xDelete = vfs_delete,
  .xAccess = vfs_access,
  .xFullPathname = vfs_full_path,
  .xRandomness = vfs_randomness,
  .xSleep = vfs_sleep,
  .xCurrentTime = vfs_time,
  .xGetLastError = vfs_last_error,
};

void
power_vfs_reset (void)
{
  if (real == NULL)
    {
      real = sqlite3_vfs_find (NULL);
      sqlite3_vfs_register (&power_vfs, FALSE);
      nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, node_free);
      dice = g_rand_new_with_seed (0);
    }
  g_rec_mutex_lock (&lock);
  g_hash_table_remove_all (nodes);
  steps = syncs = cut_step = full_step = 0;
  off = was_full = FALSE;
  capacity = 0;
  g_rec_mutex_unlock (&lock);
}

void
power_vfs_cut_at (guint step, PowerCut kind)
{
  g_rec_mutex_lock (&lock);
  cut_step = step != 0 ? steps + step : 0;
  cut_kind = kind;
  g_rec_mutex_unlock (&lock);
}

void
power_vfs_set_seed (guint32 seed)
{
  g_rec_mutex_lock (&lock);
  g_rand_set_seed (dice, seed);
  g_rec_mutex_unlock (&lock);
}

guint
power_vfs_steps (void)
{
  return steps;
}

guint
power_vfs_syncs (void)
{
  return syncs;
}

gboolean
power_vfs_is_off (void)
{
  return off;
}

void
power_vfs_set_capacity (gsize bytes)
{
  g_rec_mutex_lock (&lock);
  capacity = bytes;
  g_rec_mutex_unlock (&lock);
}

void
power_vfs_full_at (guint step, gboolean all)
{
  g_rec_mutex_lock (&lock);
  if (step != 0)
    was_full = FALSE;
  full_step = step != 0 ? steps + step : 0;
  full_for_all = all;
  g_rec_mutex_unlock (&lock);
}

gboolean
power_vfs_was_full (void)
{
  return was_full;
}

static gboolean
was_never_there (gpointer key, gpointer value, gpointer data)
{
  Node *node = value;

  lose (node);
  memset (node->shared, 0, sizeof node->shared);
  node->readers = node->reserved = node->pending = node->exclusive = 0;
  g_ptr_array_set_size (node->shm, 0);
  return !node->born && node->disk->len == 0;
}

void
power_vfs_restore (void)
{
  g_rec_mutex_lock (&lock);
  g_hash_table_foreach_remove (nodes, was_never_there, NULL);
  off = FALSE;
  steps = syncs = cut_step = full_step = 0;
  g_rec_mutex_unlock (&lock);
}
