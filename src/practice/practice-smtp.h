/* What the two counters where SMTP is spoken share: the one where people hand in letters (RFC
 * 6409), and the one where a domain takes letters from other hosts. For practice-smtp*.c and
 * practice-mx.c.
 */
#pragma once

#include "practice-connection.h"
#include "practice-report.h"
#include "smtp-server.h"

G_BEGIN_DECLS

typedef struct
{
  PracticeConnection base;
  char *host; /* what EHLO said */
  char *from;
  SmtpCommand *mail; /* (nullable) */
  GPtrArray *to;     /* const PracticeUser *, in whose mailbox it is put here */
  GPtrArray *onward; /* PracticeOnward, for the other domain; at most one */
  GByteArray *letter;
  gboolean full;       /* RET=FULL */
  char *envelope_id;   /* ENVID (nullable) */
  GPtrArray *reported; /* PracticeReported: of whom the sender is to hear */
  guint recipients;    /* RCPTs that were accepted */
  gboolean provoked;   /* one of them is mallory@… */
  gboolean passed_on;  /* the letter before went into the queue, a moment ago */
} PracticeSmtp;

/* %FALSE: the command was refused because of a parameter. RFC 5321 §4.1.1.11 */
gboolean practice_smtp_check_parameters (SmtpCore *core, const SmtpEvent *event);

/* The mailbox of @user is told to be full for good. */
gboolean practice_smtp_is_full (const PracticeSmtp *smtp, const PracticeUser *user);

/* At the border: what RCPT comes to, and the letter itself. */
void practice_mx_check (PracticeSmtp *smtp, const char *path, PracticeAddressee *addressee);
PracticeVerdict practice_mx_deliver (PracticeSmtp *smtp);

G_END_DECLS
