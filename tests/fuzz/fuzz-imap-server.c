/* A server told anything at all: its spans cover what it understood, without gap, and every command
 * it passes on can be answered. The first byte says how the rest is cut into pieces. */
#include <glib.h>
#include <string.h>

#include "imap-core.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const BaseLimits limits = {
  .line = 4096, .inline_body = 64, .body = 4096, .depth = 16, .count = 64
};

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return base_secret_new ("open sesame", -1);
}

static void
answer (ImapCore *core, const ImapEvent *event)
{
  guint64 exchange = event->base.exchange;
  ImapVerb verb = event->command != NULL ? event->command->verb : IMAP_VERB_UNKNOWN;

  if (verb == IMAP_VERB_STARTTLS)
    imap_core_accept_tls (core, exchange);
  else if (verb == IMAP_VERB_IDLE && event->base.type == IMAP_EVENT_COMMAND)
    imap_core_accept_idle (core, exchange);
  else if (event->command != NULL)
    {
      if (verb == IMAP_VERB_LOGIN || event->base.type == IMAP_EVENT_SIGN_IN)
        imap_core_set_state (core, IMAP_STATE_AUTHENTICATED, NULL);
      else if (verb == IMAP_VERB_SELECT)
        imap_core_set_state (core, IMAP_STATE_SELECTED, "INBOX");
      imap_core_respond (
          core, exchange, imap_response_status (event->command->tag, IMAP_STATUS_OK, NULL, "done"));
    }
}

static void
drain (ImapCore *core, guint64 *understood)
{
  BaseChunk *chunk;
  BaseEvent *event;
  BaseSpan span;

  while (base_core_next_event (BASE_CORE (core), &event, NULL) == BASE_CORE_EVENT)
    {
      if (event->type == IMAP_EVENT_START_TLS)
        base_core_tls_started (BASE_CORE (core), NULL, 1);
      else if (event->type == IMAP_EVENT_IDLE_DONE)
        imap_core_respond (
            core, event->exchange, imap_response_status ("a", IMAP_STATUS_OK, NULL, "done"));
      else
        answer (core, (const ImapEvent *) event);
      base_event_unref (event);
    }
  while ((chunk = base_core_take_output (BASE_CORE (core), 100)) != NULL)
    base_chunk_unref (chunk);
  while (base_core_take_span (BASE_CORE (core), &span))
    {
      g_assert_cmpuint (span.offset, ==, *understood);
      *understood += span.length;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  ImapCore *core = imap_core_new (BASE_ROLE_SERVER, &limits);
  ImapServerOptions options = {
    .host = "test", .lookup = lookup, .tls_available = TRUE, .plaintext_login = TRUE
  };
  gsize piece = size > 0 ? MAX (data[0], 1) : 1;
  guint64 understood = 0;

  imap_core_set_server_options (core, &options);
  imap_core_respond (core, 0, imap_response_status (NULL, IMAP_STATUS_OK, NULL, "hi"));
  for (gsize at = 1; at < size; at += piece)
    {
      g_autofree guint8 *exact = g_memdup2 (data + at, MIN (piece, size - at));

      base_core_receive (BASE_CORE (core), exact, MIN (piece, size - at), 1);
      drain (core, &understood);
    }
  base_core_receive_eof (BASE_CORE (core), 2);
  drain (core, &understood);
  g_assert_cmpuint (understood, <=, size > 0 ? size - 1 : 0);
  base_core_free (BASE_CORE (core));
  return 0;
}
