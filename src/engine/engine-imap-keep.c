/* Which whole letters of a folder are to be here, until they are; a second connection may take a
 * share of them. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

#include "engine-share.h"

#define LOOK_FOR 20000
/* One that says something else each time is left for the next run. */
#define MOST_REBUILDS 2

/* The keep policy: "headers" wants none, "days:N" those of the last N days, "all" every letter. */
static gboolean
kept_since (const StoreAccountInfo *info, gint64 *since)
{
  const char *policy = info->keep_policy && info->keep_policy[0] ? info->keep_policy : "all";

  *since = 0;
  if (strcmp (policy, "headers") == 0)
    return FALSE;
  if (g_str_has_prefix (policy, "days:"))
    *since = g_get_real_time () / G_USEC_PER_SEC -
             g_ascii_strtoll (policy + strlen ("days:"), NULL, 10) * 24 * 60 * 60;
  return TRUE;
}

gboolean
engine_imap_keeps (const StoreAccountInfo *info)
{
  gint64 since;

  return kept_since (info, &since);
}

/* Enough to measure the line by. Where that does not suffice the processors are busy, and a second
 * connection would not help. */
#define SAMPLE_BYTES (1024 * 1024)

static guint64
weigh (const GArray *missing)
{
  guint64 bytes = 0;

  for (guint i = 0; i < missing->len; i++)
    bytes += g_array_index (missing, StoreMissing, i).size;
  return bytes;
}

/* Letters that came were others than those known by their UIDs: all of them are met again first. */
static gboolean
meet_again (EngineImap *imap, GError **error)
{
  return !imap->rebuilt || engine_imap_sync (imap, NULL, error);
}

/* All of @missing, over two connections where that pays. */
static gboolean
fetch_missing (EngineImap *imap, GArray *missing, guint *got, GError **error)
{
  guint64 weight = weigh (missing);
  gboolean shared = FALSE;
  gboolean good;

  if (imap->share && engine_share_pays (imap->share, weight, imap->speed.slow))
    {
      engine_share_begin (imap->share, imap->folder->id, imap->uidvalidity, missing);
      shared = TRUE;
    }
  else if (imap->share && !imap->speed.known && imap->speed.samples < ENGINE_IMAP_SAMPLES &&
           engine_share_pays (imap->share, weight, TRUE))
    {
      imap->speed.samples++;
      g_array_set_size (
          missing,
          engine_imap_batch ((const StoreMissing *) missing->data, missing->len, 0, SAMPLE_BYTES));
    }
  good = engine_imap_bodies (imap, (const StoreMissing *) missing->data, missing->len, got, error);
  if (shared && good)
    *got += engine_share_end (imap->share);
  return good;
}

static gboolean
fetch_alone (EngineImap *imap, const GArray *missing, GError **error)
{
  for (guint i = 0; i < missing->len; i++)
    if (!engine_imap_bodies (imap, &g_array_index (missing, StoreMissing, i), 1, NULL, error))
      return FALSE;
  return TRUE;
}

gboolean
engine_imap_keep (EngineImap *imap, gboolean *complete, GError **error)
{
  gint64 since;
  guint first = imap->rebuilds;

  if (complete)
    *complete = TRUE;
  if (!meet_again (imap, error))
    return FALSE;
  if (!kept_since (imap->info, &since))
    return TRUE;
  for (;;)
    {
      g_autoptr (GArray) missing =
          store_reader_missing_bodies (imap->reader, imap->folder->id, since, LOOK_FOR, error);
      g_autoptr (GArray) suspects = missing ? engine_imap_take_suspects (imap, missing) : NULL;
      guint got = 0, rebuilds = imap->rebuilds;

      if (!missing)
        return FALSE;
      if (missing->len == 0 && suspects->len > 0)
        return fetch_alone (imap, suspects, error);
      /* None left, or only such as the server lists and does not give. */
      if (missing->len == 0)
        return TRUE;
      if (!fetch_missing (imap, missing, &got, error) || !meet_again (imap, error))
        return FALSE;
      if (imap->work.urgent && imap->work.urgent (imap->work.data))
        {
          if (complete)
            *complete = FALSE;
          return TRUE;
        }
      if ((got == 0 && imap->rebuilds == rebuilds) || imap->rebuilds - first > MOST_REBUILDS)
        return TRUE;
    }
}
