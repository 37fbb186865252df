/* queue-letters DATA ACCOUNT COUNT FILE: puts so many copies of a letter into an account's outbox,
 * as a person would who wrote them without a connection. Then `restante-cli sync` sends them. */
#include "config.h"

#include <stdlib.h>

#include "engine-draft.h"
#include "engine-service.h"

int
main (int argc, char **argv)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineService) service = NULL;
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "bench");
  g_autoptr (GBytes) source = NULL;
  char *text;
  gsize len;

  if (argc != 5 || !g_file_get_contents (argv[4], &text, &len, &error))
    return 64;
  source = g_bytes_new_take (text, len);
  service = engine_service_new (argv[1], tap, &error);
  account = service ? engine_service_account (service, argv[2], TRUE, &error) : NULL;
  for (int i = 0; account && i < atoi (argv[3]); i++)
    {
      gint64 id = 0;

      if (!engine_draft_put (
              account, STORE_OUTBOX_QUEUED, source, NULL, NULL, 0, 0, NULL, cause, &id, &error))
        break;
    }
  if (error)
    g_printerr ("%s\n", error->message);
  return error ? 1 : 0;
}
