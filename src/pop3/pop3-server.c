/* The server role: commands are checked against grammar and state, one at a time. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

#include "base-fault.h"

void
pop3_core_set_server_options (Pop3Core *core, const Pop3ServerOptions *options)
{
  core->options = *options;
  g_free (core->host);
  core->host = g_strdup (options->host);
  core->options.host = core->host;
  g_strfreev (core->mechanisms);
  core->mechanisms = g_strdupv ((char **) options->mechanisms);
  core->options.mechanisms = (const char *const *) core->mechanisms;
}

gboolean
pop3_core_offers_mechanism (const Pop3Core *core, const char *name)
{
  return sasl_sign_in_is_offered (BASE_CORE (core),
                                  name,
                                  core->options.mechanisms,
                                  core->lines.encrypted || core->options.plaintext_login);
}

/* Answers */

static void
write_status (Pop3Core *core, guint64 exchange, gboolean ok, const char *code, const char *text)
{
  Pop3Status status = { .ok = ok, .code = (char *) code, .text = (char *) text };
  g_autoptr (GString) line = g_string_new (NULL);

  pop3_status_write (&status, line);
  base_core_write_string (&core->base, exchange, line->str, TRUE);
}

/* A refusal by the core itself; the exchange was none of the caller's. */
static void
refuse (Pop3Core *core, guint64 exchange, const char *code, const char *text)
{
  write_status (core, exchange, FALSE, code, text);
  base_core_end_exchange (&core->base, exchange);
}

void
pop3_core_greet (Pop3Core *core, const char *text, const char *stamp)
{
  g_autofree char *line = g_strjoin (stamp != NULL ? " " : "", text, stamp, NULL);

  core->stamp = g_strdup (stamp);
  base_lines_enter (&core->lines, POP3_STATE_AUTHORIZATION);
  write_status (core, 0, TRUE, NULL, line);
}

/* The answer to @exchange is written: the next command may be read. */
static void
answered (Pop3Core *core, guint64 exchange, gboolean ok)
{
  gboolean signing_in = core->lines.signing_in;
  g_autoptr (Pop3Command) command = base_lines_answered (&core->lines, exchange);

  if (command == NULL)
    return;
  base_core_end_exchange (&core->base, exchange);
  if (command->verb == POP3_VERB_QUIT)
    {
      base_core_close (&core->base);
      return;
    }
  if (signing_in && ok)
    base_lines_enter (&core->lines, POP3_STATE_TRANSACTION);
  base_lines_continue (&core->lines);
}

void
pop3_core_reply (Pop3Core *core, guint64 exchange, gboolean ok, const char *code, const char *text)
{
  write_status (core, exchange, ok, code, text);
  answered (core, exchange, ok);
}

void
pop3_core_reply_lines (Pop3Core *core, guint64 exchange, const char *text, const char *const *lines)
{
  g_autoptr (GString) out = g_string_new (NULL);

  write_status (core, exchange, TRUE, NULL, text);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_string_truncate (out, 0);
      g_string_append_printf (out, "%s%s\r\n", lines[i][0] == '.' ? "." : "", lines[i]);
      base_core_write (&core->base, BASE_SPAN_PLAIN, exchange, out->str, out->len, TRUE);
    }
  base_core_write_string (&core->base, exchange, ".\r\n", TRUE);
  answered (core, exchange, TRUE);
}

void
pop3_core_reply_body (Pop3Core *core, guint64 exchange, const char *text, BaseBody *body)
{
  write_status (core, exchange, TRUE, NULL, text);
  base_core_write_body (&core->base, exchange, body, TRUE);
  base_core_write_string (&core->base, exchange, ".\r\n", TRUE);
  answered (core, exchange, TRUE);
}

void
pop3_core_accept_tls (Pop3Core *core, guint64 exchange)
{
  if (!base_lines_check_injection (&core->lines))
    return;
  write_status (core, exchange, TRUE, NULL, "Begin TLS now.");
  base_lines_expect_tls (&core->lines);
  answered (core, exchange, TRUE);
  base_core_add_event (&core->base, &pop3_event_new (POP3_EVENT_START_TLS, 0, NULL)->base);
}

/* Signing in */

/* Waits for the caller's answer to @command. */
static void
ask_caller (Pop3Core *core, guint64 exchange, Pop3Command *command, const char *user)
{
  Pop3Event *event =
      pop3_event_new (user != NULL ? POP3_EVENT_SIGN_IN : POP3_EVENT_COMMAND, exchange, command);

  event->user = g_strdup (user);
  base_lines_ask (&core->lines, exchange, command, user != NULL);
  base_core_add_event (&core->base, &event->base);
}

static BaseSecret *
lookup (Pop3Core *core, const char *user)
{
  return core->options.lookup != NULL ? core->options.lookup (user, core->options.lookup_data)
                                      : NULL;
}

static gboolean
check_digest (Pop3Core *core, const Pop3Command *command)
{
  g_autoptr (BaseSecret) password = lookup (core, command->name);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  g_autoptr (BaseSecret) digest = NULL;
  gsize len;
  const char *bytes;

  if (password == NULL)
    return FALSE;
  bytes = base_secret_peek (password, &len);
  g_checksum_update (checksum, (const guchar *) core->stamp, -1);
  g_checksum_update (checksum, (const guchar *) bytes, (gssize) len);
  digest = base_secret_new (g_checksum_get_string (checksum), -1);
  return base_secret_equal (digest, command->secret);
}

static void
refuse_login (Pop3Core *core, guint64 exchange)
{
  refuse (core, exchange, "AUTH", "The name or the password is wrong.");
}

static void
say_user (Pop3Core *core, guint64 exchange, Pop3Command *command)
{
  g_free (core->user);
  core->user = g_strdup (command->name);
  write_status (core, exchange, TRUE, NULL, "Now the password.");
  base_core_end_exchange (&core->base, exchange);
}

static void
say_pass (Pop3Core *core, guint64 exchange, Pop3Command *command)
{
  g_autofree char *user = g_steal_pointer (&core->user);
  g_autoptr (BaseSecret) password = user != NULL ? lookup (core, user) : NULL;

  if (user == NULL)
    refuse (core, exchange, NULL, "USER comes first.");
  else if (password == NULL || !base_secret_equal (password, command->secret))
    refuse_login (core, exchange);
  else
    ask_caller (core, exchange, command, user);
}

static void
end_sasl (Pop3Core *core)
{
  g_clear_pointer (&core->sasl, sasl_server_free);
  g_clear_pointer (&core->sasl_command, pop3_command_unref);
  core->lines.sasl_exchange = 0;
}

/* One step of AUTH; @response is %NULL when nothing came with the command. */
static void
sasl_step (Pop3Core *core, guint64 exchange, Pop3Command *command, BaseSecret *response)
{
  g_autofree char *user = NULL;

  switch (sasl_sign_in_step (&core->base, exchange, core->sasl, response, "+ ", NULL))
    {
    case SASL_SERVER_CONTINUE:
      return;
    case SASL_SERVER_OK:
      user = g_strdup (sasl_server_user (core->sasl));
      ask_caller (core, exchange, command, user);
      break;
    case SASL_SERVER_FAILED:
    default:
      refuse (core, exchange, "AUTH", sasl_server_refusal (core->sasl));
    }
  end_sasl (core);
}

static void
say_auth (Pop3Core *core, guint64 exchange, Pop3Command *command)
{
  if (!pop3_core_offers_mechanism (core, command->name))
    {
      refuse (core,
              exchange,
              NULL,
              sasl_mechanism_find (command->name) != NULL
                  ? "This mechanism is not offered here; say STLS first."
                  : "This mechanism is not known here.");
      return;
    }
  core->sasl = sasl_sign_in_serve (&core->base,
                                   sasl_mechanism_find (command->name),
                                   core->options.host,
                                   core->options.lookup,
                                   core->options.token_check,
                                   core->options.lookup_data);
  core->sasl_command = pop3_command_ref (command);
  core->lines.sasl_exchange = exchange;
  sasl_step (core, exchange, command, command->secret);
}

static void
auth_line (Pop3Core *core, const guint8 *line, gsize len, gsize with_end)
{
  guint64 exchange = core->lines.sasl_exchange;
  g_autoptr (Pop3Command) command = pop3_command_ref (core->sasl_command);
  gboolean cancelled;
  g_autoptr (BaseSecret) response =
      sasl_sign_in_read (&core->base, exchange, line, len, with_end, &cancelled);

  if (response != NULL)
    {
      sasl_step (core, exchange, command, response);
      return;
    }
  end_sasl (core);
  refuse (core, exchange, NULL, cancelled ? "Cancelled, as you wish." : "That is not base64.");
}

/* Commands */

/* Why the state forbids a command; %NULL: it does not. */
static const char *
forbidden (const Pop3Core *core, const Pop3Command *command)
{
  gboolean signed_in = core->lines.state == POP3_STATE_TRANSACTION;
  gboolean open = !core->lines.encrypted && !core->options.plaintext_login;

  switch (command->verb)
    {
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
      if (signed_in)
        return "You are signed in already.";
      return open ? "Say STLS first: a password is not read in plain text." : NULL;
    case POP3_VERB_APOP:
      if (signed_in)
        return "You are signed in already.";
      return core->stamp == NULL ? "The greeting had no timestamp." : NULL;
    case POP3_VERB_AUTH:
      return signed_in ? "You are signed in already." : NULL;
    case POP3_VERB_STLS:
      if (signed_in)
        return "STLS comes before signing in.";
      if (core->lines.encrypted)
        return "TLS is active already.";
      return core->options.tls_available ? NULL : "TLS is not available.";
    case POP3_VERB_STAT:
    case POP3_VERB_LIST:
    case POP3_VERB_RETR:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_TOP:
    case POP3_VERB_UIDL:
      return signed_in ? NULL : "Sign in first.";
    case POP3_VERB_UNKNOWN:
      return "This command is not known here.";
    case POP3_VERB_QUIT:
    case POP3_VERB_CAPA:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    default:
      return NULL;
    }
}

static void
say (Pop3Core *core, guint64 exchange, Pop3Command *command)
{
  switch (command->verb)
    {
    case POP3_VERB_USER:
      say_user (core, exchange, command);
      return;
    case POP3_VERB_PASS:
      say_pass (core, exchange, command);
      return;
    case POP3_VERB_APOP:
      if (check_digest (core, command))
        ask_caller (core, exchange, command, command->name);
      else
        refuse_login (core, exchange);
      return;
    case POP3_VERB_AUTH:
      say_auth (core, exchange, command);
      return;
    case POP3_VERB_QUIT:
      if (core->lines.state == POP3_STATE_TRANSACTION)
        base_lines_enter (&core->lines, POP3_STATE_UPDATE);
      ask_caller (core, exchange, command, NULL);
      return;
    case POP3_VERB_STAT:
    case POP3_VERB_LIST:
    case POP3_VERB_RETR:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_TOP:
    case POP3_VERB_UIDL:
    case POP3_VERB_CAPA:
    case POP3_VERB_STLS:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    case POP3_VERB_UNKNOWN:
    default:
      ask_caller (core, exchange, command, NULL);
    }
}

void
pop3_server_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end)
{
  Pop3Core *core = (Pop3Core *) lines;
  g_autoptr (Pop3Command) command = NULL;
  g_autoptr (GError) error = NULL;
  BaseSecretSpan secret;
  guint64 exchange;
  const char *why;

  if (core->sasl != NULL)
    {
      auth_line (core, line, len, with_end);
      return;
    }
  command = pop3_command_parse (line, len, &secret, NULL, &error);
  exchange = base_core_begin_exchange (
      &core->base,
      NULL,
      command == NULL || command->verb == POP3_VERB_UNKNOWN ? "" : pop3_verb_name (command->verb));
  base_core_add_secret_span (&core->base, &secret, with_end, exchange);
  if (command == NULL)
    {
      refuse (core, exchange, NULL, error->message);
      return;
    }
  if (base_core_has_fault (&core->base, exchange, pop3_verb_name (command->verb), NULL))
    return;
  if (command->verb != POP3_VERB_PASS && command->verb != POP3_VERB_CAPA)
    g_clear_pointer (&core->user, g_free);
  why = with_end - len != 2 ? "A line ends with CR and LF." : forbidden (core, command);
  if (why != NULL)
    refuse (core, exchange, NULL, why);
  else
    say (core, exchange, command);
}

void
pop3_server_overlong (BaseLines *lines)
{
  Pop3Core *core = (Pop3Core *) lines;
  guint64 exchange = lines->sasl_exchange;

  end_sasl (core);
  refuse (core, exchange, NULL, "The line is too long.");
}
