/* RFC 2045 §5.1: parameter = attribute "=" (token / quoted-string), after each ";".
 * RFC 2231 §3, §4: name*0=…; name*1*=…: a long value in pieces; name*=charset'language'%XX: one
 * that is not ASCII. Values in encoded words or raw 8-bit are against the rules, and common. */
#include "config.h"

#include "mail-charset.h"
#include "mail-decode.h"
#include "mail-parameters.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CHARSET 60

/* One "attribute=value" as written. */
typedef struct
{
  char *name;
  int order;        /* of a continuation; -1 when whole */
  gboolean percent; /* the name ends with "*" */
  char *value;
  gboolean taken;
} Piece;

static void
clear_piece (gpointer data)
{
  g_free (((Piece *) data)->name);
  g_free (((Piece *) data)->value);
}

static void
clear_parameter (gpointer data)
{
  g_free (((MailParameter *) data)->name);
  g_free (((MailParameter *) data)->value);
}

static const char *
skip_comment (const char *at)
{
  guint depth = 0;

  for (; *at != '\0'; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '(')
        depth++;
      else if (*at == ')' && --depth == 0)
        return at + 1;
    }
  return at;
}

static const char *
read_quoted (const char *at, GString *out)
{
  for (at++; *at != '\0' && *at != '"'; at++)
    {
      /* A backslash in a Windows path is no escape, and who writes one forgets the rule. */
      if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
        at++;
      g_string_append_c (out, *at);
    }
  return *at == '"' ? at + 1 : at;
}

/* A value that is not quoted ends at the next ";", although by rule it could hold no space. */
static const char *
read_bare (const char *at, GString *out)
{
  while (*at != '\0' && *at != ';' && *at != '(')
    g_string_append_c (out, *at++);
  while (out->len > 0 && (out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '\t'))
    g_string_truncate (out, out->len - 1);
  return at;
}

/* "filename*1*" is filename, piece 1, percent-encoded. */
static void
read_name (Piece *piece, const char *name, gsize length)
{
  const char *star = NULL;

  while (length > 0 && g_ascii_isspace (name[length - 1]))
    length--;
  piece->order = -1;
  if (length > 1 && name[length - 1] == '*')
    {
      piece->percent = TRUE;
      length--;
    }
  star = memrchr (name, '*', length);
  if (star != NULL && star > name && star + 1 < name + length && g_ascii_isdigit (star[1]))
    {
      piece->order = (int) MIN (strtoul (star + 1, NULL, 10), MAIL_MAX_PARAMETERS);
      length = star - name;
    }
  piece->name = g_ascii_strdown (name, length);
}

static GArray *
read_pieces (const char *at)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  g_array_set_clear_func (pieces, clear_piece);
  while (*at != '\0' && pieces->len < MAIL_MAX_PARAMETERS)
    {
      Piece piece = { 0 };
      const char *name = NULL;
      gsize length = 0;
      GString *value = NULL;

      at += strspn (at, "; \t");
      name = at;
      length = strcspn (at, "=;(");
      at += length;
      if (*at == '(')
        {
          at = skip_comment (at);
          continue;
        }
      if (*at != '=' || length == 0)
        {
          at += *at != '\0';
          continue;
        }
      at++;
      at += strspn (at, " \t");
      read_name (&piece, name, length);
      value = g_string_new (NULL);
      at = *at == '"' ? read_quoted (at, value) : read_bare (at, value);
      at += strcspn (at, ";");
      piece.value = g_string_free (value, FALSE);
      g_array_append_val (pieces, piece);
    }
  return pieces;
}

static void
append_percent (GString *out, const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (*value == '%' && g_ascii_isxdigit (value[1]) && g_ascii_isxdigit (value[2]))
        {
          g_string_append_c (
              out, (char) (g_ascii_xdigit_value (value[1]) << 4 | g_ascii_xdigit_value (value[2])));
          value += 2;
        }
      else
        g_string_append_c (out, *value);
    }
}

/* charset'language'text; returns the text. */
static const char *
read_charset (const char *value, char **charset)
{
  const char *first = strchr (value, '\'');
  const char *second = first != NULL ? strchr (first + 1, '\'') : NULL;

  if (second == NULL || first - value > MAX_CHARSET)
    return value;
  *charset = g_strndup (value, first - value);
  return second + 1;
}

static Piece *
find_piece (GArray *pieces, const char *name, int order)
{
  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = &g_array_index (pieces, Piece, i);

      if (piece->order == order && !piece->taken && g_str_equal (piece->name, name))
        return piece;
    }
  return NULL;
}

/* All pieces of @name, in the order of their numbers. */
static char *
join_pieces (GArray *pieces, const char *name)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *charset = NULL;
  gboolean percent = FALSE;
  Piece *piece = NULL;

  for (int order = 0; (piece = find_piece (pieces, name, order)) != NULL; order++)
    {
      const char *value = piece->value;

      piece->taken = TRUE;
      if (piece->percent)
        {
          if (order == 0)
            value = read_charset (value, &charset);
          append_percent (bytes, value);
          percent = TRUE;
        }
      else
        g_string_append (bytes, value);
    }
  if (!percent && strstr (bytes->str, "=?") != NULL)
    return mail_decode_words (bytes->str);
  return mail_charset_to_utf8 (bytes->str, bytes->len, charset, NULL);
}

static char *
decode_whole (const Piece *piece)
{
  g_autoptr (GString) bytes = NULL;
  g_autofree char *charset = NULL;

  if (!piece->percent)
    return strstr (piece->value, "=?") != NULL ? mail_decode_words (piece->value)
                                               : g_strdup (piece->value);
  bytes = g_string_new (NULL);
  append_percent (bytes, read_charset (piece->value, &charset));
  return mail_charset_to_utf8 (bytes->str, bytes->len, charset, NULL);
}

/* The same name may come plain (for old programs) and extended: the extended one counts, and among
 * equals the first. */
static void
add_parameter (GArray *parameters, const char *name, char *value, gboolean extended)
{
  MailParameter parameter = { NULL, value };

  for (guint i = 0; i < parameters->len; i++)
    {
      MailParameter *known = &g_array_index (parameters, MailParameter, i);

      if (!g_str_equal (known->name, name))
        continue;
      if (extended)
        {
          g_free (known->value);
          known->value = value;
        }
      else
        g_free (value);
      return;
    }
  parameter.name = g_strdup (name);
  g_array_append_val (parameters, parameter);
}

char *
mail_parameters_parse (const char *text, GArray **parameters)
{
  GString *word = g_string_new (NULL);
  g_autoptr (GArray) pieces = NULL;
  const char *at = text;

  while (*at != '\0' && *at != ';')
    {
      if (*at == '(')
        at = skip_comment (at);
      else
        {
          if ((guchar) *at > 0x20 && *at != '"')
            g_string_append_c (word, g_ascii_tolower (*at));
          at++;
        }
    }
  *parameters = NULL;
  pieces = read_pieces (at);
  if (pieces->len > 0)
    {
      *parameters = g_array_new (FALSE, FALSE, sizeof (MailParameter));
      g_array_set_clear_func (*parameters, clear_parameter);
    }
  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);

      if (piece->taken)
        continue;
      if (piece->order < 0)
        add_parameter (*parameters, piece->name, decode_whole (piece), piece->percent);
      else if (find_piece (pieces, piece->name, 0) != NULL)
        add_parameter (*parameters, piece->name, join_pieces (pieces, piece->name), TRUE);
    }
  return g_string_free (word, FALSE);
}

const char *
mail_parameters_find (GArray *parameters, const char *name)
{
  for (guint i = 0; parameters != NULL && i < parameters->len; i++)
    {
      const MailParameter *parameter = &g_array_index (parameters, MailParameter, i);

      if (g_ascii_strcasecmp (parameter->name, name) == 0)
        return parameter->value;
    }
  return NULL;
}
