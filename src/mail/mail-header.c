/* Fields are found in one pass over lines, so that a header block of any size costs its length, and
 * decoding is paid only for the values that are asked for. */
#include "config.h"

#include "mail-header.h"
#include "mail-charset.h"
#include "mail-decode.h"
#include "mail-line.h"

#include <string.h>

/* RFC 5322 §3.6.8: field-name = 1*ftext, ftext = %d33-57 / %d59-126. White space before the colon
 * is the obsolete form (§4.5) and still seen. Returns the name's length, 0 when this is no field.
 */
static gsize
match_field_name (const char *line, gsize length, gsize *value)
{
  gsize i = 0;
  gsize name_length = 0;

  while (i < length && line[i] > 32 && line[i] < 127 && line[i] != ':')
    i++;
  name_length = i;
  while (i < length && (line[i] == ' ' || line[i] == '\t'))
    i++;
  if (i == length || line[i] != ':' || name_length == 0)
    return 0;
  *value = i + 1;
  return name_length;
}

static gboolean
is_mbox_from (const char *line, gsize length)
{
  return (length >= 5 && memcmp (line, "From ", 5) == 0) ||
         (length >= 6 && memcmp (line, ">From ", 6) == 0);
}

gsize
mail_header_scan (const char *data, gsize length, GArray *fields)
{
  gsize at = 0;
  gboolean in_field = FALSE;

  while (at < length)
    {
      const char *line = data + at;
      const char *newline = memchr (line, '\n', length - at);
      gsize next = newline != NULL ? (gsize) (newline - data) + 1 : length;
      gsize line_length = newline != NULL ? (gsize) (newline - line) : length - at;
      gsize value = 0;
      gsize name_length = 0;

      if (line_length > 0 && line[line_length - 1] == '\r')
        line_length--;
      if (line_length == 0)
        return next;

      if (*line == ' ' || *line == '\t')
        {
          if (in_field && fields != NULL && fields->len > 0)
            {
              MailHeaderField *last = &g_array_index (fields, MailHeaderField, fields->len - 1);

              last->value_length = at + line_length - last->value;
              last->end = next;
            }
          else if (at == 0)
            return 0;
          at = next;
          continue;
        }

      name_length = match_field_name (line, line_length, &value);
      in_field = name_length > 0;
      if (!in_field && at == 0 && !is_mbox_from (line, line_length))
        return 0;
      if (in_field && fields != NULL)
        {
          if (fields->len < MAIL_MAX_HEADER_FIELDS)
            {
              MailHeaderField field = { at, name_length, at + value, line_length - value, next };

              g_array_append_val (fields, field);
            }
          else
            in_field = FALSE;
        }
      at = next;
    }
  return length;
}

const MailHeaderField *
mail_header_find (const char *data, GArray *fields, const char *name, guint nth)
{
  gsize name_length = strlen (name);

  for (guint i = 0; i < fields->len; i++)
    {
      const MailHeaderField *field = &g_array_index (fields, MailHeaderField, i);

      if (field->name_length == name_length &&
          ((data[field->name] ^ *name) & 0x1f) == 0 && /* the same letter, most likely */
          g_ascii_strncasecmp (data + field->name, name, name_length) == 0 && nth-- == 0)
        return field;
    }
  return NULL;
}

/* Nearly every value is plain ASCII, and needs no look at charsets. %NULL: this one is not, or has
 * the escapes of ISO-2022. */
static char *
unfold_ascii (const char *value, gsize length)
{
  char *text = NULL;
  char *to = NULL;

  while (length > 0 && g_ascii_isspace (*value))
    value++, length--;
  if (mail_measure_words (value, length) == length)
    return g_strndup (value, length);
  text = to = g_malloc (length + 1);
  for (gsize i = 0; i < length; i++)
    {
      guchar c = value[i];

      if (c >= 0x80 || (c < 0x20 && strchr ("\t\r\n", c) == NULL) || c == '\0')
        {
          g_free (text);
          return NULL;
        }
      if (c != '\r' && c != '\n')
        *to++ = c;
    }
  *to = '\0';
  return g_strchomp (text);
}

char *
mail_header_unfold (const char *value, gsize length)
{
  char *text = unfold_ascii (value, MIN (length, MAIL_MAX_HEADER_VALUE));
  char *to = NULL;

  if (text != NULL)
    return text;
  text = mail_charset_to_utf8 (value, MIN (length, MAIL_MAX_HEADER_VALUE), NULL, NULL);
  to = text;
  for (const char *at = text; *at != '\0'; at++)
    if (*at != '\r' && *at != '\n')
      *to++ = *at;
  *to = '\0';
  return g_strstrip (text);
}

char *
mail_decode_header_len (const char *value, gsize length)
{
  g_autofree char *unfolded = NULL;
  g_autofree char *decoded = NULL;

  while (length > 0 && *value == ' ')
    value++, length--;
  if (length <= MAIL_MAX_HEADER_VALUE && mail_measure_words (value, length) == length &&
      memmem (value, length, "=?", 2) == NULL)
    return g_strndup (value, length);
  unfolded = mail_header_unfold (value, length);
  if (strstr (unfolded, "=?") == NULL)
    return mail_clean_line (unfolded);
  decoded = mail_decode_words (unfolded);
  return mail_clean_line (decoded);
}

char *
mail_decode_header (const char *value)
{
  return value != NULL ? mail_decode_header_len (value, strlen (value)) : g_strdup ("");
}

static void
append_reference (GPtrArray *ids, char *id)
{
  /* The root (thread key) and the latest ancestors are what matters of a hostile list. */
  if (ids->len >= MAIL_MAX_REFERENCES)
    g_ptr_array_remove_index (ids, 1);
  g_ptr_array_add (ids, id);
}

char **
mail_header_parse_ids (const char *value)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  const char *at = value;

  while (at != NULL && (at = strchr (at, '<')) != NULL)
    {
      gsize length = strcspn (at + 1, "<>");

      if (at[1 + length] == '>')
        {
          char *id = g_strndup (at + 1, length);

          /* Folding puts white space inside long ids; it was never part of them. */
          mail_remove_spaces (id);
          if (*id != '\0')
            append_reference (ids, id);
          else
            g_free (id);
        }
      at += 1 + length;
    }
  if (ids->len == 0 && value != NULL)
    {
      /* Some senders leave the brackets out; such a word is an id when it has an "@". */
      g_auto (GStrv) words = g_strsplit_set (value, " \t", MAIL_MAX_REFERENCES);

      for (char **word = words; *word != NULL; word++)
        if (strchr (*word, '@') != NULL && strpbrk (*word, "<>") == NULL)
          append_reference (ids, g_strdup (*word));
    }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}
