/* A file system for SQLite whose disk forgets what was not synced. What is written is buffered; a
 * sync makes it durable; the power can be cut at any write or sync, before it happens. `kill -9`
 * cannot show this, since the page cache outlives a process. In memory; shared memory as one
 * process needs it. */
#pragma once

#include <glib.h>

typedef enum
{
  POWER_DROP, /* nothing unsynced reaches the disk */
  POWER_TORN, /* of each file the first half of the unsynced writes does, the last of them in part
               */
  POWER_LATE, /* each file's unsynced writes reach it in reverse order: the last half of them does
               */
  POWER_MIXED /* any of the unsynced sectors do, in any order: which, the seed says */
} PowerCut;

/* Registers the VFS "power" (once) and forgets all files. */
void power_vfs_reset (void);
/* The power goes at the @step-th write or sync from now (1: the next); 0: never. From then on every
 * call fails as a dead disk would. */
void power_vfs_cut_at (guint step, PowerCut kind);
/* Of which sectors arrive with POWER_MIXED. */
void power_vfs_set_seed (guint32 seed);
/* Writes and syncs since the last reset or restore. */
guint power_vfs_steps (void);
guint power_vfs_syncs (void);
gboolean power_vfs_is_off (void);
/* The power is back: files are what the disk kept. */
void power_vfs_restore (void);
/* After @bytes have been written all further growth fails with SQLITE_FULL; 0: never. */
void power_vfs_set_capacity (gsize bytes);
/* From the @step-th write or sync from now on the disk is full: SQLITE_FULL for writes that make a
 * file larger, or for @all of them, as where nothing is written in place. 0: there is room again.
 */
void power_vfs_full_at (guint step, gboolean all);
/* Whether a write has failed for it since. */
gboolean power_vfs_was_full (void);
