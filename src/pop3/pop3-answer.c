/* The client role's listening side: lines become events, and answer the first command said. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* What all lines of one list may weigh: words are few and kept, entries are short (RFC 1939 §7). A
 * server that never comes to the lone dot is not silent, so no deadline ends it. */
#define WORDS_MAX (64 * 1024)
#define ENTRY_WEIGHT 100

static Pop3Event *
answer_event (const Pop3Core *core, Pop3EventType type)
{
  const BasePending *pending = base_pending_current (&core->lines);
  Pop3Event *event = pop3_event_new (type, pending->exchange, pending->command);

  pop3_status_copy (&core->status, &event->status);
  return event;
}

/* PASS was waiting for USER, which was refused: it ends the same way, unsaid. */
static void
refuse_password (Pop3Core *core)
{
  const BasePending *pending = base_pending_next (&core->lines);
  Pop3Event *event;

  if (pending == NULL || !pending->after_last || core->status.ok)
    return;
  event = pop3_event_new (POP3_EVENT_DONE, pending->exchange, pending->command);
  pop3_status_copy (&core->status, &event->status);
  event->base.outcome = pop3_status_outcome (&core->status);
  base_core_add_event (&core->base, &event->base);
  base_pending_drop_next (&core->lines);
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
      base_lines_enter (&core->lines, POP3_STATE_TRANSACTION);
      break;
    case POP3_VERB_STLS:
      base_lines_expect_tls (&core->lines);
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
  base_core_add_event (&core->base, &event->base);
  base_pending_pop (&core->lines);
  if (core->status.ok)
    follow_state (core, verb);
  else if (verb == POP3_VERB_CAPA)
    {
      /* A server from before RFC 2449 has none. */
      g_clear_pointer (&core->capabilities, g_strfreev);
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
  Pop3Event *event = pop3_event_new (POP3_EVENT_GREETING, 0, NULL);

  parse_status (core, line, len);
  pop3_status_copy (&core->status, &event->status);
  event->base.outcome = pop3_status_outcome (&core->status);
  if (core->status.ok)
    {
      core->stamp = find_stamp ((const char *) line, len);
      base_lines_enter (&core->lines, POP3_STATE_AUTHORIZATION);
    }
  base_core_add_event (&core->base, &event->base);
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

static void
begin_lines (Pop3Core *core, const BasePending *pending)
{
  core->entries = 0;
  core->listed = 0;
  if (pop3_pending_command (pending)->verb == POP3_VERB_RETR ||
      pop3_pending_command (pending)->verb == POP3_VERB_TOP)
    {
      Pop3Event *event = answer_event (core, POP3_EVENT_BODY_BEGIN);

      if (pop3_pending_command (pending)->verb == POP3_VERB_RETR)
        event->size = pop3_reply_octets (core->status.text);
      base_core_add_event (&core->base, &event->base);
      base_lines_begin_text (&core->lines, pending->exchange);
      return;
    }
  if (pop3_pending_command (pending)->verb == POP3_VERB_CAPA ||
      pop3_pending_command (pending)->verb == POP3_VERB_LANG)
    core->words = g_ptr_array_new_with_free_func (g_free);
  core->in_list = TRUE;
}

static gboolean
add_entry (Pop3Core *core, const char *text, gsize len)
{
  const BasePending *pending = base_pending_current (&core->lines);
  Pop3Event *event;
  Pop3Entry entry;
  gboolean good = pop3_pending_command (pending)->verb == POP3_VERB_LIST
                      ? pop3_list_parse (text, len, 0, &entry, NULL)
                      : pop3_uidl_parse (text, len, 0, &entry, NULL);

  if (!good)
    return FALSE;
  event = pop3_event_new (POP3_EVENT_ENTRY, pending->exchange, pending->command);
  event->entry = entry;
  base_core_add_event (&core->base, &event->base);
  return TRUE;
}

/* A good answer of one line; what it must hold beside +OK. */
static gboolean
single_answer (
    Pop3Core *core, const BasePending *pending, Pop3Event *event, const char *text, gsize len)
{
  switch (pop3_pending_command (pending)->verb)
    {
    case POP3_VERB_STAT:
      return pop3_stat_parse (text, len, 0, &event->number, &event->size, NULL);
    case POP3_VERB_LIST:
    case POP3_VERB_UIDL:
      return add_entry (core, text, len);
    case POP3_VERB_AUTH:
      return pending->sign_in == NULL || sasl_sign_in_check (pending->sign_in, &core->base);
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
status_line (Pop3Core *core, BasePending *pending, const guint8 *line, gsize len, gsize text)
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

  core->in_list = FALSE;
  if (core->words != NULL)
    {
      g_ptr_array_add (core->words, NULL);
      event->words = (char **) g_ptr_array_free (g_steal_pointer (&core->words), FALSE);
      if (event->command->verb == POP3_VERB_CAPA)
        {
          g_clear_pointer (&core->capabilities, g_strfreev);
          core->capabilities = g_strdupv (event->words);
          core->knows_capabilities = TRUE;
        }
    }
  finish_answer (core, event);
}

/* %FALSE: too much came without an end. */
static gboolean
count_listed (Pop3Core *core, gsize with_end)
{
  gsize most = core->words != NULL ? WORDS_MAX : (gsize) core->base.limits.count * ENTRY_WEIGHT;

  core->listed += with_end;
  if (++core->entries > core->base.limits.count)
    base_core_fail (&core->base,
                    BASE_CORE_ERROR_LIMIT,
                    _ ("The server’s list has more than %u lines."),
                    core->base.limits.count);
  else if (core->listed > most)
    base_core_fail (
        &core->base, BASE_CORE_ERROR_LIMIT, _ ("The server’s list has more than %zu bytes."), most);
  return !base_core_is_over (&core->base);
}

static void
list_line (Pop3Core *core, const char *line, gsize len, gsize with_end)
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
  if (!count_listed (core, with_end))
    return;
  if (core->words != NULL)
    g_ptr_array_add (core->words, base_error_quote (line, (gssize) len, len));
  else if (!add_entry (core, line, len))
    protocol_error (core, _ ("a line of its list is not what it should be."));
}

static void
add_spans (
    Pop3Core *core, Pop3ReplyKind kind, const guint8 *line, gsize len, gsize text, gsize with_end)
{
  guint64 exchange = base_pending_exchange (&core->lines);
  BaseSecretSpan challenge = { text, len - text };

  if (kind != POP3_REPLY_CONTINUE || core->in_list)
    base_core_add_line_span (&core->base, line, with_end, exchange, TRUE);
  else
    base_core_add_secret_span (&core->base, &challenge, with_end, exchange);
}

/* "+ challenge": the next step of AUTH (RFC 5034 §4). */
static void
challenge (Pop3Core *core, const BasePending *pending, const char *text, gsize len)
{
  Pop3Event *event;

  if (pending->sign_in != NULL)
    {
      sasl_sign_in_answer (pending->sign_in, &core->base, pending->exchange, text, len);
      return;
    }
  event = pop3_event_new (POP3_EVENT_CHALLENGE, pending->exchange, pending->command);
  event->base.outcome = BASE_OUTCOME_CONTINUE;
  base_core_add_event (&core->base, &event->base);
}

void
pop3_answer_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end)
{
  Pop3Core *core = (Pop3Core *) lines;
  BasePending *pending = base_pending_current (lines);
  gsize text = 0;
  Pop3ReplyKind kind = pop3_reply_kind (line, len, &text);

  add_spans (core, kind, line, len, text, with_end);
  if (core->in_list)
    list_line (core, (const char *) line, len, with_end);
  else if (kind == POP3_REPLY_INVALID)
    protocol_error (core, _ ("its answer begins neither with +OK nor with -ERR."));
  else if (core->lines.state == POP3_STATE_GREETING && kind != POP3_REPLY_CONTINUE)
    greeting (core, line, len);
  else if (pending == NULL)
    unsolicited (core, kind, line, len);
  else if (kind != POP3_REPLY_CONTINUE)
    status_line (core, pending, line, len, text);
  else if (pop3_pending_command (pending)->verb == POP3_VERB_AUTH)
    challenge (core, pending, (const char *) line + text, len - text);
  else
    protocol_error (core, _ ("it wants more where nothing is left to say."));
}

void
pop3_answer_text (BaseLines *lines, GByteArray *content)
{
  const BasePending *pending = base_pending_current (lines);
  Pop3Event *event;

  if (lines->text_size > lines->core.limits.body)
    base_core_fail (&lines->core,
                    BASE_CORE_ERROR_LIMIT,
                    _ ("The message is larger than %lu bytes."),
                    (gulong) lines->core.limits.body);
  if (content->len == 0 || base_core_is_over (&lines->core))
    {
      g_byte_array_unref (content);
      return;
    }
  event = pop3_event_new (POP3_EVENT_BODY_DATA, pending->exchange, pending->command);
  event->data = g_byte_array_free_to_bytes (content);
  base_core_add_event (&lines->core, &event->base);
}

void
pop3_answer_text_end (BaseLines *lines)
{
  Pop3Core *core = (Pop3Core *) lines;

  finish_answer (core, answer_event (core, POP3_EVENT_DONE));
}
