/* Small helpers that the files of this folder share and nobody else needs. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_clean_line: valid UTF-8 as one line: white space and controls folded to one space, none at
 * the ends, direction overrides taken out. (transfer full) */
char *mail_clean_line (const char *text);

/* mail_remove_spaces: takes ASCII white space and controls out, in place. */
void mail_remove_spaces (char *text);

G_END_DECLS
