/* One pass over the bytes for each: every header of every letter comes through here. */
#include "config.h"

#include "mail-line.h"

#include <string.h>

gsize
mail_measure_words (const char *text, gsize length)
{
  gsize i = 0;

  while (i < length &&
         ((text[i] > ' ' && text[i] < 0x7f) || (text[i] == ' ' && i > 0 && text[i - 1] != ' ')))
    i++;
  return i > 0 && text[i - 1] == ' ' ? i - 1 : i;
}

/* Left-to-right and right-to-left overrides, with which a name can be made to read as another. */
static gboolean
is_bidi_override (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
mail_clean_line (const char *text)
{
  gsize length = strlen (text);
  char *line = NULL;
  char *to = NULL;
  gboolean space = FALSE;

  if (mail_measure_words (text, length) == length)
    return g_strndup (text, length);
  /* What goes in is never shorter than what comes out. */
  line = to = g_malloc (length + 1);
  while (*text != '\0')
    {
      guchar byte = *text;

      length = 1;
      if (byte >= 0x80)
        {
          gunichar c = g_utf8_get_char (text);

          length = (gsize) (g_utf8_next_char (text) - text);
          if (c < 0xa0 || c == 0x2028 || c == 0x2029)
            byte = ' ';
          else if (is_bidi_override (c))
            {
              text += length;
              continue;
            }
        }
      if (byte <= 0x20 || byte == 0x7f)
        space = TRUE;
      else
        {
          if (space && to > line)
            *to++ = ' ';
          space = FALSE;
          *to++ = (char) byte;
          for (gsize i = 1; i < length; i++)
            *to++ = text[i];
        }
      text += length;
    }
  *to = '\0';
  return line;
}

void
mail_remove_spaces (char *text)
{
  char *to = text;

  for (const char *at = text; *at != '\0'; at++)
    if ((guchar) *at > 0x20 && *at != 0x7f)
      *to++ = *at;
  *to = '\0';
}
