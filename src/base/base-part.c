/* A growing array of parts, and ids made from the tokens of a line. */
#include "config.h"

#include "base-part.h"

struct _BaseParts
{
  GArray *parts;
  GStringChunk *ids; /* not interned: some are made of words that a server may choose */
};

BaseParts *
base_parts_new (void)
{
  BaseParts *parts = g_new (BaseParts, 1);

  parts->parts = g_array_new (FALSE, FALSE, sizeof (BasePart));
  parts->ids = g_string_chunk_new (256);
  return parts;
}

void
base_parts_free (BaseParts *parts)
{
  g_array_unref (parts->parts);
  g_string_chunk_free (parts->ids);
  g_free (parts);
}

void
base_parts_add (BaseParts *parts, gsize offset, gsize length, const char *id)
{
  BasePart part = { .offset = (guint32) offset, .length = (guint32) length };

  if (parts == NULL)
    return;
  part.id = g_string_chunk_insert_const (parts->ids, id);
  g_array_append_val (parts->parts, part);
}

void
base_parts_add_token (BaseParts *parts,
                      gsize offset,
                      gsize length,
                      const char *prefix,
                      const char *token,
                      gsize token_len)
{
  /* Long enough for every registered word; longer ones have no entry anyway. */
  char id[96];
  gsize len = 0;
  gsize start;

  if (parts == NULL)
    return;
  len = g_strlcpy (id, prefix, sizeof id);
  start = len;
  for (gsize i = 0; i < token_len && len < sizeof id - 1; i++)
    {
      if (g_ascii_isalnum (token[i]))
        id[len++] = g_ascii_tolower (token[i]);
      else if (len > start && id[len - 1] != '-')
        id[len++] = '-';
    }
  while (len > start && id[len - 1] == '-')
    len--;
  id[len] = '\0';
  base_parts_add (parts, offset, length, id);
}

guint
base_parts_count (const BaseParts *parts)
{
  return parts->parts->len;
}

const BasePart *
base_parts_get (const BaseParts *parts, guint index)
{
  return &g_array_index (parts->parts, BasePart, index);
}

void
base_parts_clear (BaseParts *parts)
{
  g_array_set_size (parts->parts, 0);
  g_string_chunk_clear (parts->ids);
}
