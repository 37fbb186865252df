/* Collects from a POP3 server: what is new is downloaded and committed; only then, and only if the
 * policy says so, DELE; QUIT's answer proves it. */
#pragma once

#include "engine-connect.h"
#include "engine-work.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

/* What a visit is for, beside what the account's settings say. */
typedef struct
{
  gboolean headers_only; /* TOP for what is new, where the server has it */
  gint64 message;        /* the rest of this letter, of which only headers are here; 0: all */
  gboolean others;       /* with @message: all others too */
} EnginePop3Wish;

/* One visit: signs in, collects, removes what is to be removed, and says QUIT. A letter that never
 * ends is left behind for a day, and the others are collected over a second connection. Before the
 * pause that the server asks for is over (LOGIN-DELAY) nothing is asked of it: half a minute is
 * waited for, and for more the error, %ENGINE_ERROR_TEMPORARY, says when it will be. @wish, @work
 * and @totals may be %NULL; @work's urgent is not asked: a session is short. */
gboolean engine_pop3_visit (const EngineConnect *connect,
                            StoreMailbase *mailbase,
                            const EnginePop3Wish *wish,
                            const EngineWork *work,
                            NetTotals *totals,
                            GError **error);

/* When the server may be visited again, by the account's clock (UTC microseconds); 0: now. */
gint64 engine_pop3_next_visit (StoreMailbase *mailbase);

G_END_DECLS
