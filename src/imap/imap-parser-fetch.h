/* For the parsers of this folder: the items of a FETCH response. */
#pragma once

#include "imap-response.h"
#include "imap-scanner.h"

G_BEGIN_DECLS

/* "(" item SP value … ")" into @fetch. */
gboolean imap_parser_fetch (ImapScanner *scanner, ImapFetch *fetch);
/* The parts of an item's name: "BODY.PEEK[1.HEADER]<0.100>". */
void imap_parser_item_parts (ImapScanner *scanner, const ImapToken *name);
/* A section's name as ImapSection keeps it: keywords in upper case, single spaces. */
char *imap_parser_section_name (const char *text, gsize len);

G_END_DECLS
