/* A walk over the bytes of a letter: multiparts are split at their lines of dashes (RFC 2046
 * §5.1.1), and only leaves that hold 8-bit bytes are written anew. */
#include "config.h"

#include "mail-seven.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mail-error.h"
#include "mail-header.h"
#include "mail-parameters.h"
#include "mail-writer.h"

#define MAX_DEPTH 30

typedef struct
{
  const char *bytes;
  gsize head;   /* length, its empty line included */
  gsize length; /* of all of it */
  GArray *fields;
  char *type;     /* "text/plain" */
  char *boundary; /* (nullable) */
} Part;

static gboolean
write_part (GString *out, const char *bytes, gsize length, guint depth, GError **error);

static gboolean
has_eight_bit (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) bytes[i] >= 128)
      return TRUE;
  return FALSE;
}

static void
part_clear (Part *part)
{
  g_clear_pointer (&part->fields, g_array_unref);
  g_clear_pointer (&part->type, g_free);
  g_clear_pointer (&part->boundary, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static void
part_read (Part *part, const char *bytes, gsize length)
{
  const MailHeaderField *field;

  part->bytes = bytes;
  part->length = length;
  part->fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  /* A part may have no header at all: an empty line is its first. */
  if (length > 0 && (bytes[0] == '\n' || (length > 1 && bytes[0] == '\r' && bytes[1] == '\n')))
    part->head = bytes[0] == '\n' ? 1 : 2;
  else
    part->head = mail_header_scan (bytes, length, part->fields);
  field = mail_header_find (bytes, part->fields, "Content-Type", 0);
  if (field)
    {
      g_autofree char *value = mail_header_unfold (bytes + field->value, field->value_length);
      g_autoptr (GArray) parameters = NULL;

      part->type = mail_parameters_parse (value, &parameters);
      part->boundary = g_strdup (mail_parameters_find (parameters, "boundary"));
    }
  if (!part->type || !part->type[0])
    {
      g_free (part->type);
      part->type = g_strdup ("text/plain");
    }
}

static gboolean
set_signed (GError **error)
{
  g_set_error_literal (error,
                       MAIL_ERROR,
                       MAIL_ERROR_SIGNED,
                       _ ("A part of the letter is signed, and would no longer be right"));
  return FALSE;
}

/* The header with another transfer encoding. */
static void
write_head (GString *out, const Part *part, const char *encoding)
{
  const MailHeaderField *old =
      mail_header_find (part->bytes, part->fields, "Content-Transfer-Encoding", 0);
  gsize begin = old ? old->name : 0;

  g_string_append_len (out, part->bytes, (gssize) begin);
  g_string_append_printf (out, "Content-Transfer-Encoding: %s\r\n", encoding);
  begin = old ? old->end : 0;
  g_string_append_len (out, part->bytes + begin, (gssize) (part->head - begin));
  if (part->head == 0)
    g_string_append (out, "\r\n");
}

static gboolean
is_encoded (const Part *part, const char *encoding)
{
  const MailHeaderField *field =
      mail_header_find (part->bytes, part->fields, "Content-Transfer-Encoding", 0);
  g_autofree char *value =
      field ? mail_header_unfold (part->bytes + field->value, field->value_length) : NULL;

  return value && g_ascii_strcasecmp (g_strstrip (value), encoding) == 0;
}

/* It says that it is encoded, and yet holds 8-bit bytes: they stand for themselves in the one, for
 * nothing in the other (RFC 2045 §6.7, §6.8). */
static void
mend_encoded (GString *out, const Part *part, gboolean quoted)
{
  g_string_append_len (out, part->bytes, (gssize) part->head);
  for (gsize i = part->head; i < part->length; i++)
    if ((guchar) part->bytes[i] < 128)
      g_string_append_c (out, part->bytes[i]);
    else if (quoted)
      g_string_append_printf (out, "=%02X", (guchar) part->bytes[i]);
}

static void
write_leaf (GString *out, const Part *part)
{
  const char *body = part->bytes + part->head;
  gsize length = part->length - part->head;
  /* Text with NULs is UTF-16, whose line breaks are not those of bytes. */
  gboolean text = g_str_has_prefix (part->type, "text/") && !memchr (body, '\0', length);
  gboolean quoted = is_encoded (part, "quoted-printable");

  if (quoted || is_encoded (part, "base64"))
    {
      mend_encoded (out, part, quoted);
      return;
    }
  write_head (out, part, text ? "quoted-printable" : "base64");
  if (text)
    mail_write_quoted_printable (out, body, length);
  else
    mail_write_base64 (out, body, length);
}

/* The line at @at begins another part, or (*@last) ends the last one. */
static gboolean
is_boundary (const char *line, gsize length, const char *boundary, gboolean *last)
{
  gsize width = strlen (boundary);

  if (length < width + 2 || line[0] != '-' || line[1] != '-' ||
      memcmp (line + 2, boundary, width) != 0)
    return FALSE;
  line += width + 2;
  length -= width + 2;
  *last = length >= 2 && line[0] == '-' && line[1] == '-';
  for (gsize i = *last ? 2 : 0; i < length; i++)
    if (!strchr (" \t\r\n", line[i]))
      return FALSE;
  return TRUE;
}

/* The line break before a boundary belongs to it. */
static gsize
without_break (const char *bytes, gsize begin, gsize end)
{
  if (end > begin && bytes[end - 1] == '\n')
    end--;
  if (end > begin && bytes[end - 1] == '\r')
    end--;
  return end;
}

static gboolean
write_between (GString *out, const char *bytes, gsize begin, gsize end, guint depth, GError **error)
{
  gsize stop = without_break (bytes, begin, end);

  if (!write_part (out, bytes + begin, stop - begin, depth + 1, error))
    return FALSE;
  /* What was encoded may have got a break of its own; one more is an empty line and harmless. */
  g_string_append_len (out, bytes + stop, (gssize) (end - stop));
  return TRUE;
}

static gboolean
write_multipart (GString *out, const Part *part, guint depth, GError **error)
{
  const char *bytes = part->bytes;
  gsize begin = 0; /* of the part that is open; 0: none is */
  gboolean last = FALSE;
  gsize next;

  write_head (out, part, "7bit");
  for (gsize at = part->head; at < part->length; at = next)
    {
      const char *end = memchr (bytes + at, '\n', part->length - at);

      next = end ? (gsize) (end - bytes) + 1 : part->length;
      if (last || !is_boundary (bytes + at, next - at, part->boundary, &last))
        {
          if (begin == 0)
            {
              /* Words before the first part and behind the last are nobody's. */
              if (has_eight_bit (bytes + at, next - at))
                g_string_append (out, "\r\n");
              else
                g_string_append_len (out, bytes + at, (gssize) (next - at));
            }
          continue;
        }
      if (begin != 0 && !write_between (out, bytes, begin, at, depth, error))
        return FALSE;
      g_string_append_len (out, bytes + at, (gssize) (next - at));
      begin = last ? 0 : next;
    }
  return begin == 0 || begin >= part->length ||
         write_between (out, bytes, begin, part->length, depth, error);
}

static gboolean
write_forwarded (GString *out, const Part *part, guint depth, GError **error)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  const char *body = part->bytes + part->head;
  gsize length = part->length - part->head;

  mail_header_scan (body, length, fields);
  if (mail_header_find (body, fields, "DKIM-Signature", 0))
    return set_signed (error);
  write_head (out, part, "7bit");
  return write_part (out, body, length, depth + 1, error);
}

static gboolean
write_part (GString *out, const char *bytes, gsize length, guint depth, GError **error)
{
  g_auto (Part) part = { 0 };

  part_read (&part, bytes, length);
  if (depth > MAX_DEPTH || !has_eight_bit (bytes + part.head, length - part.head))
    {
      g_string_append_len (out, bytes, (gssize) length);
      return TRUE;
    }
  if (strcmp (part.type, "multipart/signed") == 0)
    return set_signed (error);
  if (g_str_has_prefix (part.type, "multipart/") && part.boundary && part.boundary[0])
    return write_multipart (out, &part, depth, error);
  if (strcmp (part.type, "message/rfc822") == 0)
    return write_forwarded (out, &part, depth, error);
  write_leaf (out, &part);
  return TRUE;
}

GBytes *
mail_seven_bit (GBytes *letter, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (letter, &length);
  g_autoptr (GString) out = g_string_sized_new (length + length / 4);

  if (!write_part (out, bytes, length, 0, error))
    return NULL;
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
