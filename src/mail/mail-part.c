/* What a part says of itself is read once, with its structure; its contents are decoded only when
 * asked for, into new memory, so that parts can be read from any thread. */
#include "config.h"

#include "mail-charset.h"
#include "mail-decode.h"
#include "mail-header.h"
#include "mail-part-private.h"
#include "mail-line.h"

#include <gmime/gmime.h>
#include <string.h>

/* Content-Type and Content-Disposition beyond this are cut: parameters are few and short. */
#define MAX_STRUCTURED_VALUE 16384
#define MAX_NAME_BYTES 240

/* How far into an HTML part its own charset declaration is looked for. */
#define META_WINDOW 2048

void
mail_part_free (MailPart *part)
{
  g_clear_pointer (&part->fields, g_array_unref);
  g_clear_pointer (&part->children, g_ptr_array_unref);
  g_clear_pointer (&part->type_parameters, g_array_unref);
  g_clear_pointer (&part->disposition_parameters, g_array_unref);
  g_free (part->mime_type);
  g_free (part->type);
  g_free (part->subtype);
  g_free (part->charset);
  g_free (part->name);
  g_free (part->disposition);
  g_free (part->content_id);
  g_free (part->description);
  g_free (part->encoding);
  g_free (part);
}

static const MailHeaderField *
find_field (const MailPart *part, const char *name, const char **header)
{
  const char *source = g_bytes_get_data (part->source, NULL);

  /* A letter without a byte has no address either. */
  if (part->fields == NULL || source == NULL)
    return NULL;
  *header = source + part->span.header;
  return mail_header_find (*header, part->fields, name, 0);
}

/* A structured value as one line of UTF-8, NULL when the field is missing. */
static char *
dup_value (const MailPart *part, const char *name)
{
  const char *header = NULL;
  const MailHeaderField *field = find_field (part, name, &header);

  if (field == NULL)
    return NULL;
  return mail_header_unfold (header + field->value,
                             MIN (field->value_length, MAX_STRUCTURED_VALUE));
}

/* A name to save under: its last element, without what file systems and eyes stumble over. */
static char *
clean_file_name (const char *raw)
{
  g_autofree char *decoded = mail_clean_line (raw);
  char *name = NULL;
  char *end = NULL;

  for (char *at = decoded; *at != '\0'; at++)
    if (*at == '/' || *at == '\\')
      name = at + 1;
  if (name == NULL)
    name = decoded;
  while (*name == '.' || *name == ' ')
    name++;
  if (strlen (name) > MAX_NAME_BYTES)
    {
      /* The suffix says what it is, so the middle goes. */
      const char *dot = strrchr (name, '.');
      g_autofree char *suffix = g_strdup (dot != NULL && strlen (dot) <= 16 ? dot : "");

      end = g_utf8_find_prev_char (name, name + MAX_NAME_BYTES - strlen (suffix));
      if (end != NULL)
        *end = '\0';
      return g_strconcat (name, suffix, NULL);
    }
  return *name != '\0' ? g_strdup (name) : NULL;
}

/* A word of RFC 2045's token characters, which is all that a type may be. */
static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] <= 0x20 || (guchar) text[i] >= 0x7f ||
        strchr ("()<>@,;:\\\"/[]?=", text[i]) != NULL)
      return FALSE;
  return length > 0;
}

static void
read_content_type (MailPart *part, const char *default_type)
{
  g_autofree char *value = dup_value (part, "Content-Type");
  g_autofree char *word = NULL;
  const char *slash = NULL;
  const char *charset = NULL;

  if (value != NULL)
    word = mail_parameters_parse (value, &part->type_parameters);
  if (word == NULL || *word == '\0')
    {
      g_free (word);
      word = g_strdup (default_type);
    }
  if (g_str_equal (word, "text"))
    {
      /* From before MIME was finished (RFC 1049), and from those who never read it. */
      g_free (word);
      word = g_strdup ("text/plain");
    }
  slash = strchr (word, '/');
  if (slash != NULL && is_token (word, slash - word) && is_token (slash + 1, strlen (slash + 1)))
    part->mime_type = g_steal_pointer (&word);
  else
    part->mime_type = g_strdup ("application/octet-stream");
  slash = strchr (part->mime_type, '/');
  part->type = g_strndup (part->mime_type, slash - part->mime_type);
  part->subtype = g_strdup (slash + 1);

  charset = mail_parameters_find (part->type_parameters, "charset");
  if (charset != NULL && *charset != '\0')
    part->charset = g_ascii_strdown (charset, -1);
}

static void
read_disposition (MailPart *part)
{
  g_autofree char *value = dup_value (part, "Content-Disposition");
  const char *name = NULL;

  if (value != NULL && *value != '\0')
    part->disposition = mail_parameters_parse (value, &part->disposition_parameters);
  name = mail_parameters_find (part->disposition_parameters, "filename");
  if (name == NULL)
    name = mail_parameters_find (part->type_parameters, "name");
  if (name != NULL)
    part->name = clean_file_name (name);
}

static void
read_encoding (MailPart *part)
{
  g_autofree char *value = dup_value (part, "Content-Transfer-Encoding");

  if (value != NULL)
    {
      value[strcspn (value, " ;\t(")] = '\0';
      part->encoding = g_ascii_strdown (value, -1);
    }
  if (part->encoding == NULL || *part->encoding == '\0')
    {
      g_free (part->encoding);
      part->encoding = g_strdup ("7bit");
    }
}

void
mail_part_read_fields (MailPart *part, const char *default_type)
{
  g_autofree char *id = NULL;

  read_content_type (part, default_type);
  read_disposition (part);
  read_encoding (part);

  id = dup_value (part, "Content-ID");
  if (id != NULL)
    {
      g_auto (GStrv) ids = mail_header_parse_ids (id);

      part->content_id = g_strdup (ids[0] != NULL ? ids[0] : id);
      if (*part->content_id == '\0')
        g_clear_pointer (&part->content_id, g_free);
    }
  part->description = mail_part_dup_header (part, "Content-Description");
}

const char *
mail_part_get_type (const MailPart *part)
{
  return part->type;
}

const char *
mail_part_get_subtype (const MailPart *part)
{
  return part->subtype;
}

gboolean
mail_part_is (const MailPart *part, const char *type, const char *subtype_or_null)
{
  return g_str_equal (part->type, type) &&
         (subtype_or_null == NULL || g_str_equal (part->subtype, subtype_or_null));
}

const char *
mail_part_get_mime_type (const MailPart *part)
{
  return part->mime_type;
}

const char *
mail_part_get_charset (const MailPart *part)
{
  return part->charset;
}

const char *
mail_part_get_name (const MailPart *part)
{
  return part->name;
}

const char *
mail_part_get_disposition (const MailPart *part)
{
  return part->disposition;
}

const char *
mail_part_get_content_id (const MailPart *part)
{
  return part->content_id;
}

const char *
mail_part_get_description (const MailPart *part)
{
  return part->description;
}

const char *
mail_part_get_encoding (const MailPart *part)
{
  return part->encoding;
}

const char *
mail_part_get_type_parameter (const MailPart *part, const char *name)
{
  return mail_parameters_find (part->type_parameters, name);
}

const char *
mail_part_get_disposition_parameter (const MailPart *part, const char *name)
{
  return mail_parameters_find (part->disposition_parameters, name);
}

static gboolean
nth_parameter (GArray *parameters, guint index, const char **name, const char **value)
{
  if (parameters == NULL || index >= parameters->len)
    return FALSE;
  *name = g_array_index (parameters, MailParameter, index).name;
  *value = g_array_index (parameters, MailParameter, index).value;
  return TRUE;
}

gboolean
mail_part_nth_type_parameter (const MailPart *part,
                              guint index,
                              const char **name,
                              const char **value)
{
  return nth_parameter (part->type_parameters, index, name, value);
}

gboolean
mail_part_nth_disposition_parameter (const MailPart *part,
                                     guint index,
                                     const char **name,
                                     const char **value)
{
  return nth_parameter (part->disposition_parameters, index, name, value);
}

char *
mail_part_dup_header (const MailPart *part, const char *name)
{
  const char *header = NULL;
  const MailHeaderField *field = find_field (part, name, &header);

  if (field == NULL)
    return NULL;
  return mail_decode_header_len (header + field->value, field->value_length);
}

guint
mail_part_get_n_children (const MailPart *part)
{
  return part->children != NULL ? part->children->len : 0;
}

MailPart *
mail_part_get_child (const MailPart *part, guint index)
{
  return index < mail_part_get_n_children (part) ? part->children->pdata[index] : NULL;
}

MailPart *
mail_part_get_parent (const MailPart *part)
{
  return part->parent;
}

guint
mail_part_get_index (const MailPart *part)
{
  return part->index;
}

MailPartSpan
mail_part_get_span (const MailPart *part)
{
  return part->span;
}

gboolean
mail_part_is_attachment (const MailPart *part)
{
  return part->is_attachment;
}

const char *
mail_part_peek_body (const MailPart *part, gsize *length)
{
  const char *data = g_bytes_get_data (part->source, NULL);

  *length = part->span.body_length;
  return data != NULL ? data + part->span.body : "";
}

static GMimeContentEncoding
get_encoding (const MailPart *part)
{
  GMimeContentEncoding encoding = GMIME_CONTENT_ENCODING_DEFAULT;

  /* RFC 2045 §6.4: composite types are never encoded. */
  if (part->children == NULL)
    encoding = g_mime_content_encoding_from_string (part->encoding);
  return encoding == GMIME_CONTENT_ENCODING_BASE64 ||
                 encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
                 encoding == GMIME_CONTENT_ENCODING_UUENCODE
             ? encoding
             : GMIME_CONTENT_ENCODING_DEFAULT;
}

static char *
decode_body (GMimeContentEncoding encoding, const char *body, gsize length, gsize *out_length)
{
  GMimeEncoding state;
  char *out = NULL;

  if (encoding == GMIME_CONTENT_ENCODING_BASE64)
    {
      out = g_malloc (length / 4 * 3 + 6);
      *out_length = mail_decode_base64 (body, length, (guchar *) out);
      return out;
    }
  g_mime_encoding_init_decode (&state, encoding);
  out = g_malloc (g_mime_encoding_outlen (&state, length) + 1);
  *out_length = g_mime_encoding_flush (&state, body, length, out);
  return out;
}

/* RFC 4648: four characters hold three bytes; others than the alphabet's do not count. */
static gsize
count_base64 (const char *body, gsize length)
{
  gsize characters = 0;

  for (gsize i = 0; i < length; i++)
    {
      guchar c = body[i];

      if (c == '=')
        break;
      characters += g_ascii_isalnum (c) || c == '+' || c == '/';
    }
  return characters / 4 * 3 + (characters % 4 > 1 ? characters % 4 - 1 : 0);
}

gsize
mail_part_get_size (const MailPart *part)
{
  gsize length = 0;
  const char *body = mail_part_peek_body (part, &length);
  GMimeContentEncoding encoding = get_encoding (part);
  g_autofree char *decoded = NULL;

  if (encoding == GMIME_CONTENT_ENCODING_DEFAULT)
    return length;
  if (encoding == GMIME_CONTENT_ENCODING_BASE64)
    return count_base64 (body, length);
  decoded = decode_body (encoding, body, length, &length);
  return length;
}

GBytes *
mail_part_decode (const MailPart *part)
{
  gsize length = 0;
  const char *body = mail_part_peek_body (part, &length);
  GMimeContentEncoding encoding = get_encoding (part);
  char *decoded = NULL;

  if (encoding == GMIME_CONTENT_ENCODING_DEFAULT)
    return g_bytes_new_from_bytes (part->source, part->span.body, length);
  decoded = decode_body (encoding, body, length, &length);
  return g_bytes_new_take (decoded, length);
}

/* <meta charset=…> or <meta http-equiv=Content-Type content="…; charset=…">, when the header has no
 * charset. */
static char *
find_meta_charset (const char *html, gsize length)
{
  g_autofree char *window = g_ascii_strdown (html, MIN (length, META_WINDOW));
  const char *at = strstr (window, "<meta");

  at = at != NULL ? strstr (at, "charset=") : NULL;
  if (at == NULL)
    return NULL;
  at += strlen ("charset=");
  at += strspn (at, "\"' ");
  return g_strndup (at, strspn (at, "abcdefghijklmnopqrstuvwxyz0123456789-_:."));
}

static void
make_line_ends_plain (char *text)
{
  char *to = text;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at != '\r')
        *to++ = *at;
      else if (at[1] != '\n')
        *to++ = '\n';
    }
  *to = '\0';
}

char *
mail_part_dup_text (const MailPart *part, gsize max_bytes)
{
  gsize length = 0;
  const char *body = mail_part_peek_body (part, &length);
  GMimeContentEncoding encoding = get_encoding (part);
  g_autofree char *decoded = NULL;
  g_autofree char *charset = g_strdup (part->charset);
  char *text = NULL;

  if (!g_str_equal (part->type, "text"))
    return g_strdup ("");
  if (max_bytes > 0)
    length = MIN (length, max_bytes);
  if (encoding != GMIME_CONTENT_ENCODING_DEFAULT)
    body = decoded = decode_body (encoding, body, length, &length);
  if (charset == NULL && g_str_equal (part->subtype, "html"))
    charset = find_meta_charset (body, length);
  text = mail_charset_to_utf8 (body, length, charset, NULL);
  if (strchr (text, '\r') != NULL)
    make_line_ends_plain (text);
  return text;
}
