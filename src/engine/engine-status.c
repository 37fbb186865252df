/* A snapshot is never changed once it was handed on: another thread may be reading it. */
#include "config.h"

#include "engine-status.h"

EngineStatus *
engine_status_new (EngineState state)
{
  EngineStatus *status = g_new0 (EngineStatus, 1);

  g_atomic_ref_count_init (&status->ref_count);
  status->state = state;
  return status;
}

EngineStatus *
engine_status_copy (const EngineStatus *status)
{
  EngineStatus *copy = engine_status_new (status->state);

  copy->activity = g_strdup (status->activity);
  copy->done = status->done;
  copy->total = status->total;
  copy->error = status->error ? g_error_copy (status->error) : NULL;
  copy->next_try = status->next_try;
  copy->send_error = status->send_error ? g_error_copy (status->send_error) : NULL;
  return copy;
}

EngineStatus *
engine_status_ref (EngineStatus *status)
{
  g_atomic_ref_count_inc (&status->ref_count);
  return status;
}

void
engine_status_unref (EngineStatus *status)
{
  if (!g_atomic_ref_count_dec (&status->ref_count))
    return;
  g_free (status->activity);
  g_clear_error (&status->error);
  g_clear_error (&status->send_error);
  g_free (status);
}
