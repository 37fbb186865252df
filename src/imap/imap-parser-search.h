/* For the parsers of this folder: the keys of SEARCH. */
#pragma once

#include "imap-scanner.h"
#include "imap-search.h"

G_BEGIN_DECLS

/* All keys up to the end: one, or an AND of them. %NULL with what was expected noted in @scanner.
 * (transfer full) */
ImapSearchKey *imap_parser_search (ImapScanner *scanner);

G_END_DECLS
