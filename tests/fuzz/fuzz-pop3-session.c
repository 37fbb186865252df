/* A whole session in either role, fed whatever comes: spans without gap, nothing beyond what was
 * fed, statuses that survive being written and read again. The first byte chooses the role. */
#include <glib.h>
#include <string.h>

#include "pop3-server.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return base_secret_new ("b", -1);
}

static void
check_status (const Pop3Status *status)
{
  g_autoptr (GString) line = g_string_new (NULL);
  Pop3Status again;

  if (status->text == NULL)
    return;
  pop3_status_write (status, line);
  g_assert_true (pop3_status_parse ((const guint8 *) line->str, line->len - 2, &again, NULL));
  g_assert_cmpint (again.ok, ==, status->ok);
  g_assert_cmpstr (again.text, ==, status->text);
  g_assert_cmpstr (again.code, ==, status->code);
  pop3_status_clear (&again);
}

static void
answer (Pop3Core *core, const Pop3Event *event)
{
  if (event->base.type == POP3_EVENT_SIGN_IN)
    pop3_core_reply (core, event->base.exchange, TRUE, NULL, "in");
  else if (event->base.type != POP3_EVENT_COMMAND)
    return;
  else if (event->command->verb == POP3_VERB_STLS)
    pop3_core_accept_tls (core, event->base.exchange);
  else
    pop3_core_reply (core, event->base.exchange, TRUE, NULL, "yes");
}

static void
turn (Pop3Core *core, guint64 *understood, guint64 fed)
{
  BaseEvent *event;
  BaseChunk *chunk;
  BaseSpan span;

  while (base_core_next_event (BASE_CORE (core), &event, NULL) == BASE_CORE_EVENT)
    {
      check_status (&((Pop3Event *) event)->status);
      if (base_core_role (BASE_CORE (core)) == BASE_ROLE_SERVER)
        answer (core, (Pop3Event *) event);
      base_event_unref (event);
    }
  while ((chunk = base_core_take_output (BASE_CORE (core), 100)) != NULL)
    base_chunk_unref (chunk);
  while (base_core_take_span (BASE_CORE (core), &span))
    {
      g_assert_cmpuint (span.offset, ==, *understood);
      *understood += span.length;
    }
  g_assert_cmpuint (*understood, <=, fed);
}

static void
ask (Pop3Core *core)
{
  g_autoptr (BaseSecret) password = base_secret_new ("b", -1);
  static const Pop3Verb verbs[] = {
    POP3_VERB_STAT, POP3_VERB_LIST, POP3_VERB_UIDL, POP3_VERB_RETR, POP3_VERB_STLS
  };
  g_autoptr (Pop3Command) capa = pop3_command_new (POP3_VERB_CAPA);

  pop3_core_submit (core, capa, NULL);
  pop3_core_login (core, "a", password, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (Pop3Command) command =
          pop3_command_number (verbs[i], verbs[i] == POP3_VERB_RETR ? 1 : 0);

      pop3_core_submit (core, command, NULL);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const Pop3ServerOptions options = {
    .host = "x", .lookup = lookup, .tls_available = TRUE, .plaintext_login = TRUE
  };
  gboolean server = size > 0 && data[0] % 2 == 1;
  Pop3Core *core = pop3_core_new (server ? BASE_ROLE_SERVER : BASE_ROLE_CLIENT, NULL);
  guint64 understood = 0;
  gsize at = 1;

  if (server)
    {
      pop3_core_set_server_options (core, &options);
      pop3_core_greet (core, "hi", "<1@x>");
    }
  else
    {
      ask (core);
    }
  while (at < size)
    {
      const guint8 *end = memchr (data + at, '\n', size - at);
      gsize n = end != NULL ? (gsize) (end - data) + 1 - at : size - at;

      base_core_receive (BASE_CORE (core), data + at, n, (gint64) at);
      at += n;
      turn (core, &understood, at - 1);
    }
  base_core_receive_eof (BASE_CORE (core), (gint64) size);
  base_core_free (BASE_CORE (core));
  return 0;
}
