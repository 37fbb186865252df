/* Commands of a hostile client: what is understood and written again is understood as the same. */
#include <glib.h>
#include <string.h>

#include "imap-parser.h"
#include "imap-writer.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const BaseLimits limits = {
  .line = 65536, .inline_body = 65536, .body = 65536, .depth = 32, .count = 64
};

/* The first line in @data, written again; %NULL if there is none or it is not understood. */
static GString *
rewrite (const guint8 *data, gsize size)
{
  ImapFramer *framer = imap_framer_new (BASE_ROLE_SERVER, &limits);
  g_autoptr (ImapCommand) command = NULL;
  GString *out = NULL;
  ImapFramerStep step;
  ImapFramed framed;

  do
    step = imap_framer_step (framer, &data, &size, &framed);
  while (step != IMAP_FRAMER_NEED_DATA && step != IMAP_FRAMER_ERROR && step != IMAP_FRAMER_LINE);
  if (step == IMAP_FRAMER_LINE)
    command = imap_parser_command (&framed.frame, &limits, NULL, NULL);
  if (command != NULL)
    {
      out = g_string_new (NULL);
      imap_writer_command (command, out);
    }
  imap_framer_free (framer);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  GString *once = rewrite (data, size);
  GString *twice;

  if (once == NULL)
    return 0;
  /* In front of a bare LF no literal begins; the line is written with CRLF, and one would. */
  if (g_str_has_suffix (once->str, "}\r\n"))
    {
      g_string_free (once, TRUE);
      return 0;
    }
  twice = rewrite ((const guint8 *) once->str, once->len);
  g_assert_nonnull (twice);
  g_assert_cmpmem (once->str, once->len, twice->str, twice->len);
  g_string_free (once, TRUE);
  g_string_free (twice, TRUE);
  return 0;
}
