/* What is said once in a session. Nothing waits for the answers: what was refused is as if it had
 * not been offered. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

/* RFC 2971: some servers serve nobody who does not say his name. */
static void
say_id (EngineImap *imap)
{
  static const char *const who[] = { "name", "Restante", "version", VERSION, NULL };

  if (engine_imap_has (imap, "ID"))
    engine_imap_submit (imap, imap_command_id (who));
}

/* RFC 9586: positions, which nobody here asks for, cost a server much in folders this large. */
#define HUGE_FOLDER 10000

static gboolean
is_huge (EngineImap *imap)
{
  g_autoptr (GPtrArray) folders = store_reader_folders (imap->reader, NULL);

  for (guint i = 0; folders && i < folders->len; i++)
    if (((StoreFolder *) g_ptr_array_index (folders, i))->server_total >= HUGE_FOLDER)
      return TRUE;
  return FALSE;
}

/* QRESYNC: the server tells UIDs of what vanished (RFC 7162 §3.2.3). IMAP4rev2 and UTF8=ACCEPT:
 * names of folders and headers of letters come as UTF-8, as they are (RFC 9051 §6.3.1, RFC 6855
 * §3). */
static void
say_enable (EngineImap *imap)
{
  static const char *const wanted[] = { "QRESYNC", "IMAP4rev2", "UTF8=ACCEPT", "UIDONLY" };
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  ImapCommand *command = NULL;
  guint n = 0;

  for (guint i = 0; engine_imap_has (imap, "ENABLE") && i < G_N_ELEMENTS (wanted); i++)
    if (engine_imap_has (imap, wanted[i]) && !imap_core_is_enabled (imap->core, wanted[i]) &&
        (strcmp (wanted[i], "UIDONLY") != 0 || is_huge (imap)))
      {
        g_strv_builder_add (words, wanted[i]);
        n++;
      }
  if (n == 0)
    return;
  command = imap_command_new (IMAP_VERB_ENABLE);
  command->words = g_strv_builder_end (words);
  engine_imap_submit (imap, command);
}

/* Cyrus 3.6 (Debian 12) offers OBJECTID, and answers STATUS of MAILBOXID with bytes from anywhere
 * in its memory, a line's end among them. */
static gboolean
garbles_ids (const char *server)
{
  return server && strstr (server, "Cyrus IMAP");
}

void
engine_imap_begin (EngineImap *imap)
{
  g_autofree char *known = NULL;

  if (imap->begun)
    return;
  imap->begun = TRUE;
  known = store_reader_fact (imap->reader, "server-id", NULL);
  imap->garbled_ids = garbles_ids (known);
  say_id (imap);
  say_enable (imap);
  if (engine_imap_has (imap, "NAMESPACE"))
    engine_imap_submit (imap, imap_command_new (IMAP_VERB_NAMESPACE));
}

static gboolean
write_server_id (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, "server-id", data, error);
}

/* "Dovecot", "Gimap 1.0": which program the server is. */
static void
keep_server_id (EngineImap *imap, char **pairs)
{
  g_autoptr (GString) known = g_string_new (NULL);
  g_autofree char *before = NULL;

  for (guint i = 0; pairs && pairs[i] && pairs[i + 1]; i += 2)
    if (g_ascii_strcasecmp (pairs[i], "name") == 0 || g_ascii_strcasecmp (pairs[i], "version") == 0)
      g_string_append_printf (known, "%s%s", known->len > 0 ? " " : "", pairs[i + 1]);
  if (known->len == 0 || known->len > 200 || !g_utf8_validate (known->str, -1, NULL))
    return;
  imap->garbled_ids = garbles_ids (known->str);
  before = store_reader_fact (imap->reader, "server-id", NULL);
  if (g_strcmp0 (before, known->str) != 0)
    engine_bulk_queue (imap->bulk, known->len, write_server_id, g_strdup (known->str), g_free);
}

gboolean
engine_imap_has_mailbox_ids (EngineImap *imap)
{
  return engine_imap_has (imap, "OBJECTID") && !imap->garbled_ids;
}

void
engine_imap_begin_told (EngineImap *imap, const ImapResponse *response)
{
  if (response->type == IMAP_RESPONSE_ID)
    keep_server_id (imap, response->words);
  else if (response->personal && response->personal->len > 0)
    {
      g_free (imap->prefix);
      imap->prefix = g_strdup (g_array_index (response->personal, ImapNamespaceEntry, 0).prefix);
    }
}
