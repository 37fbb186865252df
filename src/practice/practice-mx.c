/* Where a domain takes letters from other hosts: without signing in, and for its own people alone
 * (RFC 5321 §3.6). */
#include "config.h"

#include "practice-smtp.h"

#include "practice-senders.h"

void
practice_mx_check (PracticeSmtp *smtp, const char *path, PracticeAddressee *addressee)
{
  practice_delivery_check_border (smtp->base.shared->store, smtp->base.domain, path, addressee);
}

PracticeVerdict
practice_mx_deliver (PracticeSmtp *smtp)
{
  const PracticeShared *shared = smtp->base.shared;
  const PracticeDomain *domain = smtp->base.domain;
  g_autoptr (GBytes) clean = practice_senders_clean (domain, smtp->letter->data, smtp->letter->len);
  g_autofree char *results = NULL;
  gsize len;
  const guint8 *letter = g_bytes_get_data (clean, &len);
  PracticeSenderFate fate = practice_senders_check (practice_store_dns (shared->store),
                                                    domain,
                                                    smtp->base.peer,
                                                    smtp->host,
                                                    smtp->from,
                                                    letter,
                                                    len,
                                                    &results);
  const PracticeEnvelope envelope = { .from = smtp->from,
                                      .to = smtp->to,
                                      .host = smtp->host,
                                      .peer = smtp->base.peer,
                                      .by = domain->mx,
                                      .results = results,
                                      .junk = fate == PRACTICE_SENDER_QUARANTINE,
                                      .encrypted =
                                          smtp_core_is_encrypted ((SmtpCore *) smtp->base.core) };

  if (fate == PRACTICE_SENDER_REJECT)
    return (PracticeVerdict){ 550, "5.7.1", "It is not from the domain it names (DMARC)" };
  return practice_delivery_deliver (shared->store, &envelope, letter, len);
}
