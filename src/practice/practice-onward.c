/* Written in SMTP's own words: EHLO names the host, then MAIL, RCPT and an empty line. */
#include "config.h"

#include "practice-onward.h"

#include <string.h>

/* What concerns the submitter's own server and nobody behind it. */
static SmtpCommand *
copy_mail (const SmtpCommand *mail)
{
  SmtpCommand *copy = smtp_command_new (SMTP_VERB_MAIL, mail->argument);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();

  for (guint i = 0; mail->parameters != NULL && mail->parameters[i] != NULL; i++)
    if (g_ascii_strncasecmp (mail->parameters[i], "AUTH=", 5) != 0 &&
        g_ascii_strncasecmp (mail->parameters[i], "SIZE=", 5) != 0)
      g_strv_builder_add (kept, mail->parameters[i]);
  copy->parameters = g_strv_builder_end (kept);
  return copy;
}

PracticeOnward *
practice_onward_new (const PracticeDomain *host,
                     const PracticeDomain *target,
                     const SmtpCommand *mail)
{
  PracticeOnward *onward = g_new0 (PracticeOnward, 1);

  onward->host = host;
  onward->target = target;
  onward->mail = mail != NULL ? copy_mail (mail) : NULL;
  onward->rcpts = g_ptr_array_new_with_free_func ((GDestroyNotify) smtp_command_unref);
  return onward;
}

PracticeOnward *
practice_onward_new_simple (const PracticeDomain *host, const char *from, const char *to)
{
  g_autoptr (SmtpCommand) mail = smtp_command_new (SMTP_VERB_MAIL, from);
  PracticeOnward *onward = practice_onward_new (host, practice_domain_of (to), mail);

  g_ptr_array_add (onward->rcpts, smtp_command_new (SMTP_VERB_RCPT, to));
  return onward;
}

void
practice_onward_free (PracticeOnward *onward)
{
  g_clear_pointer (&onward->mail, smtp_command_unref);
  g_ptr_array_unref (onward->rcpts);
  g_clear_pointer (&onward->letter, g_bytes_unref);
  g_free (onward);
}

static void
append_command (GString *out, const SmtpCommand *command)
{
  BaseSecretSpan secret;
  g_autoptr (GString) line = smtp_command_write (command, &secret);

  g_string_append_len (out, line->str, (gssize) line->len);
}

GBytes *
practice_onward_write (const PracticeOnward *onward, const guint8 *letter, gsize len)
{
  GString *out = g_string_sized_new (len + 500);

  g_string_append_printf (out, "EHLO %s\r\n", onward->host->name);
  append_command (out, onward->mail);
  for (guint i = 0; i < onward->rcpts->len; i++)
    append_command (out, onward->rcpts->pdata[i]);
  g_string_append (out, "\r\n");
  g_string_append_len (out, (const char *) letter, (gssize) len);
  return g_string_free_to_bytes (out);
}

/* %FALSE: it does not belong here. */
static gboolean
take_line (PracticeOnward *onward, const guint8 *line, gsize len)
{
  g_autoptr (SmtpCommand) command = smtp_command_parse (line, len, NULL, NULL, NULL);

  if (command == NULL)
    return FALSE;
  if (command->verb == SMTP_VERB_EHLO && onward->host == NULL)
    onward->host = practice_domain_find (command->argument);
  else if (command->verb == SMTP_VERB_MAIL && onward->mail == NULL)
    onward->mail = g_steal_pointer (&command);
  else if (command->verb == SMTP_VERB_RCPT && onward->mail != NULL)
    {
      onward->target = practice_domain_of (command->argument);
      g_ptr_array_add (onward->rcpts, g_steal_pointer (&command));
    }
  else
    return FALSE;
  return TRUE;
}

PracticeOnward *
practice_onward_parse (GBytes *written)
{
  g_autoptr (PracticeOnward) onward = practice_onward_new (NULL, NULL, NULL);
  gsize len;
  const guint8 *bytes = g_bytes_get_data (written, &len);
  gsize at = 0;

  for (;;)
    {
      const guint8 *end = len > at ? memmem (bytes + at, len - at, "\r\n", 2) : NULL;
      gsize line = end != NULL ? (gsize) (end - bytes) - at : 0;

      if (end == NULL)
        return NULL;
      if (line == 0)
        break;
      if (!take_line (onward, bytes + at, line))
        return NULL;
      at += line + 2;
    }
  if (onward->host == NULL || onward->target == NULL || onward->target->mx == NULL)
    return NULL;
  onward->letter = g_bytes_new_from_bytes (written, at + 2, len - at - 2);
  return g_steal_pointer (&onward);
}
