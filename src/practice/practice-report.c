/* Delivery reports: multipart/report with words for people, words for programs, and what was sent.
 */
#include "config.h"

#include "practice-report.h"

#include <string.h>

#include "mail-date.h"

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

/* In English and in French. */
typedef const char *Words[2];

/* What is said of each fate, unless more is known. */
static const struct
{
  const char *notify, *action, *status;
  Words subject, words, after;
} fates[] = {
  [PRACTICE_FATE_DELIVERED] = { "SUCCESS",
                                "delivered",
                                "2.0.0",
                                { "Delivered", "Remise" },
                                { "Your letter lies in the mailbox of",
                                  "Votre lettre est dans la boîte de" },
                                { "Whether anybody has read it is not known here.",
                                  "Si quelqu’un l’a lue, on ne le sait pas ici." } },
  [PRACTICE_FATE_FAILED] = { "FAILURE",
                             "failed",
                             "5.0.0",
                             { "Not delivered", "Non remise" },
                             { "Your letter could not be delivered to",
                               "Votre lettre n’a pas pu être remise à" },
                             { "It is not tried again. Nobody got it.",
                               "Ce n’est pas retenté. Personne ne l’a reçue." } },
  [PRACTICE_FATE_DELAYED] = { "DELAY",
                              "delayed",
                              "4.0.0",
                              { "Delayed", "Retardée" },
                              { "Your letter is still on its way to",
                                "Votre lettre est encore en route vers" },
                              { "It is tried again; there is nothing to do now.",
                                "C’est retenté ; il n’y a rien à faire pour l’instant." } },
};

/* Why, for people; the code alone decides which (RFC 3463). */
static const struct
{
  const char *status;
  Words words;
} reasons[] = {
  { "5.1.1", { "Nobody of that name lives there.", "Personne de ce nom n’habite là." } },
  { "5.1.6",
    { "They have moved, and left no new address.",
      "La personne a déménagé sans laisser d’adresse." } },
  { "5.2.2", { "The mailbox is full, and stays so.", "La boîte est pleine, et le reste." } },
  { "4.2.2", { "The mailbox is full for now.", "La boîte est pleine pour l’instant." } },
  { "4.4.1",
    { "What keeps the mailbox does not answer.", "Le serveur qui garde la boîte ne répond pas." } },
  { "4.4.7",
    { "It was tried for days; the time is over.",
      "On a essayé pendant des jours ; le délai est passé." } },
  { "4.7.1",
    { "The server there asks strangers to come again.",
      "Le serveur là-bas demande aux inconnus de revenir." } },
  { "5.7.1",
    { "The server there does not take letters like this one.",
      "Le serveur là-bas ne prend pas de lettres comme celle-ci." } },
};

static const Words postmaster = { "Practice post office", "Bureau de poste d’entraînement" };
static const char *const languages[] = { "en", "fr" };

static const char *
reason_of (const char *status, gboolean french)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (strcmp (status, reasons[i].status) == 0)
      return reasons[i].words[french];
  return NULL;
}

/* As an encoded word where it must be one (RFC 2047 §2: 75 characters, more than any of ours). */
static char *
header_words (const char *words)
{
  g_autofree char *encoded = NULL;

  if (g_str_is_ascii (words))
    return g_strdup (words);
  encoded = g_base64_encode ((const guchar *) words, strlen (words));
  return g_strconcat ("=?UTF-8?B?", encoded, "?=", NULL);
}

PracticeReported *
practice_reported_new (const char *address,
                       const char *original,
                       PracticeFate fate,
                       const char *status)
{
  PracticeReported *reported = g_new0 (PracticeReported, 1);

  reported->address = g_strdup (address);
  reported->original = g_strdup (original != NULL ? original : "");
  reported->fate = fate;
  reported->status = g_strdup (status != NULL ? status : fates[fate].status);
  return reported;
}

void
practice_reported_free (PracticeReported *reported)
{
  g_free (reported->address);
  g_free (reported->original);
  g_free (reported->status);
  g_free (reported->remote);
  g_free (reported->diagnostic);
  g_free (reported);
}

gboolean
practice_report_is_wanted (const char *notify, PracticeFate fate)
{
  g_autofree char *upper = g_ascii_strup (notify != NULL ? notify : "FAILURE,DELAY", -1);

  return strstr (upper, fates[fate].notify) != NULL;
}

static void
append_recipients (GString *out,
                   const PracticeReport *report,
                   PracticeFate fate,
                   gboolean for_people,
                   gboolean french)
{
  for (guint i = 0; i < report->recipients->len; i++)
    {
      const PracticeReported *reported = report->recipients->pdata[i];
      g_autofree char *decoded = decode (reported->original);

      if (reported->fate != fate)
        continue;
      if (for_people)
        {
          const char *reason = reason_of (reported->status, french);

          g_string_append_printf (out, "  %s\r\n", reported->address);
          if (reason != NULL)
            g_string_append_printf (out, "    %s\r\n", reason);
          continue;
        }
      g_string_append (out, "\r\n");
      if (decoded[0] != '\0')
        g_string_append_printf (out, "Original-Recipient: %s\r\n", decoded);
      g_string_append_printf (out,
                              "Final-Recipient: rfc822;%s\r\nAction: %s\r\nStatus: %s\r\n",
                              reported->address,
                              fates[fate].action,
                              reported->status);
      if (reported->remote != NULL)
        g_string_append_printf (out, "Remote-MTA: dns;%s\r\n", reported->remote);
      if (reported->diagnostic != NULL)
        g_string_append_printf (out, "Diagnostic-Code: smtp;%s\r\n", reported->diagnostic);
    }
}

static gsize
header_length (const guint8 *letter, gsize len)
{
  const guint8 *end = memmem (letter, len, "\r\n\r\n", 4);

  return end != NULL ? (gsize) (end - letter) + 2 : len;
}

static void
append_head (GString *out,
             const PracticeDomain *host,
             const char *from,
             PracticeFate fate,
             const char *id,
             gint64 now,
             gboolean french)
{
  g_autofree char *date = mail_date_format (now, mail_date_local_offset (now));
  g_autofree char *name = header_words (postmaster[french]);
  g_autofree char *subject = header_words (fates[fate].subject[french]);

  g_string_append_printf (
      out,
      "From: %s <postmaster@%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\n"
      "Message-ID: <%s@%s>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"=_%s\"\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\n",
      name,
      host->name,
      from,
      subject,
      date,
      id,
      host->name,
      id);
}

static void
append_words (GString *out, const PracticeReport *report, PracticeFate fate, gboolean french)
{
  g_string_append_printf (out,
                          "Content-Type: text/plain; charset=%s\r\nContent-Language: %s\r\n"
                          "Content-Transfer-Encoding: %s\r\n\r\n%s\r\n\r\n",
                          french ? "utf-8" : "us-ascii",
                          languages[french],
                          french ? "8bit" : "7bit",
                          fates[fate].words[french]);
  append_recipients (out, report, fate, TRUE, french);
  g_string_append_printf (out, "\r\n%s\r\n", fates[fate].after[french]);
}

static GString *
compose (const PracticeShared *shared,
         const PracticeDomain *host,
         const char *from,
         const PracticeReport *report,
         PracticeFate fate,
         const guint8 *letter,
         gsize len)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *envelope_id = report->envelope_id != NULL ? decode (report->envelope_id) : NULL;
  GString *out = g_string_new (NULL);

  append_head (out,
               host,
               from,
               fate,
               id,
               practice_store_now (shared->store) / G_USEC_PER_SEC,
               shared->french);
  g_string_append_printf (out, "--=_%s\r\n", id);
  append_words (out, report, fate, shared->french);
  g_string_append_printf (out,
                          "\r\n--=_%s\r\n"
                          "Content-Type: message/delivery-status\r\n\r\n"
                          "Reporting-MTA: dns;%s\r\n",
                          id,
                          host->name);
  if (envelope_id != NULL)
    g_string_append_printf (out, "Original-Envelope-Id: %s\r\n", envelope_id);
  append_recipients (out, report, fate, FALSE, shared->french);
  g_string_append_printf (
      out,
      "\r\n--=_%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
      id,
      report->full ? "message/rfc822" : "text/rfc822-headers");
  g_string_append_len (
      out, (const char *) letter, (gssize) (report->full ? len : header_length (letter, len)));
  g_string_append_printf (out, "\r\n--=_%s--\r\n", id);
  return out;
}

static gboolean
has_fate (const PracticeReport *report, PracticeFate fate)
{
  for (guint i = 0; i < report->recipients->len; i++)
    if (((const PracticeReported *) report->recipients->pdata[i])->fate == fate)
      return TRUE;
  return FALSE;
}

void
practice_report_send (const PracticeShared *shared,
                      const PracticeDomain *host,
                      const char *from,
                      const PracticeReport *report,
                      const guint8 *letter,
                      gsize len)
{
  const PracticeUser *sender = practice_user_find (from);

  /* Nothing is reported to the null path (RFC 3461 §6.2). */
  if (sender == NULL)
    return;
  for (guint fate = 0; fate < G_N_ELEMENTS (fates); fate++)
    {
      GString *text;

      if (!has_fate (report, (PracticeFate) fate))
        continue;
      text = compose (shared, host, from, report, (PracticeFate) fate, letter, len);
      practice_delivery_post (
          shared->store, host, NULL, sender, (const guint8 *) text->str, text->len);
      g_string_free (text, TRUE);
    }
}
