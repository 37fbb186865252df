/* The letter that says that a letter was delivered, for those who asked to be told (DSN, RFC 3461
 * and 3464). */
#pragma once

#include "practice-delivery.h"

G_BEGIN_DECLS

/* What MAIL and RCPT asked for; texts as they came, xtext (RFC 3461 §4). */
typedef struct
{
  gboolean full;           /* RET=FULL: the whole letter comes back, else its header */
  const char *envelope_id; /* ENVID (nullable) */
  GHashTable *wanted;      /* const PracticeUser * → ORCPT, "" for none: NOTIFY=SUCCESS */
} PracticeReport;

/* Delivers the report to the envelope's sender, if anybody is to be told and lives here. Takes the
 * lock. */
void practice_report_send (PracticeStore *store,
                           const PracticeEnvelope *envelope,
                           const PracticeReport *report,
                           const guint8 *letter,
                           gsize len);

/* Whether @value is xtext: printable, "+" only in front of two hexadecimal digits. */
gboolean practice_report_is_xtext (const char *value);

G_END_DECLS
