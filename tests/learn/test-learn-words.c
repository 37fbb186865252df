/* Lines with every word that is registered, and lines of well-known servers (dialogues/): each is
 * explained word by word, by entries of their own, in both languages and at all depths. */
#include "config.h"

#include <string.h>

#include "learn-annotator.h"

/* What nobody can know is written so. */
#define UNHEARD "XUNHEARD"

static void
complain (const char *language, const char *line, const char *what, const char *text)
{
  g_test_message ("%s: %s: “%s” in “%s”", language, what, text, line);
  g_test_fail ();
}

static void
check_entry (const char *language, const char *line, const char *text, const LearnEntry *entry)
{
  if (entry->is_class)
    complain (language, line, "only a class explains it", text);
  else if (entry->standard == NULL)
    complain (language, line, "no third depth", text);
}

/* Every word that is more than a sign is part of a part. */
static void
check_covered (const char *language, const char *line, const LearnCard *card)
{
  gsize len = strlen (line);

  for (gsize from = 0, to; from < len; from = to + 1)
    {
      gboolean any = FALSE;
      gboolean letters = FALSE;

      for (to = from; to < len && strchr (" ()[]<>", line[to]) == NULL; to++)
        letters = letters || g_ascii_isalnum (line[to]);
      for (guint i = 0; i < card->parts->len; i++)
        {
          const LearnPart *part = card->parts->pdata[i];

          any = any || (part->offset < to && from < (gsize) part->offset + part->length);
        }
      if (letters && !any)
        complain (language, line, "nothing explains it", line + from);
    }
}

static void
check_line (LearnAnnotator *annotator,
            const char *language,
            BaseDirection direction,
            const char *line)
{
  g_autofree char *with_end = g_strconcat (line, "\r\n", NULL);
  g_autoptr (LearnCard) card =
      learn_annotator_line (annotator, direction, (const guint8 *) with_end, strlen (with_end));

  if (strstr (line, UNHEARD) != NULL)
    return;
  check_entry (language, line, line, card->entry);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      check_entry (language, line, part->text, part->entry);
    }
  check_covered (language, line, card);
}

/* "# imap …": a connection begins; "> " and "< ": the client, the server; "; ": a remark. */
static void
check_dialogue (const char *path, const char *language)
{
  g_autoptr (LearnAnnotator) annotator = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *protocol = NULL;

      if (*lines[i] == '\0' || *lines[i] == ';')
        continue;
      if (*lines[i] == '#')
        {
          protocol = g_strndup (lines[i] + 2, strcspn (lines[i] + 2, " "));
          g_clear_pointer (&annotator, learn_annotator_free);
          annotator = learn_annotator_new (protocol, NULL, language);
          continue;
        }
      g_assert_true (g_str_has_prefix (lines[i], "> ") || g_str_has_prefix (lines[i], "< "));
      check_line (annotator,
                  language,
                  *lines[i] == '>' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN,
                  lines[i] + 2);
      n++;
    }
  g_assert_cmpuint (n, >, 40);
}

static void
test_dialogue (gconstpointer path)
{
  check_dialogue (path, "en");
  check_dialogue (path, "fr");
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_test_init (&argc, &argv, NULL);
  directory = g_test_build_filename (G_TEST_DIST, "learn", "dialogues", NULL);
  dir = g_dir_open (directory, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *about = g_strconcat ("/learn/words/", name, NULL);
      char *path = g_build_filename (directory, name, NULL);

      g_ptr_array_add (paths, path);
      g_test_add_data_func (about, path, test_dialogue);
    }
  return g_test_run ();
}
