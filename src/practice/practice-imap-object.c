/* What names a letter and a mailbox for ever (OBJECTID, RFC 8474), and a letter's first words
 * (PREVIEW, RFC 8970). */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

#include "practice-structure.h"

/* RFC 8970 §3.1 */
#define PREVIEW_MAX 200

/* The same bytes have the same name, wherever they lie. */
char *
practice_imap_email_id (const PracticeEntry *entry)
{
  g_autoptr (GBytes) source = practice_message_dup_source (entry->message);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, source);

  return g_strdup_printf ("M%.24s", sum);
}

/* All that answers one letter, by the first of its references. */
char *
practice_imap_thread_id (MailMessage *message)
{
  static const char *const fields[] = { "References", "In-Reply-To", "Message-ID" };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = mail_message_dup_header (message, fields[i], 0);
      const char *open = value != NULL ? strchr (value, '<') : NULL;
      const char *close = open != NULL ? strchr (open, '>') : NULL;
      g_autofree char *sum = NULL;

      if (close == NULL)
        continue;
      sum = g_compute_checksum_for_data (
          G_CHECKSUM_SHA256, (const guchar *) open, (gsize) (close - open));
      return g_strdup_printf ("T%.24s", sum);
    }
  return NULL;
}

char *
practice_imap_mailbox_id (const PracticeMailbox *mailbox)
{
  return g_strdup_printf ("F%u", mailbox->uidvalidity);
}

/* White space counts once; quoted lines are somebody else's words. */
char *
practice_imap_preview (MailMessage *message)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GString *preview = g_string_new (NULL);
  glong length = 0;

  for (guint i = 0; text == NULL && i < mail_message_get_n_parts (message); i++)
    {
      MailPart *part = mail_message_get_part (message, i);

      if (mail_part_is (part, "text", "plain"))
        text = mail_part_dup_text (part, PREVIEW_MAX * 20);
    }
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (lines[i], " \t\r", -1);

      for (guint j = 0; lines[i][0] != '>' && words[j] != NULL; j++)
        {
          if (words[j][0] != '\0')
            g_string_append_printf (preview, "%s%s", preview->len > 0 ? " " : "", words[j]);
        }
    }
  length = g_utf8_strlen (preview->str, -1);
  if (length > PREVIEW_MAX)
    g_string_truncate (
        preview, (gsize) (g_utf8_offset_to_pointer (preview->str, PREVIEW_MAX) - preview->str));
  return g_string_free (preview, FALSE);
}
