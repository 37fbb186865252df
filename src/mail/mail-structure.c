/* The tree of parts, found as spans of the source. A multipart looks for its own boundary in all of
 * its body before its children are read, so a child that was never closed cannot swallow its
 * siblings; and a tree costs its depth times its size at most, with the depth limited.
 *
 * RFC 2046 §5.1.1: dash-boundary = "--" boundary; close-delimiter = CRLF dash-boundary "--"; both
 * may be followed by white space. The line break before belongs to the delimiter. */
#include "config.h"

#include "mail-structure.h"
#include "mail-header.h"
#include "mail-part-private.h"

#include <string.h>

/* RFC 2046 allows 70 characters; longer ones are seen. */
#define MAX_BOUNDARY 1000

typedef struct
{
  GBytes *source;
  const char *data;
  GPtrArray *parts;
  MailDefects defects;
} Reader;

/* A delimiter line: where the line break before it starts, where the line after it starts. */
typedef struct
{
  gsize start;
  gsize end;
  gboolean closes;
} Delimiter;

static void read_part (Reader *reader,
                       MailPart *parent,
                       gsize start,
                       gsize end,
                       guint depth,
                       const char *default_type);

/* The next line of @data from @at on that starts with "--"; memchr() passes over base64 quickly,
 * which has no dashes. */
static gboolean
find_dashes (const char *data, gsize at, gsize start, gsize end, gsize *found)
{
  while (at + 1 < end)
    {
      const char *dash = memchr (data + at, '-', end - at - 1);

      if (dash == NULL)
        return FALSE;
      at = dash - data;
      if (data[at + 1] == '-' && (at == start || data[at - 1] == '\n'))
        {
          *found = at;
          return TRUE;
        }
      at++;
    }
  return FALSE;
}

static gsize
skip_line (const char *data, gsize at, gsize end)
{
  const char *newline = memchr (data + at, '\n', end - at);

  return newline != NULL ? (gsize) (newline - data) + 1 : end;
}

static gboolean
match_delimiter (const char *data,
                 gsize at,
                 gsize start,
                 gsize end,
                 const char *boundary,
                 gsize length,
                 Delimiter *delimiter)
{
  gsize next = at + 2 + length;

  if (next > end || memcmp (data + at + 2, boundary, length) != 0)
    return FALSE;
  delimiter->closes = next + 2 <= end && data[next] == '-' && data[next + 1] == '-';
  if (delimiter->closes)
    next += 2;
  while (next < end && (data[next] == ' ' || data[next] == '\t'))
    next++;
  if (!delimiter->closes && next < end && data[next] != '\r' && data[next] != '\n')
    return FALSE;
  delimiter->end = skip_line (data, next, end);
  delimiter->start = at;
  if (at > start && data[at - 1] == '\n')
    delimiter->start = at - 1 > start && data[at - 2] == '\r' ? at - 2 : at - 1;
  return TRUE;
}

static gboolean
find_delimiter (
    const char *data, gsize at, gsize start, gsize end, const char *boundary, Delimiter *delimiter)
{
  gsize length = strlen (boundary);

  while (find_dashes (data, at, start, end, &at))
    {
      if (match_delimiter (data, at, start, end, boundary, length, delimiter))
        return TRUE;
      at += 2;
    }
  return FALSE;
}

/* When the named boundary is nowhere, the one in use may still be seen: a line "--word" with a
 * header field right after it. */
static char *
guess_boundary (const char *data, gsize start, gsize end)
{
  gsize at = start;

  while (find_dashes (data, at, start, end, &at))
    {
      gsize next = skip_line (data, at, end);
      gsize length = next - at;

      while (length > 0 && strchr ("\r\n \t", data[at + length - 1]) != NULL)
        length--;
      if (length > 2 && length < MAX_BOUNDARY && end - next > 8 &&
          g_ascii_strncasecmp (data + next, "Content-", 8) == 0)
        return g_strndup (data + at + 2, length - 2);
      at += 2;
    }
  return NULL;
}

static void
read_children (Reader *reader, MailPart *part, const char *boundary, guint depth)
{
  const char *child_type = g_str_equal (part->subtype, "digest") ? "message/rfc822" : "text/plain";
  gsize start = part->span.body;
  gsize end = start + part->span.body_length;
  Delimiter delimiter = { 0 };
  Delimiter next = { 0 };

  if (!find_delimiter (reader->data, start, start, end, boundary, &delimiter))
    return;
  while (!delimiter.closes)
    {
      gsize from = delimiter.end;
      gboolean found = FALSE;

      if (reader->parts->len >= MAIL_MAX_PARTS)
        {
          reader->defects |= MAIL_DEFECT_TOO_MANY;
          return;
        }
      found = find_delimiter (reader->data, from, start, end, boundary, &next);
      if (!found)
        {
          reader->defects |= MAIL_DEFECT_TRUNCATED;
          /* A delimiter at the very end opens nothing. */
          if (from < end)
            read_part (reader, part, from, end, depth + 1, child_type);
          return;
        }
      read_part (reader, part, from, MAX (from, next.start), depth + 1, child_type);
      delimiter = next;
    }
}

static void
read_multipart (Reader *reader, MailPart *part, guint depth)
{
  gsize start = part->span.body;
  gsize end = start + part->span.body_length;
  const char *named = mail_part_get_type_parameter (part, "boundary");
  g_autofree char *guessed = NULL;
  Delimiter delimiter;

  if (named != NULL && (*named == '\0' || strlen (named) > MAX_BOUNDARY))
    named = NULL;
  if (named == NULL || !find_delimiter (reader->data, start, start, end, named, &delimiter))
    {
      reader->defects |= MAIL_DEFECT_NO_BOUNDARY;
      named = guessed = guess_boundary (reader->data, start, end);
    }
  if (named != NULL)
    read_children (reader, part, named, depth);
  if (part->children->len == 0 && start < end)
    {
      /* What cannot be divided is shown whole, as text. */
      MailPart *whole = g_new0 (MailPart, 1);

      whole->source = reader->source;
      whole->span = (MailPartSpan){ start, 0, start, end - start };
      whole->parent = part;
      mail_part_read_fields (whole, "text/plain");
      whole->index = reader->parts->len;
      g_ptr_array_add (reader->parts, whole);
      g_ptr_array_add (part->children, whole);
    }
}

static gboolean
is_identity (const char *encoding)
{
  return g_str_equal (encoding, "7bit") || g_str_equal (encoding, "8bit") ||
         g_str_equal (encoding, "binary");
}

static void
read_part (
    Reader *reader, MailPart *parent, gsize start, gsize end, guint depth, const char *default_type)
{
  MailPart *part = g_new0 (MailPart, 1);

  part->source = reader->source;
  part->fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  part->span.header = start;
  part->span.header_length = mail_header_scan (reader->data + start, end - start, part->fields);
  part->span.body = start + part->span.header_length;
  part->span.body_length = end - part->span.body;
  part->parent = parent;
  part->index = reader->parts->len;
  g_ptr_array_add (reader->parts, part);
  if (parent != NULL)
    g_ptr_array_add (parent->children, part);
  mail_part_read_fields (part, default_type);

  if (g_str_equal (part->type, "multipart") ||
      (mail_part_is (part, "message", "rfc822") && is_identity (part->encoding)))
    {
      if (depth >= MAIL_MAX_DEPTH)
        {
          reader->defects |= MAIL_DEFECT_TOO_DEEP;
          return;
        }
      part->children = g_ptr_array_new ();
      if (g_str_equal (part->type, "multipart"))
        read_multipart (reader, part, depth);
      else if (reader->parts->len < MAIL_MAX_PARTS)
        read_part (reader, part, part->span.body, end, depth + 1, "text/plain");
      else
        reader->defects |= MAIL_DEFECT_TOO_MANY;
    }
}

MailStructure
mail_structure_read (GBytes *source)
{
  gsize length = 0;
  Reader reader = { source, g_bytes_get_data (source, &length), NULL, MAIL_DEFECT_NONE };
  MailPart *root = NULL;

  reader.parts = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_part_free);
  if (reader.data == NULL)
    reader.data = "";
  read_part (&reader, NULL, 0, length, 0, "text/plain");
  root = reader.parts->pdata[0];
  if (root->fields->len == 0)
    reader.defects |= MAIL_DEFECT_NO_HEADER;
  return (MailStructure){ reader.parts, reader.defects };
}
