/* For the parsers of this folder: what a status says beside OK, NO and BAD, and lists of words. */
#pragma once

#include "imap-response.h"
#include "imap-scanner.h"

G_BEGIN_DECLS

/* Words up to the end or a closing parenthesis, which is not passed; @prefix (nullable): of their
 * parts' ids. (transfer full) */
char **imap_parser_words (ImapScanner *scanner, const char *prefix);
/* A code in brackets, if there is one that closes, and the text up to the end: what cannot be read
 * of the code is kept as text, so this never fails. */
void imap_parser_resp_text (ImapScanner *scanner, ImapResponse *response);

G_END_DECLS
