/* What ENVELOPE and BODYSTRUCTURE give of a header: its bytes as they were written, encoded words
 * and all, cut into their pieces and without their quotes (RFC 9051 §7.5.2). */
#pragma once

#include "imap-envelope.h"
#include "mail-message.h"

G_BEGIN_DECLS

/* Of the message whose header is @part's. (transfer full) */
ImapEnvelope *practice_envelope_read (MailMessage *message, const MailPart *part);
/* A field as it was written, unfolded; %NULL when missing. (transfer full) */
char *practice_envelope_field (MailMessage *message, const MailPart *part, const char *name);
/* The names and values behind the first ";" of a field like Content-Type; %NULL: there are none.
 * (transfer full) */
char **practice_envelope_parameters (const char *field);

G_END_DECLS
