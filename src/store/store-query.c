/* Nothing of FTS5's own syntax is reachable from the search field: every term is quoted. */
#include "config.h"

#include "store-query.h"

#include <string.h>

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
add_term (GString *match, const char *column, const char *text, gsize len, gboolean prefix)
{
  g_autofree char *words = NULL;

  if (!has_token (text, len))
    return;
  words = store_segment (text, (gssize) len);
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

char *
store_query_match (const char *query)
{
  g_autofree char *valid = g_utf8_make_valid (query, -1);
  GString *match = g_string_new (NULL);
  const char *at = g_strstrip (valid);

  while (*at != '\0')
    {
      const char *column = take_field (&at);
      gboolean phrase;
      gsize len;

      while (*at == ' ' || *at == '\t')
        at++;
      phrase = *at == '"';
      if (phrase)
        at++;
      len = phrase ? strcspn (at, "\"") : strcspn (at, " \t\"");
      /* An open quote is still being typed. */
      add_term (match, column, at, len, at[len] == '\0');
      at += len;
      if (phrase && *at == '"')
        at++;
      at += strspn (at, " \t");
    }
  if (match->len == 0)
    {
      g_string_free (match, TRUE);
      return NULL;
    }
  return g_string_free (match, FALSE);
}
