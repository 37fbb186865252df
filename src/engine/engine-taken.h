/* What an account keeps in mind of its servers: that one has taken its sign-in before. Servers also
 * say no, and nothing more, when they are out of breath (a database behind them that does not
 * answer, too many connections); what was right for weeks is then said again a few times, minutes
 * apart, before the person is asked for another password. A server that says that the password is
 * wrong (RFC 5530 §3, RFC 3206, RFC 4954 §6) is believed at once. */
#pragma once

#include "engine-side.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

/* Whether the server of that side, which said no without a reason, may be asked again by itself.
 * @mailbase: of the account @info, %NULL: nobody knows. */
gboolean
engine_taken_before (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side);
/* It said no, and will be asked again: that is not done for ever. */
void engine_taken_note_refusal (StoreMailbase *mailbase, EngineSide side);
/* It took the sign-in. */
void engine_taken_note (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side);
/* The account's settings were saved: what was taken before no longer counts. */
gboolean engine_taken_forget (StoreMailbase *mailbase, GError **error);

G_END_DECLS
