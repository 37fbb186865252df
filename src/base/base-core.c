/* The machinery the three cores share. What is protocol-specific is behind BaseCoreClass. */
#include "config.h"

#include "base-core-class.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base-mask.h"
#include "base-output.h"

#define DEFAULT_LINE (1024 * 1024)
#define DEFAULT_INLINE_BODY (64 * 1024)
#define DEFAULT_BODY (G_GUINT64_CONSTANT (4) * 1024 * 1024 * 1024)
#define DEFAULT_DEPTH 64
#define DEFAULT_COUNT 100000
#define DEFAULT_SILENCE (30 * G_USEC_PER_SEC)
#define DEFAULT_DRIP (5 * 60 * G_USEC_PER_SEC)
#define DEFAULT_PACE 4096

typedef struct
{
  BaseCause *cause;
  const char *verb;
} Exchange;

struct _BaseCorePrivate
{
  GQueue events;
  BaseOutput *output;
  GArray *spans;
  guint first_span;
  BaseMasks *masks;
  GHashTable *exchanges;
  guint64 last_exchange;
  guint64 in_offset;
  guint64 received;
  gint64 last_activity;
  gint64 due;       /* when the line or body that is coming must have ended; G_MAXINT64: none is */
  guint64 ended;    /* how many lines and bodies have come to their end */
  gboolean in_body; /* what is understood already belongs to a body that goes on */
  gboolean awaiting;
  gboolean closed;
  GError *error;
  BaseBinding binding; /* type NULL: none */
};

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_pointer (&exchange->cause, base_cause_unref);
  g_free (exchange);
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
  if (core->limits.drip == 0)
    core->limits.drip = DEFAULT_DRIP;
  if (core->limits.pace == 0)
    core->limits.pace = DEFAULT_PACE;
  priv->due = G_MAXINT64;
  g_queue_init (&priv->events);
  priv->output = base_output_new ();
  priv->spans = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  priv->masks = base_masks_new ();
  priv->exchanges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, exchange_free);
  return core;
}

void
base_core_free (BaseCore *core)
{
  BaseCorePrivate *priv = core->priv;

  core->klass->finalize (core);
  g_queue_clear_full (&priv->events, (GDestroyNotify) base_event_unref);
  base_output_free (priv->output);
  g_array_unref (priv->spans);
  base_masks_free (priv->masks);
  g_hash_table_unref (priv->exchanges);
  g_clear_error (&priv->error);
  g_clear_pointer (&priv->binding.data, g_bytes_unref);
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

void
base_core_set_silence (BaseCore *core, gint64 silence)
{
  core->limits.silence = silence;
  core->limits.drip = MAX (core->limits.drip, silence);
}

char **
base_core_dup_offers (const BaseCore *core)
{
  return core->klass->dup_offers != NULL ? core->klass->dup_offers (core) : NULL;
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

/* What is understood has its span. A line or a body that comes byte by byte is never silent and
 * never done: what has come of it buys it more time, and none is saved up. */
static void
follow_unfinished (BaseCore *core, guint64 ended_before, gsize len)
{
  BaseCorePrivate *priv = core->priv;
  gint64 most = core->now + core->limits.drip;
  gint64 earned = (gint64) MIN (len, G_MAXUINT32) * (60 * G_USEC_PER_SEC / core->limits.pace);

  if (priv->in_offset == priv->received && !priv->in_body)
    priv->due = G_MAXINT64;
  else if (priv->ended != ended_before || priv->due == G_MAXINT64)
    priv->due = most;
  else
    priv->due = MIN (priv->due + earned, most);
}

void
base_core_receive (BaseCore *core, const guint8 *bytes, gsize len, gint64 now)
{
  guint64 ended = core->priv->ended;

  core->now = now;
  if (len == 0 || base_core_is_over (core))
    return;
  core->priv->last_activity = now;
  core->priv->received += len;
  core->klass->receive (core, bytes, len);
  follow_unfinished (core, ended, len);
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
  if (info != NULL && info->binding.type != NULL && core->priv->binding.type == NULL)
    core->priv->binding = (BaseBinding){ info->binding.type, g_bytes_ref (info->binding.data) };
  core->klass->tls_started (core, info);
  core_pump (core);
}

const BaseBinding *
base_core_binding (const BaseCore *core)
{
  return core->priv->binding.type != NULL ? &core->priv->binding : NULL;
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
  /* A body is one thing, a line another, whatever stands in the middle of it. */
  if (ends_line || (kind == BASE_SPAN_BODY) != priv->in_body)
    priv->ended++;
  priv->in_body = kind == BASE_SPAN_BODY;
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

void
base_core_add_mask (BaseCore *core, BaseSecret *secret)
{
  base_masks_add (core->priv->masks, secret);
}

void
base_core_add_secret_span (BaseCore *core,
                           const BaseSecretSpan *secret,
                           gsize length,
                           guint64 exchange)
{
  gsize end = secret->offset + secret->length;

  if (secret->length == 0)
    {
      base_core_add_span (core, BASE_SPAN_PLAIN, length, exchange, TRUE);
      return;
    }
  base_core_add_span (core, BASE_SPAN_PLAIN, secret->offset, exchange, FALSE);
  base_core_add_span (core, BASE_SPAN_SECRET, secret->length, exchange, end == length);
  base_core_add_span (core, BASE_SPAN_PLAIN, length - end, exchange, TRUE);
}

void
base_core_add_line_span (
    BaseCore *core, const guint8 *line, gsize len, guint64 exchange, gboolean ends_line)
{
  gsize at;
  gsize hidden;

  while (len > 0 && (hidden = base_masks_find (core->priv->masks, line, len, &at)) > 0)
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

  while (len > 0 &&
         (hidden = base_masks_find (core->priv->masks, (const guint8 *) text, len, &at)) > 0)
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

void
base_core_write (BaseCore *core,
                 BaseSpanKind kind,
                 guint64 exchange,
                 const void *bytes,
                 gsize len,
                 gboolean ends_line)
{
  if (len > 0)
    base_output_add_bytes (core->priv->output, kind, exchange, g_bytes_new (bytes, len), ends_line);
}

void
base_core_write_string (BaseCore *core, guint64 exchange, const char *text, gboolean ends_line)
{
  base_core_write (core, BASE_SPAN_PLAIN, exchange, text, strlen (text), ends_line);
}

void
base_core_write_line (
    BaseCore *core, guint64 exchange, const char *line, gsize len, const BaseSecretSpan *secret)
{
  gsize end = secret->offset + secret->length;

  if (secret->length == 0)
    {
      base_core_write (core, BASE_SPAN_PLAIN, exchange, line, len, TRUE);
      return;
    }
  base_core_write (core, BASE_SPAN_PLAIN, exchange, line, secret->offset, FALSE);
  base_core_write (
      core, BASE_SPAN_SECRET, exchange, line + secret->offset, secret->length, end == len);
  base_core_write (core, BASE_SPAN_PLAIN, exchange, line + end, len - end, TRUE);
}

void
base_core_write_body (BaseCore *core, guint64 exchange, BaseBody *body, gboolean dots)
{
  base_output_add_body (core->priv->output, exchange, body, dots);
}

gboolean
base_core_output_empty (const BaseCore *core)
{
  return base_output_is_empty (core->priv->output);
}

gboolean
base_core_output_has (const BaseCore *core, guint64 exchange)
{
  return base_output_has (core->priv->output, exchange);
}

BaseChunk *
base_core_take_output (BaseCore *core, gsize max)
{
  BaseCorePrivate *priv = core->priv;
  BaseChunk *chunk = NULL;

  while (chunk == NULL && priv->error == NULL && !base_output_is_empty (priv->output) &&
         !base_output_is_held (priv->output))
    {
      GError *error = NULL;

      chunk = base_output_take (priv->output, max, &error);
      if (error != NULL)
        base_core_fail_error (core, error);
      if (chunk != NULL)
        priv->last_activity = core->now;
      if (base_output_is_empty (priv->output))
        core_pump (core);
    }
  return chunk;
}

void
base_core_hold (BaseCore *core)
{
  if (!base_core_is_held (core))
    base_output_set_gate (core->priv->output, core->priv->last_exchange + 1);
}

void
base_core_release (BaseCore *core, gint64 now)
{
  core->now = now;
  base_output_set_gate (core->priv->output, 0);
  core->priv->last_activity = now;
  core_pump (core);
}

void
base_core_release_one (BaseCore *core, gint64 now)
{
  g_autoptr (BaseChunk) held = base_core_peek_held (core);

  core->now = now;
  if (held != NULL)
    base_output_set_gate (core->priv->output, held->exchange + 1);
  core->priv->last_activity = now;
  core_pump (core);
}

gboolean
base_core_is_held (const BaseCore *core)
{
  return base_output_gate (core->priv->output) != 0;
}

BaseChunk *
base_core_peek_held (const BaseCore *core)
{
  return base_output_peek_held (core->priv->output);
}

static gboolean
is_one_line (GBytes *line)
{
  gsize len;
  const char *text = g_bytes_get_data (line, &len);

  return len > 2 && memchr (text, '\n', len) == text + len - 1 && text[len - 2] == '\r' &&
         memchr (text, '\0', len) == NULL;
}

gboolean
base_core_edit_held (BaseCore *core, guint64 exchange, GBytes *line)
{
  if (core->role != BASE_ROLE_CLIENT || !is_one_line (line) ||
      !base_output_is_held_line (core->priv->output, exchange) ||
      !core->klass->edit (core, exchange, line))
    return FALSE;
  base_output_replace_line (core->priv->output, exchange, line);
  return TRUE;
}

guint64
base_core_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause)
{
  guint64 exchange;

  if (core->role == BASE_ROLE_CLIENT)
    return core->klass->submit_raw (core, bytes, cause);
  exchange = base_core_begin_exchange (core, cause, "UNKNOWN");
  base_output_add_bytes (core->priv->output, BASE_SPAN_PLAIN, exchange, g_bytes_ref (bytes), TRUE);
  base_core_end_exchange (core, exchange);
  return exchange;
}

/* Deadlines */

void
base_core_set_awaiting (BaseCore *core, gboolean awaiting)
{
  if (awaiting && !core->priv->awaiting)
    core->priv->last_activity = MAX (core->priv->last_activity, core->now);
  core->priv->awaiting = awaiting;
}

/* Only a server is waited for like this. */
static gint64
drip_deadline (const BaseCore *core)
{
  return core->role == BASE_ROLE_SERVER ? G_MAXINT64 : core->priv->due;
}

gint64
base_core_next_deadline (const BaseCore *core)
{
  if (!core->priv->awaiting || base_core_is_over (core) || base_output_is_held (core->priv->output))
    return G_MAXINT64;
  return MIN (core->priv->last_activity + core->limits.silence, drip_deadline (core));
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
  if (base_core_next_deadline (core) > now)
    return;
  if (drip_deadline (core) <= now)
    base_core_fail (core,
                    BASE_CORE_ERROR_TIMEOUT,
                    _ ("The server sends so slowly that it would never come to an end: fewer than "
                       "%u bytes a minute. Try again later."),
                    core->limits.pace);
  else
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
