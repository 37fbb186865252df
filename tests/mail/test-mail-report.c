/* Delivery reports as real servers write them. */
#include "mail-init.h"
#include "mail-report.h"

#include <string.h>

static MailReport *
read_report (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (MailMessage) message = mail_message_parse (bytes, NULL);

  g_assert_nonnull (message);
  return mail_report_read (message);
}

#define TOP(type)                                                                        \
  "From: MAILER-DAEMON@mail.example\r\nSubject: Undelivered\r\n"                         \
  "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=" type               \
  ";\r\n\tboundary=\"b\"\r\n\r\nIn MIME.\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" \
  "I'm sorry.\r\n\r\n"

static const struct
{
  const char *name, *text;
  const char *envelope_id, *message_id;
  const char *recipients; /* "address action status" a line; NULL: no report */
} cases[] = {
  { "postfix",
    TOP ("delivery-status") "--b\r\nContent-Description: Delivery report\r\nContent-Type: "
                            "message/delivery-status\r\n\r\nReporting-MTA: dns; "
                            "mail.example\r\nX-Postfix-Queue-ID: 1F\r\nX-Postfix-Sender: rfc822; "
                            "ada@a.example\r\nArrival-Date: Sat, 21 Nov 2026 10:00:00 +0000 "
                            "(UTC)\r\nOriginal-Envelope-Id: x@a.example\r\n\r\nFinal-Recipient: "
                            "rfc822; "
                            "bob@mail.example\r\nOriginal-Recipient: "
                            "rfc822;Bob@b.example\r\nAction: failed\r\nStatus: "
                            "5.1.1\r\nDiagnostic-Code: x-unix; user unknown\r\n"
                            "\r\nFinal-Recipient: rfc822; c@b.example\r\nAction: delayed (still "
                            "trying)\r\nStatus: 4.4.1 (no answer)\r\nWill-Retry-Until: "
                            "Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\n--b\r\nContent-Type: "
                            "message/rfc822\r\n\r\nMessage-Id: <x@a.example>\r\nSubject: "
                            "hi\r\n\r\nbody\r\n--b--\r\n",
    "x@a.example",
    "x@a.example",
    "Bob@b.example 1 5.1.1\nc@b.example 2 4.4.1\n" },
  { "only the header comes back, and bare line feeds",
    "Content-Type: Multipart/Report; boundary=b; Report-Type=\"Delivery-Status\"\n\n--b\n\nfine\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n\n"
    "Final-Recipient: RFC822;<d@e.example>\nAction: Relayed\nStatus: 2.0.0\n--b\n"
    "Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID:\n <long@a.example>\n--b--\n",
    NULL,
    "long@a.example",
    "d@e.example 4 2.0.0\n" },
  { "words and codes that are none",
    TOP ("delivery-status") "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: "
                            "dns;x\r\n\r\nFinal-Recipient: rfc822;d@e\r\nAction: eaten\r\nStatus: "
                            "9.1\r\n--b--\r\n",
    NULL,
    NULL,
    "d@e 0 \n" },
  { "a report of another kind", TOP ("disposition-notification") "--b--\r\n", NULL, NULL, NULL },
  { "nobody in it",
    TOP ("delivery-status") "--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\n--b--\r\n",
    NULL,
    NULL,
    NULL },
  { "an ordinary letter", "Subject: hi\r\n\r\nAction: failed\r\n", NULL, NULL, NULL },
};

static void
test_reports (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailReport) report = read_report (cases[i].text);
      g_autoptr (GString) recipients = g_string_new (NULL);

      g_test_message ("%s", cases[i].name);
      g_assert_true ((report == NULL) == (cases[i].recipients == NULL));
      if (report == NULL)
        continue;
      for (guint j = 0; j < report->recipients->len; j++)
        {
          const MailReportRecipient *recipient = report->recipients->pdata[j];

          g_string_append_printf (recipients,
                                  "%s %u %s\n",
                                  recipient->recipient,
                                  (guint) recipient->action,
                                  recipient->status);
        }
      g_assert_cmpstr (recipients->str, ==, cases[i].recipients);
      g_assert_cmpstr (report->envelope_id, ==, cases[i].envelope_id);
      g_assert_cmpstr (report->message_id, ==, cases[i].message_id);
    }
}

/* Cut anywhere, it is a poorer report or none. */
static void
test_cut (void)
{
  for (gsize len = 0; len <= strlen (cases[0].text); len++)
    {
      g_autofree char *text = g_strndup (cases[0].text, len);
      g_autoptr (GBytes) bytes = g_bytes_new (text, len);
      g_autoptr (MailMessage) message = mail_message_parse (bytes, NULL);
      g_autoptr (MailReport) report = message != NULL ? mail_report_read (message) : NULL;

      g_assert_true (report == NULL || report->recipients->len > 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/report/servers", test_reports);
  g_test_add_func ("/mail/report/cut", test_cut);
  return g_test_run ();
}
