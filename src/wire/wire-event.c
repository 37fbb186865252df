/* The records of the tap: their life, and the words they have in files. */
#include "config.h"

#include "wire-event.h"

#include <string.h>

static const char *const type_names[] = {
  [WIRE_OPENED] = "opened",
  [WIRE_TLS_MESSAGE] = "tls-message",
  [WIRE_TLS_DONE] = "tls-done",
  [WIRE_COMPRESSION] = "compression",
  [WIRE_EXCHANGE_BEGIN] = "exchange-begin",
  [WIRE_HELD] = "held",
  [WIRE_RELEASED] = "released",
  [WIRE_BYTES] = "bytes",
  [WIRE_EXCHANGE_END] = "exchange-end",
  [WIRE_CLOSED] = "closed",
  [WIRE_DROPPED] = "dropped",
};

static const char *const outcome_names[] = {
  [BASE_OUTCOME_NONE] = "none",         [BASE_OUTCOME_OK] = "ok",
  [BASE_OUTCOME_CONTINUE] = "continue", [BASE_OUTCOME_TEMPORARY] = "temporary",
  [BASE_OUTCOME_REFUSED] = "refused",   [BASE_OUTCOME_BAD] = "bad",
  [BASE_OUTCOME_LOST] = "lost",
};

static const char *const kind_names[] = {
  [BASE_SPAN_PLAIN] = "plain",
  [BASE_SPAN_SECRET] = "secret",
  [BASE_SPAN_BODY] = "body",
};

static int
find_name (const char *const *names, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}

const char *
wire_event_type_name (WireEventType type)
{
  return type_names[type];
}

int
wire_event_type_from_name (const char *name)
{
  return find_name (type_names, G_N_ELEMENTS (type_names), name);
}

const char *
wire_outcome_name (BaseOutcome outcome)
{
  return outcome_names[outcome];
}

int
wire_outcome_from_name (const char *name)
{
  return find_name (outcome_names, G_N_ELEMENTS (outcome_names), name);
}

const char *
wire_span_kind_name (BaseSpanKind kind)
{
  return kind_names[kind];
}

int
wire_span_kind_from_name (const char *name)
{
  return find_name (kind_names, G_N_ELEMENTS (kind_names), name);
}

WireEvent *
wire_event_new (WireEventType type)
{
  WireEvent *event = g_new0 (WireEvent, 1);

  g_atomic_ref_count_init (&event->ref_count);
  event->type = type;
  return event;
}

WireEvent *
wire_event_ref (WireEvent *event)
{
  g_atomic_ref_count_inc (&event->ref_count);
  return event;
}

void
wire_event_unref (WireEvent *event)
{
  if (!g_atomic_ref_count_dec (&event->ref_count))
    return;
  g_clear_pointer (&event->bytes, g_bytes_unref);
  g_clear_pointer (&event->ends, g_array_unref);
  g_clear_pointer (&event->cause, base_cause_unref);
  g_clear_pointer (&event->checkpoint, g_variant_unref);
  g_clear_pointer (&event->chain, g_ptr_array_unref);
  g_free (event->name);
  g_free (event->detail);
  g_free (event);
}

WireConnection *
wire_connection_ref (WireConnection *connection)
{
  g_atomic_ref_count_inc (&connection->ref_count);
  return connection;
}

void
wire_connection_unref (WireConnection *connection)
{
  if (!g_atomic_ref_count_dec (&connection->ref_count))
    return;
  g_free (connection->account);
  g_free (connection->account_name);
  g_free (connection->protocol);
  g_free (connection->host);
  g_free (connection->address);
  g_free (connection->caller);
  g_free (connection->caller_address);
  g_clear_pointer (&connection->cause, base_cause_unref);
  g_free (connection->letter);
  g_free (connection->original);
  g_free (connection);
}

void
wire_certificate_free (WireCertificate *certificate)
{
  g_free (certificate->subject);
  g_free (certificate->issuer);
  g_free (certificate->names);
  g_free (certificate->sha256);
  g_free (certificate);
}
