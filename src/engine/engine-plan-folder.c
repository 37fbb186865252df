/* The plan that makes one folder's rows equal to the server's, by as few questions as its numbers
 * allow. */
#include "config.h"

#include "engine-plan.h"

static const char *const names[] = {
  [ENGINE_STEP_NEWEST] = "newest",
  [ENGINE_STEP_UIDS_AFTER] = "uids-after",
  [ENGINE_STEP_UIDS_ALL] = "uids-all",
  [ENGINE_STEP_DROP] = "drop",
  [ENGINE_STEP_FLAGS_CHANGED] = "flags-changed",
  [ENGINE_STEP_FLAGS_ALL] = "flags-all",
  [ENGINE_STEP_HEADERS] = "headers",
  [ENGINE_STEP_FLAGS_NEWEST] = "flags-newest",
  [ENGINE_STEP_EQUAL] = "equal",
};

const char *
engine_step_name (EngineStep step)
{
  return (guint) step < G_N_ELEMENTS (names) ? names[step] : "?";
}

/* UIDs are never used again (RFC 9051 §2.3.1.1): what the server has up to @last is a part of what
 * is here. So equal numbers mean equal sets. */
static gboolean
is_same_count (const EngineFolderFacts *facts)
{
  return (guint64) facts->here + facts->fresh == facts->exists;
}

/* %ENGINE_STEP_LAST: the UIDs are known. */
static EngineStep
next_listing (const EngineFolderFacts *facts)
{
  if (facts->exists == 0 || facts->listed == ENGINE_LISTED_ALL)
    return ENGINE_STEP_LAST;
  if (facts->newest)
    return ENGINE_STEP_UIDS_ALL;
  if (facts->strange)
    return ENGINE_STEP_UIDS_ALL;
  if (facts->listed == ENGINE_LISTED_AFTER)
    return is_same_count (facts) ? ENGINE_STEP_LAST : ENGINE_STEP_UIDS_ALL;
  /* Above the highest number there is nothing to ask for: a server that gave it lied. */
  if (facts->here == 0 || facts->here > facts->exists || facts->last == G_MAXUINT32)
    return ENGINE_STEP_UIDS_ALL;
  /* Since SELECT one may have come for each that went: then only its UID tells. */
  if (facts->here == facts->exists && facts->uidnext == facts->last + 1 && !facts->news)
    return ENGINE_STEP_LAST;
  return ENGINE_STEP_UIDS_AFTER;
}

/* A HIGHESTMODSEQ below what it was is a server's mistake, or a mailbox put back from a backup:
 * then nothing follows from its numbers. */
static EngineStep
flags_step (const EngineFolderFacts *facts)
{
  /* What came by place came with its flags just now. */
  if (facts->flags || facts->newest || facts->here == 0 || facts->exists == 0)
    return ENGINE_STEP_LAST;
  if (facts->modseq == 0 || facts->known_modseq == 0 || facts->modseq < facts->known_modseq ||
      facts->untold || facts->miscounted)
    return ENGINE_STEP_FLAGS_ALL;
  if (facts->modseq == facts->known_modseq && !facts->news)
    return ENGINE_STEP_LAST;
  return ENGINE_STEP_FLAGS_CHANGED;
}

/* Whoever is asked for all flags, or has no letter yet, is asked for no more. */
static gboolean
is_due (const EngineFolderFacts *facts, EngineStep flags)
{
  return facts->due && flags != ENGINE_STEP_FLAGS_ALL && !facts->newest && facts->here > 0 &&
         facts->exists > 0;
}

guint
engine_plan_folder (const EngineFolderFacts *facts, EngineStep steps[ENGINE_STEP_LAST])
{
  EngineStep listing = next_listing (facts);
  EngineStep flags = flags_step (facts);
  guint n = 0;

  /* A large folder is met for the first time: something to look at comes before the count. */
  if (facts->pages && !facts->newest && facts->here == 0 && facts->exists > ENGINE_PAGE &&
      facts->listed == ENGINE_LISTED_NOTHING)
    steps[n++] = ENGINE_STEP_NEWEST;
  if (listing != ENGINE_STEP_LAST)
    steps[n++] = listing;
  else if (facts->gone > 0 || (facts->exists == 0 && facts->here > 0))
    steps[n++] = ENGINE_STEP_DROP;
  if (flags != ENGINE_STEP_LAST)
    steps[n++] = flags;
  if (listing == ENGINE_STEP_LAST && facts->fresh > 0)
    steps[n++] = ENGINE_STEP_HEADERS;
  if (is_due (facts, flags))
    steps[n++] = ENGINE_STEP_FLAGS_NEWEST;
  steps[n++] = ENGINE_STEP_EQUAL;
  return n;
}
