/* The toy's grammar on the shared machinery. */
#include "toy-core.h"

#include <string.h>

#include "base-buffer.h"
#include "base-core-class.h"

typedef struct
{
  BaseCore base;
  BaseBuffer *input;
  GQueue waiting; /* client: exchanges that have no answer yet, as pointers */
  guint64 body;   /* bytes of a body still to come */
  guint64 exchange;
  gboolean before_tls; /* nothing more is read until TLS has begun */
  gboolean encrypted;
} ToyCore;

static void
event_clear (BaseEvent *base)
{
  ToyEvent *event = (ToyEvent *) base;

  g_free (event->line);
  g_clear_pointer (&event->data, g_bytes_unref);
}

static ToyEvent *
new_event (ToyEventType type, guint64 exchange, BaseOutcome outcome)
{
  ToyEvent *event = base_event_new (sizeof (ToyEvent), (int) type, event_clear);

  event->base.exchange = exchange;
  event->base.outcome = outcome;
  return event;
}

static const char *
toy_state (const BaseCore *core)
{
  return ((const ToyCore *) core)->encrypted ? "encrypted" : "plain";
}

static void
toy_finalize (BaseCore *core)
{
  ToyCore *toy = (ToyCore *) core;

  base_buffer_free (toy->input);
  g_queue_clear (&toy->waiting);
}

static guint64
first_waiting (ToyCore *toy)
{
  return GPOINTER_TO_SIZE (g_queue_peek_head (&toy->waiting));
}

static BaseOutcome
outcome_of (const char *line)
{
  return g_str_has_prefix (line, "OK")   ? BASE_OUTCOME_OK
         : g_str_has_prefix (line, "NO") ? BASE_OUTCOME_REFUSED
                                         : BASE_OUTCOME_NONE;
}

/* A reply to the client. */
static void
client_line (ToyCore *toy, const char *line, const char *verb, guint64 exchange)
{
  BaseOutcome outcome = outcome_of (line);
  ToyEvent *event = new_event (TOY_LINE, outcome != BASE_OUTCOME_NONE ? exchange : 0, outcome);

  event->line = g_strdup (line);
  base_core_add_event (&toy->base, &event->base);
  if (g_str_has_prefix (line, "BODY "))
    toy->body = g_ascii_strtoull (line + 5, NULL, 10);
  if (outcome == BASE_OUTCOME_NONE)
    return;
  g_queue_pop_head (&toy->waiting);
  base_core_set_awaiting (&toy->base, !g_queue_is_empty (&toy->waiting));
  if (g_strcmp0 (verb, "STARTTLS") == 0 && outcome == BASE_OUTCOME_OK)
    {
      toy->before_tls = TRUE;
      base_core_add_event (&toy->base, &new_event (TOY_START_TLS, 0, BASE_OUTCOME_NONE)->base);
    }
  if (g_strcmp0 (verb, "QUIT") == 0)
    base_core_close (&toy->base);
}

/* A command to the server. */
static void
server_line (ToyCore *toy, const char *line, guint64 exchange)
{
  ToyEvent *event = new_event (TOY_LINE, exchange, BASE_OUTCOME_NONE);

  event->line = g_strdup (line);
  toy->exchange = exchange;
  base_core_add_event (&toy->base, &event->base);
  if (g_str_has_prefix (line, "PUT "))
    toy->body = g_ascii_strtoull (line + 4, NULL, 10);
  if (strcmp (line, "STARTTLS") == 0)
    {
      toy->before_tls = TRUE;
      base_core_write_string (&toy->base, exchange, "OK begin\r\n", TRUE);
      base_core_add_event (&toy->base, &new_event (TOY_START_TLS, 0, BASE_OUTCOME_NONE)->base);
    }
  if (strcmp (line, "QUIT") == 0)
    {
      base_core_write_string (&toy->base, exchange, "OK bye\r\n", TRUE);
      base_core_close (&toy->base);
    }
}

static void
take_line (ToyCore *toy, const guint8 *bytes, gsize len)
{
  g_autofree char *line = g_strndup ((const char *) bytes, len - 2);
  const char *verb = NULL;
  guint64 exchange;

  if (toy->base.role == BASE_ROLE_SERVER)
    {
      exchange = base_core_begin_exchange (&toy->base, NULL, "command");
      if (g_str_has_prefix (line, "PASS "))
        {
          base_core_add_span (&toy->base, BASE_SPAN_PLAIN, 5, exchange, FALSE);
          base_core_add_span (&toy->base, BASE_SPAN_SECRET, len - 7, exchange, FALSE);
          base_core_add_span (&toy->base, BASE_SPAN_PLAIN, 2, exchange, TRUE);
        }
      else
        {
          base_core_add_line_span (&toy->base, bytes, len, exchange, TRUE);
        }
      server_line (toy, line, exchange);
      return;
    }
  exchange = *line == '*' ? 0 : first_waiting (toy);
  base_core_add_line_span (&toy->base, bytes, len, exchange, TRUE);
  if (exchange == 0 && *line != '*')
    {
      base_core_fail (&toy->base, BASE_CORE_ERROR_PROTOCOL, "A reply to nothing.");
      return;
    }
  base_core_exchange (&toy->base, exchange, NULL, &verb);
  client_line (toy, line, verb, exchange);
}

static gsize
take_body (ToyCore *toy, const guint8 *bytes, gsize len)
{
  gsize n = (gsize) MIN (toy->body, len);
  guint64 exchange = toy->base.role == BASE_ROLE_CLIENT ? first_waiting (toy) : toy->exchange;
  ToyEvent *event = new_event (TOY_DATA, exchange, BASE_OUTCOME_NONE);

  event->data = g_bytes_new (bytes, n);
  base_core_add_span (&toy->base, BASE_SPAN_BODY, n, exchange, FALSE);
  base_core_add_event (&toy->base, &event->base);
  toy->body -= n;
  return n;
}

static void
toy_receive (BaseCore *core, const guint8 *input, gsize input_len)
{
  ToyCore *toy = (ToyCore *) core;

  base_buffer_append (toy->input, input, input_len);
  while (!toy->before_tls && !base_core_is_over (core))
    {
      gsize len;
      const guint8 *bytes = base_buffer_peek (toy->input, &len);
      const guint8 *end = len > 0 ? memmem (bytes, len, "\r\n", 2) : NULL;

      if (len > 0 && toy->body > 0)
        {
          base_buffer_consume (toy->input, take_body (toy, bytes, len));
          continue;
        }
      if (end == NULL)
        {
          if (len > core->limits.line)
            base_core_fail (core, BASE_CORE_ERROR_LIMIT, "A line is too long.");
          return;
        }
      len = (gsize) (end - bytes) + 2;
      take_line (toy, bytes, len);
      base_buffer_consume (toy->input, len);
    }
}

static void
toy_receive_eof (BaseCore *core)
{
  base_core_fail (core, BASE_CORE_ERROR_CLOSED, "The line was cut.");
}

static void
toy_tls_started (BaseCore *core, const BaseTlsInfo *info)
{
  ToyCore *toy = (ToyCore *) core;

  g_assert_true (g_str_has_prefix (info->version, "TLSv1."));
  if (base_buffer_length (toy->input) > 0)
    {
      base_core_fail (core, BASE_CORE_ERROR_INJECTION, "Something was said before TLS began.");
      return;
    }
  toy->before_tls = FALSE;
  toy->encrypted = TRUE;
}

static guint64
toy_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause)
{
  return 0;
}

static gboolean
toy_edit (BaseCore *core, guint64 exchange, GBytes *line)
{
  return g_str_has_prefix (g_bytes_get_data (line, NULL), "SAY ");
}

static GVariant *
toy_checkpoint (const BaseCore *core)
{
  return g_variant_new ("(sb)", "toy", ((const ToyCore *) core)->encrypted);
}

static gboolean
toy_restore (BaseCore *core, GVariant *checkpoint, GError **error)
{
  const char *name;

  g_variant_get (checkpoint, "(&sb)", &name, &((ToyCore *) core)->encrypted);
  return TRUE;
}

static void
toy_annotate (
    BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts)
{
  base_parts_add_token (parts, 0, MIN (len, 3), "toy.", (const char *) line, MIN (len, 3));
}

static const BaseCoreClass toy_class = {
  .protocol = "toy",
  .state = toy_state,
  .finalize = toy_finalize,
  .receive = toy_receive,
  .receive_eof = toy_receive_eof,
  .tls_started = toy_tls_started,
  .submit_raw = toy_submit_raw,
  .edit = toy_edit,
  .checkpoint = toy_checkpoint,
  .restore = toy_restore,
  .annotate = toy_annotate,
};

BaseCore *
toy_core_new (BaseRole role, const BaseLimits *limits)
{
  ToyCore *toy = base_core_new (&toy_class, sizeof (ToyCore), role, limits);

  toy->input = base_buffer_new ();
  g_queue_init (&toy->waiting);
  return &toy->base;
}

static guint64
submit (BaseCore *core, const char *verb, const BaseCause *cause)
{
  ToyCore *toy = (ToyCore *) core;
  guint64 exchange = base_core_begin_exchange (core, cause, verb);

  g_queue_push_tail (&toy->waiting, GSIZE_TO_POINTER (exchange));
  base_core_set_awaiting (core, TRUE);
  return exchange;
}

static guint64
submit_line (BaseCore *core, const char *verb, const char *rest, const BaseCause *cause)
{
  guint64 exchange = submit (core, verb, cause);
  g_autofree char *line = g_strconcat (verb, rest, "\r\n", NULL);

  base_core_write_string (core, exchange, line, TRUE);
  return exchange;
}

guint64
toy_say (BaseCore *core, const char *words, const BaseCause *cause)
{
  g_autofree char *rest = g_strconcat (" ", words, NULL);

  return submit_line (core, "SAY", rest, cause);
}

guint64
toy_pass (BaseCore *core, BaseSecret *secret)
{
  guint64 exchange = submit (core, "PASS", NULL);
  gsize len;
  const char *bytes = base_secret_peek (secret, &len);

  base_core_add_mask (core, secret);
  base_core_write_string (core, exchange, "PASS ", FALSE);
  base_core_write (core, BASE_SPAN_SECRET, exchange, bytes, len, FALSE);
  base_core_write_string (core, exchange, "\r\n", TRUE);
  return exchange;
}

guint64
toy_put (BaseCore *core, BaseBody *body)
{
  g_autofree char *rest = g_strdup_printf (" %" G_GUINT64_FORMAT, base_body_size (body));
  guint64 exchange = submit_line (core, "PUT", rest, NULL);

  base_core_write_body (core, exchange, body, FALSE);
  return exchange;
}

guint64
toy_get (BaseCore *core, guint64 size)
{
  g_autofree char *rest = g_strdup_printf (" %" G_GUINT64_FORMAT, size);

  return submit_line (core, "GET", rest, NULL);
}

guint64
toy_starttls (BaseCore *core)
{
  return submit_line (core, "STARTTLS", "", NULL);
}

guint64
toy_quit (BaseCore *core)
{
  return submit_line (core, "QUIT", "", NULL);
}

void
toy_reply (BaseCore *core, const char *line)
{
  base_core_write_string (core, ((ToyCore *) core)->exchange, line, FALSE);
  base_core_write_string (core, ((ToyCore *) core)->exchange, "\r\n", TRUE);
}

void
toy_reply_body (BaseCore *core, BaseBody *body)
{
  guint64 exchange = ((ToyCore *) core)->exchange;
  g_autofree char *line = g_strdup_printf ("BODY %" G_GUINT64_FORMAT "\r\n", base_body_size (body));

  base_core_write_string (core, exchange, line, TRUE);
  base_core_write_body (core, exchange, body, FALSE);
  base_core_write_string (core, exchange, "OK\r\n", TRUE);
}
