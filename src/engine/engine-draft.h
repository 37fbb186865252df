/* From a letter's bytes to its outbox entry; what the composer's and the terminal's sending share.
 */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* Puts @source into the outbox. @id 0: a new entry; else over that draft. @from, @recipients: NULL
 * for those of the letter; @wish: NULL for none. Fails with MAIL_ERROR or ENGINE_ERROR_CONFIG where
 * nobody could be given the letter (not for a draft). */
gboolean engine_draft_put (EngineAccount *account,
                           StoreOutboxState state,
                           GBytes *source,
                           const char *from,
                           const char *const *recipients,
                           gint64 answers,
                           int answer_kind,
                           const EngineSendWish *wish,
                           const BaseCause *cause,
                           gint64 *id,
                           GError **error);

G_END_DECLS
