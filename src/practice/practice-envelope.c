/* Cutting header fields without understanding more of them than where their pieces end
 * (RFC 5322 §3.4, RFC 2045 §5.1):
 *
 *   address   = mailbox / group
 *   mailbox   = [phrase] "<" [route ":"] addr-spec ">" / addr-spec
 *   group     = phrase ":" [mailbox *("," mailbox)] ";"
 *   parameter = attribute "=" (token / quoted-string) */
#include "config.h"

#include "practice-envelope.h"

#include <string.h>

#include "mail-header.h"

char *
practice_envelope_field (MailMessage *message, const MailPart *part, const char *name)
{
  MailPartSpan span = mail_part_get_span (part);
  const char *data =
      (const char *) g_bytes_get_data (mail_message_get_source (message), NULL) + span.header;
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  const MailHeaderField *field;

  mail_header_scan (data, span.header_length, fields);
  field = mail_header_find (data, fields, name, 0);
  if (field == NULL)
    return NULL;
  return g_strstrip (mail_header_unfold (data + field->value, field->value_length));
}

/* Pieces */

typedef struct
{
  const char *p;
  GString *comment; /* the last one, without its parentheses */
} Cursor;

static void
read_comment (Cursor *cursor)
{
  guint depth = 0;

  g_string_truncate (cursor->comment, 0);
  for (; *cursor->p != '\0'; cursor->p++)
    {
      if (*cursor->p == ')' && --depth == 0)
        {
          cursor->p++;
          return;
        }
      if (*cursor->p == '\\' && cursor->p[1] != '\0')
        cursor->p++;
      else if (*cursor->p == '(' && depth++ == 0)
        continue;
      g_string_append_c (cursor->comment, *cursor->p);
    }
}

/* White space and comments; %TRUE if there was white space. */
static gboolean
skip_blank (Cursor *cursor)
{
  gboolean white = FALSE;

  for (;;)
    {
      if (*cursor->p != '\0' && strchr (" \t\r\n", *cursor->p) != NULL)
        {
          cursor->p++;
          white = TRUE;
        }
      else if (*cursor->p == '(')
        read_comment (cursor);
      else
        return white;
    }
}

static void
read_quoted (Cursor *cursor, GString *out)
{
  for (cursor->p++; *cursor->p != '\0' && *cursor->p != '"'; cursor->p++)
    {
      if (*cursor->p == '\\' && cursor->p[1] != '\0')
        cursor->p++;
      g_string_append_c (out, *cursor->p);
    }
  if (*cursor->p == '"')
    cursor->p++;
}

/* Words up to one of @ends, which is not passed. @spaced: what was between them is one space; else
 * nothing, as around the dots and the "@" of an address. */
static void
read_words (Cursor *cursor, const char *ends, gboolean spaced, GString *out)
{
  for (;;)
    {
      gboolean white = skip_blank (cursor);

      if (*cursor->p == '\0' || strchr (ends, *cursor->p) != NULL)
        return;
      if (white && spaced && out->len > 0)
        g_string_append_c (out, ' ');
      if (*cursor->p == '"')
        read_quoted (cursor, out);
      else
        g_string_append_c (out, *cursor->p++);
    }
}

static char *
take_text (GString *text)
{
  return text->len > 0 ? g_strndup (text->str, text->len) : NULL;
}

/* Addresses */

static void
add (GArray *addresses, const char *name, const char *adl, const char *mailbox, const char *host)
{
  ImapAddress address = { .name = g_strdup (name),
                          .adl = g_strdup (adl),
                          .mailbox = g_strdup (mailbox),
                          .host = g_strdup (host) };

  g_array_append_val (addresses, address);
}

/* From behind "<" or from a bare address' "@" on; @local: what stood before. */
static void
read_domain (Cursor *cursor, const char *ends, GString *host)
{
  if (*cursor->p != '@')
    return;
  cursor->p++;
  read_words (cursor, ends, FALSE, host);
}

static void
read_angle (Cursor *cursor, GArray *addresses, const char *name)
{
  g_autoptr (GString) local = g_string_new (NULL);
  g_autoptr (GString) host = g_string_new (NULL);
  g_autoptr (GString) route = g_string_new (NULL);

  cursor->p++;
  skip_blank (cursor);
  if (*cursor->p == '@')
    {
      read_words (cursor, ":>", FALSE, route);
      if (*cursor->p == ':')
        cursor->p++;
    }
  read_words (cursor, "@>", FALSE, local);
  read_domain (cursor, ">", host);
  if (*cursor->p == '>')
    cursor->p++;
  add (addresses, name, route->len > 0 ? route->str : NULL, local->str, host->str);
  /* What follows before the next comma belongs to nobody. */
  g_string_truncate (route, 0);
  read_words (cursor, ",;", FALSE, route);
}

static void
read_address (Cursor *cursor, GArray *addresses, gboolean *in_group)
{
  const char *from = cursor->p;
  g_autoptr (GString) phrase = g_string_new (NULL);
  g_autoptr (GString) host = g_string_new (NULL);
  g_autofree char *name = NULL;

  read_words (cursor, "<@:,;", TRUE, phrase);
  name = take_text (phrase);
  if (*cursor->p == '<')
    {
      read_angle (cursor, addresses, name);
      return;
    }
  if (*cursor->p == ':' && !*in_group)
    {
      cursor->p++;
      *in_group = TRUE;
      add (addresses, NULL, NULL, phrase->str, NULL);
      return;
    }
  /* A bare address: its local part has no spaces, and a comment behind it is a name. */
  cursor->p = from;
  g_string_truncate (phrase, 0);
  g_string_truncate (cursor->comment, 0);
  read_words (cursor, "@,;", FALSE, phrase);
  read_domain (cursor, ",;", host);
  if (phrase->len > 0 || host->len > 0)
    {
      g_autofree char *comment = take_text (cursor->comment);

      add (addresses, comment, NULL, phrase->str, host->str);
    }
}

/* %NULL: nobody. */
static GArray *
read_addresses (const char *field)
{
  g_autoptr (GString) comment = g_string_new (NULL);
  Cursor cursor = { field != NULL ? field : "", comment };
  GArray *addresses = imap_envelope_addresses_new ();
  gboolean in_group = FALSE;

  for (;;)
    {
      skip_blank (&cursor);
      if (*cursor.p == ';' && in_group)
        {
          add (addresses, NULL, NULL, NULL, NULL);
          in_group = FALSE;
        }
      if (*cursor.p == '\0')
        break;
      if (*cursor.p == ',' || *cursor.p == ';')
        cursor.p++;
      else
        read_address (&cursor, addresses, &in_group);
    }
  if (in_group)
    add (addresses, NULL, NULL, NULL, NULL);
  if (addresses->len == 0)
    g_clear_pointer (&addresses, g_array_unref);
  return addresses;
}

static GArray *
read_field (MailMessage *message, const MailPart *part, const char *name)
{
  g_autofree char *field = practice_envelope_field (message, part, name);

  return read_addresses (field);
}

/* Sender and Reply-To are From where they are missing. */
static GArray *
read_field_or_from (MailMessage *message, const MailPart *part, const char *name)
{
  GArray *addresses = read_field (message, part, name);

  return addresses != NULL ? addresses : read_field (message, part, "From");
}

ImapEnvelope *
practice_envelope_read (MailMessage *message, const MailPart *part)
{
  ImapEnvelope *envelope = imap_envelope_new ();

  envelope->date = practice_envelope_field (message, part, "Date");
  envelope->subject = practice_envelope_field (message, part, "Subject");
  envelope->from = read_field (message, part, "From");
  envelope->sender = read_field_or_from (message, part, "Sender");
  envelope->reply_to = read_field_or_from (message, part, "Reply-To");
  envelope->to = read_field (message, part, "To");
  envelope->cc = read_field (message, part, "Cc");
  envelope->bcc = read_field (message, part, "Bcc");
  envelope->in_reply_to = practice_envelope_field (message, part, "In-Reply-To");
  envelope->message_id = practice_envelope_field (message, part, "Message-ID");
  return envelope;
}

/* Parameters */

char **
practice_envelope_parameters (const char *field)
{
  g_autoptr (GString) comment = g_string_new (NULL);
  g_autoptr (GString) word = g_string_new (NULL);
  Cursor cursor = { field != NULL ? field : "", comment };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  read_words (&cursor, ";", FALSE, word);
  while (*cursor.p == ';')
    {
      g_autofree char *name = NULL;

      cursor.p++;
      g_string_truncate (word, 0);
      read_words (&cursor, "=;", FALSE, word);
      name = take_text (word);
      if (name == NULL || *cursor.p != '=')
        continue;
      cursor.p++;
      g_string_truncate (word, 0);
      read_words (&cursor, ";", TRUE, word);
      g_ptr_array_add (list, g_steal_pointer (&name));
      g_ptr_array_add (list, g_strndup (word->str, word->len));
    }
  if (list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}
