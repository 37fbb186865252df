/* The machinery the three cores share. What is protocol-specific is behind BaseCoreClass. */
#include "config.h"

#include "base-core-class.h"
#include "base-dot.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define DEFAULT_LINE (1024 * 1024)
#define DEFAULT_INLINE_BODY (64 * 1024)
#define DEFAULT_BODY (G_GUINT64_CONSTANT (4) * 1024 * 1024 * 1024)
#define DEFAULT_DEPTH 64
#define DEFAULT_COUNT 100000
#define DEFAULT_SILENCE (30 * G_USEC_PER_SEC)
/* A pattern shorter than this would hide half of every line, and hides nothing worth guessing. */
#define MASK_MIN 3

typedef struct
{
  BaseCause *cause;
  const char *verb;
} Exchange;

/* What is hidden in received lines. */
typedef struct
{
  BaseSecret *pattern;
  gboolean encoded;
} Mask;

/* One entry of the output queue: bytes, or a body to be pulled. */
typedef struct
{
  BaseSpanKind kind;
  gboolean ends_line;
  guint64 exchange;
  GBytes *bytes;
  BaseBody *body;
  gboolean dots;
  BaseDotWriter writer;
  guint64 read;
} Output;

struct _BaseCorePrivate
{
  GQueue events;
  GQueue output;
  GArray *spans;
  guint first_span;
  GPtrArray *masks;
  GHashTable *exchanges;
  guint64 last_exchange;
  guint64 first_held; /* exchanges from this one on wait at the gate; 0: it is open */
  guint64 in_offset;
  guint64 out_offset;
  gint64 last_activity;
  gboolean awaiting;
  gboolean closed;
  GError *error;
};

static void
output_free (Output *output)
{
  g_clear_pointer (&output->bytes, g_bytes_unref);
  g_clear_pointer (&output->body, base_body_unref);
  g_free (output);
}

static void
mask_free (gpointer data)
{
  Mask *mask = data;

  base_secret_unref (mask->pattern);
  g_free (mask);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_pointer (&exchange->cause, base_cause_unref);
  g_free (exchange);
}

BaseChunk *
base_chunk_ref (BaseChunk *chunk)
{
  g_atomic_ref_count_inc (&chunk->ref_count);
  return chunk;
}

void
base_chunk_unref (BaseChunk *chunk)
{
  if (!g_atomic_ref_count_dec (&chunk->ref_count))
    return;
  g_bytes_unref (chunk->bytes);
  g_free (chunk);
}

static BaseChunk *
chunk_new (const Output *output, GBytes *bytes, guint64 offset, gboolean ends_line)
{
  BaseChunk *chunk = g_new0 (BaseChunk, 1);

  g_atomic_ref_count_init (&chunk->ref_count);
  chunk->bytes = bytes;
  chunk->offset = offset;
  chunk->kind = output->kind;
  chunk->ends_line = ends_line;
  chunk->exchange = output->exchange;
  return chunk;
}

gpointer
base_core_new (const BaseCoreClass *klass, gsize size, BaseRole role, const BaseLimits *limits)
{
  BaseCore *core = g_malloc0 (size);
  BaseCorePrivate *priv = g_new0 (BaseCorePrivate, 1);

  core->klass = klass;
  core->role = role;
  core->priv = priv;
  if (limits != NULL)
    core->limits = *limits;
  if (core->limits.line == 0)
    core->limits.line = DEFAULT_LINE;
  if (core->limits.inline_body == 0)
    core->limits.inline_body = DEFAULT_INLINE_BODY;
  if (core->limits.body == 0)
    core->limits.body = DEFAULT_BODY;
  if (core->limits.depth == 0)
    core->limits.depth = DEFAULT_DEPTH;
  if (core->limits.count == 0)
    core->limits.count = DEFAULT_COUNT;
  if (core->limits.silence == 0)
    core->limits.silence = DEFAULT_SILENCE;
  g_queue_init (&priv->events);
  g_queue_init (&priv->output);
  priv->spans = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  priv->masks = g_ptr_array_new_with_free_func (mask_free);
  priv->exchanges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, exchange_free);
  return core;
}

void
base_core_free (BaseCore *core)
{
  BaseCorePrivate *priv = core->priv;

  core->klass->finalize (core);
  g_queue_clear_full (&priv->events, (GDestroyNotify) base_event_unref);
  g_queue_clear_full (&priv->output, (GDestroyNotify) output_free);
  g_array_unref (priv->spans);
  g_ptr_array_unref (priv->masks);
  g_hash_table_unref (priv->exchanges);
  g_clear_error (&priv->error);
  g_free (priv);
  g_free (core);
}

const char *
base_core_protocol (const BaseCore *core)
{
  return core->klass->protocol;
}

BaseRole
base_core_role (const BaseCore *core)
{
  return core->role;
}

const BaseLimits *
base_core_limits (const BaseCore *core)
{
  return &core->limits;
}

const char *
base_core_state (const BaseCore *core)
{
  return core->klass->state (core);
}

gboolean
base_core_is_over (const BaseCore *core)
{
  return core->priv->closed || core->priv->error != NULL;
}

static void
core_pump (BaseCore *core)
{
  if (core->klass->pump != NULL && !base_core_is_over (core))
    core->klass->pump (core);
}

void
base_core_receive (BaseCore *core, const guint8 *bytes, gsize len, gint64 now)
{
  core->now = now;
  if (len == 0 || base_core_is_over (core))
    return;
  core->priv->last_activity = now;
  core->klass->receive (core, bytes, len);
  core_pump (core);
}

void
base_core_receive_eof (BaseCore *core, gint64 now)
{
  core->now = now;
  if (base_core_is_over (core))
    return;
  core->klass->receive_eof (core);
}

void
base_core_tls_started (BaseCore *core, const BaseTlsInfo *info, gint64 now)
{
  core->now = now;
  core->priv->last_activity = now;
  if (base_core_is_over (core))
    return;
  core->klass->tls_started (core, info);
  core_pump (core);
}

static gboolean
outcome_ends (BaseOutcome outcome)
{
  return outcome != BASE_OUTCOME_NONE && outcome != BASE_OUTCOME_CONTINUE;
}

BaseCoreStatus
base_core_next_event (BaseCore *core, BaseEvent **event, GError **error)
{
  BaseCorePrivate *priv = core->priv;

  *event = g_queue_pop_head (&priv->events);
  if (*event != NULL)
    {
      if ((*event)->exchange != 0 && outcome_ends ((*event)->outcome))
        g_hash_table_remove (priv->exchanges, &(*event)->exchange);
      return BASE_CORE_EVENT;
    }
  if (priv->error != NULL)
    {
      g_propagate_error (error, g_error_copy (priv->error));
      return BASE_CORE_FAILED;
    }
  return priv->closed ? BASE_CORE_CLOSED : BASE_CORE_NEED_DATA;
}

void
base_core_add_event (BaseCore *core, BaseEvent *event)
{
  g_queue_push_tail (&core->priv->events, event);
}

void
base_core_close (BaseCore *core)
{
  core->priv->closed = TRUE;
  core->priv->awaiting = FALSE;
}

void
base_core_fail_error (BaseCore *core, GError *error)
{
  if (core->priv->error == NULL)
    core->priv->error = error;
  else
    g_error_free (error);
  core->priv->awaiting = FALSE;
}

void
base_core_fail (BaseCore *core, BaseCoreError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  base_core_fail_error (core, g_error_new_valist (BASE_CORE_ERROR, (gint) code, format, args));
  va_end (args);
}

/* Spans */

gboolean
base_core_take_span (BaseCore *core, BaseSpan *span)
{
  BaseCorePrivate *priv = core->priv;

  if (priv->first_span == priv->spans->len)
    return FALSE;
  *span = g_array_index (priv->spans, BaseSpan, priv->first_span++);
  if (priv->first_span == priv->spans->len)
    {
      g_array_set_size (priv->spans, 0);
      priv->first_span = 0;
    }
  return TRUE;
}

void
base_core_add_span (
    BaseCore *core, BaseSpanKind kind, gsize length, guint64 exchange, gboolean ends_line)
{
  BaseCorePrivate *priv = core->priv;
  BaseSpan span = { priv->in_offset, length, kind, ends_line, exchange };

  if (length == 0)
    return;
  priv->in_offset += length;
  if (kind == BASE_SPAN_BODY && !ends_line && priv->spans->len > priv->first_span)
    {
      BaseSpan *last = &g_array_index (priv->spans, BaseSpan, priv->spans->len - 1);

      if (last->kind == BASE_SPAN_BODY && last->exchange == exchange && !last->ends_line)
        {
          last->length += length;
          return;
        }
    }
  g_array_append_val (priv->spans, span);
}

/* @encoded: it is a piece of base64, and the characters beside it hold bits of the secret too. */
static void
add_pattern (BaseCore *core, const char *bytes, gsize len, gboolean encoded)
{
  Mask *mask;

  if (len < MASK_MIN)
    return;
  mask = g_new0 (Mask, 1);
  mask->pattern = base_secret_new (bytes, (gssize) len);
  mask->encoded = encoded;
  g_ptr_array_add (core->priv->masks, mask);
}

/* The base64 of whatever holds the secret after @before other bytes (modulo 3): of that, those
 * characters that the secret alone determines. */
static void
add_encoded_pattern (BaseCore *core, const char *bytes, gsize len, gsize before)
{
  guint8 *padded = g_malloc0 (before + len);
  char *base64;
  gsize start = (before * 8 + 5) / 6;
  gsize end = (before + len) * 8 / 6;

  memcpy (padded + before, bytes, len);
  base64 = g_base64_encode (padded, before + len);
  if (end > start)
    add_pattern (core, base64 + start, end - start, TRUE);
  base_secret_wipe (padded, before + len);
  base_secret_wipe_string (base64);
  g_free (padded);
}

void
base_core_add_mask (BaseCore *core, BaseSecret *secret)
{
  gsize len;
  const char *bytes = base_secret_peek (secret, &len);

  if (len < MASK_MIN)
    return;
  add_pattern (core, bytes, len, FALSE);
  for (gsize before = 0; before < 3; before++)
    add_encoded_pattern (core, bytes, len, before);
}

static gboolean
is_base64 (guint8 c)
{
  return g_ascii_isalnum ((char) c) || c == '+' || c == '/';
}

/* The first and longest mask found in @line; its length, or 0. */
static gsize
find_mask (BaseCore *core, const guint8 *line, gsize len, gsize *at)
{
  gsize best = 0;

  *at = len;
  for (guint i = 0; i < core->priv->masks->len; i++)
    {
      const Mask *mask = core->priv->masks->pdata[i];
      gsize hidden;
      const char *pattern = base_secret_peek (mask->pattern, &hidden);
      const guint8 *found = memmem (line, len, pattern, hidden);
      gsize position;

      if (found == NULL)
        continue;
      position = (gsize) (found - line);
      if (mask->encoded && position > 0 && is_base64 (line[position - 1]))
        {
          position--;
          hidden++;
        }
      if (mask->encoded && position + hidden < len && is_base64 (line[position + hidden]))
        hidden++;
      if (position < *at || (position == *at && hidden > best))
        {
          *at = position;
          best = hidden;
        }
    }
  return best;
}

void
base_core_add_line_span (
    BaseCore *core, const guint8 *line, gsize len, guint64 exchange, gboolean ends_line)
{
  gsize at;
  gsize hidden;

  while (len > 0 && (hidden = find_mask (core, line, len, &at)) > 0)
    {
      base_core_add_span (core, BASE_SPAN_PLAIN, at, exchange, FALSE);
      base_core_add_span (
          core, BASE_SPAN_SECRET, hidden, exchange, ends_line && at + hidden == len);
      line += at + hidden;
      len -= at + hidden;
    }
  base_core_add_span (core, BASE_SPAN_PLAIN, len, exchange, ends_line);
}

void
base_core_mask (BaseCore *core, char *text, gsize len)
{
  gsize at;
  gsize hidden;

  while (len > 0 && (hidden = find_mask (core, (const guint8 *) text, len, &at)) > 0)
    {
      memset (text + at, '*', hidden);
      text += at + hidden;
      len -= at + hidden;
    }
}

/* Exchanges */

guint64
base_core_begin_exchange (BaseCore *core, const BaseCause *cause, const char *verb)
{
  BaseCorePrivate *priv = core->priv;
  Exchange *exchange = g_new0 (Exchange, 1);
  guint64 *key = g_new (guint64, 1);

  exchange->cause = cause != NULL ? base_cause_ref (cause) : NULL;
  exchange->verb = verb;
  *key = ++priv->last_exchange;
  g_hash_table_insert (priv->exchanges, key, exchange);
  return priv->last_exchange;
}

void
base_core_end_exchange (BaseCore *core, guint64 exchange)
{
  g_hash_table_remove (core->priv->exchanges, &exchange);
}

gboolean
base_core_exchange (const BaseCore *core,
                    guint64 exchange,
                    const BaseCause **cause,
                    const char **verb)
{
  const Exchange *found = g_hash_table_lookup (core->priv->exchanges, &exchange);

  if (found == NULL)
    return FALSE;
  if (cause != NULL)
    *cause = found->cause;
  if (verb != NULL)
    *verb = found->verb;
  return TRUE;
}

/* Output and the gate */

static gboolean
is_gated (const BaseCorePrivate *priv, const Output *output)
{
  return priv->first_held != 0 && output->exchange >= priv->first_held;
}

void
base_core_write (BaseCore *core,
                 BaseSpanKind kind,
                 guint64 exchange,
                 const void *bytes,
                 gsize len,
                 gboolean ends_line)
{
  Output *output;

  if (len == 0)
    return;
  output = g_new0 (Output, 1);
  output->kind = kind;
  output->exchange = exchange;
  output->bytes = g_bytes_new (bytes, len);
  output->ends_line = ends_line;
  g_queue_push_tail (&core->priv->output, output);
}

void
base_core_write_string (BaseCore *core, guint64 exchange, const char *text, gboolean ends_line)
{
  base_core_write (core, BASE_SPAN_PLAIN, exchange, text, strlen (text), ends_line);
}

void
base_core_write_body (BaseCore *core, guint64 exchange, BaseBody *body, gboolean dots)
{
  Output *output = g_new0 (Output, 1);

  output->kind = BASE_SPAN_BODY;
  output->exchange = exchange;
  output->body = base_body_ref (body);
  output->dots = dots;
  g_queue_push_tail (&core->priv->output, output);
}

gboolean
base_core_output_empty (const BaseCore *core)
{
  return g_queue_is_empty (&core->priv->output);
}

/* Reads the next piece of a body; %NULL at its end or when its source failed. */
static GBytes *
pull_body (BaseCore *core, Output *output, gsize max)
{
  g_autofree guint8 *buffer = g_malloc (max);
  g_autoptr (GError) error = NULL;
  gssize n = base_body_read (output->body, buffer, max, &error);
  GByteArray *stuffed;

  if (n < 0)
    {
      base_core_fail_error (core, g_steal_pointer (&error));
      return NULL;
    }
  if (!output->dots)
    return n > 0 ? g_bytes_new_take (g_steal_pointer (&buffer), (gsize) n) : NULL;
  stuffed = g_byte_array_sized_new ((guint) n + 64);
  base_dot_write (&output->writer, buffer, (gsize) n, stuffed);
  if (n == 0)
    {
      /* What finish() adds before the lone dot; the dot is a line of the dialogue, not the body's.
       */
      base_dot_finish (&output->writer, stuffed);
      g_byte_array_set_size (stuffed, stuffed->len - 3);
    }
  if (stuffed->len == 0)
    {
      g_byte_array_unref (stuffed);
      return NULL;
    }
  return g_byte_array_free_to_bytes (stuffed);
}

static BaseChunk *
take_chunk (BaseCore *core, Output *output, gsize max)
{
  BaseCorePrivate *priv = core->priv;
  GBytes *bytes;
  BaseChunk *chunk;

  if (output->body != NULL)
    {
      bytes = pull_body (core, output, MAX (max, 1));
      if (bytes == NULL)
        return NULL;
      chunk = chunk_new (output, bytes, priv->out_offset, FALSE);
    }
  else
    {
      chunk =
          chunk_new (output, g_steal_pointer (&output->bytes), priv->out_offset, output->ends_line);
    }
  priv->out_offset += g_bytes_get_size (chunk->bytes);
  priv->last_activity = core->now;
  return chunk;
}

BaseChunk *
base_core_take_output (BaseCore *core, gsize max)
{
  BaseCorePrivate *priv = core->priv;
  BaseChunk *chunk = NULL;

  while (chunk == NULL)
    {
      Output *output = g_queue_peek_head (&priv->output);
      gboolean body_goes_on;

      if (output == NULL || is_gated (priv, output) || priv->error != NULL)
        return NULL;
      chunk = take_chunk (core, output, max);
      body_goes_on = output->body != NULL && chunk != NULL;
      if (!body_goes_on)
        {
          output_free (g_queue_pop_head (&priv->output));
          if (g_queue_is_empty (&priv->output))
            core_pump (core);
        }
    }
  return chunk;
}

void
base_core_hold (BaseCore *core)
{
  if (core->priv->first_held == 0)
    core->priv->first_held = core->priv->last_exchange + 1;
}

void
base_core_release (BaseCore *core, gint64 now)
{
  core->now = now;
  core->priv->first_held = 0;
  core->priv->last_activity = now;
  core_pump (core);
}

gboolean
base_core_is_held (const BaseCore *core)
{
  return core->priv->first_held != 0;
}

BaseChunk *
base_core_peek_held (const BaseCore *core)
{
  guint64 offset = core->priv->out_offset;

  for (GList *l = core->priv->output.head; l != NULL; l = l->next)
    {
      const Output *output = l->data;

      if (is_gated (core->priv, output) && output->bytes != NULL)
        return chunk_new (output, g_bytes_ref (output->bytes), offset, output->ends_line);
      offset += output->bytes != NULL ? g_bytes_get_size (output->bytes) : 0;
    }
  return NULL;
}

guint64
base_core_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause)
{
  return core->klass->submit_raw (core, bytes, cause);
}

/* Deadlines */

void
base_core_set_awaiting (BaseCore *core, gboolean awaiting)
{
  if (awaiting && !core->priv->awaiting)
    core->priv->last_activity = MAX (core->priv->last_activity, core->now);
  core->priv->awaiting = awaiting;
}

static gboolean
all_output_is_held (const BaseCore *core)
{
  const Output *head = g_queue_peek_head (&core->priv->output);

  return head != NULL && is_gated (core->priv, head);
}

gint64
base_core_next_deadline (const BaseCore *core)
{
  if (!core->priv->awaiting || base_core_is_over (core) || all_output_is_held (core))
    return G_MAXINT64;
  return core->priv->last_activity + core->limits.silence;
}

void
base_core_sent (BaseCore *core, gint64 now)
{
  core->priv->last_activity = MAX (core->priv->last_activity, now);
}

void
base_core_expire (BaseCore *core, gint64 now)
{
  core->now = now;
  if (base_core_next_deadline (core) <= now)
    base_core_fail (core,
                    BASE_CORE_ERROR_TIMEOUT,
                    _ ("The server has said nothing for %d seconds. Try again later."),
                    (int) (core->limits.silence / G_USEC_PER_SEC));
}

GVariant *
base_core_checkpoint (const BaseCore *core)
{
  return core->klass->checkpoint (core);
}

gboolean
base_core_restore (BaseCore *core, GVariant *checkpoint, GError **error)
{
  return core->klass->restore (core, checkpoint, error);
}

void
base_core_annotate (
    BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts)
{
  core->klass->annotate (core, direction, line, len, parts);
}
