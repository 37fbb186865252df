/* What engine_run_outbox() and engine_run_send() share; for these two. */
#pragma once

#include "engine-account.h"
#include "engine-smtp.h"

G_BEGIN_DECLS

/* Fails with ENGINE_ERROR_CONFIG where there is no server to send with. */
gboolean engine_run_can_send (EngineAccount *account, GError **error);
/* One session's work: signs in because of @cause, sends what @queue has, and says goodbye because
 * of *@last (nullable: @cause), as that is then. *@go_on: what is left may be tried over another
 * session. What went over the line is added to *@totals (nullable). */
gboolean engine_run_session (EngineAccount *account,
                             const EngineSmtpQueue *queue,
                             const BaseCause *cause,
                             BaseCause *const *last,
                             GCancellable *cancellable,
                             NetTotals *totals,
                             gboolean *go_on,
                             GError **error);

G_END_DECLS
