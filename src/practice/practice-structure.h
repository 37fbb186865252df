/* What IMAP tells of a letter's insides: its envelope, its structure, and where a section stands in
 * its bytes (RFC 9051 §6.4.5, §7.5.2). */
#pragma once

#include "imap-body.h"
#include "mail-message.h"

G_BEGIN_DECLS

/* Of the message, or of the one inside a message/rfc822 part. (transfer full) */
ImapEnvelope *practice_structure_envelope (MailMessage *message);
/* @extended: BODYSTRUCTURE, else BODY. (transfer full) */
ImapBody *practice_structure_body (MailMessage *message, gboolean extended);

/* The bytes of BODY[@section], with keywords in upper case. %NULL: there is no such section, which
 * IMAP answers with NIL. (transfer full) */
GBytes *practice_structure_section (MailMessage *message, const char *section);

/* BINARY[@section]: the part without its transfer encoding, or the whole message. *known (nullable)
 * becomes %FALSE if nobody here knows the encoding. %NULL: there is no such part. (transfer full)
 */
GBytes *practice_structure_binary (MailMessage *message, const char *section, gboolean *known);

G_END_DECLS
