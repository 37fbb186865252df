/* Snapshots of what an account's threads are doing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENGINE_STATE_STOPPED,
  ENGINE_STATE_CONNECTING,
  ENGINE_STATE_BUSY,
  ENGINE_STATE_IDLE,
  ENGINE_STATE_HELD,
  ENGINE_STATE_WAITING, /* tries again at `next_try` */
  ENGINE_STATE_NEEDS_USER
} EngineState;

/* Immutable snapshot. */
typedef struct
{
  gatomicrefcount ref_count;
  EngineState state;
  char *activity;      /* what it is doing, in the person's words (nullable) */
  guint64 done, total; /* progress of it; total 0: unknown */
  GError *error;       /* the last one, until something succeeded (nullable) */
  gint64 next_try;     /* UTC microseconds */
  GError *send_error;  /* of the outgoing side (nullable) */
} EngineStatus;

EngineStatus *engine_status_ref (EngineStatus *status);
void engine_status_unref (EngineStatus *status);
EngineStatus *engine_status_new (EngineState state);
EngineStatus *engine_status_copy (const EngineStatus *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineStatus, engine_status_unref)

G_END_DECLS
