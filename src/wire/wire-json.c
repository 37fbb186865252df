/* Events as JSON objects. What is written here, wire-transcript.c reads. */
#include "config.h"

#include "wire-transcript.h"

#include <string.h>

#include "base-json.h"

static void
add_optional (BaseJson *json, const char *key, const char *value)
{
  if (value != NULL)
    base_json_add_string (json, key, value);
}

static void
add_cause (BaseJson *json, const char *key, const BaseCause *cause)
{
  base_json_begin_object (json, key);
  base_json_add_uint (json, "id", cause->id);
  base_json_add_string (json, "kind", base_cause_kind_name (cause->kind));
  add_optional (json, "subject", cause->subject);
  base_json_add_int (json, "when", cause->when);
  if (cause->n_wishes > 0)
    {
      base_json_begin_array (json, "wishes");
      for (guint i = 0; i < cause->n_wishes; i++)
        base_json_add_uint (json, NULL, cause->wishes[i]);
      base_json_end_array (json);
    }
  base_json_end_object (json);
}

static void
add_connection (BaseJson *json, const WireConnection *connection)
{
  base_json_add_string (json, "protocol", connection->protocol);
  base_json_add_string (json, "role", connection->role == BASE_ROLE_CLIENT ? "client" : "server");
  base_json_add_string (json, "host", connection->host);
  base_json_add_uint (json, "port", connection->port);
  add_optional (json, "address", connection->address);
  add_optional (json, "account", connection->account);
  add_optional (json, "account_name", connection->account_name);
  base_json_add_bool (json, "public_secrets", connection->public_secrets);
  add_optional (json, "caller", connection->caller);
  add_optional (json, "caller_address", connection->caller_address);
  if (connection->cause != NULL)
    add_cause (json, "made_for", connection->cause);
  add_optional (json, "letter", connection->letter);
  add_optional (json, "original", connection->original);
}

static void
add_chain (BaseJson *json, GPtrArray *chain)
{
  base_json_begin_array (json, "chain");
  for (guint i = 0; i < chain->len; i++)
    {
      const WireCertificate *certificate = chain->pdata[i];

      base_json_begin_object (json, NULL);
      add_optional (json, "subject", certificate->subject);
      add_optional (json, "issuer", certificate->issuer);
      add_optional (json, "names", certificate->names);
      base_json_add_int (json, "not_before", certificate->not_before);
      base_json_add_int (json, "not_after", certificate->not_after);
      add_optional (json, "sha256", certificate->sha256);
      base_json_end_object (json);
    }
  base_json_end_array (json);
}

static void
add_bytes (BaseJson *json, const WireEvent *event)
{
  gsize len;
  const char *bytes;

  base_json_add_uint (json, "offset", event->span.offset);
  base_json_add_uint (json, "length", event->span.length);
  base_json_add_string (json, "kind", wire_span_kind_name (event->span.kind));
  base_json_add_bool (json, "ends_line", event->span.ends_line);
  if (event->bytes == NULL)
    return;
  bytes = g_bytes_get_data (event->bytes, &len);
  if (g_utf8_validate_len (bytes, len, NULL))
    {
      base_json_add_string_len (json, "text", bytes, len);
    }
  else
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) bytes, len);

      base_json_add_string (json, "base64", base64);
    }
}

static void
add_exchange (BaseJson *json, const WireEvent *event)
{
  add_optional (json, "verb", event->verb);
  if (event->cause != NULL)
    add_cause (json, "cause", event->cause);
  if (event->checkpoint != NULL)
    {
      g_autofree char *checkpoint = g_variant_print (event->checkpoint, TRUE);

      base_json_add_string (json, "checkpoint", checkpoint);
    }
}

static void
add_carried (BaseJson *json, const WireCarried *carried)
{
  if (carried->bytes_in == 0 && carried->bytes_out == 0)
    return;
  base_json_begin_object (json, "carried");
  base_json_add_uint (json, "bytes_in", carried->bytes_in);
  base_json_add_uint (json, "bytes_out", carried->bytes_out);
  base_json_add_uint (json, "records_in", carried->records_in);
  base_json_add_uint (json, "records_out", carried->records_out);
  base_json_end_object (json);
}

static void
add_body_of_event (BaseJson *json, const WireEvent *event)
{
  switch (event->type)
    {
    case WIRE_BYTES:
      add_bytes (json, event);
      break;
    case WIRE_HELD:
      add_exchange (json, event);
      add_bytes (json, event);
      break;
    case WIRE_EXCHANGE_BEGIN:
      add_exchange (json, event);
      break;
    case WIRE_EXCHANGE_END:
      base_json_add_string (json, "outcome", wire_outcome_name (event->outcome));
      base_json_add_uint (json, "bytes_in", event->bytes_in);
      base_json_add_uint (json, "bytes_out", event->bytes_out);
      add_carried (json, &event->carried);
      break;
    case WIRE_CLOSED:
      add_optional (json, "name", event->name);
      base_json_add_uint (json, "bytes_in", event->bytes_in);
      base_json_add_uint (json, "bytes_out", event->bytes_out);
      break;
    case WIRE_TLS_MESSAGE:
    case WIRE_TLS_DONE:
    case WIRE_COMPRESSION:
      add_optional (json, "name", event->name);
      add_optional (json, "detail", event->detail);
      if (event->chain != NULL)
        add_chain (json, event->chain);
      if (event->type == WIRE_TLS_MESSAGE)
        base_json_add_uint (json, "count", event->count);
      break;
    case WIRE_DROPPED:
      base_json_add_uint (json, "count", event->count);
      break;
    case WIRE_OPENED:
    case WIRE_RELEASED:
    case WIRE_LINES:
    default:
      break;
    }
}

static gboolean
has_direction (WireEventType type)
{
  return type == WIRE_BYTES || type == WIRE_HELD || type == WIRE_TLS_MESSAGE;
}

char *
wire_event_to_json (const WireEvent *event, const WireConnection *connection)
{
  BaseJson *json = base_json_new ();

  base_json_begin_object (json, NULL);
  base_json_add_string (json, "type", wire_event_type_name (event->type));
  base_json_add_uint (json, "serial", event->serial);
  base_json_add_int (json, "when", event->when);
  base_json_add_int (json, "clock", event->clock);
  base_json_add_uint (json, "connection", event->connection);
  if (connection != NULL)
    add_connection (json, connection);
  if (event->exchange != 0)
    base_json_add_uint (json, "exchange", event->exchange);
  if (has_direction (event->type))
    base_json_add_string (json, "direction", event->direction == BASE_DIRECTION_OUT ? "out" : "in");
  add_body_of_event (json, event);
  base_json_end_object (json);
  return base_json_free_to_string (json);
}
