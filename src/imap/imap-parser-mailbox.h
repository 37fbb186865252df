/* For the parsers of this folder: responses about mailboxes. Each takes what stands behind the word
 * into a response of its type, or notes what was expected and returns %FALSE. */
#pragma once

#include "imap-response.h"
#include "imap-scanner.h"

G_BEGIN_DECLS

gboolean imap_parser_list (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_lsub (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_namespace (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_status_items (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_quota (ImapScanner *scanner, ImapResponse *response);
gboolean imap_parser_quotaroot (ImapScanner *scanner, ImapResponse *response);

G_END_DECLS
