/* For the parsers of this folder: the keys of SEARCH, and its results. */
#pragma once

#include "imap-response.h"
#include "imap-scanner.h"
#include "imap-search.h"

G_BEGIN_DECLS

/* All keys up to the end: one, or an AND of them. %NULL with what was expected noted in @scanner.
 * (transfer full) */
ImapSearchKey *imap_parser_search (ImapScanner *scanner);

/* What stands behind SEARCH, SORT and ESEARCH into a response of its type; %FALSE with what was
 * expected noted. */
gboolean imap_parser_search_result (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_sort_result (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_thread_result (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_esearch (ImapScanner *scanner, ImapResponse *response);

/* "1:100", "-1:-100" (RFC 9394); 0 and 0 if it is none. */
gboolean imap_parser_window (ImapScanner *scanner, gint64 *first, gint64 *last);

G_END_DECLS
