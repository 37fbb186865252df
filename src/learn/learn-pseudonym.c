/* What is found is a key in one table, folded to lower case; replacing is one pass over the text
 * for all keys, the longest first. Where it is in doubt what a word is, it is replaced. */
#include "config.h"

#include "learn-pseudonym.h"

#include <string.h>

#define ATOM "A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\x{80}-\\x{10ffff}-"
#define HOST                                                                                     \
  "(?:[A-Za-z0-9\\x{80}-\\x{10ffff}](?:[A-Za-z0-9\\x{80}-\\x{10ffff}-]*)\\.)*[A-Za-z0-9\\x{80}-" \
  "\\x{10ffff}-]+"
/* Shorter ones are part of too many words; in a whole address they are replaced all the same. */
#define MIN_NAME 3

struct _LearnPseudonyms
{
  GHashTable *found; /* folded key → replacement */
  guint people, hosts, addresses, accounts, prints;
  GRegex *all; /* of the keys; NULL: some were added since */
};

static const struct
{
  const char *pattern;
  /* Which group is what; 0: not in it. */
  guint name, local, domain, host, address, print;
} shapes[] = {
  { "(?:\"([^\"()\\r\\n]+)\"|([^\"<>@,:;()\\[\\]\\r\\n]+))?\\s*<([" ATOM "]+)@(" HOST ")>",
    1,
    3,
    4,
    0,
    0 },
  { "\\((?:\"([^\"]+)\"|NIL) NIL \"([^\"]+)\" \"([^\"]+)\"\\)", 1, 2, 3, 0, 0 },
  { "([" ATOM "]+)@(" HOST ")", 0, 1, 2, 0, 0 },
  { "^(?:(?!AUTH )\\S+ LOGIN|USER|APOP) \"?([^\" •]+)", 0, 1, 0, 0, 0 },
  { "(?<![A-Za-z0-9@._-])((?:[a-z0-9](?:[a-z0-9-]*)\\.)+[a-z]{2,24})(?![A-Za-z0-9_-])",
    0,
    0,
    0,
    1,
    0 },
  { "(?<![0-9.])((?:[0-9]{1,3}\\.){3}[0-9]{1,3})(?![0-9.])", 0, 0, 0, 0, 1 },
  { "(?<![0-9a-fA-F:])((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})(?![0-9a-fA-F:])",
    0,
    0,
    0,
    0,
    1 },
  /* Who issues certificates publishes them: whose this is can be looked up. */
  { "(?<![0-9A-F:])((?:[0-9A-F]{2}:){31}[0-9A-F]{2})(?![0-9A-F:])", 0, 0, 0, 0, 0, 1 },
};
static GRegex *compiled[G_N_ELEMENTS (shapes)];

static void
compile (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    compiled[i] = g_regex_new (shapes[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
  g_once_init_leave (&once, 1);
}

LearnPseudonyms *
learn_pseudonyms_new (void)
{
  LearnPseudonyms *pseudonyms = g_new0 (LearnPseudonyms, 1);

  compile ();
  pseudonyms->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return pseudonyms;
}

void
learn_pseudonyms_free (LearnPseudonyms *pseudonyms)
{
  g_hash_table_unref (pseudonyms->found);
  g_clear_pointer (&pseudonyms->all, g_regex_unref);
  g_free (pseudonyms);
}

static const char *
lookup (LearnPseudonyms *pseudonyms, const char *text)
{
  g_autofree char *key = g_utf8_strdown (text, -1);

  return g_hash_table_lookup (pseudonyms->found, key);
}

static const char *
put (LearnPseudonyms *pseudonyms, const char *text, char *replacement)
{
  g_hash_table_insert (pseudonyms->found, g_utf8_strdown (text, -1), replacement);
  /* The same between a shell's quotes. */
  if (strchr (text, '\'') != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (text, "'", -1);
      g_autofree char *quoted = g_strjoinv ("'\\''", parts);

      g_hash_table_insert (pseudonyms->found, g_utf8_strdown (quoted, -1), g_strdup (replacement));
    }
  g_clear_pointer (&pseudonyms->all, g_regex_unref);
  return replacement;
}

static const char *
note_host (LearnPseudonyms *pseudonyms, const char *host)
{
  const char *known = lookup (pseudonyms, host);

  return known != NULL
             ? known
             : put (pseudonyms, host, g_strdup_printf ("host%u.example", ++pseudonyms->hosts));
}

/* "person3", the same for a local part at whatever host. */
static const char *
note_local (LearnPseudonyms *pseudonyms, const char *local)
{
  const char *known = lookup (pseudonyms, local);

  return known != NULL
             ? known
             : put (pseudonyms, local, g_strdup_printf ("person%u", ++pseudonyms->people));
}

static void
note_address (LearnPseudonyms *pseudonyms, const char *local, const char *domain)
{
  g_autofree char *address = g_strconcat (local, "@", domain, NULL);
  g_autofree char *person = NULL;
  const char *host;

  if (lookup (pseudonyms, address) != NULL)
    return;
  person = g_strdup (note_local (pseudonyms, local));
  host = note_host (pseudonyms, domain);
  put (pseudonyms, address, g_strconcat (person, "@", host, NULL));
}

static void
note_ip (LearnPseudonyms *pseudonyms, const char *address)
{
  guint n;

  /* Times of day and the address of this computer itself tell nothing. */
  if (lookup (pseudonyms, address) != NULL || g_str_equal (address, "127.0.0.1") ||
      (strchr (address, ':') != NULL && strstr (address, "::") == NULL && strlen (address) < 15))
    return;
  n = ++pseudonyms->addresses;
  put (pseudonyms,
       address,
       strchr (address, ':') != NULL ? g_strdup_printf ("2001:db8::%x", n)
                                     : g_strdup_printf ("192.0.2.%u", (n - 1) % 254 + 1));
}

/* The person's number is that of the address beside it. */
static void
note_name (LearnPseudonyms *pseudonyms, const char *name, const char *local)
{
  g_autofree char *bare = g_strstrip (g_strdup (name));
  const char *person = note_local (pseudonyms, local);

  if (g_utf8_strlen (bare, -1) < MIN_NAME || lookup (pseudonyms, bare) != NULL)
    return;
  put (pseudonyms, bare, g_strdup_printf ("Person %s", person + strlen ("person")));
}

static char *
group (const GMatchInfo *match, guint number)
{
  return number != 0 ? g_match_info_fetch (match, (int) number) : NULL;
}

static gboolean
is_there (const char *text)
{
  return text != NULL && *text != '\0';
}

static void
note_match (LearnPseudonyms *pseudonyms, const GMatchInfo *match, guint shape)
{
  g_autofree char *name = group (match, shapes[shape].name);
  g_autofree char *plain = shape == 0 ? group (match, 2) : NULL;
  g_autofree char *local = group (match, shapes[shape].local);
  g_autofree char *domain = group (match, shapes[shape].domain);
  g_autofree char *host = group (match, shapes[shape].host);
  g_autofree char *address = group (match, shapes[shape].address);
  g_autofree char *print = group (match, shapes[shape].print);

  if (is_there (local) && is_there (domain))
    note_address (pseudonyms, local, domain);
  else if (is_there (local))
    note_local (pseudonyms, local);
  if (is_there (host))
    note_host (pseudonyms, host);
  if (is_there (address))
    note_ip (pseudonyms, address);
  if (is_there (print) && lookup (pseudonyms, print) == NULL)
    put (pseudonyms, print, g_strdup_printf ("(fingerprint %u)", ++pseudonyms->prints));
  if (is_there (local) && (is_there (name) || is_there (plain)))
    note_name (pseudonyms, is_there (name) ? name : plain, local);
}

void
learn_pseudonyms_note (LearnPseudonyms *pseudonyms, const char *line)
{
  g_autofree char *text = g_utf8_make_valid (line, -1);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (GMatchInfo) match = NULL;

      g_regex_match (compiled[i], text, 0, &match);
      while (g_match_info_matches (match))
        {
          note_match (pseudonyms, match, i);
          g_match_info_next (match, NULL);
        }
    }
}

void
learn_pseudonyms_note_host (LearnPseudonyms *pseudonyms, const char *host)
{
  if (!is_there (host))
    return;
  if (g_hostname_is_ip_address (host))
    note_ip (pseudonyms, host);
  else
    note_host (pseudonyms, host);
}

void
learn_pseudonyms_note_account (LearnPseudonyms *pseudonyms, const char *name)
{
  if (!is_there (name))
    return;
  learn_pseudonyms_note (pseudonyms, name);
  if (lookup (pseudonyms, name) == NULL)
    put (pseudonyms, name, g_strdup_printf ("account %u", ++pseudonyms->accounts));
}

static int
longest_first (gconstpointer a, gconstpointer b)
{
  gsize x = strlen (*(const char *const *) a);
  gsize y = strlen (*(const char *const *) b);

  return x < y ? 1 : x > y ? -1 : strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
compile_all (LearnPseudonyms *pseudonyms)
{
  g_autofree const char **keys =
      (const char **) g_hash_table_get_keys_as_array (pseudonyms->found, NULL);
  guint n = g_hash_table_size (pseudonyms->found);
  GString *pattern = g_string_new ("(?<![\\p{L}\\p{N}])(?:");
  gboolean any = FALSE;

  qsort (keys, n, sizeof *keys, longest_first);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *escaped = NULL;

      if (g_utf8_strlen (keys[i], -1) < MIN_NAME)
        continue;
      escaped = g_regex_escape_string (keys[i], -1);
      g_string_append_printf (pattern, "%s%s", any ? "|" : "", escaped);
      any = TRUE;
    }
  g_string_append (pattern, ")(?![\\p{L}\\p{N}])");
  if (any)
    pseudonyms->all = g_regex_new (pattern->str, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
  g_string_free (pattern, TRUE);
}

static gboolean
replace (const GMatchInfo *match, GString *result, gpointer data)
{
  g_autofree char *found = g_match_info_fetch (match, 0);
  const char *replacement = lookup (data, found);

  g_string_append (result, replacement != NULL ? replacement : "…");
  return FALSE;
}

char *
learn_pseudonyms_apply (LearnPseudonyms *pseudonyms, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *replaced;

  if (pseudonyms->all == NULL)
    compile_all (pseudonyms);
  if (pseudonyms->all == NULL)
    return g_steal_pointer (&valid);
  replaced = g_regex_replace_eval (pseudonyms->all, valid, -1, 0, 0, replace, pseudonyms, NULL);
  return replaced != NULL ? replaced : g_strdup ("");
}
