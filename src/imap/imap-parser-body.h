/* For the parsers of this folder: ENVELOPE and BODYSTRUCTURE. */
#pragma once

#include "imap-scanner.h"

G_BEGIN_DECLS

/* %NULL with what was expected noted in @scanner. (transfer full) */
ImapEnvelope *imap_parser_envelope (ImapScanner *scanner);
ImapBody *imap_parser_body (ImapScanner *scanner);

G_END_DECLS
