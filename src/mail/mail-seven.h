/* Letters for servers that take seven bits only (no 8BITMIME, RFC 6152): the parts that need it are
 * written in another transfer encoding, everything else stays as it is, byte by byte. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_seven_bit: @letter with its 8-bit parts in quoted-printable (text) or base64. A part that
 * somebody signed (multipart/signed, a forwarded letter with a DKIM-Signature) is only right as it
 * is: MAIL_ERROR_SIGNED, and nothing is changed. Header fields are not looked at: 8-bit ones need
 * SMTPUTF8. (transfer full) */
GBytes *mail_seven_bit (GBytes *letter, GError **error);

G_END_DECLS
