/* explain: the parts of one line, from the same grammar and catalogue as the panel's cards. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-page.h"
#include "cli.h"
#include "learn-annotator.h"
#include "learn-catalogue.h"

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
  base_json_add_string (object, "why", entry->why);
  base_json_add_string (object, "storage", entry->storage);
  if (entry->advice)
    base_json_add_string (object, "advice", entry->advice);
  if (entry->standard)
    base_json_add_string (object, "standard", entry->standard);
  base_json_add_string (object, "rfc", entry->rfc);
  base_json_begin_array (object, "see");
  for (guint i = 0; entry->see[i] != NULL; i++)
    base_json_add_string (object, NULL, entry->see[i]);
  base_json_end_array (object);
  base_json_add_bool (object, "class", entry->is_class);
  base_json_end_object (object);
  cli_print_json (object);
}

static void
print_field (const char *name, const char *text)
{
  guint column = MIN (cli_page_width () / 4, 16);

  if (text && *text)
    cli_page_print_beside (name, text, 2, column, CLI_FAINT, CLI_PLAIN);
}

/* Entries nearby, each by its id too: a title in the speaker's voice tells too little alone. */
static void
print_related (const LearnEntry *entry)
{
  const LearnCatalogue *catalogue = learn_catalogue_get (NULL);

  for (guint i = 0; entry->see[i] != NULL; i++)
    {
      const LearnEntry *other = learn_catalogue_find (catalogue, entry->see[i]);
      g_autofree char *text = g_strdup_printf ("%s: %s", other->id, other->title);

      /* Translators: before explanations of related things. */
      print_field (i == 0 ? _ ("See also") : "", text);
    }
}

static void
print_parts (const LearnCard *card)
{
  guint column = cli_page_width () / 3;

  if (card->parts->len == 0)
    return;
  g_print ("\n");
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = g_ptr_array_index (card->parts, i);
      g_autofree char *clean = cli_clean (part->text);

      cli_page_print_beside (clean, part->entry->title, 2, column, CLI_SERVER, CLI_PLAIN);
    }
}

/* The three depths, then the parts. */
static void
print_text (const LearnCard *card)
{
  const LearnEntry *entry = card->entry;

  cli_page_print (card->text, 0, NULL, CLI_CLIENT);
  cli_page_print (entry->title, 2, NULL, CLI_BOLD);
  cli_page_print (entry->meaning, 2, NULL, CLI_PLAIN);
  if (card->context)
    cli_page_print (card->context, 2, NULL, CLI_PLAIN);
  g_print ("\n");
  /* Translators: short labels before an explanation. */
  print_field (_ ("Why"), entry->why);
  print_field (_ ("Storage"), entry->storage);
  print_field (_ ("What to do"), entry->advice);
  print_field (_ ("Standard"), entry->standard);
  print_field ("", entry->rfc);
  print_related (entry);
  print_parts (card);
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
      print_text (card);
      return CLI_OK;
    }
  print_json (card->entry->id, 0, (guint) strlen (line), card->text, card->entry);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = g_ptr_array_index (card->parts, i);

      print_json (part->id, part->offset, part->length, part->text, part->entry);
    }
  return CLI_OK;
}
