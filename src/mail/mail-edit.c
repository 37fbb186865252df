/* The edits that sending needs, on bytes, because everything else of a letter must stay as it was
 * written: what is taken out, how its lines end, and who gets it. */
#include "config.h"

#include "mail-edit.h"
#include "mail-draft.h"
#include "mail-header.h"

#include <string.h>

/* Where the next line starts. A bare CR counts too: on its way it may be made a line end, and must
 * not uncover a field then. */
static gsize
skip_line (const char *data, gsize at, gsize length)
{
  while (at < length && data[at] != '\n' && data[at] != '\r')
    at++;
  if (at + 1 < length && data[at] == '\r' && data[at + 1] == '\n')
    return at + 2;
  return MIN (at + 1, length);
}

static gboolean
starts_with (const char *line, gsize length, const char *prefix)
{
  gsize size = strlen (prefix);

  return length >= size && g_ascii_strncasecmp (line, prefix, size) == 0;
}

/* "Bcc:", "Bcc :" and the private fields. */
static gboolean
is_secret_field (const char *line, gsize length)
{
  static const char *const names[] = { "Bcc", "Resent-Bcc" };

  if (starts_with (line, length, MAIL_PRIVATE_PREFIX))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize at = strlen (names[i]);

      if (!starts_with (line, length, names[i]))
        continue;
      while (at < length && (line[at] == ' ' || line[at] == '\t'))
        at++;
      if (at < length && line[at] == ':')
        return TRUE;
    }
  return FALSE;
}

GBytes *
mail_strip_bcc (GBytes *source)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (source, &length);
  GString *out = NULL;
  gboolean dropping = FALSE;
  gsize at = 0;

  while (at < length && data[at] != '\r' && data[at] != '\n')
    {
      gsize next = skip_line (data, at, length);

      if (data[at] != ' ' && data[at] != '\t')
        dropping = is_secret_field (data + at, next - at);
      if (dropping && out == NULL)
        {
          out = g_string_sized_new (length);
          g_string_append_len (out, data, at);
        }
      if (!dropping && out != NULL)
        g_string_append_len (out, data + at, next - at);
      at = next;
    }
  if (out == NULL)
    return g_bytes_ref (source);
  g_string_append_len (out, data + at, length - at);
  return g_string_free_to_bytes (out);
}

/* How many line ends are not CRLF. */
static gsize
count_bare (const char *data, gsize length)
{
  gsize bare = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
        bare++;
      else if (data[i] == '\r' && (i + 1 == length || data[i + 1] != '\n'))
        bare++;
    }
  return bare;
}

GBytes *
mail_to_crlf (GBytes *source)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (source, &length);
  gsize bare = count_bare (data, length);
  char *out = NULL;
  char *to = NULL;

  if (bare == 0)
    return g_bytes_ref (source);
  to = out = g_malloc (length + bare);
  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
        *to++ = '\r';
      *to++ = data[i];
      if (data[i] == '\r' && (i + 1 == length || data[i + 1] != '\n'))
        *to++ = '\n';
    }
  return g_bytes_new_take (out, to - out);
}

static void
add_recipients (GPtrArray *recipients, GHashTable *seen, const char *value, gsize length)
{
  g_autofree char *raw = mail_header_unfold (value, length);
  g_autoptr (GPtrArray) list = mail_address_parse_list (raw);

  for (guint i = 0; i < list->len; i++)
    {
      MailAddress *one = list->pdata[i];

      if (*one->address != '\0' && g_hash_table_add (seen, g_ascii_strdown (one->address, -1)))
        g_ptr_array_add (recipients, mail_address_ref (one));
    }
}

GPtrArray *
mail_get_recipients (GBytes *source)
{
  static const char *const names[] = { "To", "Cc", "Bcc", MAIL_BCC_FIELD };
  gsize length = 0;
  const char *data = g_bytes_get_data (source, &length);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *recipients = mail_address_list_new ();

  mail_header_scan (data, length, fields);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const MailHeaderField *field = NULL;

      for (guint nth = 0; (field = mail_header_find (data, fields, names[i], nth)) != NULL; nth++)
        add_recipients (recipients, seen, data + field->value, field->value_length);
    }
  return recipients;
}
