/* The writer keeps only the text and, for each open bracket, which kind it is and whether a comma
 * is due; everything else is the caller's order of calls. */
#include "config.h"

#include "base-json.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char closing;
  gboolean has_members;
} Level;

struct _BaseJson
{
  GString *text;
  guint depth;
  Level levels[BASE_JSON_MAX_DEPTH];
};

BaseJson *
base_json_new (void)
{
  BaseJson *json = g_new0 (BaseJson, 1);

  json->text = g_string_new (NULL);
  return json;
}

void
base_json_free (BaseJson *json)
{
  if (json == NULL)
    return;
  if (json->text != NULL)
    g_string_free (json->text, TRUE);
  g_free (json);
}

static void
append_escape (GString *text, gunichar c)
{
  switch (c)
    {
    case '"':
      g_string_append (text, "\\\"");
      break;
    case '\\':
      g_string_append (text, "\\\\");
      break;
    case '\n':
      g_string_append (text, "\\n");
      break;
    case '\r':
      g_string_append (text, "\\r");
      break;
    case '\t':
      g_string_append (text, "\\t");
      break;
    default:
      g_string_append_printf (text, "\\u%04x", c);
    }
}

/* U+2028 and U+2029 are legal in JSON but end a line in JavaScript and in some line readers. */
static gboolean
needs_escape (gunichar c)
{
  return c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == 0x2028 || c == 0x2029;
}

static void
append_quoted (GString *text, const char *value, gsize length)
{
  const char *at = value;
  const char *end = value + length;

  g_string_append_c (text, '"');
  while (at < end)
    {
      const char *run = at;
      gunichar c = 0;

      while (at < end && (guchar) *at >= 0x20 && (guchar) *at < 0x7f && *at != '"' && *at != '\\')
        at++;
      g_string_append_len (text, run, at - run);
      if (at == end)
        break;

      c = (guchar) *at < 0x80 ? (gunichar) *at : g_utf8_get_char_validated (at, end - at);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append (text, "\xef\xbf\xbd");
          at++;
          continue;
        }
      if (needs_escape (c))
        append_escape (text, c);
      else
        g_string_append_unichar (text, c);
      at = g_utf8_next_char (at);
    }
  g_string_append_c (text, '"');
}

static void
begin_value (BaseJson *json, const char *key)
{
  Level *level = NULL;

  if (json->depth == 0)
    {
      g_assert (key == NULL && json->text->len == 0);
      return;
    }
  level = &json->levels[json->depth - 1];
  g_assert ((key != NULL) == (level->closing == '}'));
  if (level->has_members)
    g_string_append_c (json->text, ',');
  level->has_members = TRUE;
  if (key != NULL)
    {
      append_quoted (json->text, key, strlen (key));
      g_string_append_c (json->text, ':');
    }
}

static void
begin_level (BaseJson *json, const char *key, char opening, char closing)
{
  begin_value (json, key);
  g_assert (json->depth < BASE_JSON_MAX_DEPTH);
  g_string_append_c (json->text, opening);
  json->levels[json->depth].closing = closing;
  json->levels[json->depth].has_members = FALSE;
  json->depth++;
}

static void
end_level (BaseJson *json, char closing)
{
  g_assert (json->depth > 0 && json->levels[json->depth - 1].closing == closing);
  json->depth--;
  g_string_append_c (json->text, closing);
}

void
base_json_begin_object (BaseJson *json, const char *key)
{
  begin_level (json, key, '{', '}');
}

void
base_json_end_object (BaseJson *json)
{
  end_level (json, '}');
}

void
base_json_begin_array (BaseJson *json, const char *key)
{
  begin_level (json, key, '[', ']');
}

void
base_json_end_array (BaseJson *json)
{
  end_level (json, ']');
}

void
base_json_add_string (BaseJson *json, const char *key, const char *value)
{
  if (value == NULL)
    base_json_add_null (json, key);
  else
    base_json_add_string_len (json, key, value, strlen (value));
}

void
base_json_add_string_len (BaseJson *json, const char *key, const char *value, gsize length)
{
  begin_value (json, key);
  append_quoted (json->text, value, length);
}

void
base_json_add_int (BaseJson *json, const char *key, gint64 value)
{
  begin_value (json, key);
  g_string_append_printf (json->text, "%" G_GINT64_FORMAT, value);
}

void
base_json_add_uint (BaseJson *json, const char *key, guint64 value)
{
  begin_value (json, key);
  g_string_append_printf (json->text, "%" G_GUINT64_FORMAT, value);
}

void
base_json_add_double (BaseJson *json, const char *key, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      base_json_add_null (json, key);
      return;
    }
  begin_value (json, key);
  for (int digits = 1; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  g_string_append (json->text, buffer);
}

void
base_json_add_bool (BaseJson *json, const char *key, gboolean value)
{
  begin_value (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

void
base_json_add_null (BaseJson *json, const char *key)
{
  begin_value (json, key);
  g_string_append (json->text, "null");
}

const char *
base_json_peek (BaseJson *json, gsize *length)
{
  if (length != NULL)
    *length = json->text->len;
  return json->text->str;
}

char *
base_json_free_to_string (BaseJson *json)
{
  char *text = NULL;

  g_assert (json->depth == 0);
  text = g_string_free (g_steal_pointer (&json->text), FALSE);
  base_json_free (json);
  return text;
}
