/* What a delivery report says to programs (multipart/report with message/delivery-status, RFC 6522
 * and 3464): which letter it is about, and what became of it for each recipient. Anybody can write
 * one: it is only as true as the letter it names is known. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

typedef enum
{
  MAIL_REPORT_OTHER, /* a word that RFC 3464 does not know */
  MAIL_REPORT_FAILED,
  MAIL_REPORT_DELAYED,
  MAIL_REPORT_DELIVERED,
  MAIL_REPORT_RELAYED, /* to a server that will not report */
  MAIL_REPORT_EXPANDED /* to a list */
} MailReportAction;

/* Strings are valid UTF-8. */
typedef struct
{
  char *recipient; /* as the sender wrote it where that is told, else where it came to */
  MailReportAction action;
  char *status; /* "5.1.1"; "" when it is none */
} MailReportRecipient;

typedef struct
{
  char *envelope_id;     /* ENVID (nullable) */
  char *message_id;      /* of the letter that came back, without brackets (nullable) */
  GPtrArray *recipients; /* MailReportRecipient, never empty */
} MailReport;

/* mail_report_read: NULL when @message is no such report. (transfer full) */
MailReport *mail_report_read (const MailMessage *message);
void mail_report_free (MailReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailReport, mail_report_free)

G_END_DECLS
