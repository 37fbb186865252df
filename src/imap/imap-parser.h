/* The grammar from bytes to ImapResponse and ImapCommand (RFC 9051 §9, RFC 3501 §9). Used by the
 * core on framed lines, by the annotator for parts, by fuzzers and tests directly.
 *
 * Lenient where real servers need it (more than one space, NIL for a string, a missing text, lower
 * case), never about what a number or a name means. Errors: %BASE_CORE_ERROR_PROTOCOL, or
 * %BASE_CORE_ERROR_LIMIT for too deep or too many. */
#pragma once

#include "imap-command.h"
#include "imap-framer.h"

G_BEGIN_DECLS

/* @parts (nullable): offsets are into the frame's text. What could be understood before an error
 * has its parts. (transfer full) */
ImapResponse *imap_parser_response (const ImapFrame *frame,
                                    const BaseLimits *limits,
                                    BaseParts *parts,
                                    GError **error);
ImapCommand *imap_parser_command (const ImapFrame *frame,
                                  const BaseLimits *limits,
                                  BaseParts *parts,
                                  GError **error);
/* The tag of a client's line, also of one that cannot be parsed; %NULL: there is none. */
char *imap_parser_tag (const ImapFrame *frame);

G_END_DECLS
