/* The few edits that sending needs, on the bytes of a letter. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_strip_bcc: @source without Bcc, Resent-Bcc and this program's private fields at its top;
 * every other byte unchanged. The same bytes (a reference) when there is nothing to take out.
 * (transfer full) */
GBytes *mail_strip_bcc (GBytes *source);

/* mail_to_crlf: bare LF and bare CR made CRLF, as SMTP needs; a reference when already so.
 * (transfer full) */
GBytes *mail_to_crlf (GBytes *source);

/* mail_get_recipients: who should get @source: To, Cc and Bcc (the private one included), each
 * address once, groups left out. (transfer full) */
GPtrArray *mail_get_recipients (GBytes *source);

G_END_DECLS
