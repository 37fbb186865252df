/* Snapshots of what an account's threads are doing, and who wants to know. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

EngineStatus *engine_status_new (EngineState state);
EngineStatus *engine_status_copy (const EngineStatus *status);
GArray *engine_status_watches_new (void);

G_END_DECLS
