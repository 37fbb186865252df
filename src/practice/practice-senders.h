/* Who a letter is really from: SPF, DKIM and DMARC asked of the office's own DNS, and the answers
 * written down for the reader (RFC 7208, 6376, 7489, 8601). */
#pragma once

#include "practice-dns.h"

G_BEGIN_DECLS

typedef enum
{
  PRACTICE_SENDER_FINE,       /* nothing says that it is forged */
  PRACTICE_SENDER_QUARANTINE, /* it pretends, and the domain it names wants it put aside */
  PRACTICE_SENDER_REJECT      /* … or refused */
} PracticeSenderFate;

/* @host: whose border it is; @peer, @helo, @from: the connecting address, what EHLO said, and the
 * envelope's sender. @results: an Authentication-Results field with its CRLF (transfer full). */
PracticeSenderFate practice_senders_check (PracticeDns *dns,
                                           const PracticeDomain *host,
                                           const char *peer,
                                           const char *helo,
                                           const char *from,
                                           const guint8 *letter,
                                           gsize len,
                                           char **results);
/* Without the results that pretend to be @host's own (RFC 8601 §5). (transfer full) */
GBytes *practice_senders_clean (const PracticeDomain *host, const guint8 *letter, gsize len);

/* What RFC 7208 §4 makes of a record for an IPv4 address: "pass", "fail", "softfail", "neutral",
 * "permerror"; "none" without a record. Static. */
const char *practice_spf_judge (const char *record, const char *peer);

G_END_DECLS
