/* For the parser of commands: the items of a FETCH command. */
#pragma once

#include "imap-command.h"
#include "imap-scanner.h"

G_BEGIN_DECLS

/* One item into @command. @alone: it may be a macro, which stands in place of the whole list. What
 * is not known is kept in command->other. */
gboolean imap_parser_fetch_item (ImapScanner *scanner, ImapCommand *command, gboolean alone);

/* "(" "CHANGEDSINCE" SP number ["VANISHED"] ")" and the like; @since is what the number behind
 * @word is. @fetch (nullable): takes VANISHED and PARTIAL. */
gboolean
imap_parser_modifiers (ImapScanner *scanner, const char *word, guint64 *since, ImapCommand *fetch);

G_END_DECLS
