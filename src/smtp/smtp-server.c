/* The server role: commands are checked against grammar and order, one at a time, and the session's
 * state follows from the answers. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

#include "base-fault.h"

void
smtp_core_set_server_options (SmtpCore *core, const SmtpServerOptions *options)
{
  core->options = *options;
  g_free (core->host);
  core->host = g_strdup (options->host);
  core->options.host = core->host;
  g_strfreev (core->mechanisms);
  core->mechanisms = g_strdupv ((char **) options->mechanisms);
  core->options.mechanisms = (const char *const *) core->mechanisms;
}

const char *
smtp_core_user (const SmtpCore *core)
{
  return core->user;
}

gboolean
smtp_core_offers_mechanism (const SmtpCore *core, const char *name)
{
  return sasl_sign_in_is_offered (BASE_CORE (core),
                                  name,
                                  core->options.mechanisms,
                                  core->lines.encrypted || core->options.plaintext_login);
}

/* Answers */

static void
write_reply (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *const *lines)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_string_truncate (line, 0);
      g_string_append_printf (line, "%u%c", code, lines[i + 1] != NULL ? '-' : ' ');
      if (enhanced != NULL)
        g_string_append_printf (line, "%s ", enhanced);
      g_string_append_printf (line, "%s\r\n", lines[i]);
      base_core_write (&core->base, BASE_SPAN_PLAIN, exchange, line->str, line->len, TRUE);
    }
}

static void
answer (SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *text)
{
  const char *const lines[] = { text, NULL };

  write_reply (core, exchange, code, enhanced, lines);
  base_core_end_exchange (&core->base, exchange);
}

/* What an answer of the caller changes. */
static void
follow_state (SmtpCore *core, guint64 exchange, SmtpCommand *command, guint code)
{
  if (code == 421 || command->verb == SMTP_VERB_QUIT)
    {
      base_lines_enter (&core->lines, SMTP_STATE_QUIT);
      base_core_close (&core->base);
      return;
    }
  if (code == 354 && command->verb == SMTP_VERB_DATA)
    {
      core->data_exchange = exchange;
      core->data_command = smtp_command_ref (command);
      base_lines_enter (&core->lines, SMTP_STATE_DATA);
      smtp_receive_begin (core);
      return;
    }
  base_core_end_exchange (&core->base, exchange);
  if ((command->verb == SMTP_VERB_DATA || command->verb == SMTP_VERB_BDAT) &&
      core->lines.state == SMTP_STATE_DATA)
    base_lines_enter (&core->lines, SMTP_STATE_READY);
  if (code / 100 != 2)
    return;
  if (command->verb == SMTP_VERB_EHLO || command->verb == SMTP_VERB_HELO ||
      command->verb == SMTP_VERB_RSET)
    base_lines_enter (&core->lines,
                      core->lines.state == SMTP_STATE_START && command->verb == SMTP_VERB_RSET
                          ? SMTP_STATE_START
                          : SMTP_STATE_READY);
  else if (command->verb == SMTP_VERB_MAIL)
    base_lines_enter (&core->lines, SMTP_STATE_MAIL);
  else if (command->verb == SMTP_VERB_RCPT)
    base_lines_enter (&core->lines, SMTP_STATE_RCPT);
}

void
smtp_core_reply (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *const *lines)
{
  g_autoptr (SmtpCommand) command = NULL;
  gboolean signing_in = core->lines.signing_in;
  static const char *const hasty[] = { "Wait for the answer to DATA", NULL };

  /* Whoever speaks on before 354 may be smuggling a letter (RFC 2920 §3.1). */
  if (code == 354 && base_buffer_length (core->lines.buffer) > 0)
    {
      code = 554;
      enhanced = "5.5.0";
      lines = hasty;
    }
  write_reply (core, exchange, code, enhanced, lines);
  if (exchange == 0 && core->lines.state == SMTP_STATE_GREETING)
    {
      base_lines_enter (&core->lines, SMTP_STATE_START);
      if (code / 100 != 2)
        base_core_close (&core->base);
      return;
    }
  command = base_lines_answered (&core->lines, exchange);
  if (command == NULL)
    return;
  if (signing_in && code / 100 != 2)
    g_clear_pointer (&core->user, g_free);
  follow_state (core, exchange, command, code);
  base_lines_continue (&core->lines);
}

void
smtp_core_reply_text (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *text)
{
  const char *const lines[] = { text, NULL };

  smtp_core_reply (core, exchange, code, enhanced, lines);
}

void
smtp_core_accept_tls (SmtpCore *core, guint64 exchange)
{
  if (!base_lines_check_injection (&core->lines))
    return;
  base_lines_expect_tls (&core->lines);
  smtp_core_reply_text (core, exchange, 220, "2.0.0", "Begin TLS now");
  base_core_add_event (&core->base, &smtp_event_new (SMTP_EVENT_START_TLS, 0, NULL)->base);
}

/* Waits for the caller's answer to @command. */
static void
ask_caller (SmtpCore *core, SmtpEventType type, guint64 exchange, SmtpCommand *command)
{
  SmtpEvent *event = smtp_event_new (type, exchange, command);

  if (type == SMTP_EVENT_SIGN_IN)
    event->user = g_strdup (core->user);
  base_lines_ask (&core->lines, exchange, command, type == SMTP_EVENT_SIGN_IN);
  base_core_add_event (&core->base, &event->base);
}

/* Signing in */

static void
end_sasl (SmtpCore *core)
{
  g_clear_pointer (&core->sasl, sasl_server_free);
  g_clear_pointer (&core->sasl_command, smtp_command_unref);
  core->lines.sasl_exchange = 0;
}

/* One step of AUTH; @response is %NULL when nothing came with the command. */
static void
sasl_step (SmtpCore *core, guint64 exchange, SmtpCommand *command, BaseSecret *response)
{
  switch (sasl_sign_in_step (&core->base, exchange, core->sasl, response, "334 ", NULL))
    {
    case SASL_SERVER_CONTINUE:
      return;
    case SASL_SERVER_OK:
      core->user = g_strdup (sasl_server_user (core->sasl));
      ask_caller (core, SMTP_EVENT_SIGN_IN, exchange, command);
      break;
    case SASL_SERVER_FAILED:
    default:
      answer (core, exchange, 535, "5.7.8", sasl_server_refusal (core->sasl));
    }
  end_sasl (core);
}

static void
say_auth (SmtpCore *core, guint64 exchange, SmtpCommand *command)
{
  const SaslMechanism *mechanism = sasl_mechanism_find (command->argument);

  if (mechanism == NULL)
    {
      answer (core, exchange, 504, "5.5.4", "This mechanism is not known here");
      return;
    }
  if (!smtp_core_offers_mechanism (core, command->argument))
    {
      answer (core, exchange, 538, "5.7.11", "Say STARTTLS first");
      return;
    }
  core->sasl = sasl_sign_in_serve (&core->base,
                                   mechanism,
                                   core->options.host,
                                   core->options.lookup,
                                   core->options.token_check,
                                   core->options.lookup_data);
  core->sasl_command = smtp_command_ref (command);
  core->lines.sasl_exchange = exchange;
  sasl_step (core, exchange, command, command->secret);
}

static void
auth_line (SmtpCore *core, const guint8 *line, gsize len, gsize with_end)
{
  guint64 exchange = core->lines.sasl_exchange;
  g_autoptr (SmtpCommand) command = smtp_command_ref (core->sasl_command);
  gboolean cancelled;
  g_autoptr (BaseSecret) response =
      sasl_sign_in_read (&core->base, exchange, line, len, with_end, &cancelled);

  if (response != NULL)
    {
      sasl_step (core, exchange, command, response);
      return;
    }
  end_sasl (core);
  answer (core,
          exchange,
          501,
          cancelled ? "5.7.0" : "5.5.2",
          cancelled ? "Cancelled, as you wish" : "That is not base64");
}

/* Commands */

typedef struct
{
  guint code;
  const char *enhanced;
  const char *text;
} Refusal;

static gboolean
refused (Refusal *refusal, guint code, const char *enhanced, const char *text)
{
  *refusal = (Refusal){ code, enhanced, text };
  return TRUE;
}

static gboolean
is_mail_forbidden (const SmtpCore *core, const SmtpCommand *command, Refusal *refusal)
{
  const char *size = smtp_command_parameter (command, "SIZE");

  if (core->lines.state < SMTP_STATE_READY)
    return refused (refusal, 503, "5.5.1", "Say EHLO first");
  if (core->options.auth_required && core->user == NULL)
    return core->lines.encrypted || core->options.plaintext_login
               ? refused (refusal, 530, "5.7.0", "Sign in first")
               : refused (refusal, 530, "5.7.0", "Say STARTTLS first, then sign in");
  if (core->lines.state != SMTP_STATE_READY)
    return refused (refusal, 503, "5.5.1", "A letter is under way already");
  if (size != NULL && core->options.size_limit > 0 &&
      g_ascii_strtoull (size, NULL, 10) > core->options.size_limit)
    return refused (refusal, 552, "5.3.4", "The letter is larger than this server takes");
  return FALSE;
}

static gboolean
is_chunk_forbidden (const SmtpCore *core, Refusal *refusal)
{
  if (!core->options.chunking)
    return refused (refusal, 502, "5.5.1", "This command is not offered here");
  if (core->lines.state == SMTP_STATE_MAIL)
    return refused (refusal, 554, "5.5.1", "Nobody is to get this letter");
  return core->lines.state != SMTP_STATE_RCPT && core->lines.state != SMTP_STATE_DATA &&
         refused (refusal, 503, "5.5.1", "Say MAIL and RCPT first");
}

/* Why the state forbids a command (RFC 5321 §4.1.4). */
static gboolean
is_forbidden (const SmtpCore *core, const SmtpCommand *command, Refusal *refusal)
{
  switch (command->verb)
    {
    case SMTP_VERB_MAIL:
      return is_mail_forbidden (core, command, refusal);
    case SMTP_VERB_RCPT:
      if (core->lines.state == SMTP_STATE_DATA)
        return refused (refusal, 503, "5.5.1", "The letter has begun already");
      return (core->lines.state != SMTP_STATE_MAIL && core->lines.state != SMTP_STATE_RCPT) &&
             refused (refusal, 503, "5.5.1", "Say MAIL first");
    case SMTP_VERB_DATA:
      if (core->lines.state == SMTP_STATE_MAIL)
        return refused (refusal, 554, "5.5.1", "Nobody is to get this letter");
      if (core->lines.state == SMTP_STATE_DATA)
        return refused (refusal, 503, "5.5.1", "The letter comes with BDAT already");
      if (core->lines.state != SMTP_STATE_RCPT)
        return refused (refusal, 503, "5.5.1", "Say MAIL and RCPT first");
      return FALSE;
    case SMTP_VERB_AUTH:
      if (core->lines.state < SMTP_STATE_READY)
        return refused (refusal, 503, "5.5.1", "Say EHLO first");
      if (core->user != NULL)
        return refused (refusal, 503, "5.5.1", "You are signed in already");
      return core->lines.state != SMTP_STATE_READY &&
             refused (refusal, 503, "5.5.1", "Not while a letter is under way");
    case SMTP_VERB_STARTTLS:
      if (core->lines.encrypted)
        return refused (refusal, 503, "5.5.1", "TLS is active already");
      return !core->options.tls_available &&
             refused (refusal, 502, "5.5.1", "TLS is not available");
    case SMTP_VERB_BDAT:
      return is_chunk_forbidden (core, refusal);
    case SMTP_VERB_BURL:
    case SMTP_VERB_ETRN:
    case SMTP_VERB_ATRN:
    case SMTP_VERB_SEND:
    case SMTP_VERB_SOML:
    case SMTP_VERB_SAML:
    case SMTP_VERB_TURN:
      return refused (refusal, 502, "5.5.1", "This command is not offered here");
    case SMTP_VERB_UNKNOWN:
      return refused (refusal, 500, "5.5.2", "This command is not known here");
    case SMTP_VERB_EHLO:
    case SMTP_VERB_HELO:
    case SMTP_VERB_RSET:
    case SMTP_VERB_VRFY:
    case SMTP_VERB_EXPN:
    case SMTP_VERB_HELP:
    case SMTP_VERB_NOOP:
    case SMTP_VERB_QUIT:
    default:
      return FALSE;
    }
}

/* A BDAT without a length: what follows cannot be told from commands, so nothing more is read. */
static gboolean
is_endless (const SmtpCore *core, const guint8 *line, gsize len)
{
  const guint8 *space = memchr (line, ' ', len);
  gsize word = space != NULL ? (gsize) (space - line) : len;

  return core->options.chunking && smtp_verb_find ((const char *) line, word) == SMTP_VERB_BDAT;
}

static void
say_bdat (SmtpCore *core, guint64 exchange, SmtpCommand *command)
{
  Refusal refusal;

  if (!is_forbidden (core, command, &refusal))
    {
      smtp_receive_chunk (core, exchange, command);
      return;
    }
  core->refusal = 0;
  smtp_receive_refuse (core, refusal.code, refusal.enhanced, refusal.text);
  smtp_receive_chunk (core, exchange, command);
}

void
smtp_server_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end)
{
  SmtpCore *core = (SmtpCore *) lines;
  g_autoptr (SmtpCommand) command = NULL;
  g_autoptr (GError) error = NULL;
  BaseSecretSpan secret;
  Refusal refusal;
  guint64 exchange;

  if (core->sasl != NULL)
    {
      auth_line (core, line, len, with_end);
      return;
    }
  command = smtp_command_parse (line, len, &secret, NULL, &error);
  exchange = base_core_begin_exchange (
      &core->base,
      NULL,
      command == NULL || command->verb == SMTP_VERB_UNKNOWN ? "" : smtp_verb_name (command->verb));
  base_core_add_secret_span (&core->base, &secret, with_end, exchange);
  if ((command == NULL || with_end - len != 2) && is_endless (core, line, len))
    {
      answer (core, exchange, 421, "4.5.4", "BDAT wants a length; without it nothing can follow");
      base_core_close (&core->base);
    }
  else if (with_end - len != 2)
    answer (core, exchange, 500, "5.5.2", "A line ends with CR and LF");
  else if (command == NULL)
    answer (core, exchange, 501, "5.5.4", error->message);
  else if (command->verb == SMTP_VERB_BDAT && core->options.chunking)
    say_bdat (core, exchange, command);
  else if (base_core_has_fault (&core->base, exchange, smtp_verb_name (command->verb), NULL))
    return;
  else if (is_forbidden (core, command, &refusal))
    answer (core, exchange, refusal.code, refusal.enhanced, refusal.text);
  else if (command->verb == SMTP_VERB_AUTH)
    say_auth (core, exchange, command);
  else
    ask_caller (core, SMTP_EVENT_COMMAND, exchange, command);
}

void
smtp_server_overlong (BaseLines *lines)
{
  SmtpCore *core = (SmtpCore *) lines;
  guint64 exchange = lines->sasl_exchange;

  end_sasl (core);
  answer (core, exchange, 500, "5.5.2", "The line is too long");
}

/* A chunk that is not the last: the core answers it. A refused one ends the letter (RFC 3030 §2),
 * if there is one. %FALSE: the letter ends here. */
static gboolean
is_chunk_answered (SmtpCore *core, const SmtpCommand *command)
{
  g_autofree char *text = NULL;

  if (command->verb != SMTP_VERB_BDAT)
    return FALSE;
  if (core->lines.state != SMTP_STATE_DATA)
    {
      answer (core, core->data_exchange, core->refusal, core->refusal_enhanced, core->refusal_text);
      core->refusal = 0;
      return TRUE;
    }
  if (command->last || core->refusal != 0)
    return FALSE;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " octets, go on", command->size);
  answer (core, core->data_exchange, 250, "2.0.0", text);
  return TRUE;
}

/* A chunk's own fault is heard when its bytes are read past, as its answer is. What goes wrong with
 * DATA goes wrong with the last chunk, which stands in its place. */
static gboolean
has_fault (SmtpCore *core, const SmtpCommand *command)
{
  if (command->verb == SMTP_VERB_BDAT &&
      (base_core_has_fault (&core->base, core->data_exchange, "BDAT", NULL) ||
       base_core_has_fault (&core->base, core->data_exchange, "DATA", NULL)))
    return TRUE;
  return (command->verb == SMTP_VERB_DATA || command->last) &&
         base_core_has_fault (&core->base, core->data_exchange, ".", NULL);
}

/* The letter is whole: the caller answers for it, unless it was refused on the way. */
void
smtp_server_text_end (BaseLines *lines)
{
  SmtpCore *core = (SmtpCore *) lines;
  g_autoptr (SmtpCommand) command = g_steal_pointer (&core->data_command);
  SmtpEvent *event;

  if (is_chunk_answered (core, command))
    return;
  if (core->last_byte == '\r')
    smtp_receive_refuse (core, 550, "5.6.0", "The letter does not end with CR and LF");
  event = smtp_event_new (SMTP_EVENT_BODY_END, core->data_exchange, command);
  if (core->refusal == 0 && has_fault (core, command))
    {
      event->refused = TRUE;
      base_lines_enter (lines, SMTP_STATE_READY);
    }
  else if (core->refusal == 0)
    {
      base_lines_ask (lines, core->data_exchange, command, FALSE);
    }
  else
    {
      event->refused = TRUE;
      base_lines_enter (lines, SMTP_STATE_READY);
      answer (core, core->data_exchange, core->refusal, core->refusal_enhanced, core->refusal_text);
    }
  base_core_add_event (&core->base, &event->base);
}
