/* The client role: commands wait in a queue until they may be said, answers are matched to the
 * first of those that were. */
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

static Pop3Pending *
first_sent (const Pop3Core *core)
{
  Pop3Pending *pending = g_queue_peek_head ((GQueue *) &core->pending);

  return pending != NULL && pending->sent ? pending : NULL;
}

/* The command whose answer is being read: there is one. */
static Pop3Pending *
current (const Pop3Core *core)
{
  return core->pending.head->data;
}

guint64
pop3_client_exchange (const Pop3Core *core)
{
  const Pop3Pending *pending = first_sent (core);

  return pending != NULL ? pending->exchange : 0;
}

gboolean
pop3_client_is_leaving (const Pop3Core *core)
{
  const Pop3Pending *pending = first_sent (core);

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
  const Pop3Pending *asked = first_sent (core);
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

/* Answers */

static void
forget_pending (Pop3Core *core)
{
  Pop3Pending *pending = g_queue_pop_head (&core->pending);

  core->n_sent--;
  pending_free (pending);
}

static Pop3Event *
answer_event (const Pop3Core *core, Pop3EventType type)
{
  const Pop3Pending *pending = current (core);
  Pop3Event *event = pop3_core_event (type, pending->exchange, pending->command);

  pop3_status_copy (&core->status, &event->status);
  return event;
}

/* PASS was waiting for USER, which was refused: it ends the same way, unsaid. */
static void
refuse_password (Pop3Core *core)
{
  Pop3Pending *pending = core->unsent != NULL ? core->unsent->data : NULL;
  Pop3Event *event;

  if (pending == NULL || !pending->after_user || core->status.ok)
    return;
  event = pop3_core_event (POP3_EVENT_DONE, pending->exchange, pending->command);
  pop3_status_copy (&core->status, &event->status);
  event->base.outcome = pop3_status_outcome (&core->status);
  pop3_core_add_event (core, event);
  core->unsent = core->unsent->next;
  g_queue_pop_nth (&core->pending, core->n_sent);
  pending_free (pending);
}

/* What a good answer changes. */
static void
follow_state (Pop3Core *core, Pop3Verb verb)
{
  switch (verb)
    {
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_AUTH:
      pop3_core_enter (core, POP3_STATE_TRANSACTION);
      break;
    case POP3_VERB_STLS:
      core->expect = POP3_EXPECT_TLS;
      core->tls_asked = FALSE;
      break;
    case POP3_VERB_USER:
    case POP3_VERB_STAT:
    case POP3_VERB_LIST:
    case POP3_VERB_RETR:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_QUIT:
    case POP3_VERB_TOP:
    case POP3_VERB_UIDL:
    case POP3_VERB_CAPA:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    case POP3_VERB_UNKNOWN:
    default:
      break;
    }
}

/* The answer is whole. @event (transfer full) is its DONE. */
static void
finish_answer (Pop3Core *core, Pop3Event *event)
{
  Pop3Verb verb = event->command->verb;

  event->base.outcome = pop3_status_outcome (&core->status);
  pop3_core_add_event (core, event);
  forget_pending (core);
  if (core->status.ok)
    follow_state (core, verb);
  else if (verb == POP3_VERB_CAPA)
    {
      /* A server from before RFC 2449 has none. */
      pop3_client_forget (core);
      core->knows_capabilities = TRUE;
    }
  if (verb == POP3_VERB_USER)
    refuse_password (core);
  if (verb == POP3_VERB_QUIT)
    base_core_close (&core->base);
  pop3_status_clear (&core->status);
}

static void
protocol_error (Pop3Core *core, const char *what)
{
  base_core_fail (
      &core->base, BASE_CORE_ERROR_PROTOCOL, "The server broke the rules of POP3: %s", what);
}

static void
parse_status (Pop3Core *core, const guint8 *line, gsize len)
{
  g_autofree guint8 *masked = g_memdup2 (line, len);
  gsize text = 0;

  pop3_reply_kind (line, len, &text);
  base_core_mask (&core->base, (char *) masked + text, len - text);
  pop3_status_clear (&core->status);
  pop3_status_parse (masked, len, &core->status, NULL);
}

/* The timestamp looks like a Message-ID (RFC 1939 §7). */
static char *
find_stamp (const char *line, gsize len)
{
  const char *end = memrchr (line, '>', len);
  const char *start = end != NULL ? memrchr (line, '<', (gsize) (end - line)) : NULL;

  if (start == NULL || memchr (start, '@', (gsize) (end - start)) == NULL ||
      memchr (start, '\0', (gsize) (end - start)) != NULL)
    return NULL;
  return g_strndup (start, (gsize) (end - start) + 1);
}

static void
greeting (Pop3Core *core, const guint8 *line, gsize len)
{
  Pop3Event *event = pop3_core_event (POP3_EVENT_GREETING, 0, NULL);

  parse_status (core, line, len);
  pop3_status_copy (&core->status, &event->status);
  event->base.outcome = pop3_status_outcome (&core->status);
  if (core->status.ok)
    {
      core->stamp = find_stamp ((const char *) line, len);
      pop3_core_enter (core, POP3_STATE_AUTHORIZATION);
    }
  pop3_core_add_event (core, event);
  if (!core->status.ok)
    base_core_close (&core->base);
  pop3_status_clear (&core->status);
}

static void
unsolicited (Pop3Core *core, Pop3ReplyKind kind, const guint8 *line, gsize len)
{
  if (kind != POP3_REPLY_ERR)
    {
      protocol_error (core, "it answered what nobody had asked.");
      return;
    }
  parse_status (core, line, len);
  base_core_fail (&core->base,
                  BASE_CORE_ERROR_CLOSED,
                  "The server ended the session; the server said: %s",
                  core->status.text);
}

/* "+ challenge": the next step of AUTH (RFC 5034 §4). */
static void
challenge (Pop3Core *core, Pop3Pending *pending, const guint8 *line, gsize len, gsize text)
{
  g_autoptr (BaseSecret) given = NULL;
  g_autoptr (BaseSecret) response = NULL;
  GError *error = NULL;
  char *base64;
  GString *out;

  if (pending->sasl == NULL)
    return;
  if (pending->initial != NULL)
    {
      response = g_steal_pointer (&pending->initial);
    }
  else
    {
      given = base_secret_decode ((const char *) line + text, len - text);
      if (given == NULL)
        {
          protocol_error (core, "its challenge is not base64.");
          return;
        }
      response = sasl_client_step (pending->sasl,
                                   (const guint8 *) base_secret_peek (given, NULL),
                                   base_secret_length (given),
                                   &error);
    }
  if (response == NULL)
    {
      base_core_fail_error (&core->base, error);
      return;
    }
  base_core_add_mask (&core->base, response);
  base64 = base_secret_encode (response);
  out = g_string_sized_new (strlen (base64) + 8);
  g_string_append (out, base64);
  base_secret_wipe_string (base64);
  g_string_append (out, "\r\n");
  pop3_core_write_secret_line (core, pending->exchange, out->str, out->len, 0, out->len - 2);
  base_secret_wipe (out->str, out->len);
  g_string_free (out, TRUE);
}

static void
begin_lines (Pop3Core *core, const Pop3Pending *pending)
{
  core->entries = 0;
  if (pending->command->verb == POP3_VERB_RETR || pending->command->verb == POP3_VERB_TOP)
    {
      Pop3Event *event = answer_event (core, POP3_EVENT_BODY_BEGIN);

      if (pending->command->verb == POP3_VERB_RETR)
        event->size = pop3_reply_octets (core->status.text);
      pop3_core_add_event (core, event);
      core->dots = (BaseDotReader){ 0 };
      core->body_tail = 0;
      core->body_size = 0;
      core->expect = POP3_EXPECT_BODY;
      return;
    }
  if (pending->command->verb == POP3_VERB_CAPA || pending->command->verb == POP3_VERB_LANG)
    core->words = g_ptr_array_new_with_free_func (g_free);
  core->expect = POP3_EXPECT_LINES;
}

static gboolean
add_entry (Pop3Core *core, const char *text, gsize len)
{
  const Pop3Pending *pending = current (core);
  Pop3Event *event;
  Pop3Entry entry;
  gboolean good = pending->command->verb == POP3_VERB_LIST
                      ? pop3_list_parse (text, len, 0, &entry, NULL)
                      : pop3_uidl_parse (text, len, 0, &entry, NULL);

  if (!good)
    return FALSE;
  event = pop3_core_event (POP3_EVENT_ENTRY, pending->exchange, pending->command);
  event->entry = entry;
  pop3_core_add_event (core, event);
  return TRUE;
}

/* A good answer of one line; what it must hold beside +OK. */
static gboolean
single_answer (
    Pop3Core *core, const Pop3Pending *pending, Pop3Event *event, const char *text, gsize len)
{
  switch (pending->command->verb)
    {
    case POP3_VERB_STAT:
      return pop3_stat_parse (text, len, 0, &event->number, &event->size, NULL);
    case POP3_VERB_LIST:
    case POP3_VERB_UIDL:
      return add_entry (core, text, len);
    case POP3_VERB_AUTH:
      if (pending->sasl == NULL || sasl_client_is_done (pending->sasl))
        return TRUE;
      base_core_fail_error (
          &core->base,
          g_error_new_literal (SASL_ERROR,
                               SASL_ERROR_SERVER_PROOF,
                               "The server did not prove that it knows the password."));
      return FALSE;
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_RETR:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_QUIT:
    case POP3_VERB_TOP:
    case POP3_VERB_CAPA:
    case POP3_VERB_STLS:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    case POP3_VERB_UNKNOWN:
    default:
      return TRUE;
    }
}

static void
status_line (Pop3Core *core, Pop3Pending *pending, const guint8 *line, gsize len, gsize text)
{
  Pop3Event *event;

  parse_status (core, line, len);
  if (core->status.ok && pop3_command_is_multiline (pending->command))
    {
      begin_lines (core, pending);
      return;
    }
  event = answer_event (core, POP3_EVENT_DONE);
  if (core->status.ok &&
      !single_answer (core, pending, event, (const char *) line + text, len - text))
    {
      base_event_unref (&event->base);
      protocol_error (core, "its answer does not hold the numbers that it must.");
      return;
    }
  finish_answer (core, event);
}

static void
end_lines (Pop3Core *core)
{
  Pop3Event *event = answer_event (core, POP3_EVENT_DONE);

  core->expect = POP3_EXPECT_LINE;
  if (core->words != NULL)
    {
      g_ptr_array_add (core->words, NULL);
      event->words = (char **) g_ptr_array_free (g_steal_pointer (&core->words), FALSE);
      if (event->command->verb == POP3_VERB_CAPA)
        {
          pop3_client_forget (core);
          core->capabilities = g_strdupv (event->words);
          core->knows_capabilities = TRUE;
        }
    }
  finish_answer (core, event);
}

static void
list_line (Pop3Core *core, const char *line, gsize len)
{
  if (len == 1 && line[0] == '.')
    {
      end_lines (core);
      return;
    }
  if (len > 0 && line[0] == '.')
    {
      line++;
      len--;
    }
  if (++core->entries > core->base.limits.count)
    base_core_fail (&core->base,
                    BASE_CORE_ERROR_LIMIT,
                    "The server's list has more than %u lines.",
                    core->base.limits.count);
  else if (core->words != NULL)
    g_ptr_array_add (core->words, base_error_quote (line, (gssize) len, len));
  else if (!add_entry (core, line, len))
    protocol_error (core, "a line of its list is not what it should be.");
}

static void
add_spans (
    Pop3Core *core, Pop3ReplyKind kind, const guint8 *line, gsize len, gsize text, gsize with_end)
{
  guint64 exchange = pop3_client_exchange (core);

  if (kind != POP3_REPLY_CONTINUE || core->expect == POP3_EXPECT_LINES)
    {
      base_core_add_line_span (&core->base, line, with_end, exchange, TRUE);
      return;
    }
  base_core_add_span (&core->base, BASE_SPAN_PLAIN, text, exchange, FALSE);
  base_core_add_span (&core->base, BASE_SPAN_SECRET, len - text, exchange, FALSE);
  base_core_add_span (&core->base, BASE_SPAN_PLAIN, with_end - len, exchange, TRUE);
}

void
pop3_client_line (Pop3Core *core, const guint8 *line, gsize len, gsize with_end)
{
  Pop3Pending *pending = first_sent (core);
  gsize text = 0;
  Pop3ReplyKind kind = pop3_reply_kind (line, len, &text);

  add_spans (core, kind, line, len, text, with_end);
  if (core->expect == POP3_EXPECT_LINES)
    list_line (core, (const char *) line, len);
  else if (kind == POP3_REPLY_INVALID)
    protocol_error (core, "its answer begins neither with +OK nor with -ERR.");
  else if (core->state == POP3_STATE_GREETING && kind != POP3_REPLY_CONTINUE)
    greeting (core, line, len);
  else if (pending == NULL)
    unsolicited (core, kind, line, len);
  else if (kind != POP3_REPLY_CONTINUE)
    status_line (core, pending, line, len, text);
  else if (pending->command->verb == POP3_VERB_AUTH)
    challenge (core, pending, line, len, text);
  else
    protocol_error (core, "it wants more where nothing is left to say.");
}

void
pop3_client_body_data (Pop3Core *core, GByteArray *content)
{
  const Pop3Pending *pending = current (core);
  Pop3Event *event;

  if (content->len == 0)
    {
      g_byte_array_unref (content);
      return;
    }
  event = pop3_core_event (POP3_EVENT_BODY_DATA, pending->exchange, pending->command);
  event->data = g_byte_array_free_to_bytes (content);
  pop3_core_add_event (core, event);
}

void
pop3_client_body_done (Pop3Core *core)
{
  finish_answer (core, answer_event (core, POP3_EVENT_DONE));
}
