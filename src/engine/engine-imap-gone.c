/* A letter that another session expunged is still counted in this one until it is told so (RFC 9051
 * §5.5), and can be asked for. Courier gives a letter of its own in its place. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

/* In the words of Courier 5 and those before it (imap/imapd.c, "unavailable"). Nothing that came by
 * mail is of that size, for it has at least the line of a server that took it. */
#define STAND_IN_HEADER \
  "From: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\n"
#define STAND_IN_BODY "This message is no longer available on the server.\r\n"

gboolean
engine_imap_is_stand_in (const ImapFetch *fetch, const ImapSection *section)
{
  static const char whole[] = STAND_IN_HEADER STAND_IN_BODY;
  gsize wanted = section->section[0] ? strlen (STAND_IN_HEADER) : strlen (whole);
  gconstpointer bytes;
  gsize len;

  if (!section->data.bytes || (section->section[0] && fetch->size != strlen (whole)))
    return FALSE;
  bytes = g_bytes_get_data (section->data.bytes, &len);
  return len == wanted && memcmp (bytes, whole, wanted) == 0;
}
