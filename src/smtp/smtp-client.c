/* The client role's speaking side: what may be said when, and the calls that submit it. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

#include "smtp-offer.h"

/* Keywords of EHLO (RFC 5321 §4.1.1.1) */

const char *const *
smtp_core_offer (const SmtpCore *core)
{
  return (const char *const *) core->keywords;
}

const char *
smtp_core_keyword (const SmtpCore *core, const char *keyword)
{
  return smtp_offer_keyword (smtp_core_offer (core), keyword);
}

static gboolean
has_word (const GPtrArray *words, const char *word)
{
  for (guint i = 0; i < words->len; i++)
    {
      if (g_ascii_strcasecmp (words->pdata[i], word) == 0)
        return TRUE;
    }
  return FALSE;
}

char **
smtp_core_mechanisms (const SmtpCore *core)
{
  GPtrArray *mechanisms = g_ptr_array_new ();

  for (guint i = 0; core->keywords != NULL && core->keywords[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (core->keywords[i], " =", -1);

      if (words[0] == NULL || g_ascii_strcasecmp (words[0], "AUTH") != 0)
        continue;
      for (guint j = 1; words[j] != NULL; j++)
        {
          if (words[j][0] != '\0' && !has_word (mechanisms, words[j]))
            g_ptr_array_add (mechanisms, g_strdup (words[j]));
        }
    }
  g_ptr_array_add (mechanisms, NULL);
  return (char **) g_ptr_array_free (mechanisms, FALSE);
}

/* What base-pending asks */

/* RFC 2920 §3.1: MAIL, RCPT and RSET may stand anywhere in a group, DATA at its end, and what ends
 * a letter at its beginning; a chunk (RFC 3030) is a piece of a letter, wherever it stands.
 * Everything else is said alone. */
BaseGroup
smtp_client_group (const BasePending *pending)
{
  SmtpVerb verb = smtp_pending_command (pending)->verb;

  if (pending->raw != NULL)
    return BASE_GROUP_ALONE;
  if (verb == SMTP_VERB_DATA)
    return BASE_GROUP_LAST;
  return verb == SMTP_VERB_MAIL || verb == SMTP_VERB_RCPT || verb == SMTP_VERB_RSET ||
                 verb == SMTP_VERB_BDAT
             ? BASE_GROUP_ANYWHERE
             : BASE_GROUP_ALONE;
}

gboolean
smtp_client_pipelines (const BaseLines *lines)
{
  return smtp_core_keyword ((const SmtpCore *) lines, "PIPELINING") != NULL;
}

void
smtp_client_said (BaseLines *lines, const BasePending *pending)
{
  SmtpVerb verb = smtp_pending_command (pending)->verb;

  if (verb == SMTP_VERB_QUIT)
    base_lines_enter (lines, SMTP_STATE_QUIT);
  else if (verb == SMTP_VERB_BDAT)
    smtp_letter_said ((SmtpCore *) lines, pending);
}

gboolean
smtp_client_is_leaving (const BaseLines *lines)
{
  const BasePending *pending = base_pending_current (lines);

  /* A server that hangs up at QUIT without a word has done nothing wrong to us. */
  return pending != NULL && smtp_pending_command (pending)->verb == SMTP_VERB_QUIT &&
         ((const SmtpCore *) lines)->texts == NULL;
}

/* UNKNOWN when the grammar does not know it. */
gpointer
smtp_client_read (const guint8 *line, gsize len, BaseSecretSpan *secret)
{
  SmtpCommand *command = smtp_command_parse (line, len, secret, NULL, NULL);
  g_autofree char *word = NULL;
  gsize end = 0;

  if (command != NULL)
    return command;
  while (end < len && line[end] != ' ')
    end++;
  word = base_error_quote ((const char *) line, (gssize) end, 40);
  return smtp_command_new (SMTP_VERB_UNKNOWN, word);
}

/* What is typed while a command of several steps is under way: a response, or the letter. */
gboolean
smtp_client_step (BaseLines *lines, const BasePending *asked, const guint8 *raw, gsize len)
{
  SmtpCore *core = (SmtpCore *) lines;
  SmtpVerb verb = smtp_pending_command (asked)->verb;

  if (asked->raw == NULL)
    return FALSE;
  if (verb == SMTP_VERB_BDAT && core->chunk_left > 0)
    {
      core->chunk_left -= MIN (core->chunk_left, len);
      base_core_write (&lines->core, BASE_SPAN_BODY, asked->exchange, raw, len, FALSE);
      return TRUE;
    }
  if (verb == SMTP_VERB_AUTH)
    {
      base_core_write (&lines->core, BASE_SPAN_SECRET, asked->exchange, raw, len, TRUE);
      return TRUE;
    }
  if (verb == SMTP_VERB_DATA && lines->state == SMTP_STATE_DATA)
    {
      gboolean dot = len == 3 && memcmp (raw, ".\r\n", 3) == 0;

      base_core_write (
          &lines->core, dot ? BASE_SPAN_PLAIN : BASE_SPAN_BODY, asked->exchange, raw, len, dot);
      return TRUE;
    }
  return FALSE;
}

gboolean
smtp_core_is_inside_typed (const SmtpCore *core)
{
  return core->chunk_left > 0;
}

/* Saying */

void
smtp_client_pump (BaseCore *base)
{
  smtp_letter_pump ((SmtpCore *) base);
  base_pending_pump (base);
}

guint64
smtp_core_submit (SmtpCore *core, SmtpCommand *command, const BaseCause *cause)
{
  guint64 exchange;

  if (!smtp_command_is_sendable (command))
    {
      SmtpEvent *event;

      exchange = base_core_begin_exchange (&core->base, cause, smtp_verb_name (command->verb));
      event = smtp_event_new (SMTP_EVENT_REPLY, exchange, command);
      event->base.outcome = BASE_OUTCOME_BAD;
      event->reply.lines = g_new0 (char *, 1);
      base_core_add_event (&core->base, &event->base);
      return exchange;
    }
  exchange = base_pending_add (&core->lines, command, cause)->exchange;
  smtp_client_pump (&core->base);
  return exchange;
}

guint64
smtp_core_authenticate (SmtpCore *core,
                        SaslClient *client,
                        const SaslMechanism *mechanism,
                        const BaseCause *cause)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (SMTP_VERB_AUTH, mechanism->name);
  SaslSignIn *sign_in = sasl_sign_in_new (client, mechanism);
  BasePending *pending;

  /* "AUTH", two spaces, CRLF and the name beside the base64, in a line of 512 bytes. */
  command->secret = sasl_sign_in_begin (sign_in, &core->base, 512 - 8 - strlen (command->argument));
  pending = base_pending_add (&core->lines, command, cause);
  pending->sign_in = sign_in;
  smtp_client_pump (&core->base);
  return pending->exchange;
}
