/* The values of the IMAP grammar that commands and responses are made of, in one place. */
#pragma once

#include "base-body.h"
#include "base-core.h"

#include "imap-body.h"
#include "imap-date.h"
#include "imap-envelope.h"
#include "imap-flags.h"
#include "imap-mailbox.h"
#include "imap-set.h"

G_BEGIN_DECLS

/* A string of the protocol that may be large: NIL, quoted, atom or literal. A literal above
 * limits.inline_body was streamed and has a stream number instead of bytes. */
typedef struct
{
  GBytes *bytes;  /* %NULL: NIL, or streamed */
  guint64 stream; /* not 0: it came as IMAP_EVENT_LITERAL_* events with this number */
  guint64 size;   /* of the literal, or of @bytes */
  gboolean nil;   /* when written: there is no such thing, and no body for it */
} ImapString;

void imap_string_clear (ImapString *string);

G_END_DECLS
