/* The client role's speaking side: commands wait in a queue until they may be said; the letter
 * follows 354, and its dot the caller's word. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

static void
pending_free (SmtpPending *pending)
{
  smtp_command_unref (pending->command);
  g_clear_pointer (&pending->raw, g_bytes_unref);
  g_clear_pointer (&pending->sasl, sasl_client_free);
  g_clear_pointer (&pending->initial, base_secret_unref);
  g_free (pending);
}

SmtpPending *
smtp_client_current (const SmtpCore *core)
{
  return core->n_sent > 0 ? core->pending.head->data : NULL;
}

void
smtp_client_pop (SmtpCore *core)
{
  core->n_sent--;
  pending_free (g_queue_pop_head (&core->pending));
}

gboolean
smtp_client_is_leaving (const SmtpCore *core)
{
  const SmtpPending *pending = smtp_client_current (core);

  /* A server that hangs up at QUIT without a word has done nothing wrong to us. */
  return pending != NULL && pending->command->verb == SMTP_VERB_QUIT && core->lines == NULL;
}

void
smtp_client_forget (SmtpCore *core)
{
  g_clear_pointer (&core->keywords, g_strfreev);
}

void
smtp_client_finalize (SmtpCore *core)
{
  g_queue_clear_full (&core->pending, (GDestroyNotify) pending_free);
  smtp_client_forget (core);
  g_clear_pointer (&core->lines, g_ptr_array_unref);
}

/* Keywords of EHLO (RFC 5321 §4.1.1.1) */

const char *
smtp_core_keyword (const SmtpCore *core, const char *keyword)
{
  gsize len = strlen (keyword);

  for (guint i = 0; core->keywords != NULL && core->keywords[i] != NULL; i++)
    {
      const char *line = core->keywords[i];

      if (g_ascii_strncasecmp (line, keyword, len) != 0)
        continue;
      /* "AUTH=LOGIN" is how it was written before RFC 2554. */
      if (line[len] == ' ' || line[len] == '=')
        return line + len + 1;
      if (line[len] == '\0')
        return line + len;
    }
  return NULL;
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

const char **
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
            g_ptr_array_add (mechanisms, (gpointer) g_intern_string (words[j]));
        }
    }
  g_ptr_array_add (mechanisms, NULL);
  return (const char **) g_ptr_array_free (mechanisms, FALSE);
}

/* Sending */

/* RFC 2920 §3.1: MAIL, RCPT and RSET may stand anywhere in a group, DATA at its end; everything
 * else is said alone. */
static gboolean
is_groupable (const SmtpPending *pending)
{
  SmtpVerb verb = pending->command->verb;

  return pending->raw == NULL && (verb == SMTP_VERB_MAIL || verb == SMTP_VERB_RCPT ||
                                  verb == SMTP_VERB_RSET || verb == SMTP_VERB_DATA);
}

/* The console's line is said as it was typed; what of it is a credential is found all the same. */
static void
send_raw (SmtpCore *core, const SmtpPending *pending)
{
  SmtpSecretSpan secret;
  gsize len;
  const guint8 *raw = g_bytes_get_data (pending->raw, &len);
  gsize line = len;

  while (line > 0 && (raw[line - 1] == '\n' || raw[line - 1] == '\r'))
    line--;
  smtp_command_unref (smtp_client_parse_raw (raw, line, &secret));
  smtp_core_write_secret_line (
      core, pending->exchange, (const char *) raw, len, secret.offset, secret.length);
}

static void
send_command (SmtpCore *core, const SmtpPending *pending)
{
  SmtpSecretSpan secret;
  GString *line = smtp_command_write (pending->command, &secret);

  if (pending->command->secret != NULL)
    base_core_add_mask (&core->base, pending->command->secret);
  smtp_core_write_secret_line (
      core, pending->exchange, line->str, line->len, secret.offset, secret.length);
  base_secret_wipe (line->str, line->len);
  g_string_free (line, TRUE);
}

static void
send_pending (SmtpCore *core, SmtpPending *pending)
{
  pending->sent = TRUE;
  core->n_sent++;
  core->barrier = !is_groupable (pending) || pending->command->verb == SMTP_VERB_DATA;
  if (pending->raw != NULL)
    send_raw (core, pending);
  else
    send_command (core, pending);
  if (pending->command->verb == SMTP_VERB_QUIT)
    smtp_core_enter (core, SMTP_STATE_QUIT);
}

static gboolean
may_send (const SmtpCore *core, const SmtpPending *pending)
{
  if (core->state == SMTP_STATE_GREETING || core->expect == SMTP_EXPECT_TLS)
    return FALSE;
  if (core->n_sent == 0)
    return TRUE;
  return !core->barrier && is_groupable (pending) && smtp_core_keyword (core, "PIPELINING") != NULL;
}

static gboolean
is_awaiting (const SmtpCore *core)
{
  if (base_core_is_over (&core->base) || core->expect == SMTP_EXPECT_TLS ||
      core->body == SMTP_BODY_AT_DOT)
    return FALSE;
  return core->n_sent > 0 || core->state == SMTP_STATE_GREETING;
}

void
smtp_client_pump (SmtpCore *core)
{
  while (core->unsent != NULL && may_send (core, core->unsent->data))
    {
      SmtpPending *pending = core->unsent->data;

      core->unsent = core->unsent->next;
      send_pending (core, pending);
    }
  if (core->body == SMTP_BODY_SENDING && base_core_output_empty (&core->base))
    {
      const SmtpPending *pending = core->pending.head->data;

      core->body = SMTP_BODY_AT_DOT;
      smtp_core_add_event (
          core, smtp_core_event (SMTP_EVENT_BEFORE_DOT, pending->exchange, pending->command));
    }
  if (core->expect == SMTP_EXPECT_TLS && !core->tls_asked && smtp_core_check_injection (core))
    {
      core->tls_asked = TRUE;
      smtp_core_add_event (core, smtp_core_event (SMTP_EVENT_START_TLS, 0, NULL));
    }
  base_core_set_awaiting (&core->base, is_awaiting (core));
}

void
smtp_core_finish_data (SmtpCore *core)
{
  const SmtpPending *pending = smtp_client_current (core);

  g_return_if_fail (pending != NULL && core->body == SMTP_BODY_AT_DOT);
  core->body = SMTP_BODY_OUT;
  base_core_write_string (&core->base, pending->exchange, ".\r\n", TRUE);
  smtp_client_pump (core);
}

static SmtpPending *
enqueue (SmtpCore *core, SmtpCommand *command, const BaseCause *cause)
{
  SmtpPending *pending = g_new0 (SmtpPending, 1);

  pending->command = smtp_command_ref (command);
  pending->exchange = base_core_begin_exchange (&core->base,
                                                cause,
                                                command->verb == SMTP_VERB_UNKNOWN
                                                    ? g_intern_string (command->argument)
                                                    : smtp_verb_name (command->verb));
  g_queue_push_tail (&core->pending, pending);
  if (core->unsent == NULL)
    core->unsent = core->pending.tail;
  return pending;
}

guint64
smtp_core_submit (SmtpCore *core, SmtpCommand *command, const BaseCause *cause)
{
  guint64 exchange;

  if (!smtp_command_is_sendable (command))
    {
      SmtpEvent *event;

      exchange = base_core_begin_exchange (&core->base, cause, smtp_verb_name (command->verb));
      event = smtp_core_event (SMTP_EVENT_REPLY, exchange, command);
      event->base.outcome = BASE_OUTCOME_BAD;
      event->reply.lines = g_new0 (char *, 1);
      smtp_core_add_event (core, event);
      return exchange;
    }
  exchange = enqueue (core, command, cause)->exchange;
  smtp_client_pump (core);
  return exchange;
}

guint64
smtp_core_authenticate (SmtpCore *core,
                        SaslClient *client,
                        const SaslMechanism *mechanism,
                        const BaseCause *cause)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (SMTP_VERB_AUTH, mechanism->name);
  g_autoptr (BaseSecret) initial = NULL;
  SmtpPending *pending;

  base_core_add_mask (&core->base, sasl_client_password (client));
  if (mechanism->client_first)
    {
      GError *error = NULL;

      initial = sasl_client_step (client, NULL, 0, &error);
      if (initial == NULL)
        base_core_fail_error (&core->base, error);
      /* "AUTH", two spaces, CRLF and the name beside the base64, in a line of 512 bytes. */
      else if (8 + strlen (command->argument) + (base_secret_length (initial) + 2) / 3 * 4 <= 512)
        command->secret = base_secret_ref (initial);
      if (initial != NULL)
        base_core_add_mask (&core->base, initial);
    }
  pending = enqueue (core, command, cause);
  pending->sasl = client;
  if (command->secret == NULL)
    pending->initial = g_steal_pointer (&initial);
  smtp_client_pump (core);
  return pending->exchange;
}

/* Any command, whatever it looks like; UNKNOWN when the grammar does not know it. */
SmtpCommand *
smtp_client_parse_raw (const guint8 *line, gsize len, SmtpSecretSpan *secret)
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
static gboolean
submit_step (SmtpCore *core, const SmtpPending *asked, const guint8 *raw, gsize len)
{
  if (asked == NULL || asked->raw == NULL)
    return FALSE;
  if (asked->command->verb == SMTP_VERB_AUTH)
    {
      base_core_write (&core->base, BASE_SPAN_SECRET, asked->exchange, raw, len, TRUE);
      return TRUE;
    }
  if (asked->command->verb == SMTP_VERB_DATA && core->state == SMTP_STATE_DATA)
    {
      gboolean dot = len == 3 && memcmp (raw, ".\r\n", 3) == 0;

      base_core_write (
          &core->base, dot ? BASE_SPAN_PLAIN : BASE_SPAN_BODY, asked->exchange, raw, len, dot);
      return TRUE;
    }
  return FALSE;
}

guint64
smtp_client_submit_raw (SmtpCore *core, GBytes *bytes, const BaseCause *cause)
{
  const SmtpPending *asked = smtp_client_current (core);
  g_autoptr (SmtpCommand) command = NULL;
  SmtpSecretSpan secret;
  SmtpPending *pending;
  gsize len;
  const guint8 *raw = g_bytes_get_data (bytes, &len);

  if (submit_step (core, asked, raw, len))
    return asked->exchange;
  while (len > 0 && (raw[len - 1] == '\n' || raw[len - 1] == '\r'))
    len--;
  command = smtp_client_parse_raw (raw, len, &secret);
  if (command->secret != NULL)
    base_core_add_mask (&core->base, command->secret);
  pending = enqueue (core, command, cause);
  pending->raw = g_bytes_ref (bytes);
  smtp_client_pump (core);
  return pending->exchange;
}
