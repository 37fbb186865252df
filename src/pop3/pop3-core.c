/* The session both roles share: framing of lines and bodies, the state, TLS, events. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const char *const state_names[] = {
  [POP3_STATE_GREETING] = "greeting",
  [POP3_STATE_AUTHORIZATION] = "AUTHORIZATION",
  [POP3_STATE_TRANSACTION] = "TRANSACTION",
  [POP3_STATE_UPDATE] = "UPDATE",
};

#define FROM_BASE(core) ((Pop3Core *) (core))

void
pop3_core_enter (Pop3Core *core, Pop3State state)
{
  core->state = state;
}

static void
event_clear (BaseEvent *base)
{
  Pop3Event *event = (Pop3Event *) base;

  g_clear_pointer (&event->command, pop3_command_unref);
  pop3_status_clear (&event->status);
  g_free (event->entry.uid);
  g_clear_pointer (&event->data, g_bytes_unref);
  g_strfreev (event->words);
  g_free (event->user);
}

Pop3Event *
pop3_core_event (Pop3EventType type, guint64 exchange, Pop3Command *command)
{
  Pop3Event *event = base_event_new (sizeof (Pop3Event), (int) type, event_clear);

  event->base.exchange = exchange;
  event->command = command != NULL ? pop3_command_ref (command) : NULL;
  return event;
}

void
pop3_core_add_event (Pop3Core *core, Pop3Event *event)
{
  base_core_add_event (&core->base, &event->base);
}

void
pop3_core_write_secret_line (Pop3Core *core,
                             guint64 exchange,
                             const char *line,
                             gsize len,
                             gsize secret_at,
                             gsize secret_len)
{
  gsize end = secret_at + secret_len;

  if (secret_len == 0)
    {
      base_core_write (&core->base, BASE_SPAN_PLAIN, exchange, line, len, TRUE);
      return;
    }
  base_core_write (&core->base, BASE_SPAN_PLAIN, exchange, line, secret_at, FALSE);
  base_core_write (
      &core->base, BASE_SPAN_SECRET, exchange, line + secret_at, secret_len, end == len);
  base_core_write (&core->base, BASE_SPAN_PLAIN, exchange, line + end, len - end, TRUE);
}

/* Framing */

static gboolean
is_reading (const Pop3Core *core)
{
  return core->expect != POP3_EXPECT_TLS && core->busy == 0 && !base_core_is_over (&core->base);
}

static void
add_body_spans (Pop3Core *core, gsize consumed)
{
  guint64 exchange = pop3_client_exchange (core);
  gsize known = core->body_tail + consumed;

  if (core->dots.done)
    {
      base_core_add_span (&core->base, BASE_SPAN_BODY, known - 3, exchange, FALSE);
      base_core_add_span (&core->base, BASE_SPAN_PLAIN, 3, exchange, TRUE);
      core->body_tail = 0;
      return;
    }
  core->body_tail = base_dot_reader_pending (&core->dots);
  base_core_add_span (&core->base, BASE_SPAN_BODY, known - core->body_tail, exchange, FALSE);
}

static gsize
process_body (Pop3Core *core, const guint8 *bytes, gsize len)
{
  GByteArray *content = g_byte_array_sized_new ((guint) len);
  gsize consumed = base_dot_read (&core->dots, bytes, len, content);

  add_body_spans (core, consumed);
  core->body_size += content->len;
  if (core->body_size > core->base.limits.body)
    {
      g_byte_array_unref (content);
      base_core_fail (&core->base,
                      BASE_CORE_ERROR_LIMIT,
                      _ ("The message is larger than %lu bytes."),
                      (gulong) core->base.limits.body);
      return consumed;
    }
  pop3_answer_body_data (core, content);
  if (core->dots.done)
    {
      core->expect = POP3_EXPECT_LINE;
      pop3_answer_body_done (core);
    }
  return consumed;
}

static gsize
line_limit (const Pop3Core *core)
{
  return core->base.role == BASE_ROLE_SERVER ? pop3_server_line_limit (core)
                                             : core->base.limits.line;
}

/* A line longer than its limit: fatal from a server, answered and read past from a client. What it
 * holds may be a password. */
static gsize
process_overlong (Pop3Core *core, gsize len)
{
  if (core->base.role == BASE_ROLE_CLIENT)
    {
      base_core_fail (&core->base,
                      BASE_CORE_ERROR_LIMIT,
                      _ ("The server sent a line of more than %zu bytes."),
                      core->base.limits.line);
      return 0;
    }
  core->skipping = TRUE;
  base_core_add_span (&core->base, BASE_SPAN_SECRET, len, 0, FALSE);
  return len;
}

static gsize
process_line (Pop3Core *core, const guint8 *bytes, gsize len)
{
  const guint8 *lf = NULL;
  gsize with_end;
  gsize line;

  if (len > core->scanned)
    lf = memchr (bytes + core->scanned, '\n', len - core->scanned);
  if (lf == NULL)
    {
      core->scanned = len;
      if (!core->skipping && len <= line_limit (core))
        return 0;
      core->scanned = 0;
      return process_overlong (core, len);
    }
  core->scanned = 0;
  with_end = (gsize) (lf - bytes) + 1;
  if (core->skipping)
    {
      core->skipping = FALSE;
      base_core_add_span (&core->base, BASE_SPAN_SECRET, with_end, 0, TRUE);
      pop3_server_overlong (core);
      return with_end;
    }
  if (with_end > line_limit (core))
    return process_overlong (core, with_end - 1);
  line = with_end - 1;
  if (line > 0 && bytes[line - 1] == '\r')
    line--;
  if (core->base.role == BASE_ROLE_SERVER)
    pop3_server_line (core, bytes, line, with_end);
  else
    pop3_answer_line (core, bytes, line, with_end);
  return with_end;
}

/* Reads as far as the bytes are understood; returns how many that were. */
static gsize
process (Pop3Core *core, const guint8 *bytes, gsize len)
{
  gsize at = 0;

  while (at < len && is_reading (core))
    {
      gsize read = core->expect == POP3_EXPECT_BODY ? process_body (core, bytes + at, len - at)
                                                    : process_line (core, bytes + at, len - at);

      if (read == 0)
        break;
      at += read;
    }
  return at;
}

void
pop3_core_continue (Pop3Core *core)
{
  gsize len;
  const guint8 *bytes = base_buffer_peek (core->buffer, &len);

  base_buffer_consume (core->buffer, process (core, bytes, len));
}

gboolean
pop3_core_check_injection (Pop3Core *core)
{
  if (base_buffer_length (core->buffer) == 0)
    return TRUE;
  base_core_fail (
      &core->base,
      BASE_CORE_ERROR_INJECTION,
      _ ("Something was said in plain text after TLS had been agreed on; somebody on the "
         "way may have put it there."));
  return FALSE;
}

static void
core_receive (BaseCore *base, const guint8 *bytes, gsize len)
{
  Pop3Core *core = FROM_BASE (base);
  gsize read = 0;

  if (base_buffer_length (core->buffer) == 0)
    read = process (core, bytes, len);
  base_buffer_append (core->buffer, bytes + read, len - read);
  if (read == 0)
    pop3_core_continue (core);
}

static gboolean
may_close (const Pop3Core *core)
{
  if (base_buffer_length (core->buffer) > 0)
    return FALSE;
  if (core->base.role == BASE_ROLE_CLIENT)
    return pop3_client_is_leaving (core);
  return core->busy == 0 && core->sasl == NULL;
}

static void
core_receive_eof (BaseCore *base)
{
  Pop3Core *core = FROM_BASE (base);

  if (may_close (core))
    base_core_close (base);
  else
    base_core_fail (base,
                    BASE_CORE_ERROR_CLOSED,
                    base->role == BASE_ROLE_CLIENT
                        ? _ ("The server closed the connection too early.")
                        : _ ("The client closed the connection too early."));
}

static void
core_tls_started (BaseCore *base, const BaseTlsInfo *info)
{
  Pop3Core *core = FROM_BASE (base);

  if (!pop3_core_check_injection (core))
    return;
  core->encrypted = TRUE;
  core->expect = POP3_EXPECT_LINE;
  pop3_client_forget (core);
  if (base->role == BASE_ROLE_SERVER)
    pop3_server_tls_started (core);
}

static void
core_pump (BaseCore *base)
{
  if (base->role == BASE_ROLE_CLIENT)
    pop3_client_pump (FROM_BASE (base));
}

static guint64
core_submit_raw (BaseCore *base, GBytes *bytes, const BaseCause *cause)
{
  guint64 exchange;

  if (base->role == BASE_ROLE_CLIENT)
    return pop3_client_submit_raw (FROM_BASE (base), bytes, cause);
  exchange = base_core_begin_exchange (base, cause, "");
  base_core_write (base,
                   BASE_SPAN_PLAIN,
                   exchange,
                   g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes),
                   TRUE);
  base_core_end_exchange (base, exchange);
  return exchange;
}

static const char *
core_state (const BaseCore *base)
{
  return state_names[FROM_BASE (base)->state];
}

static void
core_finalize (BaseCore *base)
{
  Pop3Core *core = FROM_BASE (base);

  pop3_client_finalize (core);
  pop3_server_finalize (core);
  pop3_annotate_finalize (core);
  base_buffer_free (core->buffer);
  g_free (core->stamp);
}

static const BaseCoreClass klass = {
  .protocol = "pop3",
  .state = core_state,
  .finalize = core_finalize,
  .receive = core_receive,
  .receive_eof = core_receive_eof,
  .tls_started = core_tls_started,
  .pump = core_pump,
  .submit_raw = core_submit_raw,
  .checkpoint = pop3_core_checkpoint,
  .restore = pop3_core_restore,
  .annotate = pop3_core_annotate,
};

Pop3Core *
pop3_core_new (BaseRole role, const BaseLimits *limits)
{
  Pop3Core *core = base_core_new (&klass, sizeof (Pop3Core), role, limits);

  core->buffer = base_buffer_new ();
  g_queue_init (&core->pending);
  g_queue_init (&core->asked);
  base_core_set_awaiting (&core->base, TRUE);
  return core;
}

Pop3State
pop3_core_get_state (const Pop3Core *core)
{
  return core->state;
}

gboolean
pop3_core_is_encrypted (const Pop3Core *core)
{
  return core->encrypted;
}

const char *
pop3_core_timestamp (const Pop3Core *core)
{
  return core->stamp;
}
