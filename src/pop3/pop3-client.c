/* The client role's speaking side: commands wait in a queue until they may be said. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

static void
pending_free (Pop3Pending *pending)
{
  pop3_command_unref (pending->command);
  g_clear_pointer (&pending->raw, g_bytes_unref);
  g_clear_pointer (&pending->sasl, sasl_client_free);
  g_clear_pointer (&pending->initial, base_secret_unref);
  g_free (pending);
}

Pop3Pending *
pop3_client_first_sent (const Pop3Core *core)
{
  Pop3Pending *pending = g_queue_peek_head ((GQueue *) &core->pending);

  return pending != NULL && pending->sent ? pending : NULL;
}

void
pop3_client_pop (Pop3Core *core)
{
  core->n_sent--;
  pending_free (g_queue_pop_head (&core->pending));
}

void
pop3_client_drop_unsent (Pop3Core *core)
{
  core->unsent = core->unsent->next;
  pending_free (g_queue_pop_nth (&core->pending, core->n_sent));
}

guint64
pop3_client_exchange (const Pop3Core *core)
{
  const Pop3Pending *pending = pop3_client_first_sent (core);

  return pending != NULL ? pending->exchange : 0;
}

gboolean
pop3_client_is_leaving (const Pop3Core *core)
{
  const Pop3Pending *pending = pop3_client_first_sent (core);

  /* Some servers hang up at QUIT without a word; whether deletions took place is then unknown, so
   * that is no good order after signing in. */
  return pending != NULL && pending->command->verb == POP3_VERB_QUIT &&
         core->state == POP3_STATE_AUTHORIZATION;
}

void
pop3_client_forget (Pop3Core *core)
{
  g_clear_pointer (&core->capabilities, g_strfreev);
  core->knows_capabilities = FALSE;
}

void
pop3_client_finalize (Pop3Core *core)
{
  g_queue_clear_full (&core->pending, (GDestroyNotify) pending_free);
  pop3_client_forget (core);
  pop3_status_clear (&core->status);
  g_clear_pointer (&core->words, g_ptr_array_unref);
}

/* Capabilities (RFC 2449) */

static gboolean
line_has_words (const char *line, const char *words)
{
  gsize len = strlen (words);

  return g_ascii_strncasecmp (line, words, len) == 0 && (line[len] == '\0' || line[len] == ' ');
}

gboolean
pop3_core_has_capability (const Pop3Core *core, const char *name)
{
  for (guint i = 0; core->capabilities != NULL && core->capabilities[i] != NULL; i++)
    {
      if (line_has_words (core->capabilities[i], name))
        return TRUE;
    }
  return FALSE;
}

gboolean
pop3_core_knows_capabilities (const Pop3Core *core)
{
  return core->knows_capabilities;
}

const char **
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
            g_ptr_array_add (mechanisms, (gpointer) g_intern_string (words[j]));
        }
    }
  g_ptr_array_add (mechanisms, NULL);
  return (const char **) g_ptr_array_free (mechanisms, FALSE);
}

/* Sending */

/* Nothing is said behind these before they are answered: what follows depends on the answer. */
static gboolean
is_barrier (const Pop3Pending *pending)
{
  switch (pending->command->verb)
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
      return TRUE;
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
      return FALSE;
    }
}

/* The console's line is said as it was typed; what of it is a credential is found all the same. */
static void
send_raw (Pop3Core *core, const Pop3Pending *pending)
{
  Pop3SecretSpan secret;
  gsize len;
  const guint8 *raw = g_bytes_get_data (pending->raw, &len);
  gsize line = len;

  while (line > 0 && (raw[line - 1] == '\n' || raw[line - 1] == '\r'))
    line--;
  pop3_command_unref (pop3_client_parse_raw (raw, line, &secret));
  pop3_core_write_secret_line (
      core, pending->exchange, (const char *) raw, len, secret.offset, secret.length);
}

static void
send_command (Pop3Core *core, const Pop3Pending *pending)
{
  Pop3SecretSpan secret;
  GString *line = pop3_command_write (pending->command, &secret);

  if (pending->command->secret != NULL)
    base_core_add_mask (&core->base, pending->command->secret);
  pop3_core_write_secret_line (
      core, pending->exchange, line->str, line->len, secret.offset, secret.length);
  base_secret_wipe (line->str, line->len);
  g_string_free (line, TRUE);
}

static void
send_pending (Pop3Core *core, Pop3Pending *pending)
{
  pending->sent = TRUE;
  core->n_sent++;
  core->barrier = is_barrier (pending);
  if (pending->raw != NULL)
    send_raw (core, pending);
  else
    send_command (core, pending);
  if (pending->command->verb == POP3_VERB_QUIT && core->state == POP3_STATE_TRANSACTION)
    pop3_core_enter (core, POP3_STATE_UPDATE);
}

static gboolean
may_send (const Pop3Core *core, const Pop3Pending *pending)
{
  if (core->state == POP3_STATE_GREETING || core->expect == POP3_EXPECT_TLS)
    return FALSE;
  if (core->n_sent == 0)
    return TRUE;
  return !core->barrier && !is_barrier (pending) && pop3_core_has_capability (core, "PIPELINING");
}

void
pop3_client_pump (Pop3Core *core)
{
  while (core->unsent != NULL && may_send (core, core->unsent->data))
    {
      Pop3Pending *pending = core->unsent->data;

      core->unsent = core->unsent->next;
      send_pending (core, pending);
    }
  if (core->expect == POP3_EXPECT_TLS && !core->tls_asked && pop3_core_check_injection (core))
    {
      core->tls_asked = TRUE;
      pop3_core_add_event (core, pop3_core_event (POP3_EVENT_START_TLS, 0, NULL));
    }
  base_core_set_awaiting (&core->base,
                          !base_core_is_over (&core->base) && core->expect != POP3_EXPECT_TLS &&
                              (core->n_sent > 0 || core->state == POP3_STATE_GREETING));
}

static Pop3Pending *
enqueue (Pop3Core *core, Pop3Command *command, const BaseCause *cause)
{
  Pop3Pending *pending = g_new0 (Pop3Pending, 1);

  pending->command = pop3_command_ref (command);
  pending->exchange = base_core_begin_exchange (&core->base,
                                                cause,
                                                command->verb == POP3_VERB_UNKNOWN
                                                    ? g_intern_string (command->name)
                                                    : pop3_verb_name (command->verb));
  g_queue_push_tail (&core->pending, pending);
  if (core->unsent == NULL)
    core->unsent = core->pending.tail;
  return pending;
}

guint64
pop3_core_submit (Pop3Core *core, Pop3Command *command, const BaseCause *cause)
{
  guint64 exchange;

  if (!pop3_command_is_sendable (command))
    {
      Pop3Event *event;

      exchange = base_core_begin_exchange (&core->base, cause, pop3_verb_name (command->verb));
      event = pop3_core_event (POP3_EVENT_DONE, exchange, command);
      event->base.outcome = BASE_OUTCOME_BAD;
      event->status.text = g_strdup ("");
      pop3_core_add_event (core, event);
      return exchange;
    }
  exchange = enqueue (core, command, cause)->exchange;
  pop3_client_pump (core);
  return exchange;
}

guint64
pop3_core_login (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause)
{
  g_autoptr (Pop3Command) name = pop3_command_new (POP3_VERB_USER);
  g_autoptr (Pop3Command) pass = pop3_command_new (POP3_VERB_PASS);
  Pop3Pending *pending;

  name->name = g_strdup (user);
  pass->secret = base_secret_ref (password);
  if (!pop3_command_is_sendable (name) || !pop3_command_is_sendable (pass))
    {
      /* Either is refused as a whole: a name without its password helps nobody. */
      pass->name = g_strdup ("\n");
      return pop3_core_submit (core, pass, cause);
    }
  enqueue (core, name, cause);
  pending = enqueue (core, pass, cause);
  pending->after_user = TRUE;
  pop3_client_pump (core);
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
  g_autoptr (BaseSecret) initial = NULL;
  Pop3Pending *pending;

  command->name = g_strdup (mechanism->name);
  base_core_add_mask (&core->base, sasl_client_password (client));
  if (mechanism->client_first)
    {
      GError *error = NULL;

      initial = sasl_client_step (client, NULL, 0, &error);
      if (initial == NULL)
        base_core_fail_error (&core->base, error);
      /* "AUTH", two spaces, CRLF and the name beside the base64 (RFC 5034 §4). */
      else if (8 + strlen (command->name) + (base_secret_length (initial) + 2) / 3 * 4 <=
               POP3_MAX_COMMAND)
        command->secret = base_secret_ref (initial);
      if (initial != NULL)
        base_core_add_mask (&core->base, initial);
    }
  pending = enqueue (core, command, cause);
  pending->sasl = client;
  if (command->secret == NULL)
    pending->initial = g_steal_pointer (&initial);
  pop3_client_pump (core);
  return pending->exchange;
}

/* Any command, whatever it looks like; UNKNOWN when the grammar does not know it. */
Pop3Command *
pop3_client_parse_raw (const guint8 *line, gsize len, Pop3SecretSpan *secret)
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

guint64
pop3_client_submit_raw (Pop3Core *core, GBytes *bytes, const BaseCause *cause)
{
  const Pop3Pending *asked = pop3_client_first_sent (core);
  g_autoptr (Pop3Command) command = NULL;
  Pop3SecretSpan secret;
  Pop3Pending *pending;
  gsize len;
  const guint8 *raw = g_bytes_get_data (bytes, &len);

  if (asked != NULL && asked->command->verb == POP3_VERB_AUTH)
    {
      base_core_write (&core->base, BASE_SPAN_SECRET, asked->exchange, raw, len, TRUE);
      return asked->exchange;
    }
  while (len > 0 && (raw[len - 1] == '\n' || raw[len - 1] == '\r'))
    len--;
  command = pop3_client_parse_raw (raw, len, &secret);
  if (command->secret != NULL)
    base_core_add_mask (&core->base, command->secret);
  pending = enqueue (core, command, cause);
  pending->raw = g_bytes_ref (bytes);
  pop3_client_pump (core);
  return pending->exchange;
}
