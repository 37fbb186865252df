/* Whoever was added first is asked first. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-storage-provider.h"

typedef struct
{
  const AppStorageProvider *provider;
  gpointer data;
} Added;

static GArray *providers;

void
app_storage_provider_add (const AppStorageProvider *provider, gpointer data)
{
  Added added = { provider, data };

  if (providers == NULL)
    providers = g_array_new (FALSE, FALSE, sizeof (Added));
  g_array_append_val (providers, added);
}

GPtrArray *
app_storage_provider_places (EngineAccount *account)
{
  GPtrArray *places = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_place_free);

  for (guint i = 0; providers != NULL && i < providers->len; i++)
    {
      const Added *added = &g_array_index (providers, Added, i);

      added->provider->add_places (account, places, added->data);
    }
  return places;
}

LearnCell *
app_storage_provider_cell (EngineAccount *account,
                           const LearnPlace *place,
                           const StoreLetter *letter)
{
  for (guint i = 0; providers != NULL && i < providers->len; i++)
    {
      const Added *added = &g_array_index (providers, Added, i);
      LearnCell *cell = added->provider->cell (account, place, letter, added->data);

      if (cell != NULL)
        return cell;
    }
  return NULL;
}
