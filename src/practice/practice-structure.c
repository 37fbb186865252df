/* From mail's tree of parts to IMAP's words. */
#include "config.h"

#include "practice-structure.h"

#include <string.h>

#include "mail-header.h"
#include "practice-envelope.h"

/* Header values */

typedef struct
{
  const char *data;
  GArray *fields; /* MailHeaderField */
} Header;

static void
header_open (Header *header, MailMessage *message, const MailPart *part)
{
  MailPartSpan span = mail_part_get_span (part);

  header->data =
      (const char *) g_bytes_get_data (mail_message_get_source (message), NULL) + span.header;
  header->fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  mail_header_scan (header->data, span.header_length, header->fields);
}

static void
header_close (Header *header)
{
  g_array_unref (header->fields);
}

ImapEnvelope *
practice_structure_envelope (MailMessage *message)
{
  return practice_envelope_read (message, mail_message_get_root (message));
}

/* Structure */

static char **
read_parameters (MailMessage *message, const MailPart *part, const char *name)
{
  g_autofree char *field = practice_envelope_field (message, part, name);

  return practice_envelope_parameters (field);
}

/* "en, fr" */
static char **
read_languages (MailMessage *message, const MailPart *part)
{
  g_autofree char *field = practice_envelope_field (message, part, "Content-Language");
  char **languages = field != NULL ? g_strsplit (field, ",", -1) : NULL;

  for (guint i = 0; languages != NULL && languages[i] != NULL; i++)
    g_strstrip (languages[i]);
  return languages;
}

static guint64
count_lines (MailMessage *message, const MailPart *part)
{
  MailPartSpan span = mail_part_get_span (part);
  const char *body =
      (const char *) g_bytes_get_data (mail_message_get_source (message), NULL) + span.body;
  guint64 lines = 0;

  for (gsize i = 0; i < span.body_length; i++)
    lines += body[i] == '\n' ? 1 : 0;
  return lines;
}

static void
read_extension (MailMessage *message, const MailPart *part, ImapBody *body)
{
  body->extended = TRUE;
  body->disposition = g_strdup (mail_part_get_disposition (part));
  if (body->disposition != NULL)
    body->disposition_parameters = read_parameters (message, part, "Content-Disposition");
  body->languages = read_languages (message, part);
  body->location = practice_envelope_field (message, part, "Content-Location");
}

static ImapBody *
read_body (MailMessage *message, const MailPart *part, gboolean extended)
{
  ImapBody *body = imap_body_new ();
  guint n_children = mail_part_get_n_children (part);
  gboolean embedded = mail_part_is (part, "message", "rfc822") && n_children == 1;
  gboolean multipart = mail_part_is (part, "multipart", NULL) && n_children > 0;

  body->type = g_strdup (mail_part_get_type (part));
  body->subtype = g_strdup (mail_part_get_subtype (part));
  if (extended || !multipart)
    body->parameters = read_parameters (message, part, "Content-Type");
  if (multipart || embedded)
    {
      body->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_body_free);
      for (guint i = 0; i < n_children; i++)
        g_ptr_array_add (body->children,
                         read_body (message, mail_part_get_child (part, i), extended));
    }
  if (embedded)
    body->envelope = practice_envelope_read (message, mail_part_get_child (part, 0));
  if (!multipart)
    {
      body->id = practice_envelope_field (message, part, "Content-ID");
      body->description = practice_envelope_field (message, part, "Content-Description");
      body->encoding = g_strdup (mail_part_get_encoding (part));
      body->size = mail_part_get_span (part).body_length;
      body->lines = count_lines (message, part);
    }
  /* A multipart without parts is told as what it is: bytes. */
  if (!multipart && mail_part_is (part, "multipart", NULL))
    {
      g_free (body->type);
      g_free (body->subtype);
      body->type = g_strdup ("text");
      body->subtype = g_strdup ("plain");
    }
  if (extended)
    read_extension (message, part, body);
  return body;
}

ImapBody *
practice_structure_body (MailMessage *message, gboolean extended)
{
  return read_body (message, mail_message_get_root (message), extended);
}

/* Sections */

static GBytes *
slice (MailMessage *message, gsize offset, gsize length)
{
  return g_bytes_new_from_bytes (mail_message_get_source (message), offset, length);
}

static gboolean
is_named (const char *names, const char *name, gsize len)
{
  g_auto (GStrv) list = g_strsplit_set (names, " ()\"", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      if (strlen (list[i]) == len && g_ascii_strncasecmp (list[i], name, len) == 0)
        return TRUE;
    }
  return FALSE;
}

/* HEADER.FIELDS and HEADER.FIELDS.NOT: the fields in the order of the letter, and an empty line. */
static GBytes *
pick_fields (MailMessage *message, const MailPart *part, const char *names, gboolean picked)
{
  GByteArray *out = g_byte_array_new ();
  Header header;

  header_open (&header, message, part);
  for (guint i = 0; i < header.fields->len; i++)
    {
      const MailHeaderField *field = &g_array_index (header.fields, MailHeaderField, i);

      if (is_named (names, header.data + field->name, field->name_length) == picked)
        g_byte_array_append (
            out, (const guint8 *) header.data + field->name, (guint) (field->end - field->name));
    }
  g_byte_array_append (out, (const guint8 *) "\r\n", 2);
  header_close (&header);
  return g_byte_array_free_to_bytes (out);
}

/* HEADER, TEXT and their kin: of the message, or of the one that a part encloses. */
static GBytes *
message_section (MailMessage *message, const MailPart *part, const char *name)
{
  MailPartSpan span = mail_part_get_span (part);

  if (strcmp (name, "HEADER") == 0)
    return slice (message, span.header, span.header_length);
  if (strcmp (name, "TEXT") == 0)
    return slice (message, span.body, span.body_length);
  if (g_str_has_prefix (name, "HEADER.FIELDS.NOT "))
    return pick_fields (message, part, name + strlen ("HEADER.FIELDS.NOT "), FALSE);
  if (g_str_has_prefix (name, "HEADER.FIELDS "))
    return pick_fields (message, part, name + strlen ("HEADER.FIELDS "), TRUE);
  return NULL;
}

GBytes *
practice_structure_binary (MailMessage *message, const char *section, gboolean *known)
{
  static const char *const encodings[] = { "7bit", "8bit", "binary", "base64", "quoted-printable",
                                           NULL };
  const char *rest;
  MailPart *part = mail_message_find_section (message, section, &rest);

  if (section[0] == '\0')
    return g_bytes_ref (mail_message_get_source (message));
  if (part == NULL || rest[0] != '\0')
    return NULL;
  if (known != NULL && !g_strv_contains (encodings, mail_part_get_encoding (part)))
    *known = FALSE;
  return mail_part_decode (part);
}

GBytes *
practice_structure_section (MailMessage *message, const char *section)
{
  const char *rest;
  MailPart *part = mail_message_find_section (message, section, &rest);
  MailPartSpan span;

  if (part == NULL)
    return NULL;
  if (section[0] == '\0')
    return g_bytes_ref (mail_message_get_source (message));
  if (rest == section)
    return message_section (message, part, rest);
  span = mail_part_get_span (part);
  if (rest[0] == '\0')
    return slice (message, span.body, span.body_length);
  if (strcmp (rest, "MIME") == 0)
    return slice (message, span.header, span.header_length);
  if (!mail_part_is (part, "message", "rfc822") || mail_part_get_n_children (part) != 1)
    return NULL;
  return message_section (message, mail_part_get_child (part, 0), rest);
}
