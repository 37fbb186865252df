/* mailto: URIs (RFC 6068), which web pages, letters and other programs write: they fill a letter
 * in, and can do nothing else. */
#pragma once

#include "mail-draft.h"

G_BEGIN_DECLS

/* Longer URIs are none. */
#define MAIL_MAX_MAILTO (64 * 1024)

/* mail_mailto_is: whether @uri has the scheme, in any case of letters, and a length we read. */
gboolean mail_mailto_is (const char *uri);

/* mail_mailto_parse: a letter with what @uri says: recipients (to, cc, bcc; the path and a "to" add
 * up), and the first subject and body. All other fields are passed over: a page must neither name
 * files to attach, nor choose the sender, nor forge a header (RFC 6068 §4, §7). The strings are
 * valid UTF-8, the subject is one line, the text has \n line ends; an address may be invalid, as
 * one that was typed may. NULL when mail_mailto_is() says no. (transfer full) */
MailDraft *mail_mailto_parse (const char *uri);

G_END_DECLS
