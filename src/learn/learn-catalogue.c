/* Loads the explanations out of the program's own resources, and finds the class of what has none
 * of its own. */
#include "config.h"

#include "learn-catalogue.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-data.h"

static const char *const protocols[] = { "imap", "pop3", "smtp", "sasl", "tls", "mail" };

struct _LearnCatalogue
{
  GHashTable *entries; /* id → LearnEntry */
  GPtrArray *ids;      /* NULL-terminated */
};

static GKeyFile *
load_file (const char *name)
{
  g_autoptr (GBytes) bytes = learn_data_load (name);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  if (bytes == NULL || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, &error))
    g_error ("%s: %s", name, error != NULL ? error->message : "missing");
  return g_steal_pointer (&file);
}

/* "9051 6.4.8, 6.4.9; 3501 appendix A" as "RFC 9051 §6.4.8, §6.4.9, RFC 3501 appendix A". */
static void
append_references (GString *text, const char *rfc)
{
  g_auto (GStrv) works = g_strsplit (rfc, "; ", -1);

  for (guint i = 0; works[i] != NULL; i++)
    {
      char *sections = strchr (works[i], ' ');
      g_auto (GStrv) each = g_strsplit (sections != NULL ? sections + 1 : "", ", ", -1);

      if (sections != NULL)
        *sections = '\0';
      g_string_append_printf (text, "%sRFC %s", text->len > 0 ? ", " : "", works[i]);
      for (guint j = 0; each[j] != NULL; j++)
        g_string_append_printf (
            text, "%s%s%s", j > 0 ? ", " : " ", strchr (each[j], ' ') != NULL ? "" : "§", each[j]);
    }
}

static void
append_titles (GString *text, const char *rfc, GKeyFile *table)
{
  g_auto (GStrv) works = g_strsplit (rfc, ";", -1);

  for (guint i = 0; works[i] != NULL; i++)
    {
      g_autofree char *title = NULL;
      char *number = g_strstrip (works[i]);

      number[strcspn (number, " ,")] = '\0';
      title = g_key_file_get_string (table, number, "title", NULL);
      if (title != NULL)
        g_string_append_printf (text, "%sRFC %s: %s", text->len > 0 ? "\n" : "", number, title);
    }
}

static char *
get (GKeyFile *file, const char *id, const char *key)
{
  return g_key_file_get_string (file, id, key, NULL);
}

static const char *
get_required (GKeyFile *file, const char *id, const char *key)
{
  char *value = get (file, id, key);

  return value != NULL ? value : "";
}

static LearnEntry *
read_entry (GKeyFile *file, const char *id, GKeyFile *rfcs)
{
  static const char *const nothing[] = { NULL };
  LearnEntry *entry = g_new0 (LearnEntry, 1);
  g_autofree char *rfc = get (file, id, "rfc");
  g_autofree char *source = get (file, id, "source");
  char **see = g_key_file_get_string_list (file, id, "see", NULL, NULL);
  GString *references = g_string_new (NULL);
  GString *titles = g_string_new (NULL);

  entry->id = g_intern_string (id);
  entry->kind = get_required (file, id, "kind");
  entry->title = get_required (file, id, "title");
  entry->meaning = get_required (file, id, "meaning");
  entry->why = get_required (file, id, "why");
  entry->storage = get_required (file, id, "storage");
  entry->advice = get (file, id, "advice");
  entry->standard = get (file, id, "standard");
  entry->see = see != NULL ? (const char *const *) see : nothing;
  entry->is_class = g_str_equal (entry->kind, "class");
  if (rfc != NULL)
    {
      append_references (references, rfc);
      append_titles (titles, rfc, rfcs);
    }
  if (source != NULL)
    g_string_append_printf (references, "%s%s", references->len > 0 ? ", " : "", source);
  entry->rfc = g_string_free (references, FALSE);
  entry->titles = g_string_free (titles, FALSE);
  return entry;
}

static void
read_file (LearnCatalogue *catalogue, const char *protocol, const char *language, GKeyFile *rfcs)
{
  g_autofree char *name = g_strdup_printf ("%s.%s.ini", protocol, language);
  g_autoptr (GKeyFile) file = load_file (name);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      LearnEntry *entry = read_entry (file, groups[i], rfcs);

      g_hash_table_insert (catalogue->entries, (gpointer) entry->id, entry);
      g_ptr_array_add (catalogue->ids, (gpointer) entry->id);
    }
}

static char *
both (const char *first, const char *second)
{
  return g_strconcat (first, " ", second, NULL);
}

/* An SMTP code without an entry is explained by its two first digits; there are few enough pairs to
 * be made beforehand. They are no entries of the catalogue, so ids() does not list them. */
static void
add_pairs (LearnCatalogue *catalogue)
{
  for (int severity = '2'; severity <= '5'; severity++)
    for (int category = '0'; category <= '5'; category++)
      {
        g_autofree char *class_id = g_strdup_printf ("smtp.class.%cyz", severity);
        g_autofree char *category_id = g_strdup_printf ("smtp.class.x%cz", category);
        g_autofree char *pair_id = g_strdup_printf ("smtp.class.%c%cz", severity, category);
        const LearnEntry *of_class = g_hash_table_lookup (catalogue->entries, class_id);
        const LearnEntry *of_category = g_hash_table_lookup (catalogue->entries, category_id);
        LearnEntry *pair;

        if (of_class == NULL || of_category == NULL)
          continue;
        pair = g_memdup2 (of_class, sizeof *of_class);
        pair->id = g_intern_string (pair_id);
        pair->meaning = both (of_class->meaning, of_category->meaning);
        g_hash_table_insert (catalogue->entries, (gpointer) pair->id, pair);
      }
}

static LearnCatalogue *
load (const char *language)
{
  LearnCatalogue *catalogue = g_new0 (LearnCatalogue, 1);
  g_autoptr (GKeyFile) rfcs = NULL;

  rfcs = load_file ("rfc.ini");
  catalogue->entries = g_hash_table_new (g_str_hash, g_str_equal);
  catalogue->ids = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    read_file (catalogue, protocols[i], language, rfcs);
  g_ptr_array_add (catalogue->ids, NULL);
  add_pairs (catalogue);
  return catalogue;
}

const LearnCatalogue *
learn_catalogue_get (const char *language)
{
  static LearnCatalogue *english, *french;

  if (language == NULL)
    /* Translators: the language of the explanations, which exist in English (en) and French (fr).
     */
    language = C_ ("catalogue", "en");
  if (g_str_has_prefix (language, "fr"))
    {
      if (g_once_init_enter (&french))
        g_once_init_leave (&french, load ("fr"));
      return french;
    }
  if (g_once_init_enter (&english))
    g_once_init_leave (&english, load ("en"));
  return english;
}

const LearnEntry *
learn_catalogue_find (const LearnCatalogue *catalogue, const char *id)
{
  return g_hash_table_lookup (catalogue->entries, id);
}

/* What follows @prefix in @id, or NULL. */
static const char *
after (const char *id, const char *prefix)
{
  gsize length = strlen (prefix);

  return strncmp (id, prefix, length) == 0 ? id + length : NULL;
}

/* "smtp.reply.457", "smtp.reply.250-rcpt": the code itself, else what its digits say. */
static const LearnEntry *
explain_reply (const LearnCatalogue *catalogue, const char *code)
{
  char id[32];
  const LearnEntry *entry;

  if (strlen (code) < 3)
    return NULL;
  g_snprintf (id, sizeof id, "smtp.reply.%.3s", code);
  entry = learn_catalogue_find (catalogue, id);
  if (entry != NULL)
    return entry;
  g_snprintf (id, sizeof id, "smtp.class.%c%cz", code[0], code[1]);
  entry = learn_catalogue_find (catalogue, id);
  if (entry != NULL)
    return entry;
  g_snprintf (id, sizeof id, "smtp.class.%cyz", code[0]);
  return learn_catalogue_find (catalogue, id);
}

/* "smtp.enhanced.x-7-99": what its subject says. */
static const LearnEntry *
explain_enhanced (const LearnCatalogue *catalogue, const char *status)
{
  char id[32];

  const char *subject = after (status, "x-");

  if (subject == NULL || !g_ascii_isdigit (*subject))
    return NULL;
  g_snprintf (id, sizeof id, "smtp.class.enhanced-x-%c", *subject);
  return learn_catalogue_find (catalogue, id);
}

/* "pop3.reply.err-noop": any refusal; "imap.response.no-store": any NO. */
static const LearnEntry *
explain_status (const LearnCatalogue *catalogue, const char *id)
{
  g_autofree char *status = NULL;
  const char *dash;

  if (g_str_has_prefix (id, "pop3.reply.err-"))
    return learn_catalogue_find (catalogue, "pop3.status.err");
  if (!g_str_has_prefix (id, "imap.response.") || (dash = strchr (id, '-')) == NULL)
    return NULL;
  status = g_strndup (id, (gsize) (dash - id));
  return learn_catalogue_find (catalogue, status);
}

static const LearnEntry *
explain_class (const LearnCatalogue *catalogue, const char *id)
{
  const char *kind = strchr (id, '.');
  const char *name = kind != NULL ? strchr (kind + 1, '.') : NULL;
  g_autofree char *of_kind = NULL;
  g_autofree char *of_protocol = NULL;
  const LearnEntry *entry;

  if (name == NULL)
    return NULL;
  of_kind = g_strdup_printf (
      "%.*s.class.unknown-%.*s", (int) (kind - id), id, (int) (name - kind - 1), kind + 1);
  entry = learn_catalogue_find (catalogue, of_kind);
  if (entry != NULL)
    return entry;
  of_protocol = g_strdup_printf ("%.*s.class.unknown-word", (int) (kind - id), id);
  return learn_catalogue_find (catalogue, of_protocol);
}

const LearnEntry *
learn_catalogue_explain (const LearnCatalogue *catalogue, const char *id)
{
  const LearnEntry *entry = learn_catalogue_find (catalogue, id);
  const char *reply = after (id, "smtp.reply.");
  const char *enhanced = after (id, "smtp.enhanced.");

  if (entry == NULL && reply != NULL)
    entry = explain_reply (catalogue, reply);
  if (entry == NULL && enhanced != NULL)
    entry = explain_enhanced (catalogue, enhanced);
  if (entry == NULL)
    entry = explain_status (catalogue, id);
  if (entry == NULL)
    entry = explain_class (catalogue, id);
  if (entry == NULL)
    entry = learn_catalogue_find (catalogue, "mail.class.unknown-word");
  g_assert (entry != NULL);
  return entry;
}

const char *const *
learn_catalogue_ids (const LearnCatalogue *catalogue)
{
  return (const char *const *) catalogue->ids->pdata;
}
