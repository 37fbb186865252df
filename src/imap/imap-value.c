/* The string that may be large. */
#include "config.h"

#include "imap-value.h"

void
imap_string_clear (ImapString *string)
{
  g_clear_pointer (&string->bytes, g_bytes_unref);
  string->stream = 0;
  string->size = 0;
}
