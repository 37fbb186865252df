/* The client role's listening side: lines become events, and answer the first command said. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* The command whose answer is being read: there is one. */
static Pop3Pending *
current (const Pop3Core *core)
{
  return core->pending.head->data;
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
  pop3_client_drop_unsent (core);
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
  pop3_client_pop (core);
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
      &core->base, BASE_CORE_ERROR_PROTOCOL, _ ("The server broke the rules of POP3: %s"), what);
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
      protocol_error (core, _ ("it answered what nobody had asked."));
      return;
    }
  parse_status (core, line, len);
  base_core_fail (&core->base,
                  BASE_CORE_ERROR_CLOSED,
                  _ ("The server ended the session; the server said: %s"),
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
          protocol_error (core, _ ("its challenge is not base64."));
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
                               _ ("The server did not prove that it knows the password.")));
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
      protocol_error (core, _ ("its answer does not hold the numbers that it must."));
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
                    _ ("The server's list has more than %u lines."),
                    core->base.limits.count);
  else if (core->words != NULL)
    g_ptr_array_add (core->words, base_error_quote (line, (gssize) len, len));
  else if (!add_entry (core, line, len))
    protocol_error (core, _ ("a line of its list is not what it should be."));
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
pop3_answer_line (Pop3Core *core, const guint8 *line, gsize len, gsize with_end)
{
  Pop3Pending *pending = pop3_client_first_sent (core);
  gsize text = 0;
  Pop3ReplyKind kind = pop3_reply_kind (line, len, &text);

  add_spans (core, kind, line, len, text, with_end);
  if (core->expect == POP3_EXPECT_LINES)
    list_line (core, (const char *) line, len);
  else if (kind == POP3_REPLY_INVALID)
    protocol_error (core, _ ("its answer begins neither with +OK nor with -ERR."));
  else if (core->state == POP3_STATE_GREETING && kind != POP3_REPLY_CONTINUE)
    greeting (core, line, len);
  else if (pending == NULL)
    unsolicited (core, kind, line, len);
  else if (kind != POP3_REPLY_CONTINUE)
    status_line (core, pending, line, len, text);
  else if (pending->command->verb == POP3_VERB_AUTH)
    challenge (core, pending, line, len, text);
  else
    protocol_error (core, _ ("it wants more where nothing is left to say."));
}

void
pop3_answer_body_data (Pop3Core *core, GByteArray *content)
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
pop3_answer_body_done (Pop3Core *core)
{
  finish_answer (core, answer_event (core, POP3_EVENT_DONE));
}
