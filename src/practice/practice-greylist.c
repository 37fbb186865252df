/* The triples that have been seen, and by which connection first. */
#include "config.h"

#include "practice-greylist.h"

/* Beyond this many nobody is remembered any more: then all are strangers again. */
#define MAX_TRIPLES 10000

struct _PracticeGreylist
{
  GMutex lock;
  GHashTable *visits; /* the triple in one text → guint64, the first visit */
};

PracticeGreylist *
practice_greylist_new (void)
{
  PracticeGreylist *greylist = g_new0 (PracticeGreylist, 1);

  g_mutex_init (&greylist->lock);
  greylist->visits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return greylist;
}

void
practice_greylist_free (PracticeGreylist *greylist)
{
  g_hash_table_unref (greylist->visits);
  g_mutex_clear (&greylist->lock);
  g_free (greylist);
}

gboolean
practice_greylist_knows (PracticeGreylist *greylist,
                         guint64 visit,
                         const char *address,
                         const char *from,
                         const char *to)
{
  g_autofree char *triple = g_strdup_printf ("%s\n%s\n%s", address, from, to);
  const guint64 *first;
  gboolean known;

  g_mutex_lock (&greylist->lock);
  first = g_hash_table_lookup (greylist->visits, triple);
  known = first != NULL && *first != visit;
  if (first == NULL)
    {
      if (g_hash_table_size (greylist->visits) >= MAX_TRIPLES)
        g_hash_table_remove_all (greylist->visits);
      g_hash_table_insert (
          greylist->visits, g_steal_pointer (&triple), g_memdup2 (&visit, sizeof visit));
    }
  g_mutex_unlock (&greylist->lock);
  return known;
}
