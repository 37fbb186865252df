/* Sets of numbers, kept as the ranges in which they came. */
#include "config.h"

#include "imap-set.h"

#include <string.h>

struct _ImapSet
{
  gatomicrefcount ref_count;
  GArray *ranges;
  gboolean saved;
};

ImapSet *
imap_set_new (void)
{
  ImapSet *set = g_new0 (ImapSet, 1);

  g_atomic_ref_count_init (&set->ref_count);
  set->ranges = g_array_new (FALSE, FALSE, sizeof (ImapRange));
  return set;
}

ImapSet *
imap_set_new_single (guint32 number)
{
  ImapSet *set = imap_set_new ();

  imap_set_add (set, number, number);
  return set;
}

ImapSet *
imap_set_new_saved (void)
{
  ImapSet *set = imap_set_new ();

  set->saved = TRUE;
  return set;
}

ImapSet *
imap_set_ref (ImapSet *set)
{
  g_atomic_ref_count_inc (&set->ref_count);
  return set;
}

void
imap_set_unref (ImapSet *set)
{
  if (!g_atomic_ref_count_dec (&set->ref_count))
    return;
  g_array_unref (set->ranges);
  g_free (set);
}

void
imap_set_add (ImapSet *set, guint32 first, guint32 last)
{
  ImapRange range = { first, last };

  if (set->ranges->len > 0 && first <= last)
    {
      ImapRange *before = &g_array_index (set->ranges, ImapRange, set->ranges->len - 1);

      if (before->first <= before->last && last != IMAP_SET_LAST && before->last + 1 == first)
        {
          before->last = last;
          return;
        }
    }
  g_array_append_val (set->ranges, range);
}

guint
imap_set_ranges (const ImapSet *set, const ImapRange **ranges)
{
  if (ranges != NULL)
    *ranges = (const ImapRange *) (gpointer) set->ranges->data;
  return set->ranges->len;
}

gboolean
imap_set_is_saved (const ImapSet *set)
{
  return set->saved;
}

gboolean
imap_set_contains (const ImapSet *set, guint32 number)
{
  for (guint i = 0; i < set->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (set->ranges, ImapRange, i);

      if (number >= MIN (range->first, range->last) && number <= MAX (range->first, range->last))
        return TRUE;
    }
  return FALSE;
}

guint64
imap_set_count (const ImapSet *set)
{
  guint64 count = 0;

  for (guint i = 0; i < set->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (set->ranges, ImapRange, i);
      guint32 low = MIN (range->first, range->last);
      guint32 high = MAX (range->first, range->last);

      count += high == IMAP_SET_LAST ? 1 : (guint64) high - low + 1;
    }
  return count;
}

/* seq-number = nz-number / "*". Some servers write 0 where nothing is meant; it is let through, as
 * it names no message. */
static const char *
parse_number (const char *p, const char *end, guint32 *number)
{
  guint64 value = 0;
  const char *start = p;

  if (p < end && *p == '*')
    {
      *number = IMAP_SET_LAST;
      return p + 1;
    }
  for (; p < end && g_ascii_isdigit (*p); p++)
    {
      value = value * 10 + (guint64) (*p - '0');
      if (value > G_MAXUINT32)
        return NULL;
    }
  *number = (guint32) value;
  return p > start ? p : NULL;
}

/* sequence-set = (seq-number / seq-range) ["," sequence-set] / "$" */
ImapSet *
imap_set_parse (const char *text, gssize len)
{
  g_autoptr (ImapSet) set = imap_set_new ();
  const char *p = text;
  const char *end = text + (len < 0 ? strlen (text) : (gsize) len);

  if (end - p == 1 && *p == '$')
    return imap_set_new_saved ();
  while (TRUE)
    {
      guint32 first;
      guint32 last;

      p = parse_number (p, end, &first);
      if (p == NULL)
        return NULL;
      last = first;
      if (p < end && *p == ':')
        p = parse_number (p + 1, end, &last);
      if (p == NULL)
        return NULL;
      imap_set_add (set, first, last);
      if (p == end)
        return g_steal_pointer (&set);
      if (*p++ != ',')
        return NULL;
    }
}

static void
write_number (guint32 number, GString *out)
{
  if (number == IMAP_SET_LAST)
    g_string_append_c (out, '*');
  else
    g_string_append_printf (out, "%u", number);
}

void
imap_set_write (const ImapSet *set, GString *out)
{
  if (set->saved)
    g_string_append_c (out, '$');
  for (guint i = 0; i < set->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (set->ranges, ImapRange, i);

      if (i > 0)
        g_string_append_c (out, ',');
      write_number (range->first, out);
      if (range->first != range->last)
        {
          g_string_append_c (out, ':');
          write_number (range->last, out);
        }
    }
}
