/* A letter's bytes on their way out, and what they ask of a server. */
#pragma once

#include "base-body.h"
#include "store-read.h"

G_BEGIN_DECLS

/* What a letter's bytes ask of a server. */
typedef struct
{
  gboolean eight_bit;      /* there are bytes above 127 */
  gboolean eight_bit_head; /* in its header too (RFC 6532) */
  gboolean whole_lines;    /* every line ends with CRLF, the last one too */
  char *message_id;        /* (transfer full) (nullable) */
} EngineSmtpNeeds;

/* The letter as it goes out: @letter without Bcc and this program's private fields, not held whole.
 * With @ascii_domains its header names domains in ASCII (IDNA). It reads through @reader, which
 * must stay as long. (transfer full) */
BaseBody *engine_smtp_outgoing (StoreReader *reader,
                                gint64 message,
                                gboolean ascii_domains,
                                EngineSmtpNeeds *needs,
                                GError **error);

/* @body as a server can take it: with its 8-bit parts encoded where there is no 8BITMIME; held
 * whole then, and so left as it is above 64 MB. ENGINE_ERROR_REFUSED where that would break what is
 * signed. (transfer full) */
BaseBody *engine_smtp_fit (BaseBody *body,
                           EngineSmtpNeeds *needs,
                           const char *const *offer,
                           const char *host,
                           GError **error);

G_END_DECLS
