/* A client told anything at all: its spans cover what it understood, without gap, and it never
 * says its password in plain bytes. The first byte says how the rest is cut into pieces. */
#include <glib.h>
#include <string.h>

#include "imap-core.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const BaseLimits limits = {
  .line = 4096, .inline_body = 64, .body = 4096, .depth = 16, .count = 64
};

static void
submit_all (ImapCore *core)
{
  g_autoptr (BaseSecret) password = base_secret_new ("open sesame", -1);
  const SaslMechanism *mechanism = sasl_mechanism_find ("PLAIN");
  g_autoptr (ImapSet) set = imap_set_new_single (1);
  ImapCommand *fetch = imap_command_fetch (set, IMAP_FETCH_FLAGS);

  imap_command_add_section (fetch, "", TRUE);
  imap_core_submit (core, imap_command_new (IMAP_VERB_CAPABILITY), NULL);
  imap_core_authenticate (core, sasl_client_new (mechanism, "ada", password), mechanism, NULL);
  imap_core_submit (core, imap_command_select ("INBOX", FALSE), NULL);
  imap_core_submit (core, fetch, NULL);
  imap_core_submit (core, imap_command_new (IMAP_VERB_IDLE), NULL);
}

static void
drain (ImapCore *core, guint64 *understood)
{
  BaseChunk *chunk;
  BaseEvent *event;
  BaseSpan span;

  while ((chunk = base_core_take_output (BASE_CORE (core), 100)) != NULL)
    {
      gsize len;
      const char *bytes = g_bytes_get_data (chunk->bytes, &len);

      g_assert_true (chunk->kind == BASE_SPAN_SECRET || memmem (bytes, len, "sesame", 6) == NULL);
      base_chunk_unref (chunk);
    }
  while (base_core_take_span (BASE_CORE (core), &span))
    {
      g_assert_cmpuint (span.offset, ==, *understood);
      *understood += span.length;
    }
  while (base_core_next_event (BASE_CORE (core), &event, NULL) == BASE_CORE_EVENT)
    {
      if (event->type == IMAP_EVENT_START_TLS)
        base_core_tls_started (BASE_CORE (core), NULL, 1);
      base_event_unref (event);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, &limits);
  gsize piece = size > 0 ? MAX (data[0], 1) : 1;
  guint64 understood = 0;

  submit_all (core);
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
