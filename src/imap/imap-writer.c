/* What commands and responses share when they are written: pieces, strings, literals. */
#include "config.h"

#include "imap-writer-private.h"

#include <string.h>

/* The longest string that is quoted; a longer one is a literal. */
#define QUOTED_MAX 1000
/* The largest literal that LITERAL- lets pass without waiting (RFC 7888 §5). */
#define LITERAL_MINUS_MAX 4096

static void
piece_clear (gpointer data)
{
  g_clear_pointer (&((ImapPiece *) data)->body, base_body_unref);
}

ImapLine *
imap_line_new (void)
{
  ImapLine *line = g_new0 (ImapLine, 1);

  line->text = g_string_sized_new (128);
  line->pieces = g_array_new (FALSE, TRUE, sizeof (ImapPiece));
  g_array_set_clear_func (line->pieces, piece_clear);
  return line;
}

void
imap_line_free (ImapLine *line)
{
  base_secret_wipe (line->text->str, line->text->len);
  g_string_free (line->text, TRUE);
  g_array_unref (line->pieces);
  g_free (line);
}

/* The piece that bytes of @kind are added to. */
static ImapPiece *
current_piece (ImapWriter *writer, BaseSpanKind kind)
{
  ImapPiece piece = { .offset = writer->line->text->len, .kind = kind };

  if (writer->line->pieces->len > 0)
    {
      ImapPiece *last =
          &g_array_index (writer->line->pieces, ImapPiece, writer->line->pieces->len - 1);

      if (last->kind == kind && !last->wait && last->body == NULL)
        return last;
    }
  g_array_append_val (writer->line->pieces, piece);
  return &g_array_index (writer->line->pieces, ImapPiece, writer->line->pieces->len - 1);
}

void
imap_writer_bytes (ImapWriter *writer, BaseSpanKind kind, const void *bytes, gsize len)
{
  if (len == 0)
    return;
  current_piece (writer, kind)->len += len;
  g_string_append_len (writer->line->text, bytes, (gssize) len);
}

void
imap_writer_put (ImapWriter *writer, const char *text)
{
  imap_writer_bytes (writer, BASE_SPAN_PLAIN, text, strlen (text));
}

void
imap_writer_raw (ImapWriter *writer, const char *text)
{
  for (const char *p = text; writer->client && *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      writer->invalid = TRUE;
  imap_writer_put (writer, text);
}

void
imap_writer_number (ImapWriter *writer, guint64 number)
{
  char digits[24];

  imap_writer_bytes (writer,
                     BASE_SPAN_PLAIN,
                     digits,
                     (gsize) g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, number));
}

void
imap_writer_take (ImapWriter *writer, GString *text)
{
  imap_writer_bytes (writer, BASE_SPAN_PLAIN, text->str, text->len);
  g_string_free (text, TRUE);
}

void
imap_writer_set (ImapWriter *writer, const ImapSet *set)
{
  GString *text = g_string_new (NULL);

  if (set != NULL)
    imap_set_write (set, text);
  imap_writer_take (writer, text);
}

void
imap_writer_flags (ImapWriter *writer, const ImapFlags *flags)
{
  g_autoptr (GString) text = g_string_new (NULL);

  imap_flags_write (flags, text);
  imap_writer_raw (writer, text->str);
}

void
imap_writer_mark (ImapWriter *writer, guint64 size, gboolean binary)
{
  gboolean sync = writer->client && (writer->options & IMAP_WRITER_LITERAL_PLUS) == 0 &&
                  ((writer->options & IMAP_WRITER_LITERAL_MINUS) == 0 || size > LITERAL_MINUS_MAX);

  imap_writer_put (writer, binary ? "~{" : "{");
  imap_writer_number (writer, size);
  imap_writer_put (writer, writer->client && !sync ? "+}\r\n" : "}\r\n");
  if (sync)
    current_piece (writer, BASE_SPAN_PLAIN)->wait = TRUE;
}

void
imap_writer_body (ImapWriter *writer, BaseBody *body)
{
  ImapPiece piece = { .offset = writer->line->text->len,
                      .kind = BASE_SPAN_BODY,
                      .body = base_body_ref (body) };

  g_array_append_val (writer->line->pieces, piece);
}

/* TEXT-CHAR of RFC 3501; 8-bit goes into a literal, which every server takes. */
static gboolean
can_quote (const char *bytes, gsize len)
{
  if (len > QUOTED_MAX)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7e)
      return FALSE;
  return TRUE;
}

void
imap_writer_string_bytes (ImapWriter *writer, BaseSpanKind kind, const char *bytes, gsize len)
{
  gsize from = 0;

  if (!can_quote (bytes, len))
    {
      imap_writer_mark (writer, len, memchr (bytes, '\0', len) != NULL);
      imap_writer_bytes (writer, kind, bytes, len);
      return;
    }
  imap_writer_bytes (writer, kind, "\"", 1);
  for (gsize i = 0; i < len; i++)
    if (bytes[i] == '"' || bytes[i] == '\\')
      {
        imap_writer_bytes (writer, kind, bytes + from, i - from);
        imap_writer_bytes (writer, kind, "\\", 1);
        from = i;
      }
  imap_writer_bytes (writer, kind, bytes + from, len - from);
  imap_writer_bytes (writer, kind, "\"", 1);
}

void
imap_writer_string (ImapWriter *writer, const char *text)
{
  imap_writer_string_bytes (writer, BASE_SPAN_PLAIN, text, strlen (text));
}

void
imap_writer_nstring (ImapWriter *writer, const char *text)
{
  if (text == NULL)
    imap_writer_put (writer, "NIL");
  else
    imap_writer_string (writer, text);
}

/* ASTRING-CHAR = ATOM-CHAR / "]" */
void
imap_writer_astring (ImapWriter *writer, const char *text)
{
  gboolean is_atom = *text != '\0' && g_ascii_strcasecmp (text, "NIL") != 0;

  for (const char *p = text; *p != '\0' && is_atom; p++)
    is_atom = *p > 0x20 && *p < 0x7f && strchr ("(){%*\"\\", *p) == NULL;
  if (is_atom)
    imap_writer_put (writer, text);
  else
    imap_writer_string (writer, text);
}

void
imap_writer_name (ImapWriter *writer, const char *name)
{
  const char *raw =
      writer->line->names != NULL ? g_hash_table_lookup (writer->line->names, name) : NULL;
  g_autofree char *encoded = NULL;

  if ((writer->options & IMAP_WRITER_UTF8) != 0 && strpbrk (name, "\r\n\"\\") == NULL)
    {
      imap_writer_put (writer, "\"");
      imap_writer_put (writer, name);
      imap_writer_put (writer, "\"");
      return;
    }
  if ((writer->options & IMAP_WRITER_UTF8) == 0)
    encoded = raw != NULL ? g_strdup (raw) : imap_mailbox_encode (name);
  imap_writer_string (writer, encoded != NULL ? encoded : name);
}

/* Always quoted, but INBOX: as most clients do, and as is easiest to read. */
void
imap_writer_mailbox (ImapWriter *writer, const char *name)
{
  if (strcmp (name, "INBOX") == 0)
    imap_writer_put (writer, "INBOX");
  else
    imap_writer_name (writer, name);
}

/* Gmail's own labels are words with a backslash in front; others are names of mailboxes. */
static gboolean
is_system_label (const char *label)
{
  if (label[0] != '\\' || label[1] == '\0')
    return FALSE;
  for (const char *p = label + 1; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p))
      return FALSE;
  return TRUE;
}

void
imap_writer_labels (ImapWriter *writer, char **labels)
{
  imap_writer_put (writer, "(");
  for (guint i = 0; labels != NULL && labels[i] != NULL; i++)
    {
      imap_writer_put (writer, i > 0 ? " " : "");
      if (is_system_label (labels[i]))
        imap_writer_put (writer, labels[i]);
      else
        imap_writer_name (writer, labels[i]);
    }
  imap_writer_put (writer, ")");
}

void
imap_writer_window (ImapWriter *writer, gint64 from, gint64 to)
{
  char text[64];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, from, to);
  imap_writer_put (writer, text);
}

void
imap_writer_end (ImapWriter *writer)
{
  imap_writer_put (writer, "\r\n");
}

/* For the forms without pieces: bodies are read where they stand. */
void
imap_writer_flatten (ImapLine *line, GString *out)
{
  for (guint i = 0; i < line->pieces->len; i++)
    {
      const ImapPiece *piece = &g_array_index (line->pieces, ImapPiece, i);
      guint8 buffer[4096];
      gssize n;

      if (piece->body == NULL)
        g_string_append_len (out, line->text->str + piece->offset, (gssize) piece->len);
      while (piece->body != NULL &&
             (n = base_body_read (piece->body, buffer, sizeof buffer, NULL)) > 0)
        g_string_append_len (out, (const char *) buffer, n);
    }
}
