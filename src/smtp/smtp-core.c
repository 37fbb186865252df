/* The session both roles share: framing of lines, the state, TLS, events. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const char *const state_names[] = {
  [SMTP_STATE_GREETING] = "greeting", [SMTP_STATE_START] = "start", [SMTP_STATE_READY] = "ready",
  [SMTP_STATE_MAIL] = "mail",         [SMTP_STATE_RCPT] = "rcpt",   [SMTP_STATE_DATA] = "data",
  [SMTP_STATE_QUIT] = "quit",
};

#define FROM_BASE(core) ((SmtpCore *) (core))

void
smtp_core_enter (SmtpCore *core, SmtpState state)
{
  core->state = state;
}

static void
event_clear (BaseEvent *base)
{
  SmtpEvent *event = (SmtpEvent *) base;

  g_clear_pointer (&event->command, smtp_command_unref);
  smtp_reply_clear (&event->reply);
  g_clear_pointer (&event->data, g_bytes_unref);
  g_free (event->user);
}

SmtpEvent *
smtp_core_event (SmtpEventType type, guint64 exchange, SmtpCommand *command)
{
  SmtpEvent *event = base_event_new (sizeof (SmtpEvent), (int) type, event_clear);

  event->base.exchange = exchange;
  event->command = command != NULL ? smtp_command_ref (command) : NULL;
  return event;
}

void
smtp_core_add_event (SmtpCore *core, SmtpEvent *event)
{
  base_core_add_event (&core->base, &event->base);
}

void
smtp_core_write_secret_line (SmtpCore *core,
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
is_reading (const SmtpCore *core)
{
  return core->expect != SMTP_EXPECT_TLS && core->busy == 0 && !base_core_is_over (&core->base);
}

static gsize
line_limit (const SmtpCore *core)
{
  return core->base.role == BASE_ROLE_SERVER ? smtp_server_line_limit (core)
                                             : core->base.limits.line;
}

/* A line longer than its limit: fatal from a server, answered and read past from a client. What it
 * holds may be a password. */
static gsize
process_overlong (SmtpCore *core, gsize len)
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
process_line (SmtpCore *core, const guint8 *bytes, gsize len)
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
      smtp_server_overlong (core);
      return with_end;
    }
  if (with_end > line_limit (core))
    return process_overlong (core, with_end - 1);
  line = with_end - 1;
  if (line > 0 && bytes[line - 1] == '\r')
    line--;
  if (core->base.role == BASE_ROLE_SERVER)
    smtp_server_line (core, bytes, line, with_end);
  else
    smtp_answer_line (core, bytes, line, with_end);
  return with_end;
}

/* Reads as far as the bytes are understood; returns how many that were. */
static gsize
process (SmtpCore *core, const guint8 *bytes, gsize len)
{
  gsize at = 0;

  while (at < len && is_reading (core))
    {
      gsize read = core->expect == SMTP_EXPECT_BODY ? smtp_receive_body (core, bytes + at, len - at)
                                                    : process_line (core, bytes + at, len - at);

      if (read == 0)
        break;
      at += read;
    }
  return at;
}

void
smtp_core_continue (SmtpCore *core)
{
  gsize len;
  const guint8 *bytes = base_buffer_peek (core->buffer, &len);

  base_buffer_consume (core->buffer, process (core, bytes, len));
}

gboolean
smtp_core_check_injection (SmtpCore *core)
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
  SmtpCore *core = FROM_BASE (base);
  gsize read = 0;

  if (base_buffer_length (core->buffer) == 0)
    read = process (core, bytes, len);
  base_buffer_append (core->buffer, bytes + read, len - read);
  if (read == 0)
    smtp_core_continue (core);
}

static gboolean
may_close (const SmtpCore *core)
{
  if (base_buffer_length (core->buffer) > 0)
    return FALSE;
  if (core->base.role == BASE_ROLE_CLIENT)
    return smtp_client_is_leaving (core);
  return core->busy == 0 && core->sasl == NULL && core->expect == SMTP_EXPECT_LINE;
}

static void
core_receive_eof (BaseCore *base)
{
  SmtpCore *core = FROM_BASE (base);

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
  SmtpCore *core = FROM_BASE (base);

  if (!smtp_core_check_injection (core))
    return;
  core->encrypted = TRUE;
  core->expect = SMTP_EXPECT_LINE;
  smtp_client_forget (core);
  if (base->role == BASE_ROLE_SERVER)
    smtp_server_tls_started (core);
  if (core->state != SMTP_STATE_GREETING)
    smtp_core_enter (core, SMTP_STATE_START);
}

static void
core_pump (BaseCore *base)
{
  if (base->role == BASE_ROLE_CLIENT)
    smtp_client_pump (FROM_BASE (base));
}

static guint64
core_submit_raw (BaseCore *base, GBytes *bytes, const BaseCause *cause)
{
  guint64 exchange;

  if (base->role == BASE_ROLE_CLIENT)
    return smtp_client_submit_raw (FROM_BASE (base), bytes, cause);
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
  SmtpCore *core = FROM_BASE (base);

  smtp_client_finalize (core);
  smtp_server_finalize (core);
  smtp_annotate_finalize (core);
  base_buffer_free (core->buffer);
}

static const BaseCoreClass klass = {
  .protocol = "smtp",
  .state = core_state,
  .finalize = core_finalize,
  .receive = core_receive,
  .receive_eof = core_receive_eof,
  .tls_started = core_tls_started,
  .pump = core_pump,
  .submit_raw = core_submit_raw,
  .checkpoint = smtp_core_checkpoint,
  .restore = smtp_core_restore,
  .annotate = smtp_core_annotate,
};

SmtpCore *
smtp_core_new (BaseRole role, const BaseLimits *limits)
{
  SmtpCore *core = base_core_new (&klass, sizeof (SmtpCore), role, limits);

  core->buffer = base_buffer_new ();
  g_queue_init (&core->pending);
  g_queue_init (&core->asked);
  base_core_set_awaiting (&core->base, TRUE);
  return core;
}

SmtpState
smtp_core_get_state (const SmtpCore *core)
{
  return core->state;
}

gboolean
smtp_core_is_encrypted (const SmtpCore *core)
{
  return core->encrypted;
}
