/* The grammar, both ways: bytes to ImapResponse / ImapCommand. Used by the core on framed lines
 * (a line with its literals), by the annotator for parts, by fuzzers and tests directly. */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

typedef struct _ImapFrame ImapFrame; /* a line and its literals, see imap-framer.h */

/* @parts (nullable): offsets are into the line's text with literals left out. */
ImapResponse *imap_parser_response (const ImapFrame *frame, const BaseLimits *limits, BaseParts *parts, GError **error);
ImapCommand *imap_parser_command (const ImapFrame *frame, const BaseLimits *limits, BaseParts *parts, GError **error);

/* The way back, with CRLF; literals as {n}. */
void imap_writer_response (const ImapResponse *response, GString *out);
void imap_writer_command (const ImapCommand *command, GString *out);

G_END_DECLS
