/* Each secret is looked for in the four ways it can be written: as it is, and in base64 at each of
 * the three places it may have in a group. Every received line passes here, so a pattern is looked
 * for by the byte of it that is rarest in mail. */
#include "config.h"

#include "base-mask.h"

#include <string.h>

/* A pattern shorter than this would hide half of every line, and hides nothing worth guessing. */
#define MASK_MIN 3

typedef struct
{
  BaseSecret *pattern;
  gsize rarest; /* offset of the byte that it is found by */
  gboolean encoded;
} Mask;

struct _BaseMasks
{
  GPtrArray *patterns; /* Mask */
};

static void
mask_free (gpointer data)
{
  Mask *mask = data;

  base_secret_unref (mask->pattern);
  g_free (mask);
}

BaseMasks *
base_masks_new (void)
{
  BaseMasks *masks = g_new0 (BaseMasks, 1);

  masks->patterns = g_ptr_array_new_with_free_func (mask_free);
  return masks;
}

void
base_masks_free (BaseMasks *masks)
{
  g_ptr_array_unref (masks->patterns);
  g_free (masks);
}

/* Where the byte is that lines have least. */
static gsize
find_rarest (const char *bytes, gsize len)
{
  /* The commonest first; all others are rare. */
  static const char common[] = " etaoinsrldhcumpfgybwvk.-:;=<>@0123456789STACMIRDNE";
  gsize best = 0;
  gsize best_rank = 0;

  for (gsize i = 0; i < len; i++)
    {
      const char *found = bytes[i] != '\0' ? strchr (common, bytes[i]) : NULL;
      gsize rank = found != NULL ? (gsize) (found - common) : sizeof common;

      if (rank > best_rank)
        {
          best = i;
          best_rank = rank;
        }
    }
  return best;
}

/* @encoded: it is a piece of base64, and the characters beside it hold bits of the secret too. */
static void
add_pattern (BaseMasks *masks, const char *bytes, gsize len, gboolean encoded)
{
  Mask *mask;

  if (len < MASK_MIN)
    return;
  mask = g_new0 (Mask, 1);
  mask->pattern = base_secret_new (bytes, (gssize) len);
  mask->rarest = find_rarest (bytes, len);
  mask->encoded = encoded;
  g_ptr_array_add (masks->patterns, mask);
}

/* The base64 of whatever holds the secret after @before other bytes (modulo 3): of that, those
 * characters that the secret alone determines. */
static void
add_encoded_pattern (BaseMasks *masks, const char *bytes, gsize len, gsize before)
{
  guint8 *padded = g_malloc0 (before + len);
  char *base64;
  gsize start = (before * 8 + 5) / 6;
  gsize end = (before + len) * 8 / 6;

  memcpy (padded + before, bytes, len);
  base64 = g_base64_encode (padded, before + len);
  if (end > start)
    add_pattern (masks, base64 + start, end - start, TRUE);
  base_secret_wipe (padded, before + len);
  base_secret_wipe_string (base64);
  g_free (padded);
}

void
base_masks_add (BaseMasks *masks, BaseSecret *secret)
{
  gsize len;
  const char *bytes = base_secret_peek (secret, &len);

  if (len < MASK_MIN)
    return;
  add_pattern (masks, bytes, len, FALSE);
  for (gsize before = 0; before < 3; before++)
    add_encoded_pattern (masks, bytes, len, before);
}

static gboolean
is_base64 (guint8 c)
{
  return g_ascii_isalnum ((char) c) || c == '+' || c == '/';
}

/* The first place of @mask in @line, or %NULL. */
static const guint8 *
find_mask (const Mask *mask, const guint8 *line, gsize len, gsize *length)
{
  const char *pattern = base_secret_peek (mask->pattern, length);
  const guint8 *last;

  if (*length > len)
    return NULL;
  last = line + len - *length + mask->rarest;
  for (const guint8 *from = line + mask->rarest; from <= last;)
    {
      const guint8 *found = memchr (from, pattern[mask->rarest], (gsize) (last - from) + 1);

      if (found == NULL)
        return NULL;
      if (memcmp (found - mask->rarest, pattern, *length) == 0)
        return found - mask->rarest;
      from = found + 1;
    }
  return NULL;
}

gsize
base_masks_find (const BaseMasks *masks, const guint8 *line, gsize len, gsize *at)
{
  gsize best = 0;

  *at = len;
  for (guint i = 0; i < masks->patterns->len; i++)
    {
      const Mask *mask = masks->patterns->pdata[i];
      gsize hidden;
      const guint8 *found = find_mask (mask, line, len, &hidden);
      gsize position;

      if (found == NULL)
        continue;
      position = (gsize) (found - line);
      if (mask->encoded && position > 0 && is_base64 (line[position - 1]))
        {
          position--;
          hidden++;
        }
      if (mask->encoded && position + hidden < len && is_base64 (line[position + hidden]))
        hidden++;
      if (position < *at || (position == *at && hidden > best))
        {
          *at = position;
          best = hidden;
        }
    }
  return best;
}
