/* What an account keeps in mind of its servers: that one has tied a sign-in to the encrypted
 * connection once (SCRAM -PLUS, RFC 5802 §6), and so can do it. One that no longer does, or refuses
 * it, may be somebody in between, who is shown neither the password nor a proof that is not tied.
 */
#pragma once

#include "engine-side.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

/* Whether the server of that side did so; @mailbase: of the account @info, %NULL: nobody knows. */
gboolean
engine_tied_before (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side);
void engine_tied_note (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side);
/* Says what to do. */
void engine_tied_set_error (const StoreAccountInfo *info, EngineSide side, GError **error);
/* The account's settings were saved: what its servers did before no longer counts. */
gboolean engine_tied_forget (StoreMailbase *mailbase, GError **error);

G_END_DECLS
