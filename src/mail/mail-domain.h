/* Domains with letters beyond ASCII, in the form every server knows (IDNA, RFC 5891): "exämple.org"
 * is "xn--exmple-cua.org". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_domain_address_to_ascii: @address with its domain in ASCII; NULL where its local part is not
 * ASCII, which no encoding can carry, or the domain cannot be one. (transfer full) */
char *mail_domain_address_to_ascii (const char *address);

/* mail_domain_header_to_ascii: the header block @head with what follows an "@" in ASCII; every
 * other byte unchanged; a reference where there is nothing to change. (transfer full) */
GBytes *mail_domain_header_to_ascii (GBytes *head);

G_END_DECLS
