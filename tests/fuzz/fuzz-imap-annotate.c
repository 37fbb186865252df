/* A recording of anything at all: every part that is explained lies within its line. A line starts
 * with the byte that says whose it is: even, the client's. */
#include <glib.h>
#include <string.h>

#include "imap-core.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
annotate (ImapCore *core, const guint8 *line, gsize len)
{
  BaseDirection direction = line[0] % 2 == 0 ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
  g_autofree guint8 *exact = g_memdup2 (line + 1, len - 1);
  g_autoptr (BaseParts) parts = base_parts_new ();

  base_core_annotate (BASE_CORE (core), direction, exact, len - 1, parts);
  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);

      g_assert_cmpuint ((guint64) part->offset + part->length, <=, len - 1);
      g_assert_cmpuint (part->length, >, 0);
      g_assert_nonnull (part->id);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);

  /* 0xff ends a line, so that lines may hold literals. */
  while (size > 1)
    {
      const guint8 *end = memchr (data, 0xff, size);
      gsize len = end != NULL ? (gsize) (end - data) : size;

      if (len > 1)
        annotate (core, data, len);
      data += end != NULL ? len + 1 : len;
      size -= end != NULL ? len + 1 : len;
    }
  base_core_free (BASE_CORE (core));
  return 0;
}
