/* Where a domain takes letters from other hosts: without signing in, and for its own people alone
 * (RFC 5321 §3.6). */
#include "config.h"

#include "practice-smtp.h"

void
practice_mx_check (PracticeSmtp *smtp, const char *path, PracticeAddressee *addressee)
{
  practice_delivery_check_border (smtp->base.shared->store, smtp->base.domain, path, addressee);
}

PracticeVerdict
practice_mx_deliver (PracticeSmtp *smtp)
{
  const PracticeShared *shared = smtp->base.shared;
  const PracticeEnvelope envelope = { .from = smtp->from,
                                      .to = smtp->to,
                                      .host = smtp->host,
                                      .peer = smtp->base.peer,
                                      .by = smtp->base.domain->mx,
                                      .encrypted =
                                          smtp_core_is_encrypted ((SmtpCore *) smtp->base.core) };

  return practice_delivery_deliver (
      shared->store, &envelope, smtp->letter->data, smtp->letter->len);
}
