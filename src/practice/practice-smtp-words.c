/* Parameters of MAIL and RCPT: which are known, and whether their values are good. */
#include "config.h"

#include "practice-smtp.h"

#include <string.h>

/* NOTIFY=NEVER, or some of SUCCESS, FAILURE, DELAY (RFC 3461 §4.1). */
static gboolean
is_notify (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ",", -1);

  if (g_ascii_strcasecmp (value, "NEVER") == 0)
    return TRUE;
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (words[i], "SUCCESS") != 0 &&
          g_ascii_strcasecmp (words[i], "FAILURE") != 0 &&
          g_ascii_strcasecmp (words[i], "DELAY") != 0)
        return FALSE;
    }
  return words[0] != NULL;
}

/* ENVID and ORCPT may be so long (RFC 3461 §4.2, §4.4). */
#define MAX_ENVID 100
#define MAX_ORCPT 500

static gboolean
is_short_xtext (const char *value, gsize max)
{
  return strlen (value) <= max && practice_report_is_xtext (value);
}

static gboolean
are_report_words_good (const SmtpCommand *command)
{
  const char *ret = smtp_command_parameter (command, "RET");
  const char *envelope_id = smtp_command_parameter (command, "ENVID");
  const char *notify = smtp_command_parameter (command, "NOTIFY");
  const char *original = smtp_command_parameter (command, "ORCPT");

  return (ret == NULL || g_ascii_strcasecmp (ret, "FULL") == 0 ||
          g_ascii_strcasecmp (ret, "HDRS") == 0) &&
         (envelope_id == NULL || is_short_xtext (envelope_id, MAX_ENVID)) &&
         (notify == NULL || is_notify (notify)) &&
         (original == NULL ||
          (strchr (original, ';') != NULL && is_short_xtext (original, MAX_ORCPT)));
}

static gboolean
is_repeated (const SmtpCommand *command, guint i, const char *name)
{
  gsize len = strlen (name);

  for (guint before = 0; before < i; before++)
    {
      const char *other = command->parameters[before];

      if (g_ascii_strncasecmp (other, name, len) == 0 && (other[len] == '=' || other[len] == '\0'))
        return TRUE;
    }
  return FALSE;
}

/* Words with no value, and those that have to have one. */
static gboolean
has_right_value (const char *name, const char *value)
{
  return (strcmp (name, "SMTPUTF8") == 0) == (*value == '\0');
}

/* RFC 5321 §4.1.1.11: a parameter that is not known is 555, a wrong value 501. */
gboolean
practice_smtp_check_parameters (SmtpCore *core, const SmtpEvent *event)
{
  static const char *const of_mail[] = { "SIZE", "BODY", "AUTH", "SMTPUTF8", "RET", "ENVID", NULL };
  static const char *const of_rcpt[] = { "NOTIFY", "ORCPT", NULL };
  const SmtpCommand *command = event->command;
  const char *body = smtp_command_parameter (command, "BODY");
  const char *size = smtp_command_parameter (command, "SIZE");

  for (guint i = 0; command->parameters != NULL && command->parameters[i] != NULL; i++)
    {
      gsize len = strcspn (command->parameters[i], "=");
      g_autofree char *name = g_ascii_strup (command->parameters[i], (gssize) len);

      if (!g_strv_contains (command->verb == SMTP_VERB_MAIL ? of_mail : of_rcpt, name))
        {
          smtp_core_reply_text (
              core, event->base.exchange, 555, "5.5.4", "This parameter is not known here");
          return FALSE;
        }
      if (is_repeated (command, i, name) || !has_right_value (name, command->parameters[i] + len))
        {
          smtp_core_reply_text (core,
                                event->base.exchange,
                                501,
                                "5.5.4",
                                "Each parameter comes once, with its value if it has one");
          return FALSE;
        }
    }
  if (!are_report_words_good (command))
    {
      smtp_core_reply_text (
          core, event->base.exchange, 501, "5.5.4", "That is not how reports are asked for");
      return FALSE;
    }
  if (size != NULL && (size[0] == '\0' || strspn (size, "0123456789") != strlen (size)))
    {
      smtp_core_reply_text (core, event->base.exchange, 501, "5.5.4", "SIZE is a number");
      return FALSE;
    }
  if (body != NULL && g_ascii_strcasecmp (body, "7BIT") != 0 &&
      g_ascii_strcasecmp (body, "8BITMIME") != 0)
    {
      smtp_core_reply_text (core, event->base.exchange, 501, "5.5.4", "BODY is 7BIT or 8BITMIME");
      return FALSE;
    }
  return TRUE;
}
