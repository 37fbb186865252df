/* Collects from a POP3 server: what is new is downloaded and committed; only then, and only if the
 * policy says so, DELE; QUIT's answer proves it. */
#pragma once

#include "engine-work.h"
#include "net-session.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

/* Over a signed-in session, up to QUIT. @work's urgent is not asked: a session is short. */
gboolean engine_pop3_collect (const StoreAccountInfo *info,
                              StoreMailbase *mailbase,
                              NetSession *session,
                              const EngineWork *work,
                              const BaseCause *cause,
                              GError **error);

G_END_DECLS
