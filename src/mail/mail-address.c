/* The reader here never fails: it cuts a list at its separators and finds the best address in each
 * piece, because an address that cannot be shown is a letter that seems to come from nobody.
 *
 * RFC 5322 §3.4: address = mailbox / group; mailbox = [phrase] "<" addr-spec ">" / addr-spec;
 * group = phrase ":" [mailbox *("," mailbox)] ";"; and comments in parentheses anywhere. */
#include "config.h"

#include "mail-address.h"
#include "mail-encode.h"
#include "mail-header.h"
#include "mail-line.h"

#include <string.h>

#define MAX_ADDRESS 254
#define MAX_LOCAL 64

/* One block of memory: letters by the ten thousand have several each. */
typedef struct
{
  MailAddress public;
  gatomicrefcount count;
  char texts[];
} Counted;

static MailAddress *
make (const char *name, gsize name_length, const char *address, gsize address_length)
{
  Counted *counted = g_malloc (sizeof *counted + name_length + 1 + address_length + 1);
  char *at = counted->texts;

  g_atomic_ref_count_init (&counted->count);
  counted->public.name = at;
  memcpy (at, name, name_length);
  at[name_length] = '\0';
  at += name_length + 1;
  counted->public.address = at;
  memcpy (at, address, address_length);
  at[address_length] = '\0';
  return &counted->public;
}

/* @text may be %NULL or not UTF-8. */
static char *
clean (const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    text = "";
  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  return mail_clean_line (text);
}

MailAddress *
mail_address_new (const char *name, const char *address)
{
  g_autofree char *clean_name = clean (name);
  g_autofree char *clean_address = clean (address);

  return make (clean_name, strlen (clean_name), clean_address, strlen (clean_address));
}

MailAddress *
mail_address_ref (MailAddress *address)
{
  g_atomic_ref_count_inc (&((Counted *) address)->count);
  return address;
}

void
mail_address_unref (MailAddress *address)
{
  Counted *counted = (Counted *) address;

  if (g_atomic_ref_count_dec (&counted->count))
    g_free (counted);
}

GPtrArray *
mail_address_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mail_address_unref);
}

/* What a reader of one list remembers, so that a quote, comment or group that is never closed is
 * searched for once and not at every character. */
typedef struct
{
  GPtrArray *list;
  gboolean no_quote;
  gboolean no_comment;
} Reader;

/* Where the quoted string at @at ends (after its closing quote), or NULL. */
static const char *
skip_quoted (Reader *reader, const char *at)
{
  if (reader->no_quote)
    return NULL;
  for (at++; *at != '\0'; at++)
    {
      if (*at == '"')
        return at + 1;
      if (*at == '\\' && at[1] != '\0')
        at++;
    }
  reader->no_quote = TRUE;
  return NULL;
}

static const char *
skip_comment (Reader *reader, const char *at)
{
  guint depth = 0;

  if (reader->no_comment)
    return NULL;
  for (; *at != '\0'; at++)
    {
      if (*at == '(')
        depth++;
      else if (*at == ')' && --depth == 0)
        return at + 1;
      else if (*at == '\\' && at[1] != '\0')
        at++;
    }
  reader->no_comment = TRUE;
  return NULL;
}

/* "<…>": an address, or a route (RFC 5322 §4.4); commas stand only in routes and in quotes. */
static const char *
skip_angle (const char *at)
{
  gboolean route = at[1] == '@';
  gboolean quoted = FALSE;

  for (at++; *at != '\0'; at++)
    {
      if (*at == '"')
        quoted = !quoted;
      else if (quoted)
        at += *at == '\\' && at[1] != '\0';
      else if (*at == '>')
        return at + 1;
      else if (*at == '<' || (!route && (*at == ',' || *at == ';')))
        return NULL;
    }
  return NULL;
}

static const char *
skip_literal (const char *at)
{
  gsize length = 1 + strcspn (at + 1, "[],;<>\"");

  return at[length] == ']' ? at + length + 1 : NULL;
}

/* The next character, or the whole quoted string, comment, angle or literal that starts here. */
static const char *
skip_token (Reader *reader, const char *at)
{
  const char *end = NULL;

  if (*at == '"')
    end = skip_quoted (reader, at);
  else if (*at == '(')
    end = skip_comment (reader, at);
  else if (*at == '<')
    end = skip_angle (at);
  else if (*at == '[')
    end = skip_literal (at);
  return end != NULL ? end : at + 1;
}

/* Appends @at..@end without its quotes and backslashes. */
static void
append_unquoted (GString *out, const char *at, const char *end)
{
  for (; at < end; at++)
    {
      if (*at == '\\' && at + 1 < end)
        at++;
      g_string_append_c (out, *at);
    }
}

static char *
decode_name (const char *text)
{
  return mail_decode_header (text);
}

/* An addr-spec without the white space that folding and old syntax put around its dots. */
static char *
tidy_address (const char *text, gsize length)
{
  char *address = NULL;
  const char *colon = NULL;

  while (length > 0 && (*text == ' ' || *text == '<'))
    text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '>'))
    length--;
  if (*text == '@' && (colon = memchr (text, ':', length)) != NULL)
    {
      length -= colon + 1 - text;
      text = colon + 1;
    }
  if (length > 7 && g_ascii_strncasecmp (text, "mailto:", 7) == 0)
    {
      text += 7;
      length -= 7;
    }
  address = g_strndup (text, length);
  if (*address != '"')
    mail_remove_spaces (address);
  return address;
}

static void
append (Reader *reader, const char *name, const char *address)
{
  if (reader->list->len >= MAIL_MAX_ADDRESSES)
    return;
  if (g_str_equal (name, address))
    name = "";
  g_ptr_array_add (reader->list, mail_address_new (name, address));
}

/* The same for what needs no cleaning. */
static void
append_clean (
    Reader *reader, const char *name, gsize name_length, const char *address, gsize address_length)
{
  if (reader->list->len >= MAIL_MAX_ADDRESSES)
    return;
  if (name_length == address_length && memcmp (name, address, address_length) == 0)
    name_length = 0;
  g_ptr_array_add (reader->list, make (name, name_length, address, address_length));
}

/* A piece without angles: the last word with an "@" is the address, what stands before it the
 * name; without any "@" the whole is taken for an address. */
static void
read_bare (Reader *reader, char *bare, const char *comment)
{
  g_autofree char *name = NULL;
  g_autofree char *address = NULL;
  char *split = NULL;
  char *at_sign = NULL;

  g_strstrip (bare);
  if (*bare == '\0')
    {
      if (*comment != '\0')
        append (reader, comment, comment);
      return;
    }
  at_sign = strrchr (bare, '@');
  if (at_sign == NULL)
    {
      address = decode_name (bare);
      append (reader, comment, address);
      return;
    }
  if (*bare != '"')
    for (split = at_sign; split > bare; split--)
      if (*split == ' ' && split[1] != '@' && split[1] != ' ' && split[1] != '.' &&
          split[-1] != '.' && split + 1 != at_sign)
        break;
  if (split != NULL && split > bare)
    {
      *split = '\0';
      name = decode_name (bare);
      address = tidy_address (split + 1, strlen (split + 1));
    }
  else
    {
      name = g_strdup (comment);
      address = tidy_address (bare, strlen (bare));
    }
  append (reader, name, address);
}

/* What an address without quotes, comments, routes and old syntax is made of. */
static gboolean
is_plain (char c)
{
  static const guint8 plain[128] = {
    ['!'] = 1,         ['#' ... '\''] = 1, ['*'] = 1,         ['+'] = 1,
    ['-' ... '9'] = 1, ['='] = 1,          ['?' ... 'Z'] = 1, ['^' ... '~'] = 1,
  };

  return (guchar) c < 128 && plain[(guchar) c];
}

/* Nearly every mailbox is `Ada Lovelace <ada@example.org>` or the address alone: these are read
 * without taking them apart first. */
static gboolean
read_plain (Reader *reader, const char *start, const char *end)
{
  const char *address = start;
  const char *at = NULL;
  const char *name_end = NULL;
  g_autofree char *decoded = NULL;
  const char *name = start;
  gboolean angle;

  while (start < end && *start == ' ')
    start++;
  while (end > start && end[-1] == ' ')
    end--;
  angle = end > start && end[-1] == '>';
  for (address = start; angle && address < end && (is_plain (*address) || *address == ' ');)
    address++;
  if (angle && (address == end || *address != '<' || memchr (start, '@', address - start) != NULL))
    return FALSE;
  end -= angle;
  address += angle;
  for (at = address; at < end && is_plain (*at);)
    at++;
  if (at < end || at == address || *address == '@' || memchr (address, '@', at - address) == NULL)
    return FALSE;
  for (name_end = angle ? address - 1 : start; name_end > name && name_end[-1] == ' ';)
    name_end--;
  if (memmem (name, name_end - name, "=?", 2) != NULL ||
      mail_measure_words (name, name_end - name) < (gsize) (name_end - name))
    {
      name = decoded = mail_decode_header_len (name, name_end - name);
      name_end = name + strlen (name);
    }
  append_clean (reader, name, name_end - name, address, at - address);
  return TRUE;
}

/* One mailbox between separators. */
static void
read_mailbox (Reader *reader, const char *start, const char *end)
{
  g_autoptr (GString) phrase = NULL;
  g_autoptr (GString) bare = NULL;
  g_autoptr (GString) comment = NULL;
  g_autofree char *angle = NULL;
  g_autofree char *name = NULL;
  g_autofree char *remark = NULL;

  if (read_plain (reader, start, end))
    return;
  phrase = g_string_new (NULL);
  bare = g_string_new (NULL);
  comment = g_string_new (NULL);
  for (const char *at = start; at < end;)
    {
      const char *next = skip_token (reader, at);

      if (next > end)
        next = at + 1;
      if (*at == '"' && next > at + 1)
        {
          append_unquoted (phrase, at + 1, next - 1);
          g_string_append_len (bare, at, next - at);
        }
      else if (*at == '(' && next > at + 1)
        {
          append_unquoted (comment, at + 1, next - 1);
          g_string_append_c (bare, ' ');
        }
      else if (*at == '<' && next > at + 1)
        {
          g_free (angle);
          angle = tidy_address (at, next - at);
        }
      else
        {
          if (*at != '<' && *at != '>')
            g_string_append_len (phrase, at, next - at);
          g_string_append_len (bare, at, next - at);
        }
      at = next;
    }

  remark = decode_name (comment->str);
  if (angle == NULL)
    {
      read_bare (reader, bare->str, remark);
      return;
    }
  name = decode_name (phrase->str);
  if (*name == '\0')
    {
      g_free (name);
      name = g_steal_pointer (&remark);
    }
  if (*angle != '\0' || *name != '\0')
    append (reader, name, angle);
}

/* A line break that is no folding was pasted: one address a line. */
static char *
separate_lines (const char *text)
{
  char *copy = g_strdup (text);

  for (char *at = copy; *at != '\0'; at++)
    if ((*at == '\n' || *at == '\r') && at[1] != '\0' && strchr (" \t\r\n", at[1]) == NULL)
      *at = ',';
  return copy;
}

/* A header's value that was unfolded before: one line of ASCII, without white space around it. */
static gboolean
is_one_line (const char *text)
{
  const char *at = text;

  if (g_ascii_isspace (*text))
    return FALSE;
  while (*at >= 0x20 || *at == '\t')
    at++;
  return *at == '\0' && at - text <= MAIL_MAX_HEADER_VALUE &&
         (at == text || !g_ascii_isspace (at[-1]));
}

/* Past what neither separates nor opens anything. */
static const char *
skip_words (const char *at)
{
  static const guint8 special[256] = {
    ['\0'] = 1, [':'] = 1, [','] = 1, [';'] = 1, ['"'] = 1, ['('] = 1, ['<'] = 1, ['['] = 1
  };

  while (!special[(guchar) *at])
    at++;
  return at;
}

GPtrArray *
mail_address_parse_list (const char *text)
{
  Reader reader = { mail_address_list_new (), FALSE, FALSE };
  g_autofree char *separated = NULL;
  g_autofree char *unfolded = NULL;
  const char *line = text;
  const char *start = NULL;
  const char *group = NULL;
  gsize group_length = 0;
  guint group_at = 0;

  if (text == NULL)
    return reader.list;
  if (!is_one_line (text))
    {
      separated = separate_lines (text);
      line = unfolded = mail_header_unfold (separated, strlen (separated));
    }
  start = line;
  for (const char *at = line;;)
    {
      at = skip_words (at);
      if (*at == ':' && group == NULL && memchr (start, '@', at - start) == NULL &&
          g_ascii_strncasecmp (start, "mailto", 6) != 0)
        {
          group = start;
          group_length = at - start;
          group_at = reader.list->len;
          start = ++at;
        }
      else if (*at == ',' || *at == ';' || *at == '\0')
        {
          gboolean closes = group != NULL && *at != ',';

          read_mailbox (&reader, start, at);
          if (closes && reader.list->len == group_at)
            {
              g_autofree char *raw = g_strndup (group, group_length);
              g_autofree char *name = decode_name (raw);

              append (&reader, name, "");
            }
          if (closes)
            group = NULL;
          if (*at == '\0')
            break;
          start = ++at;
        }
      else
        at = skip_token (&reader, at);
    }
  return reader.list;
}

MailAddress *
mail_address_parse (const char *text)
{
  g_autoptr (GPtrArray) list = mail_address_parse_list (text);

  return list->len > 0 ? mail_address_ref (list->pdata[0]) : NULL;
}

/* RFC 5321 §4.1.2 atoms, plus the dots that some Japanese operators allow anywhere, plus UTF-8. */
static gboolean
is_local_valid (const char *local, gsize length)
{
  if (length == 0 || length > MAX_LOCAL)
    return FALSE;
  if (*local == '"')
    {
      if (length < 3 || local[length - 1] != '"')
        return FALSE;
      for (gsize i = 1; i + 1 < length; i++)
        {
          if (local[i] == '\\' && i + 2 < length)
            i++;
          else if (local[i] == '"' || local[i] == '\\')
            return FALSE;
          if ((guchar) local[i] < 0x20 || local[i] == 0x7f)
            return FALSE;
        }
      return TRUE;
    }
  for (gsize i = 0; i < length; i++)
    {
      guchar c = local[i];

      if (c <= 0x20 || c == 0x7f || (c < 0x80 && strchr ("()<>[]:;@\\,\"", c) != NULL))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_domain_valid (const char *domain)
{
  gsize length = strlen (domain);
  gsize label = 0;

  if (*domain == '[')
    return length > 2 && domain[length - 1] == ']' &&
           strspn (domain + 1, "0123456789abcdefABCDEF.:IPv") == length - 2;
  for (gsize i = 0; i <= length; i++)
    {
      guchar c = domain[i];

      if (c == '.' || c == '\0')
        {
          if (label == 0 || label > 63 || domain[i - 1] == '-')
            return FALSE;
          label = 0;
        }
      else if (c >= 0x80 || g_ascii_isalnum (c) || c == '_' || (c == '-' && label > 0))
        label++;
      else
        return FALSE;
    }
  return TRUE;
}

gboolean
mail_address_is_valid (const char *address)
{
  const char *domain = NULL;

  if (address == NULL || strlen (address) > MAX_ADDRESS || !g_utf8_validate (address, -1, NULL))
    return FALSE;
  domain = mail_address_get_domain (address);
  return domain != NULL && is_local_valid (address, domain - address - 1) &&
         is_domain_valid (domain);
}

const char *
mail_address_get_domain (const char *address)
{
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  return at != NULL ? at + 1 : NULL;
}

gboolean
mail_address_equal (const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

gboolean
mail_address_list_contains (GPtrArray *list, const char *address)
{
  for (guint i = 0; i < list->len; i++)
    if (mail_address_equal (((MailAddress *) list->pdata[i])->address, address))
      return TRUE;
  return FALSE;
}

const char *
mail_address_display (const MailAddress *address)
{
  return *address->name != '\0' ? address->name : address->address;
}

static void
append_quoted (GString *out, const char *name)
{
  g_string_append_c (out, '"');
  for (; *name != '\0'; name++)
    {
      if (*name == '"' || *name == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *name);
    }
  g_string_append_c (out, '"');
}

static gboolean
needs_quotes (const char *name)
{
  return strpbrk (name, "()<>[]:;@\\,.\"") != NULL;
}

char *
mail_address_to_text (const MailAddress *address)
{
  g_autoptr (GString) out = NULL;

  if (*address->name == '\0')
    return g_strdup (address->address);
  out = g_string_new (NULL);
  if (needs_quotes (address->name))
    append_quoted (out, address->name);
  else
    g_string_append (out, address->name);
  if (*address->address != '\0')
    g_string_append_printf (out, " <%s>", address->address);
  else
    g_string_append (out, ":;");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
mail_address_list_to_text (GPtrArray *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      g_autofree char *one = mail_address_to_text (list->pdata[i]);

      if (i > 0)
        g_string_append (out, ", ");
      g_string_append (out, one);
    }
  return g_string_free (out, FALSE);
}

/* The column after a long plain name: folding there is not allowed inside quotes, so it goes before
 * the address. */
#define LINE_WIDTH 76

static void
append_header_name (GString *out, const char *name, gsize *column)
{
  if (mail_encode_needed (name))
    mail_encode_words (out, name, strlen (name), column);
  else if (needs_quotes (name))
    {
      gsize start = out->len;

      append_quoted (out, name);
      *column += out->len - start;
    }
  else
    mail_encode_plain (out, name, strlen (name), column);
}

static void
append_header_address (GString *out, const MailAddress *address, gsize *column)
{
  gsize width = strlen (address->address) + 2;

  if (*address->name == '\0')
    {
      g_string_append (out, address->address);
      *column += width - 2;
      return;
    }
  append_header_name (out, address->name, column);
  if (*address->address == '\0')
    {
      g_string_append (out, ":;");
      *column += 2;
      return;
    }
  if (*column + 1 + width > LINE_WIDTH)
    {
      g_string_append (out, "\r\n");
      *column = 0;
    }
  g_string_append_printf (out, " <%s>", address->address);
  *column += 1 + width;
}

char *
mail_address_list_to_header (GPtrArray *list, gsize column)
{
  GString *out = g_string_new (NULL);

  column += 2;
  for (guint i = 0; i < list->len; i++)
    {
      const MailAddress *address = list->pdata[i];
      gsize width = MAX (strlen (address->name), strlen (address->address));

      if (i > 0)
        {
          g_string_append_c (out, ',');
          column++;
          if (column + 1 + width > LINE_WIDTH)
            {
              g_string_append (out, "\r\n");
              column = 0;
            }
          g_string_append_c (out, ' ');
          column++;
        }
      append_header_address (out, address, &column);
    }
  return g_string_free (out, FALSE);
}
