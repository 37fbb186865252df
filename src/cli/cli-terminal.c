/* What a terminal gets that cannot show UTF-8: the nearest of its own characters, so that in the C
 * locale an arrow is "->" and not "?". JSON and the bytes of letters do not pass here. */
#include "config.h"

#include "cli.h"

#include <stdio.h>
#include <string.h>

/* What GLib has no letters for. */
static const struct
{
  const char *text, *plain;
} signs[] = {
  { "·", "-" }, { "•", "*" }, { "▸", ">" },  { "▾", "v" },   { "✓", "+" }, { "×", "x" },
  { "−", "-" }, { "§", "" },  { "⇄", "<>" }, { "⋯", "..." }, { "■", "=" },
};

/* One character, as @charset has it, else in ASCII. */
static void
append_character (GString *out, const char *character, gsize length, const char *charset)
{
  g_autofree char *one = g_strndup (character, length);
  g_autofree char *converted = g_convert (one, (gssize) length, charset, "UTF-8", NULL, NULL, NULL);
  g_autofree char *plain = NULL;

  if (converted != NULL)
    {
      g_string_append (out, converted);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (strcmp (one, signs[i].text) == 0)
      {
        g_string_append (out, signs[i].plain);
        return;
      }
  plain = g_str_to_ascii (one, "C");
  g_string_append (out, plain);
}

char *
cli_terminal_text (const char *text, const char *charset)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  GString *out = g_string_new (NULL);

  for (const char *at = composed; *at != '\0'; at = g_utf8_next_char (at))
    if ((guchar) *at < 0x80)
      g_string_append_c (out, *at);
    else
      append_character (out, at, (gsize) (g_utf8_next_char (at) - at), charset);
  return g_string_free (out, FALSE);
}

static void
write_text (FILE *file, const char *text)
{
  const char *charset;
  g_autofree char *plain = NULL;

  if (!g_get_charset (&charset))
    plain = cli_terminal_text (text, charset);
  fputs (plain != NULL ? plain : text, file);
  fflush (file);
}

static void
print (const char *text)
{
  write_text (stdout, text);
}

static void
print_error (const char *text)
{
  write_text (stderr, text);
}

void
cli_terminal_init (void)
{
  g_set_print_handler (print);
  g_set_printerr_handler (print_error);
}
