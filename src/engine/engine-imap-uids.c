/* Lists and sets of UIDs: their order, and how many of them go into one command. */
#include "config.h"

#include "engine-imap.h"

int
engine_imap_compare_uids (gconstpointer a, gconstpointer b)
{
  guint32 one = *(const guint32 *) a, other = *(const guint32 *) b;

  return one < other ? -1 : one > other;
}

/* Exchange takes no line above some four thousand bytes; others take eight (RFC 7162 §4). */
#define UIDS_MAX 3500

ImapSet *
engine_imap_set (const guint32 *uids, guint n)
{
  g_autofree guint32 *sorted = g_memdup2 (uids, n * sizeof *uids);
  ImapSet *set = imap_set_new ();

  /* In their order neighbours become ranges. */
  if (n > 1)
    qsort (sorted, n, sizeof *sorted, engine_imap_compare_uids);
  for (guint i = 0; i < n; i++)
    if (sorted[i] != 0)
      imap_set_add (set, sorted[i], sorted[i]);
  return set;
}

gboolean
engine_imap_fits_line (const guint32 *uids, guint n)
{
  g_autoptr (ImapSet) set = engine_imap_set (uids, n);
  g_autoptr (GString) text = g_string_new (NULL);

  imap_set_write (set, text);
  return text->len <= UIDS_MAX;
}
