/* RFC 8259, by recursive descent:
 *
 *   value  = false / null / true / object / array / number / string
 *   object = "{" [ member *( "," member ) ] "}"     member = string ":" value
 *   array  = "[" [ value *( "," value ) ] "]"
 *   number = [ "-" ] int          string = DQUOTE *char DQUOTE */
#include "config.h"

#include "wire-value.h"

#include <string.h>

typedef enum
{
  VALUE_NULL,
  VALUE_TRUE,
  VALUE_FALSE,
  VALUE_NUMBER,
  VALUE_STRING,
  VALUE_ARRAY,
  VALUE_OBJECT
} ValueType;

struct _WireValue
{
  ValueType type;
  GString *text;     /* number, string */
  GPtrArray *values; /* array, object */
  GPtrArray *keys;   /* object: GString */
};

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
} Reader;

static WireValue *read_value (Reader *reader);

static void
string_free (gpointer data)
{
  g_string_free (data, TRUE);
}

void
wire_value_free (WireValue *value)
{
  if (value->text != NULL)
    g_string_free (value->text, TRUE);
  g_clear_pointer (&value->values, g_ptr_array_unref);
  g_clear_pointer (&value->keys, g_ptr_array_unref);
  g_free (value);
}

static WireValue *
value_new (ValueType type)
{
  WireValue *value = g_new0 (WireValue, 1);

  value->type = type;
  return value;
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end && strchr (" \t\r\n", *reader->at) != NULL && *reader->at != '\0')
    reader->at++;
}

static gboolean
take (Reader *reader, char c)
{
  skip_space (reader);
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize len = strlen (word);

  if ((gsize) (reader->end - reader->at) < len || memcmp (reader->at, word, len) != 0)
    return FALSE;
  reader->at += len;
  return TRUE;
}

/* The four digits behind \u; -1 if they are not. */
static int
read_hex (Reader *reader)
{
  int number = 0;

  if (reader->end - reader->at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*reader->at++);

      if (digit < 0)
        return -1;
      number = number << 4 | digit;
    }
  return number;
}

static gboolean
read_unicode (Reader *reader, GString *text)
{
  int first = read_hex (reader);
  int second;
  gunichar c = (gunichar) first;

  if (first < 0 || (first >= 0xDC00 && first <= 0xDFFF))
    return FALSE;
  if (first >= 0xD800 && first <= 0xDBFF)
    {
      second = take_word (reader, "\\u") ? read_hex (reader) : -1;
      if (second < 0xDC00 || second > 0xDFFF)
        return FALSE;
      c = 0x10000 + (((gunichar) first & 0x3FF) << 10) + ((gunichar) second & 0x3FF);
    }
  if (c != 0)
    g_string_append_unichar (text, c);
  return c != 0;
}

static gboolean
read_escape (Reader *reader, GString *text)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *found;
  char c;

  if (reader->at == reader->end)
    return FALSE;
  c = *reader->at++;
  if (c == 'u')
    return read_unicode (reader, text);
  found = c != '\0' ? strchr (letters, c) : NULL;
  if (found == NULL)
    return FALSE;
  g_string_append_c (text, meanings[found - letters]);
  return TRUE;
}

static GString *
read_string (Reader *reader)
{
  GString *text;
  gboolean good = TRUE;

  if (!take (reader, '"'))
    return NULL;
  text = g_string_new (NULL);
  while (good && reader->at < reader->end && *reader->at != '"')
    {
      const char *start = reader->at;

      while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\\' &&
             (guchar) *reader->at >= 0x20)
        reader->at++;
      g_string_append_len (text, start, reader->at - start);
      if (reader->at < reader->end && *reader->at == '\\')
        {
          reader->at++;
          good = read_escape (reader, text);
        }
      else if (reader->at < reader->end && *reader->at != '"')
        {
          good = FALSE;
        }
    }
  if (!good || !take (reader, '"') || !g_utf8_validate_len (text->str, text->len, NULL))
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  return text;
}

static WireValue *
read_number (Reader *reader)
{
  const char *start = reader->at;
  WireValue *value;

  if (*reader->at == '-')
    reader->at++;
  while (reader->at < reader->end && g_ascii_isdigit (*reader->at))
    reader->at++;
  if (reader->at == start || (reader->at < reader->end && strchr (".eE", *reader->at) != NULL))
    return NULL;
  value = value_new (VALUE_NUMBER);
  value->text = g_string_new_len (start, reader->at - start);
  return value;
}

static gboolean
read_member (Reader *reader, WireValue *object)
{
  GString *key = NULL;
  WireValue *value;

  if (object->type == VALUE_OBJECT)
    {
      key = read_string (reader);
      if (key == NULL)
        return FALSE;
      g_ptr_array_add (object->keys, key);
      if (!take (reader, ':'))
        return FALSE;
    }
  value = read_value (reader);
  if (value != NULL)
    g_ptr_array_add (object->values, value);
  return value != NULL;
}

static WireValue *
read_members (Reader *reader, ValueType type, char close)
{
  g_autoptr (WireValue) value = value_new (type);

  value->values = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_value_free);
  value->keys = g_ptr_array_new_with_free_func (string_free);
  if (reader->depth == WIRE_VALUE_MAX_DEPTH)
    return NULL;
  reader->depth++;
  if (!take (reader, close))
    {
      do
        if (!read_member (reader, value))
          return NULL;
      while (take (reader, ','));
      if (!take (reader, close))
        return NULL;
    }
  reader->depth--;
  return g_steal_pointer (&value);
}

static WireValue *
read_value (Reader *reader)
{
  WireValue *value = NULL;

  skip_space (reader);
  if (reader->at == reader->end)
    return NULL;
  switch (*reader->at)
    {
    case '{':
      reader->at++;
      return read_members (reader, VALUE_OBJECT, '}');
    case '[':
      reader->at++;
      return read_members (reader, VALUE_ARRAY, ']');
    case '"':
      value = value_new (VALUE_STRING);
      value->text = read_string (reader);
      if (value->text == NULL)
        g_clear_pointer (&value, wire_value_free);
      return value;
    case 't':
      return take_word (reader, "true") ? value_new (VALUE_TRUE) : NULL;
    case 'f':
      return take_word (reader, "false") ? value_new (VALUE_FALSE) : NULL;
    case 'n':
      return take_word (reader, "null") ? value_new (VALUE_NULL) : NULL;
    default:
      return read_number (reader);
    }
}

WireValue *
wire_value_parse (const char *text, gsize len)
{
  Reader reader = { .at = text, .end = text + len };
  WireValue *value = read_value (&reader);

  skip_space (&reader);
  if (value != NULL && reader.at != reader.end)
    g_clear_pointer (&value, wire_value_free);
  return value;
}

const WireValue *
wire_value_get (const WireValue *value, const char *key)
{
  if (value == NULL || value->type != VALUE_OBJECT)
    return NULL;
  for (guint i = 0; i < value->values->len; i++)
    if (strcmp (((GString *) value->keys->pdata[i])->str, key) == 0)
      return value->values->pdata[i];
  return NULL;
}

guint
wire_value_length (const WireValue *value)
{
  return value != NULL && value->type == VALUE_ARRAY ? value->values->len : 0;
}

const WireValue *
wire_value_element (const WireValue *value, guint index)
{
  return value->values->pdata[index];
}

const char *
wire_value_string (const WireValue *value)
{
  return value != NULL && value->type == VALUE_STRING ? value->text->str : NULL;
}

gboolean
wire_value_uint (const WireValue *value, guint64 *number)
{
  return value != NULL && value->type == VALUE_NUMBER &&
         g_ascii_string_to_unsigned (value->text->str, 10, 0, G_MAXUINT64, number, NULL);
}

gboolean
wire_value_int (const WireValue *value, gint64 *number)
{
  return value != NULL && value->type == VALUE_NUMBER &&
         g_ascii_string_to_signed (value->text->str, 10, G_MININT64, G_MAXINT64, number, NULL);
}

gboolean
wire_value_true (const WireValue *value)
{
  return value != NULL && value->type == VALUE_TRUE;
}
