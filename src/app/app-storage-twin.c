/* The other account is looked for when somebody looks: two accounts become twins by what they
 * fetch. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-storage-twin.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-storage-provider.h"
#include "engine-twin.h"
#include "learn-before.h"
#include "store-write.h"

/* The fact that says that the notice was understood, in the POP3 account's database. */
#define UNDERSTOOD "twin-understood"
#define COLUMN "elsewhere:twin"

EngineAccount *
app_storage_twin (EngineService *service, EngineAccount *account)
{
  g_autoptr (GPtrArray) accounts = engine_service_accounts (service);
  EngineAccount *twin = engine_twin_find (accounts, account);

  return twin != NULL ? engine_account_ref (twin) : NULL;
}

static gboolean
is_pop3 (EngineAccount *account)
{
  return g_str_equal (engine_account_info (account)->protocol, "pop3");
}

static char *
text_of (EngineAccount *account, EngineAccount *twin)
{
  EngineAccount *pop3 = is_pop3 (account) ? account : twin;
  EngineAccount *imap = pop3 == account ? twin : account;

  return learn_twin_text (engine_account_info (pop3)->leave_policy,
                          engine_account_info (pop3)->email,
                          engine_account_info (imap)->email);
}

char *
app_storage_twin_text (EngineService *service, EngineAccount *account)
{
  g_autoptr (EngineAccount) twin = app_storage_twin (service, account);

  return twin != NULL ? text_of (account, twin) : NULL;
}

/* The notice */

char *
app_storage_twin_notice (EngineService *service, EngineAccount *account)
{
  g_autoptr (EngineAccount) twin = NULL;
  g_autofree char *understood = NULL;
  EngineAccount *pop3;

  /* The practice post office has one mailbox for both, and says so itself. */
  if (engine_account_info (account)->practice)
    return NULL;
  twin = app_storage_twin (service, account);
  if (twin == NULL)
    return NULL;
  pop3 = is_pop3 (account) ? account : twin;
  understood = store_reader_fact (engine_account_reader (pop3), UNDERSTOOD, NULL);
  /* Another policy has other consequences, which were not told yet. */
  return g_strcmp0 (understood, engine_account_info (pop3)->leave_policy) != 0
             ? text_of (account, twin)
             : NULL;
}

static gboolean
write_understood (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, UNDERSTOOD, data, error);
}

gboolean
app_storage_twin_understood (EngineService *service, EngineAccount *account, GError **error)
{
  g_autoptr (EngineAccount) twin = app_storage_twin (service, account);
  EngineAccount *pop3 = twin == NULL || is_pop3 (account) ? account : twin;

  return store_mailbase_write (engine_account_mailbase (pop3),
                               STORE_PRIORITY_CLICK,
                               FALSE,
                               write_understood,
                               engine_account_info (pop3)->leave_policy,
                               error);
}

/* Its copies */

#define COUNTED 1000

static gboolean
has_copy (StoreReader *twin, const char *message_id)
{
  gint64 id = message_id != NULL ? store_reader_find_letter (twin, message_id) : 0;
  g_autoptr (StoreLetter) letter = id != 0 ? store_reader_letter (twin, id, NULL) : NULL;

  return letter != NULL && letter->has_source;
}

gint64
app_storage_twin_copies (EngineService *service,
                         EngineAccount *account,
                         const gint64 *placements,
                         guint n)
{
  g_autoptr (EngineAccount) twin = is_pop3 (account) ? NULL : app_storage_twin (service, account);
  StoreReader *reader = engine_account_reader (account);
  g_autoptr (GPtrArray) rows =
      twin != NULL ? store_reader_rows (reader, placements, MIN (n, COUNTED), NULL) : NULL;
  gint64 copies = 0;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const StoreRow *row = rows->pdata[i];
      g_autoptr (StoreLetter) letter =
          row != NULL ? store_reader_letter (reader, row->message, NULL) : NULL;

      copies += letter != NULL && has_copy (engine_account_reader (twin), letter->message_id);
    }
  return copies;
}

/* Its column */

static void
add_places (EngineAccount *account, GPtrArray *places, gpointer data)
{
  g_autoptr (EngineAccount) twin = app_storage_twin (data, account);
  g_autofree char *title = NULL;

  if (twin == NULL)
    return;
  /* Translators: the copies of the other account that shows the same mailbox. */
  title = g_strdup (is_pop3 (twin) ? _ ("By POP3, here") : _ ("By IMAP, here"));
  g_ptr_array_add (places, learn_place_new (LEARN_PLACE_ELSEWHERE, COLUMN, title));
}

static LearnCell *
cell (EngineAccount *account, const LearnPlace *place, const StoreLetter *letter, gpointer data)
{
  g_autoptr (EngineAccount) twin = NULL;
  g_autoptr (StoreLetter) its = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_autoptr (LearnPlace) here = NULL;
  StoreReader *reader;
  gint64 id;

  if (!g_str_equal (place->id, COLUMN) || letter->message_id == NULL)
    return NULL;
  twin = app_storage_twin (data, account);
  if (twin == NULL)
    return NULL;
  reader = engine_account_reader (twin);
  id = store_reader_find_letter (reader, letter->message_id);
  its = id != 0 ? store_reader_letter (reader, id, NULL) : NULL;
  folders = its != NULL ? store_reader_folders (reader, NULL) : NULL;
  if (folders == NULL)
    return NULL;
  here = learn_place_new (LEARN_PLACE_HERE, COLUMN, place->title);
  return learn_cell (its, here, folders);
}

void
app_storage_twin_provide (EngineService *service)
{
  static const AppStorageProvider provider = { .add_places = add_places, .cell = cell };

  app_storage_provider_add (&provider, service);
}
