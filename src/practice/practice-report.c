/* Delivery reports: multipart/report with words for people, words for programs, and what was sent.
 */
#include "config.h"

#include "practice-report.h"

#include <string.h>

#include "mail-date.h"

#define POSTMASTER "postmaster@practice.example"

gboolean
practice_report_is_xtext (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p < '!' || *p > '~' || *p == '=')
        return FALSE;
      if (*p == '+' && (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2])))
        return FALSE;
    }
  return *value != '\0';
}

/* What is not printable stays as it was sent: a header could be broken by it. */
static char *
decode (const char *xtext)
{
  GString *text = g_string_new (NULL);

  for (const char *p = xtext; *p != '\0'; p++)
    {
      int c = *p == '+' ? g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2]) : 0;

      if (c >= ' ' && c <= '~')
        {
          g_string_append_c (text, (char) c);
          p += 2;
        }
      else
        {
          g_string_append_c (text, *p);
        }
    }
  return g_string_free (text, FALSE);
}

static void
append_recipients (GString *out, const PracticeReport *report, gboolean for_people)
{
  GHashTableIter iter;
  gpointer user;
  gpointer original;

  g_hash_table_iter_init (&iter, report->wanted);
  while (g_hash_table_iter_next (&iter, &user, &original))
    {
      const char *address = ((const PracticeUser *) user)->address;
      g_autofree char *decoded = decode (original);

      if (for_people)
        {
          g_string_append_printf (out, "  %s\r\n", address);
          continue;
        }
      g_string_append (out, "\r\n");
      if (decoded[0] != '\0')
        g_string_append_printf (out, "Original-Recipient: %s\r\n", decoded);
      g_string_append_printf (
          out, "Final-Recipient: rfc822;%s\r\nAction: delivered\r\nStatus: 2.0.0\r\n", address);
    }
}

static gsize
header_length (const guint8 *letter, gsize len)
{
  const guint8 *end = memmem (letter, len, "\r\n\r\n", 4);

  return end != NULL ? (gsize) (end - letter) + 2 : len;
}

static GString *
compose (const PracticeEnvelope *envelope,
         const PracticeReport *report,
         const guint8 *letter,
         gsize len)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *date = mail_date_format (now, mail_date_local_offset (now));
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *envelope_id = report->envelope_id != NULL ? decode (report->envelope_id) : NULL;
  GString *out = g_string_new (NULL);

  g_string_append_printf (
      out,
      "From: Practice post office <" POSTMASTER
      ">\r\nTo: <%s>\r\nSubject: Delivered\r\nDate: %s\r\n"
      "Message-ID: <%s@practice.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"=_%s\"\r\n\r\n"
      "--=_%s\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
      "Your letter lies in the mailbox of\r\n\r\n",
      envelope->from,
      date,
      id,
      id,
      id);
  append_recipients (out, report, TRUE);
  g_string_append_printf (out,
                          "\r\nWhether anybody has read it is not known here.\r\n\r\n--=_%s\r\n"
                          "Content-Type: message/delivery-status\r\n\r\n"
                          "Reporting-MTA: dns;practice.example\r\n",
                          id);
  if (envelope_id != NULL)
    g_string_append_printf (out, "Original-Envelope-Id: %s\r\n", envelope_id);
  append_recipients (out, report, FALSE);
  g_string_append_printf (out,
                          "\r\n--=_%s\r\nContent-Type: %s\r\n\r\n",
                          id,
                          report->full ? "message/rfc822" : "text/rfc822-headers");
  g_string_append_len (
      out, (const char *) letter, (gssize) (report->full ? len : header_length (letter, len)));
  g_string_append_printf (out, "\r\n--=_%s--\r\n", id);
  return out;
}

void
practice_report_send (PracticeStore *store,
                      const PracticeEnvelope *envelope,
                      const PracticeReport *report,
                      const guint8 *letter,
                      gsize len)
{
  const PracticeUser *sender = practice_user_find (envelope->from);
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  PracticeEnvelope back = *envelope;
  GString *text;

  /* Nothing is reported to the null path (RFC 3461 §6.2). */
  if (sender == NULL || g_hash_table_size (report->wanted) == 0)
    return;
  g_ptr_array_add (to, (gpointer) sender);
  back.from = "";
  back.to = to;
  back.host = "practice.example";
  text = compose (envelope, report, letter, len);
  practice_delivery_deliver (store, &back, (const guint8 *) text->str, text->len);
  g_string_free (text, TRUE);
}
