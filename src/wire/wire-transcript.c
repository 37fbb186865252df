/* Reads recordings back, strictly: what this program did not write is not shown as if it had. */
#include "config.h"

#include "wire-transcript.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "base-error.h"
#include "wire-value.h"

#define MAX_VERB 64
/* A recording that is larger is not for reading whole. */
#define MAX_FILE (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)

static BaseRetry
wire_retry (int code)
{
  return BASE_RETRY_USER;
}

GQuark
wire_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark domain = g_quark_from_static_string ("wire-error");

      base_error_register (domain, wire_retry);
      g_once_init_leave (&quark, domain);
    }
  return (GQuark) quark;
}

static char *
dup_member (const WireValue *object, const char *key)
{
  return g_strdup (wire_value_string (wire_value_get (object, key)));
}

/* The number of a member that may be missing. */
static guint64
uint_member (const WireValue *object, const char *key)
{
  guint64 number = 0;

  (void) wire_value_uint (wire_value_get (object, key), &number);
  return number;
}

static gint64
int_member (const WireValue *object, const char *key)
{
  gint64 number = 0;

  (void) wire_value_int (wire_value_get (object, key), &number);
  return number;
}

/* The index of a word among those of @from_name; -1 if it is missing or unknown. */
static int
word_member (const WireValue *object, const char *key, int (*from_name) (const char *name))
{
  const char *word = wire_value_string (wire_value_get (object, key));

  return word != NULL ? from_name (word) : -1;
}

/* Of a cause that stands for several. */
static GArray *
parse_wishes (const WireValue *array)
{
  GArray *wishes = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < wire_value_length (array); i++)
    {
      guint64 id;

      if (wire_value_uint (wire_value_element (array, i), &id))
        g_array_append_val (wishes, id);
    }
  return wishes;
}

/* What stands under @key, if anything does. %FALSE: it is no cause. */
static gboolean
parse_cause (const WireValue *object, const char *key, BaseCause **parsed)
{
  const WireValue *cause = wire_value_get (object, key);
  g_autoptr (GArray) wishes = NULL;
  int kind;

  if (cause == NULL)
    return TRUE;
  kind = word_member (cause, "kind", base_cause_kind_from_name);
  if (kind < 0)
    return FALSE;
  wishes = parse_wishes (wire_value_get (cause, "wishes"));
  *parsed = base_cause_restore_joined (uint_member (cause, "id"),
                                       (BaseCauseKind) kind,
                                       wire_value_string (wire_value_get (cause, "subject")),
                                       int_member (cause, "when"),
                                       (const guint64 *) wishes->data,
                                       wishes->len);
  return TRUE;
}

/* %NULL: it is none. (transfer full) */
static WireConnection *
parse_connection (const WireValue *object, guint64 id)
{
  g_autoptr (WireConnection) connection = g_new0 (WireConnection, 1);
  const char *role = wire_value_string (wire_value_get (object, "role"));

  g_atomic_ref_count_init (&connection->ref_count);
  connection->id = id;
  connection->protocol = dup_member (object, "protocol");
  connection->role = g_strcmp0 (role, "server") == 0 ? BASE_ROLE_SERVER : BASE_ROLE_CLIENT;
  connection->host = dup_member (object, "host");
  connection->port = (guint16) uint_member (object, "port");
  connection->address = dup_member (object, "address");
  connection->account = dup_member (object, "account");
  connection->account_name = dup_member (object, "account_name");
  connection->public_secrets = wire_value_true (wire_value_get (object, "public_secrets"));
  connection->caller = dup_member (object, "caller");
  connection->caller_address = dup_member (object, "caller_address");
  connection->letter = dup_member (object, "letter");
  connection->original = dup_member (object, "original");
  return parse_cause (object, "made_for", &connection->cause) ? g_steal_pointer (&connection)
                                                              : NULL;
}

static gboolean
parse_bytes (const WireValue *object, WireEvent *event)
{
  const char *text = wire_value_string (wire_value_get (object, "text"));
  const char *base64 = wire_value_string (wire_value_get (object, "base64"));
  int kind = word_member (object, "kind", wire_span_kind_from_name);
  guint8 *decoded;
  gsize len = 0;

  if (kind < 0)
    return FALSE;
  event->span.offset = uint_member (object, "offset");
  event->span.length = uint_member (object, "length");
  event->span.kind = (BaseSpanKind) kind;
  event->span.ends_line = wire_value_true (wire_value_get (object, "ends_line"));
  event->span.exchange = event->exchange;
  if (text != NULL)
    event->bytes = g_bytes_new (text, strlen (text));
  else if (base64 != NULL)
    {
      decoded = g_base64_decode (base64, &len);
      event->bytes = g_bytes_new_take (decoded, len);
    }
  len = event->bytes != NULL ? g_bytes_get_size (event->bytes) : 0;
  return kind == BASE_SPAN_PLAIN ? len == event->span.length : len <= event->span.length;
}

static gboolean
parse_exchange (const WireValue *object, WireEvent *event)
{
  const char *checkpoint = wire_value_string (wire_value_get (object, "checkpoint"));
  const char *verb = wire_value_string (wire_value_get (object, "verb"));

  /* Interned for ever: a file must not fill the memory with words that no protocol has. */
  if (verb != NULL && strlen (verb) > MAX_VERB)
    return FALSE;
  event->verb = g_intern_string (verb);
  if (checkpoint != NULL)
    {
      event->checkpoint = g_variant_parse (NULL, checkpoint, NULL, NULL, NULL);
      if (event->checkpoint == NULL)
        return FALSE;
      g_variant_take_ref (event->checkpoint);
    }
  return parse_cause (object, "cause", &event->cause);
}

static void
parse_chain (const WireValue *object, WireEvent *event)
{
  const WireValue *chain = wire_value_get (object, "chain");

  if (chain == NULL)
    return;
  event->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_certificate_free);
  for (guint i = 0; i < wire_value_length (chain); i++)
    {
      const WireValue *element = wire_value_element (chain, i);
      WireCertificate *certificate = g_new0 (WireCertificate, 1);

      certificate->subject = dup_member (element, "subject");
      certificate->issuer = dup_member (element, "issuer");
      certificate->names = dup_member (element, "names");
      certificate->sha256 = dup_member (element, "sha256");
      certificate->not_before = int_member (element, "not_before");
      certificate->not_after = int_member (element, "not_after");
      g_ptr_array_add (event->chain, certificate);
    }
}

static void
parse_carried (const WireValue *object, WireEvent *event)
{
  const WireValue *carried = wire_value_get (object, "carried");

  if (carried == NULL)
    return;
  event->carried = (WireCarried){
    uint_member (carried, "bytes_in"),
    uint_member (carried, "bytes_out"),
    uint_member (carried, "records_in"),
    uint_member (carried, "records_out"),
  };
}

static gboolean
parse_rest (const WireValue *object, WireEvent *event)
{
  int outcome;

  switch (event->type)
    {
    case WIRE_BYTES:
      return parse_bytes (object, event);
    case WIRE_HELD:
      return parse_exchange (object, event) && parse_bytes (object, event);
    case WIRE_EXCHANGE_BEGIN:
      return parse_exchange (object, event);
    case WIRE_EXCHANGE_END:
      outcome = word_member (object, "outcome", wire_outcome_from_name);
      event->outcome = outcome >= 0 ? (BaseOutcome) outcome : BASE_OUTCOME_NONE;
      parse_carried (object, event);
      return outcome >= 0;
    case WIRE_OPENED:
    case WIRE_CLOSED:
    case WIRE_TLS_MESSAGE:
    case WIRE_TLS_DONE:
    case WIRE_COMPRESSION:
    case WIRE_RELEASED:
    case WIRE_DROPPED:
    case WIRE_LINES:
    default:
      parse_chain (object, event);
      return TRUE;
    }
}

static WireEvent *
parse_event (const WireValue *object)
{
  int type = word_member (object, "type", wire_event_type_from_name);
  const char *direction = wire_value_string (wire_value_get (object, "direction"));
  g_autoptr (WireEvent) event = NULL;

  if (type < 0)
    return NULL;
  event = wire_event_new ((WireEventType) type);
  event->serial = uint_member (object, "serial");
  event->when = int_member (object, "when");
  event->clock = int_member (object, "clock");
  event->connection = uint_member (object, "connection");
  event->exchange = uint_member (object, "exchange");
  event->direction = g_strcmp0 (direction, "in") == 0 ? BASE_DIRECTION_IN : BASE_DIRECTION_OUT;
  event->name = dup_member (object, "name");
  event->detail = dup_member (object, "detail");
  event->count = uint_member (object, "count");
  event->bytes_in = uint_member (object, "bytes_in");
  event->bytes_out = uint_member (object, "bytes_out");
  return parse_rest (object, event) ? g_steal_pointer (&event) : NULL;
}

static gboolean
parse_line (const char *line, gsize len, GPtrArray *events, GHashTable *connections)
{
  g_autoptr (WireValue) object =
      len <= WIRE_TRANSCRIPT_MAX_LINE ? wire_value_parse (line, len) : NULL;
  WireEvent *event = object != NULL ? parse_event (object) : NULL;
  WireConnection *connection;

  if (event == NULL)
    return FALSE;
  g_ptr_array_add (events, event);
  if (wire_value_get (object, "protocol") != NULL &&
      !g_hash_table_contains (connections, &event->connection))
    {
      connection = parse_connection (object, event->connection);
      if (connection == NULL)
        return FALSE;
      g_hash_table_insert (connections, &connection->id, connection);
    }
  /* Its first line describes it; without that nobody could say whose words these are. */
  return g_hash_table_contains (connections, &event->connection);
}

GPtrArray *
wire_transcript_parse (
    const char *text, gsize len, guint first, GHashTable **connections, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_event_unref);
  g_autoptr (GHashTable) table = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) wire_connection_unref);
  const char *end = text + len;
  guint number = first;

  for (const char *line = text; line < end; number++)
    {
      const char *newline = memchr (line, '\n', (gsize) (end - line));

      /* The last line of a program that was killed. */
      if (newline == NULL)
        break;
      if (!parse_line (line, (gsize) (newline - line), events, table))
        {
          g_set_error (error,
                       WIRE_ERROR,
                       WIRE_ERROR_FORMAT,
                       _ ("Line %u is not a line of a recording. Choose a file that Restante "
                          "recorded."),
                       number);
          return NULL;
        }
      line = newline + 1;
    }
  if (connections != NULL)
    *connections = g_steal_pointer (&table);
  return g_steal_pointer (&events);
}

GPtrArray *
wire_transcript_read (const char *path, GHashTable **connections, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &reason);

  if (file == NULL || g_mapped_file_get_length (file) > MAX_FILE)
    {
      g_set_error (error,
                   WIRE_ERROR,
                   WIRE_ERROR_IO,
                   _ ("The recording %s cannot be read: %s."),
                   path,
                   reason != NULL ? reason->message : g_strerror (EFBIG));
      return NULL;
    }
  return wire_transcript_parse (
      g_mapped_file_get_contents (file), g_mapped_file_get_length (file), 1, connections, error);
}
