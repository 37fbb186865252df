/* Two facts of the account for each side: whose sign-in a host took, and how often it said no
 * without a reason since. */
#include "config.h"

#include "engine-taken.h"

#include "engine-fact.h"
#include "store-read.h"
#include "store-write.h"

/* So often it is said again. */
#define AGAIN_MAX 2

static const char *
taken_fact (EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING ? "taken-outgoing" : "taken-incoming";
}

static const char *
refused_fact (EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING ? "refused-outgoing" : "refused-incoming";
}

/* Whose sign-in it is. (transfer full) */
static char *
dup_who (const StoreAccountInfo *info, EngineSide side)
{
  const char *user = side == ENGINE_SIDE_OUTGOING && info->smtp_user && info->smtp_user[0]
                         ? info->smtp_user
                         : info->user;

  return g_strdup_printf ("%s %s", engine_side_host (info, side), user);
}

static char *
read_fact (StoreMailbase *mailbase, const char *name)
{
  g_autoptr (StoreReader) reader = mailbase ? store_mailbase_reader (mailbase, NULL) : NULL;

  return reader ? store_reader_fact (reader, name, NULL) : NULL;
}

static gboolean
is_taken (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side)
{
  g_autofree char *taken = read_fact (mailbase, taken_fact (side));
  g_autofree char *who = dup_who (info, side);

  return g_strcmp0 (taken, who) == 0;
}

static guint64
count_refusals (StoreMailbase *mailbase, EngineSide side)
{
  g_autofree char *count = read_fact (mailbase, refused_fact (side));

  return count ? g_ascii_strtoull (count, NULL, 10) : 0;
}

/* Who cannot count them does not ask again. */
gboolean
engine_taken_before (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side)
{
  return mailbase && store_mailbase_is_owner (mailbase) && is_taken (mailbase, info, side) &&
         count_refusals (mailbase, side) < AGAIN_MAX;
}

void
engine_taken_note_refusal (StoreMailbase *mailbase, EngineSide side)
{
  g_autofree char *count =
      g_strdup_printf ("%" G_GUINT64_FORMAT, count_refusals (mailbase, side) + 1);

  engine_fact_keep (mailbase, STORE_PRIORITY_CLICK, TRUE, refused_fact (side), count, NULL);
}

void
engine_taken_note (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side)
{
  if (!mailbase || !store_mailbase_is_owner (mailbase))
    return;
  if (!is_taken (mailbase, info, side))
    {
      g_autofree char *who = dup_who (info, side);

      engine_fact_keep (mailbase, STORE_PRIORITY_CLICK, FALSE, taken_fact (side), who, NULL);
    }
  if (count_refusals (mailbase, side) > 0)
    engine_fact_keep (mailbase, STORE_PRIORITY_CLICK, FALSE, refused_fact (side), "", NULL);
}

static gboolean
write_forgotten (StoreTx *tx, gpointer data, GError **error)
{
  for (EngineSide side = ENGINE_SIDE_INCOMING; side <= ENGINE_SIDE_OUTGOING; side++)
    if (!store_tx_set_fact (tx, taken_fact (side), "", error) ||
        !store_tx_set_fact (tx, refused_fact (side), "", error))
      return FALSE;
  return TRUE;
}

gboolean
engine_taken_forget (StoreMailbase *mailbase, GError **error)
{
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_forgotten, NULL, error);
}
