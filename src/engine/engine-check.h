/* The check of an account's settings, of the wizard and of `account add`: the real way in, each
 * step as it is done, with nothing stored. */
#pragma once

#include <gio/gio.h>

#include "engine-check-step.h"
#include "store-types.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct
{
  EngineCheckStep step;
  gboolean done; /* FALSE: it has begun */
  GError *error; /* of this step (nullable) */
  gint64 microseconds;
  guint64 connection; /* in the tap; 0: none */
  guint64 serial;     /* of the tap when the step began: "See exchange" */
  char *detail;       /* "42 messages" (nullable) */
} EngineCheckResult;

/* @func is called on the calling thread. Works without anything stored; without @password the
 * account's own is used, from where it is kept. */
gboolean engine_check_account (const StoreAccountInfo *info,
                               BaseSecret *password,
                               WireTap *tap,
                               GCancellable *cancellable,
                               void (*func) (const EngineCheckResult *result, gpointer data),
                               gpointer data,
                               GError **error);

G_END_DECLS
