/* What strangers write into headers of letters at the practice post office, and into --fault. */
#include <glib.h>
#include <string.h>

#include "mail-init.h"
#include "practice-envelope.h"
#include "practice-fault.h"
#include "practice-subject.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_envelope (const char *text)
{
  g_autofree char *letter =
      g_strconcat ("From: ", text, "\r\nSubject: ", text, "\r\n\r\nx\r\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (letter, strlen (letter));
  g_autoptr (MailMessage) message = mail_message_parse (bytes, NULL);
  ImapEnvelope *envelope = practice_envelope_read (message, mail_message_get_root (message));
  int depth = 0;

  /* Groups are opened and closed in turn (RFC 9051 §7.5.2). */
  for (guint i = 0; envelope->from != NULL && i < envelope->from->len; i++)
    {
      const ImapAddress *address = &g_array_index (envelope->from, ImapAddress, i);

      if (address->host == NULL)
        depth += address->mailbox != NULL ? 1 : -1;
      g_assert_true (depth == 0 || depth == 1);
    }
  g_assert_cmpint (depth, ==, 0);
  imap_envelope_free (envelope);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) parameters = practice_envelope_parameters (text);
  g_autofree char *base = practice_subject_base (text, NULL);
  g_autofree char *again = practice_subject_base (base, NULL);
  g_autoptr (PracticeFaults) faults = practice_faults_new (1);
  gboolean lose = FALSE;

  mail_init ();
  g_assert_cmpstr (base, ==, again);
  g_assert_true (parameters == NULL || g_strv_length (parameters) % 2 == 0);
  if (practice_faults_add (faults, text, NULL))
    g_free (practice_faults_reply (faults, "imap", "FETCH", &lose));
  check_envelope (text);
  return 0;
}
