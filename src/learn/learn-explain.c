/* Explains a line that nobody has recorded: it guesses who says it, and what must have been said
 * before for it to make sense. */
#include "config.h"

#include "learn-annotator.h"

#include <string.h>

static void
say (LearnAnnotator *annotator, BaseDirection direction, const char *line)
{
  learn_card_free (
      learn_annotator_line (annotator, direction, (const guint8 *) line, strlen (line)));
}

static gboolean
begins (const char *line, const char *word)
{
  gsize len = strlen (word);

  return g_ascii_strncasecmp (line, word, len) == 0 && (line[len] == '\0' || line[len] == ' ');
}

/* A row of LIST or UIDL, or a line of CAPA: what was asked before makes it what it is. */
static const char *
pop3_question (const LearnCatalogue *catalogue, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autoptr (BaseParts) parts = base_parts_new ();

  if (words[0] == NULL)
    return NULL;
  if (g_ascii_isdigit (words[0][0]) && words[1] != NULL)
    return words[1][strspn (words[1], "0123456789")] == '\0' ? "LIST\r\n" : "UIDL\r\n";
  base_parts_add_token (parts, 0, 0, "pop3.command.", words[0], strlen (words[0]));
  base_parts_add_token (parts, 0, 0, "pop3.capability.", words[0], strlen (words[0]));
  if (learn_catalogue_find (catalogue, base_parts_get (parts, 0)->id) == NULL &&
      learn_catalogue_find (catalogue, base_parts_get (parts, 1)->id) != NULL)
    return "CAPA\r\n";
  return NULL;
}

static gboolean
explain_pop3 (LearnAnnotator *annotator, const LearnCatalogue *catalogue, const char *line)
{
  const char *question;

  if (line[0] == '+' || begins (line, "-ERR"))
    {
      if (strchr (line, '<') == NULL || strchr (line, '@') == NULL)
        learn_annotator_skip_greeting (annotator);
      return TRUE;
    }
  learn_annotator_skip_greeting (annotator);
  question = pop3_question (catalogue, line);
  if (question == NULL && g_str_equal (line, "."))
    question = "LIST\r\n";
  if (question == NULL)
    return FALSE;
  say (annotator, BASE_DIRECTION_OUT, question);
  say (annotator, BASE_DIRECTION_IN, "+OK\r\n");
  return TRUE;
}

/* "250-SIZE 10240000": a line of the answer to EHLO, which lists keywords. */
static gboolean
is_keyword (const LearnCatalogue *catalogue, const char *line)
{
  gsize len = strcspn (line + 4, " =");
  g_autoptr (BaseParts) parts = base_parts_new ();

  /* Some servers close that list with "250 OK"; alone it is the answer to most commands. */
  if (g_ascii_strcasecmp (line + 4, "OK") == 0)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (g_ascii_islower (line[4 + i]))
      return FALSE;
  base_parts_add_token (parts, 0, 0, "smtp.keyword.", line + 4, len);
  return learn_catalogue_find (catalogue, base_parts_get (parts, 0)->id) != NULL;
}

static gboolean
explain_smtp (LearnAnnotator *annotator, const LearnCatalogue *catalogue, const char *line)
{
  gsize digits = strspn (line, "0123456789");

  if (digits != 3 || (line[3] != '\0' && line[3] != ' ' && line[3] != '-'))
    {
      learn_annotator_skip_greeting (annotator);
      if (g_str_equal (line, "."))
        {
          say (annotator, BASE_DIRECTION_OUT, "DATA\r\n");
          say (annotator, BASE_DIRECTION_IN, "354 \r\n");
        }
      return FALSE;
    }
  if (!g_str_has_prefix (line, "220"))
    learn_annotator_skip_greeting (annotator);
  if (g_str_has_prefix (line, "250") && line[3] != '\0' && is_keyword (catalogue, line))
    {
      say (annotator, BASE_DIRECTION_OUT, "EHLO localhost\r\n");
      say (annotator, BASE_DIRECTION_IN, "250-localhost\r\n");
    }
  return TRUE;
}

static gboolean
explain_imap (LearnAnnotator *annotator, const char *line)
{
  const char *space = strchr (line, ' ');
  gboolean ready = begins (line, "* OK") &&
                   (line[4] == '\0' || line[5] != '[' || begins (line + 5, "[CAPABILITY"));

  if (!ready && !begins (line, "* PREAUTH"))
    learn_annotator_skip_greeting (annotator);
  return begins (line, "*") || line[0] == '+' ||
         (space != NULL &&
          (begins (space + 1, "OK") || begins (space + 1, "NO") || begins (space + 1, "BAD")));
}

LearnCard *
learn_explain_line (const char *protocol, const char *line, const char *language)
{
  g_autoptr (LearnAnnotator) annotator = learn_annotator_new (protocol, NULL, language);
  g_autofree char *with_end = NULL;
  g_autofree char *bare = g_strdup (line);
  gboolean in;

  bare[strcspn (bare, "\r\n")] = '\0';
  if (g_str_equal (protocol, "imap"))
    in = explain_imap (annotator, bare);
  else if (g_str_equal (protocol, "pop3"))
    in = explain_pop3 (annotator, learn_catalogue_get (language), bare);
  else
    in = explain_smtp (annotator, learn_catalogue_get (language), bare);
  with_end = g_strconcat (bare, "\r\n", NULL);
  return learn_annotator_line (annotator,
                               in ? BASE_DIRECTION_IN : BASE_DIRECTION_OUT,
                               (const guint8 *) with_end,
                               strlen (with_end));
}
