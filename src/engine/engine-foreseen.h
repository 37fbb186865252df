/* The envelope of a draft before anything is said: the very lines that sending would say, made by
 * what makes them then (engine-smtp-envelope.h), from the bytes on disk and from what the server
 * last said it offers. On any thread. */
#pragma once

#include "store-mailbase.h"
#include "store-read.h"

G_BEGIN_DECLS

typedef struct
{
  char *mail;      /* "MAIL FROM:<ada@a.example> SIZE=812", without its line end */
  char **rcpts;    /* "RCPT TO:<bob@b.example>", of the first transaction */
  gboolean more;   /* the server takes the others in another one only */
  char **offer;    /* what the server said it offers (smtp-offer.h); %NULL: it was never heard, and
                      is taken to offer whatever the letter could ask for */
  gint64 heard;    /* when it said so, UTC microseconds; 0: never */
  GError *refused; /* why it would not be handed over at all (nullable) */
} EngineForeseen;

/* Of the draft @outbox, sent with @options (StoreSendOption). Recipients that are no address are
 * left out. (transfer full) */
EngineForeseen *engine_foresee (StoreMailbase *mailbase,
                                const StoreAccountInfo *info,
                                gint64 outbox,
                                guint options,
                                GError **error);
void engine_foreseen_free (EngineForeseen *foreseen);

/* What is remembered of a server's offer, and of which server. */
#define ENGINE_OFFER_FACT "smtp-offer"
/* %NULL: too much of it, or no text. (transfer full) */
char *engine_offer_write (const StoreAccountInfo *info, const char *const *offer);
/* %NULL: it is of another server than @info has now. (transfer full) */
char **engine_offer_read (const StoreAccountInfo *info, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineForeseen, engine_foreseen_free)

G_END_DECLS
