/* explain: the parts of one line, from the same grammar and catalogue as the panel's cards. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli.h"
#include "learn-annotator.h"

static void
print_json (const char *id, guint offset, guint length, const char *part, const LearnEntry *entry)
{
  BaseJson *object = base_json_new ();

  base_json_begin_object (object, NULL);
  base_json_add_uint (object, "offset", offset);
  base_json_add_uint (object, "length", length);
  base_json_add_string (object, "id", id);
  base_json_add_string (object, "text", entry->title);
  base_json_add_string (object, "part", part);
  base_json_add_string (object, "meaning", entry->meaning);
  base_json_add_string (object, "rfc", entry->rfc);
  base_json_add_bool (object, "class", entry->is_class);
  base_json_end_object (object);
  cli_print_json (object);
}

static void
print_text (const LearnCard *card, const char *line)
{
  g_print ("%s\n  %s\n", line, card->entry->title);
  if (card->entry->meaning)
    g_print ("  %s\n", card->entry->meaning);
  if (card->entry->rfc)
    g_print ("  %s\n", card->entry->rfc);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = g_ptr_array_index (card->parts, i);

      g_print ("  %u+%u %s: %s\n", part->offset, part->length, part->text, part->entry->title);
    }
}

int
cli_explain (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "explain imap|pop3|smtp LINE [--json]";
  gboolean json = argc > 1 && strcmp (argv[1], "--json") == 0;
  g_autoptr (LearnCard) card = NULL;
  const char *protocol, *line;

  /* The line is never an option: "-ERR no" and "--" are lines. */
  if (json)
    {
      argc--;
      argv++;
    }
  if (argc == 4 && strcmp (argv[3], "--json") == 0)
    {
      json = TRUE;
      argc--;
    }
  if (argc != 3)
    return cli_usage (synopsis);
  protocol = argv[1];
  line = argv[2];
  if (strcmp (protocol, "imap") != 0 && strcmp (protocol, "pop3") != 0 &&
      strcmp (protocol, "smtp") != 0)
    return cli_usage (synopsis);
  card = learn_explain_line (protocol, line, NULL);
  if (!json)
    {
      g_autofree char *clean = cli_clean (line);

      print_text (card, clean);
      return CLI_OK;
    }
  print_json (card->entry->id, 0, (guint) strlen (line), line, card->entry);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = g_ptr_array_index (card->parts, i);

      print_json (part->id, part->offset, part->length, part->text, part->entry);
    }
  return CLI_OK;
}
