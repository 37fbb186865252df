/* Frame first: lines under a limit, texts up to their dot, and nothing at all before TLS. */
#include "config.h"

#include "base-lines.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* state, encrypted */
#define CHECKPOINT_TYPE "(ub)"

static const BaseLinesClass *
class_of (const BaseLines *lines)
{
  return (const BaseLinesClass *) lines->core.klass;
}

gpointer
base_lines_new (const BaseLinesClass *klass, gsize size, BaseRole role, const BaseLimits *limits)
{
  BaseLines *lines = base_core_new (&klass->core, size, role, limits);

  lines->buffer = base_buffer_new ();
  g_queue_init (&lines->pending);
  g_queue_init (&lines->asked);
  base_core_set_awaiting (&lines->core, TRUE);
  return lines;
}

void
base_lines_clear (BaseLines *lines)
{
  const BaseLinesClass *klass = class_of (lines);

  base_buffer_free (lines->buffer);
  g_clear_pointer (&lines->busy_command, klass->command_unref);
  g_queue_clear_full (&lines->asked, klass->command_unref);
}

const char *
base_lines_state (const BaseCore *core)
{
  const BaseLines *lines = (const BaseLines *) core;

  return class_of (lines)->states[lines->state];
}

void
base_lines_enter (BaseLines *lines, guint state)
{
  g_return_if_fail (state < class_of (lines)->n_states);
  lines->state = state;
}

/* Texts */

void
base_lines_begin_text (BaseLines *lines, guint64 exchange)
{
  lines->expect = BASE_EXPECT_TEXT;
  lines->dots = (BaseDotReader){ 0 };
  lines->text_exchange = exchange;
  lines->text_tail = 0;
  lines->text_size = 0;
}

void
base_lines_begin_chunk (BaseLines *lines, guint64 exchange, guint64 size)
{
  lines->expect = BASE_EXPECT_CHUNK;
  lines->text_exchange = exchange;
  lines->chunk_left = size;
}

static gsize
read_chunk (BaseLines *lines, const guint8 *bytes, gsize len)
{
  gsize part = (gsize) MIN (len, lines->chunk_left);
  GByteArray *content = g_byte_array_append (g_byte_array_new (), bytes, (guint) part);

  base_core_add_span (&lines->core, BASE_SPAN_BODY, part, lines->text_exchange, FALSE);
  lines->chunk_left -= part;
  lines->text_size += part;
  class_of (lines)->text (lines, content);
  if (lines->chunk_left == 0)
    {
      lines->expect = BASE_EXPECT_LINE;
      class_of (lines)->text_end (lines);
    }
  return part;
}

static void
add_text_spans (BaseLines *lines, gsize consumed)
{
  gsize known = lines->text_tail + consumed;

  if (lines->dots.done)
    {
      base_core_add_span (&lines->core, BASE_SPAN_BODY, known - 3, lines->text_exchange, FALSE);
      base_core_add_span (&lines->core, BASE_SPAN_PLAIN, 3, lines->text_exchange, TRUE);
      return;
    }
  lines->text_tail = base_dot_reader_pending (&lines->dots);
  base_core_add_span (
      &lines->core, BASE_SPAN_BODY, known - lines->text_tail, lines->text_exchange, FALSE);
}

static gsize
read_text (BaseLines *lines, const guint8 *bytes, gsize len)
{
  GByteArray *content = g_byte_array_sized_new ((guint) len);
  gsize consumed = base_dot_read (&lines->dots, bytes, len, content);

  add_text_spans (lines, consumed);
  lines->text_size += content->len;
  class_of (lines)->text (lines, content);
  if (lines->dots.done && !base_core_is_over (&lines->core))
    {
      lines->expect = BASE_EXPECT_LINE;
      class_of (lines)->text_end (lines);
    }
  return consumed;
}

/* Lines */

static gsize
line_limit (const BaseLines *lines)
{
  if (lines->core.role == BASE_ROLE_CLIENT)
    return lines->core.limits.line;
  return lines->sasl_exchange != 0 ? class_of (lines)->response_max : class_of (lines)->command_max;
}

/* A line longer than its limit: fatal from a server, answered and read past from a client. What it
 * holds may be a password. */
static gsize
read_overlong (BaseLines *lines, gsize len)
{
  if (lines->core.role == BASE_ROLE_CLIENT)
    {
      base_core_fail (&lines->core,
                      BASE_CORE_ERROR_LIMIT,
                      _ ("The server sent a line of more than %zu bytes."),
                      lines->core.limits.line);
      return 0;
    }
  lines->skipping = TRUE;
  base_core_add_span (&lines->core, BASE_SPAN_SECRET, len, 0, FALSE);
  return len;
}

static void
take_line (BaseLines *lines, const guint8 *bytes, gsize with_end)
{
  gsize len = with_end - 1;

  if (len > 0 && bytes[len - 1] == '\r')
    len--;
  if (lines->core.role == BASE_ROLE_SERVER)
    class_of (lines)->command (lines, bytes, len, with_end);
  else
    class_of (lines)->answer (lines, bytes, len, with_end);
}

static gsize
read_line (BaseLines *lines, const guint8 *bytes, gsize len)
{
  const guint8 *lf = NULL;
  gsize with_end;

  if (len > lines->scanned)
    lf = memchr (bytes + lines->scanned, '\n', len - lines->scanned);
  if (lf == NULL)
    {
      lines->scanned = len;
      if (!lines->skipping && len <= line_limit (lines))
        return 0;
      lines->scanned = 0;
      return read_overlong (lines, len);
    }
  lines->scanned = 0;
  with_end = (gsize) (lf - bytes) + 1;
  if (lines->skipping)
    {
      lines->skipping = FALSE;
      base_core_add_span (&lines->core, BASE_SPAN_SECRET, with_end, 0, TRUE);
      class_of (lines)->overlong (lines);
      return with_end;
    }
  if (with_end > line_limit (lines))
    return read_overlong (lines, with_end - 1);
  take_line (lines, bytes, with_end);
  return with_end;
}

static gsize
read_expected (BaseLines *lines, const guint8 *bytes, gsize len)
{
  switch (lines->expect)
    {
    case BASE_EXPECT_TEXT:
      return read_text (lines, bytes, len);
    case BASE_EXPECT_CHUNK:
      return read_chunk (lines, bytes, len);
    case BASE_EXPECT_LINE:
    case BASE_EXPECT_TLS:
    default:
      return read_line (lines, bytes, len);
    }
}

/* Reads as far as the bytes are understood; returns how many that were. */
static gsize
read_bytes (BaseLines *lines, const guint8 *bytes, gsize len)
{
  gsize at = 0;

  while (at < len && lines->expect != BASE_EXPECT_TLS && lines->busy == 0 &&
         !base_core_is_over (&lines->core))
    {
      gsize read = read_expected (lines, bytes + at, len - at);

      if (read == 0)
        break;
      at += read;
    }
  return at;
}

void
base_lines_continue (BaseLines *lines)
{
  gsize len;
  const guint8 *bytes = base_buffer_peek (lines->buffer, &len);

  base_buffer_consume (lines->buffer, read_bytes (lines, bytes, len));
}

void
base_lines_receive (BaseCore *core, const guint8 *bytes, gsize len)
{
  BaseLines *lines = BASE_LINES (core);
  gsize read = 0;

  if (base_buffer_length (lines->buffer) == 0)
    read = read_bytes (lines, bytes, len);
  base_buffer_append (lines->buffer, bytes + read, len - read);
  if (read == 0)
    base_lines_continue (lines);
}

static gboolean
may_close (const BaseLines *lines)
{
  if (base_buffer_length (lines->buffer) > 0)
    return FALSE;
  if (lines->core.role == BASE_ROLE_CLIENT)
    return class_of (lines)->is_leaving (lines);
  return lines->busy == 0 && lines->sasl_exchange == 0 && lines->expect == BASE_EXPECT_LINE;
}

void
base_lines_receive_eof (BaseCore *core)
{
  if (may_close (BASE_LINES (core)))
    base_core_close (core);
  else
    base_core_fail (core,
                    BASE_CORE_ERROR_CLOSED,
                    core->role == BASE_ROLE_CLIENT
                        ? _ ("The server closed the connection too early. Try again later.")
                        : _ ("The client closed the connection too early."));
}

/* TLS */

void
base_lines_expect_tls (BaseLines *lines)
{
  lines->expect = BASE_EXPECT_TLS;
  lines->tls_asked = FALSE;
}

gboolean
base_lines_check_injection (BaseLines *lines)
{
  if (base_buffer_length (lines->buffer) == 0)
    return TRUE;
  base_core_fail (
      &lines->core,
      BASE_CORE_ERROR_INJECTION,
      _ ("Something was said in plain text after TLS had been agreed on; somebody on the "
         "way may have put it there."));
  return FALSE;
}

void
base_lines_tls_started (BaseCore *core, const BaseTlsInfo *info)
{
  BaseLines *lines = BASE_LINES (core);

  if (!base_lines_check_injection (lines))
    return;
  lines->encrypted = TRUE;
  lines->expect = BASE_EXPECT_LINE;
  class_of (lines)->forget (lines);
}

/* The server role's one command at a time */

void
base_lines_ask (BaseLines *lines, guint64 exchange, gpointer command, gboolean signing_in)
{
  lines->busy = exchange;
  lines->busy_command = class_of (lines)->command_ref (command);
  lines->signing_in = signing_in;
}

gpointer
base_lines_answered (BaseLines *lines, guint64 exchange)
{
  if (exchange != lines->busy)
    return NULL;
  lines->busy = 0;
  lines->signing_in = FALSE;
  return g_steal_pointer (&lines->busy_command);
}

/* Recorded lines */

GVariant *
base_lines_checkpoint (const BaseCore *core)
{
  const BaseLines *lines = (const BaseLines *) core;

  return g_variant_new (CHECKPOINT_TYPE, (guint32) lines->state, lines->encrypted);
}

gboolean
base_lines_restore (BaseCore *core, GVariant *checkpoint, GError **error)
{
  BaseLines *lines = BASE_LINES (core);
  guint32 state;

  if (!g_variant_is_of_type (checkpoint, G_VARIANT_TYPE (CHECKPOINT_TYPE)))
    {
      g_set_error (error,
                   BASE_CORE_ERROR,
                   BASE_CORE_ERROR_PROTOCOL,
                   _ ("This is no checkpoint of a %s session."),
                   core->klass->protocol);
      return FALSE;
    }
  g_variant_get (checkpoint, CHECKPOINT_TYPE, &state, &lines->encrypted);
  base_lines_enter (lines, MIN (state, class_of (lines)->n_states - 1));
  return TRUE;
}

void
base_lines_annotate (
    BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts)
{
  BaseLines *lines = BASE_LINES (core);

  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  if ((direction == BASE_DIRECTION_OUT) == (core->role == BASE_ROLE_CLIENT))
    class_of (lines)->annotate_command (lines, line, len, parts);
  else
    class_of (lines)->annotate_answer (lines, line, len, parts);
}
