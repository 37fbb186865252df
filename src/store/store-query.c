/* Nothing of FTS5's own syntax is reachable from the search field: every term is quoted. */
#include "config.h"

#include "store-query.h"

#include <string.h>

#include "store-read.h"
#include "store-segment.h"

static const struct
{
  const char *word, *column;
} fields[] = {
  { "from:", "sender" },
  { "to:", "recipients" },
  { "subject:", "subject" },
};

/* A term without letters or digits has no tokens, and would match nothing. */
static gboolean
has_token (const char *text, gsize len)
{
  for (const char *p = text; p < text + len; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static void
add_term (GString *match, const char *column, const char *text, gboolean prefix)
{
  g_autofree char *words = store_segment (text, -1);

  if (match->len > 0)
    g_string_append (match, " AND ");
  if (column != NULL)
    g_string_append_printf (match, "%s : ", column);
  g_string_append_c (match, '"');
  for (const char *at = words; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (match, '"');
      g_string_append_c (match, *at);
    }
  g_string_append (match, prefix ? "\" *" : "\"");
}

static const char *
take_field (const char **at)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strncasecmp (*at, fields[i].word, strlen (fields[i].word)) == 0)
      {
        *at += strlen (fields[i].word);
        return fields[i].column;
      }
  return NULL;
}

static void
term_clear (gpointer data)
{
  g_free (((StoreTerm *) data)->text);
}

/* *@open: the last word is still being typed. */
static GArray *
split (const char *query, gboolean *open)
{
  g_autofree char *valid = g_utf8_make_valid (query, -1);
  GArray *terms = g_array_new (FALSE, FALSE, sizeof (StoreTerm));
  const char *at = g_strstrip (valid);

  g_array_set_clear_func (terms, term_clear);
  *open = FALSE;
  while (*at != '\0')
    {
      StoreTerm term = { take_field (&at), NULL };
      gboolean phrase;
      gsize len;

      while (*at == ' ' || *at == '\t')
        at++;
      phrase = *at == '"';
      if (phrase)
        at++;
      len = phrase ? strcspn (at, "\"") : strcspn (at, " \t\"");
      /* An open quote is still being typed. */
      *open = at[len] == '\0';
      if (has_token (at, len))
        {
          term.text = g_strndup (at, len);
          g_array_append_val (terms, term);
        }
      else
        *open = FALSE;
      at += len;
      if (phrase && *at == '"')
        at++;
      at += strspn (at, " \t");
    }
  return terms;
}

GArray *
store_query_terms (const char *query)
{
  gboolean open;

  return split (query, &open);
}

char *
store_query_match (const char *query)
{
  gboolean open;
  g_autoptr (GArray) terms = split (query, &open);
  GString *match = g_string_new (NULL);

  for (guint i = 0; i < terms->len; i++)
    {
      const StoreTerm *term = &g_array_index (terms, StoreTerm, i);

      add_term (match, term->field, term->text, open && i + 1 == terms->len);
    }
  return g_string_free (match, match->len == 0);
}
