/* The letters that say what became of a letter: delivered, for those who asked to be told, delayed,
 * or failed (DSN, RFC 3461 and 3464). */
#pragma once

#include "practice-delivery.h"
#include "practice-shared.h"

G_BEGIN_DECLS

/* A recipient of whom the sender is to hear. */
typedef struct
{
  char *address;
  char *original; /* ORCPT, "" for none */
  PracticeFate fate;
  char *status;     /* "5.1.6" */
  char *remote;     /* the host that said so (nullable: this one) */
  char *diagnostic; /* its words, "552 5.2.2 Full" (nullable) */
} PracticeReported;
/* @original, @status: nullable. */
PracticeReported *practice_reported_new (const char *address,
                                         const char *original,
                                         PracticeFate fate,
                                         const char *status);
void practice_reported_free (PracticeReported *reported);
/* Whether NOTIFY (nullable: RCPT had none) asks to be told of @fate (RFC 3461 §4.1). */
gboolean practice_report_is_wanted (const char *notify, PracticeFate fate);

/* What MAIL and RCPT asked for; texts as they came, xtext (RFC 3461 §4). */
typedef struct
{
  gboolean full;           /* RET=FULL: the whole letter comes back, else its header */
  const char *envelope_id; /* ENVID (nullable) */
  GPtrArray *recipients;   /* PracticeReported */
} PracticeReport;

/* Posts a report for each kind of fate from @host to @from, if anybody is to be told and @from
 * lives in one of the domains; for people in the language of the letters here, for programs as RFC
 * 3464 has it. Takes the lock. */
void practice_report_send (const PracticeShared *shared,
                           const PracticeDomain *host,
                           const char *from,
                           const PracticeReport *report,
                           const guint8 *letter,
                           gsize len);

/* Whether @value is xtext: printable, "+" only in front of two hexadecimal digits. */
gboolean practice_report_is_xtext (const char *value);

G_END_DECLS
