/* The client role's speaking side: what may be said when, and the calls that submit it. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

/* Capabilities (RFC 2449) */

static gboolean
line_has_words (const char *line, const char *words)
{
  gsize len = strlen (words);

  return g_ascii_strncasecmp (line, words, len) == 0 && (line[len] == '\0' || line[len] == ' ');
}

const char *
pop3_core_capability (const Pop3Core *core, const char *name)
{
  for (guint i = 0; core->capabilities != NULL && core->capabilities[i] != NULL; i++)
    {
      const char *rest = core->capabilities[i] + strlen (name);

      if (line_has_words (core->capabilities[i], name))
        return *rest == ' ' ? rest + 1 : rest;
    }
  return NULL;
}

gboolean
pop3_core_has_capability (const Pop3Core *core, const char *name)
{
  return pop3_core_capability (core, name) != NULL;
}

gboolean
pop3_core_knows_capabilities (const Pop3Core *core)
{
  return core->knows_capabilities;
}

char **
pop3_core_mechanisms (const Pop3Core *core)
{
  GPtrArray *mechanisms = g_ptr_array_new ();

  for (guint i = 0; core->capabilities != NULL && core->capabilities[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      if (!line_has_words (core->capabilities[i], "SASL"))
        continue;
      words = g_strsplit (core->capabilities[i], " ", -1);
      for (guint j = 1; words[j] != NULL; j++)
        {
          if (words[j][0] != '\0')
            g_ptr_array_add (mechanisms, g_strdup (words[j]));
        }
    }
  g_ptr_array_add (mechanisms, NULL);
  return (char **) g_ptr_array_free (mechanisms, FALSE);
}

/* What base-pending asks */

/* Nothing is said behind those that stand alone before they are answered: what follows depends on
 * the answer. */
BaseGroup
pop3_client_group (const BasePending *pending)
{
  switch (pop3_pending_command (pending)->verb)
    {
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_AUTH:
    case POP3_VERB_STLS:
    case POP3_VERB_QUIT:
    case POP3_VERB_CAPA:
    case POP3_VERB_UTF8:
    case POP3_VERB_UNKNOWN:
      return BASE_GROUP_ALONE;
    case POP3_VERB_STAT:
    case POP3_VERB_LIST:
    case POP3_VERB_RETR:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_TOP:
    case POP3_VERB_UIDL:
    case POP3_VERB_LANG:
    default:
      return BASE_GROUP_ANYWHERE;
    }
}

gboolean
pop3_client_pipelines (const BaseLines *lines)
{
  return pop3_core_has_capability ((const Pop3Core *) lines, "PIPELINING");
}

void
pop3_client_said (BaseLines *lines, const BasePending *pending)
{
  if (pop3_pending_command (pending)->verb == POP3_VERB_QUIT &&
      lines->state == POP3_STATE_TRANSACTION)
    base_lines_enter (lines, POP3_STATE_UPDATE);
}

gboolean
pop3_client_is_leaving (const BaseLines *lines)
{
  const BasePending *pending = base_pending_current (lines);

  /* Some servers hang up at QUIT without a word; whether deletions took place is then unknown, so
   * that is no good order after signing in. */
  return pending != NULL && pop3_pending_command (pending)->verb == POP3_VERB_QUIT &&
         lines->state == POP3_STATE_AUTHORIZATION;
}

/* UNKNOWN when the grammar does not know it. */
gpointer
pop3_client_read (const guint8 *line, gsize len, BaseSecretSpan *secret)
{
  Pop3Command *command = pop3_command_parse (line, len, secret, NULL, NULL);

  if (command == NULL)
    {
      gsize word = 0;

      while (word < len && line[word] != ' ')
        word++;
      command = pop3_command_new (POP3_VERB_UNKNOWN);
      command->name = base_error_quote ((const char *) line, (gssize) word, 40);
    }
  return command;
}

/* A response typed inside AUTH. */
gboolean
pop3_client_step (BaseLines *lines, const BasePending *asked, const guint8 *raw, gsize len)
{
  if (pop3_pending_command (asked)->verb != POP3_VERB_AUTH)
    return FALSE;
  base_core_write (&lines->core, BASE_SPAN_SECRET, asked->exchange, raw, len, TRUE);
  return TRUE;
}

/* Submitting */

guint64
pop3_core_submit (Pop3Core *core, Pop3Command *command, const BaseCause *cause)
{
  guint64 exchange;

  if (!pop3_command_is_sendable (command))
    {
      Pop3Event *event;

      exchange = base_core_begin_exchange (&core->base, cause, pop3_verb_name (command->verb));
      event = pop3_event_new (POP3_EVENT_DONE, exchange, command);
      event->base.outcome = BASE_OUTCOME_BAD;
      event->status.text = g_strdup ("");
      base_core_add_event (&core->base, &event->base);
      return exchange;
    }
  exchange = base_pending_add (&core->lines, command, cause)->exchange;
  base_pending_pump (&core->base);
  return exchange;
}

guint64
pop3_core_login (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause)
{
  g_autoptr (Pop3Command) name = pop3_command_new (POP3_VERB_USER);
  g_autoptr (Pop3Command) pass = pop3_command_new (POP3_VERB_PASS);
  BasePending *pending;

  name->name = g_strdup (user);
  pass->secret = base_secret_ref (password);
  if (!pop3_command_is_sendable (name) || !pop3_command_is_sendable (pass))
    {
      /* Either is refused as a whole: a name without its password helps nobody. */
      pass->name = g_strdup ("\n");
      return pop3_core_submit (core, pass, cause);
    }
  base_pending_add (&core->lines, name, cause);
  pending = base_pending_add (&core->lines, pass, cause);
  pending->after_last = TRUE;
  base_pending_pump (&core->base);
  return pending->exchange;
}

/* digest = MD5 of the timestamp, brackets included, and the password (RFC 1939 §7). */
guint64
pop3_core_apop (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause)
{
  g_autoptr (Pop3Command) command = pop3_command_new (POP3_VERB_APOP);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  gsize len;
  const char *bytes = base_secret_peek (password, &len);

  g_return_val_if_fail (core->stamp != NULL, 0);
  g_checksum_update (checksum, (const guchar *) core->stamp, -1);
  g_checksum_update (checksum, (const guchar *) bytes, (gssize) len);
  command->name = g_strdup (user);
  command->secret = base_secret_new (g_checksum_get_string (checksum), -1);
  base_core_add_mask (&core->base, password);
  return pop3_core_submit (core, command, cause);
}

guint64
pop3_core_authenticate (Pop3Core *core,
                        SaslClient *client,
                        const SaslMechanism *mechanism,
                        const BaseCause *cause)
{
  g_autoptr (Pop3Command) command = pop3_command_new (POP3_VERB_AUTH);
  SaslSignIn *sign_in = sasl_sign_in_new (client, mechanism);
  BasePending *pending;

  command->name = g_strdup (mechanism->name);
  /* "AUTH", two spaces, CRLF and the name beside the base64 (RFC 5034 §4). */
  command->secret =
      sasl_sign_in_begin (sign_in, &core->base, POP3_MAX_COMMAND - 8 - strlen (command->name));
  pending = base_pending_add (&core->lines, command, cause);
  pending->sign_in = sign_in;
  base_pending_pump (&core->base);
  return pending->exchange;
}
