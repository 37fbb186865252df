/* Any lines in both directions of any protocol: each gets an entry, and parts that lie in it, are
 * explained and are valid text. The first byte says which protocol; each line's first, who speaks.
 */
#include <glib.h>
#include <string.h>

#include "learn-annotator.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check (const LearnCard *card, gsize len)
{
  g_assert_nonnull (card->entry);
  g_assert_true (card->context == NULL || g_utf8_validate (card->context, -1, NULL));
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      g_assert_nonnull (part->entry);
      g_assert_cmpuint ((gsize) part->offset + part->length, <=, len);
      g_assert_true (g_utf8_validate (part->text, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const char *const protocols[] = { "imap", "pop3", "smtp" };
  g_autoptr (LearnAnnotator) annotator = NULL;

  if (size == 0)
    return 0;
  annotator = learn_annotator_new (protocols[data[0] % G_N_ELEMENTS (protocols)], NULL, "fr");
  for (gsize at = 1; at < size;)
    {
      const guint8 *end = memchr (data + at, '\n', size - at);
      gsize len = end != NULL ? (gsize) (end - data) - at + 1 : size - at;
      BaseDirection direction = data[at] == '>' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
      g_autofree guint8 *exact = g_memdup2 (data + at + 1, len - 1);
      g_autoptr (LearnCard) card = learn_annotator_line (annotator, direction, exact, len - 1);

      check (card, len - 1);
      at += len;
    }
  return 0;
}
