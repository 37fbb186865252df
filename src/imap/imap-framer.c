/* Lines with literals. The search for line ends is memchr's; a line that stands whole in the bytes
 * given is never copied, a streamed literal never kept. */
#include "config.h"

#include "imap-framer.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Small literals of one line are held together up to this many times limits.inline_body; what comes
 * above is streamed, however small. */
#define INLINE_TOTAL 16

typedef enum
{
  READ_TEXT,
  READ_INLINE,
  READ_STREAM
} Reading;

/* What the next step yields without reading. */
typedef enum
{
  PENDING_NOTHING,
  PENDING_LITERAL,
  PENDING_LITERAL_END,
  PENDING_LINE,
  PENDING_RESET
} Pending;

struct _ImapFramer
{
  gboolean utf8;
  gboolean bare; /* the line that ended just now had no CR */
  BaseRole role;
  const BaseLimits *limits;
  guint64 last_stream;
  const char *error;

  /* Reset with every line. */
  Reading reading;
  Pending pending;
  GByteArray *text;
  gsize segment;     /* where in @text the current run of text starts */
  const char *whole; /* the line, when it stands in the caller's bytes */
  gsize whole_len;
  GArray *literals;
  gboolean sync;
  guint64 remaining; /* bytes of the literal still to come */
  guint8 *inline_bytes;
  gsize inline_total;
};

static void
literal_clear (gpointer data)
{
  g_clear_pointer (&((ImapLiteral *) data)->bytes, g_bytes_unref);
}

ImapFramer *
imap_framer_new (BaseRole role, const BaseLimits *limits)
{
  ImapFramer *framer = g_new0 (ImapFramer, 1);

  framer->role = role;
  framer->limits = limits;
  framer->text = g_byte_array_new ();
  framer->literals = g_array_new (FALSE, TRUE, sizeof (ImapLiteral));
  g_array_set_clear_func (framer->literals, literal_clear);
  return framer;
}

/* Lines may have held a password. */
static void
reset_line (ImapFramer *framer)
{
  if (framer->role == BASE_ROLE_SERVER)
    base_secret_wipe (framer->text->data, framer->text->len);
  g_byte_array_set_size (framer->text, 0);
  g_array_set_size (framer->literals, 0);
  g_clear_pointer (&framer->inline_bytes, g_free);
  framer->reading = READ_TEXT;
  framer->pending = PENDING_NOTHING;
  framer->segment = 0;
  framer->whole = NULL;
  framer->remaining = 0;
  framer->inline_total = 0;
}

void
imap_framer_free (ImapFramer *framer)
{
  reset_line (framer);
  g_byte_array_unref (framer->text);
  g_array_unref (framer->literals);
  g_free (framer);
}

static gboolean
word_is (const char *p, const char *end, const char *word)
{
  gsize len = strlen (word);

  return (gsize) (end - p) >= len && g_ascii_strncasecmp (p, word, len) == 0 &&
         (p + len == end || p[len] == ' ' || p[len] == '\r' || p[len] == '\n');
}

static const char *
skip_word (const char *p, const char *end)
{
  while (p < end && *p != ' ' && *p != '\r' && *p != '\n')
    p++;
  return p;
}

static const char *
skip_spaces (const char *p, const char *end)
{
  while (p < end && *p == ' ')
    p++;
  return p;
}

/* Past an astring; %NULL when it does not end here. */
static const char *
skip_astring (const char *p, const char *end)
{
  if (p < end && *p == '{')
    {
      p = memchr (p, '\n', (gsize) (end - p));
      return p != NULL ? p + 1 : NULL;
    }
  if (p == end || *p != '"')
    return skip_word (p, end);
  for (p++; p < end && *p != '"'; p++)
    if (*p == '\\' && p + 1 < end)
      p++;
  return p < end ? p + 1 : NULL;
}

gboolean
imap_framer_find_secret (const char *text, gsize len, gsize *from)
{
  const char *end = text + len;
  const char *p = skip_spaces (skip_word (text, end), end);
  const char *after;

  if (word_is (p, end, "LOGIN"))
    {
      p = skip_spaces (skip_word (p, end), end);
      after = skip_astring (p, end);
      /* A name whose quotes do not close may have the password in it. */
      p = after != NULL ? skip_spaces (after, end) : p;
    }
  else if (word_is (p, end, "AUTHENTICATE"))
    {
      p = skip_spaces (skip_word (p, end), end);
      p = skip_spaces (skip_word (p, end), end);
    }
  else
    return FALSE;
  *from = (gsize) (p - text);
  return p < end && *p != '\r' && *p != '\n';
}

/* The text for people that a status ends in may end in "{5}" and mean nothing by it; and no code in
 * front of it has ever held a literal. */
static gboolean
is_human_text (const char *text, gsize len)
{
  static const char *const words[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  const char *end = text + len;
  const char *from = skip_spaces (text, end);
  const char *p = skip_spaces (skip_word (from, end), end);

  if (from < end && *from == '+')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (word_is (p, end, words[i]))
      return TRUE;
  return FALSE;
}

/* Whether the literal whose mark starts at @mark is a message or a part of one. */
static gboolean
is_body (BaseRole role, const char *text, gsize mark)
{
  const char *end = text + mark;
  const char *p = skip_spaces (skip_word (text, end), end);

  if (role == BASE_ROLE_SERVER)
    {
      if (word_is (p, end, "UID"))
        p = skip_spaces (skip_word (p, end), end);
      if (word_is (p, end, "REPLACE"))
        p = skip_spaces (skip_word (p, end), end);
      else if (!word_is (p, end, "APPEND"))
        return FALSE;
      p = skip_spaces (skip_word (p, end), end);
      return p < end;
    }
  if (mark == 0 || text[0] != '*' || p == end || !g_ascii_isdigit (*p))
    return FALSE;
  while (end > p && end[-1] == ' ')
    end--;
  if (end[-1] == ']' || end[-1] == '>')
    return TRUE;
  for (text = end; text > p && text[-1] != ' ' && text[-1] != '(';)
    text--;
  return word_is (text, end, "RFC822") || word_is (text, end, "RFC822.HEADER") ||
         word_is (text, end, "RFC822.TEXT");
}

/* literal = "{" number64 ["+"] "}" CRLF, literal8 = "~{" … at the end of @text, which ends with its
 * line end, and not before @from. */
static gboolean
find_mark (BaseRole role,
           const char *text,
           gsize len,
           gsize from,
           gsize *mark,
           guint64 *size,
           gboolean *sync)
{
  gsize end = len;
  gsize start;
  guint64 value = 0;

  while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r'))
    end--;
  if (end < from + 3 || text[end - 1] != '}')
    return FALSE;
  end--;
  *sync = text[end - 1] != '+';
  if (!*sync)
    end--;
  for (start = end; start > 0 && g_ascii_isdigit (text[start - 1]);)
    start--;
  if (start == end || start == 0 || text[start - 1] != '{')
    return FALSE;
  for (gsize i = start; i < end; i++)
    {
      guint digit = (guint) (text[i] - '0');

      value = value > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64 : value * 10 + digit;
    }
  start--;
  if (start > 0 && text[start - 1] == '~')
    start--;
  if (role == BASE_ROLE_CLIENT && is_human_text (text, start))
    return FALSE;
  *mark = start;
  *size = value;
  return TRUE;
}

static ImapFramerStep
fail (ImapFramer *framer, ImapFramed *framed, const char *error)
{
  framer->error = error;
  framed->error = error;
  return IMAP_FRAMER_ERROR;
}

static ImapLiteral *
last_literal (ImapFramer *framer)
{
  return &g_array_index (framer->literals, ImapLiteral, framer->literals->len - 1);
}

static gboolean
text_secret (ImapFramer *framer, const char *text, gsize len, gsize segment, gsize *from)
{
  if (framer->role != BASE_ROLE_SERVER || !imap_framer_find_secret (text, len, from))
    return FALSE;
  *from = MAX (*from, segment);
  return TRUE;
}

/* The run of text from @segment to the end of @text, which is a line end. */
static ImapFramerStep
end_of_text (ImapFramer *framer, const char *text, gsize len, gsize segment, ImapFramed *framed)
{
  gsize end = len;
  gsize mark;
  gsize from;
  guint64 size;

  framed->bytes = (const guint8 *) text + segment;
  framed->len = len - segment;
  /* Others may lie between, and take a bare LF for a part of the line: no literal begins there. */
  framer->bare = framer->role == BASE_ROLE_SERVER && (len < 2 || text[len - 2] != '\r');
  framed->ends_line =
      framer->bare || !find_mark (framer->role, text, len, segment, &mark, &size, &framer->sync);
  framed->secret_len = 0;
  if (framed->ends_line)
    {
      framer->pending = PENDING_LINE;
      while (end > segment && (text[end - 1] == '\n' || text[end - 1] == '\r'))
        end--;
      framer->whole_len = end;
    }
  else
    {
      ImapLiteral literal = { .size = size, .at = len, .body = is_body (framer->role, text, mark) };

      end = mark;
      literal.secret =
          framer->role == BASE_ROLE_SERVER && imap_framer_find_secret (text, len, &from);
      framer->pending = PENDING_LITERAL;
      g_array_append_val (framer->literals, literal);
      framed->literal = literal;
      framed->sync = framer->sync;
    }
  if (text_secret (framer, text, len, segment, &from) && from < end)
    {
      framed->secret_from = from - segment;
      framed->secret_len = end - from;
    }
  return IMAP_FRAMER_TEXT;
}

static ImapFramerStep
read_text (ImapFramer *framer, const guint8 **bytes, gsize *len, ImapFramed *framed)
{
  const guint8 *start = *bytes;
  const guint8 *newline = memchr (start, '\n', *len);
  gsize n = newline != NULL ? (gsize) (newline - start) + 1 : *len;

  if (framer->text->len + n > framer->limits->line)
    return fail (framer, framed, N_ ("a line is longer than the limit"));
  *bytes += n;
  *len -= n;
  if (newline != NULL && framer->text->len == 0)
    {
      const char *text = (const char *) start;
      ImapFramerStep step = end_of_text (framer, text, n, 0, framed);

      if (framer->pending == PENDING_LINE)
        framer->whole = text;
      else
        g_byte_array_append (framer->text, start, (guint) n);
      return step;
    }
  g_byte_array_append (framer->text, start, (guint) n);
  if (newline == NULL)
    return IMAP_FRAMER_NEED_DATA;
  return end_of_text (
      framer, (const char *) framer->text->data, framer->text->len, framer->segment, framed);
}

/* The core has seen the mark and did not drop the line: the literal is going to come. */
static ImapFramerStep
announce_literal (ImapFramer *framer, ImapFramed *framed)
{
  ImapLiteral *literal = last_literal (framer);
  gboolean is_small =
      literal->size <= framer->limits->inline_body &&
      framer->inline_total + literal->size <= INLINE_TOTAL * framer->limits->inline_body;

  if (literal->size > framer->limits->body)
    return fail (framer, framed, N_ ("a literal is larger than the limit"));
  if (framer->literals->len > framer->limits->count)
    return fail (framer, framed, N_ ("a line has more literals than the limit"));
  if (literal->secret && !is_small)
    return fail (framer, framed, N_ ("a password is longer than the limit"));
  framer->pending = PENDING_NOTHING;
  framer->segment = framer->text->len;
  framer->remaining = literal->size;
  if (is_small)
    {
      framer->reading = READ_INLINE;
      framer->inline_bytes = g_malloc (literal->size + 1);
      framer->inline_total += literal->size;
    }
  else
    {
      framer->reading = READ_STREAM;
      literal->stream = ++framer->last_stream;
    }
  framed->literal = *literal;
  framed->sync = framer->sync;
  return IMAP_FRAMER_LITERAL;
}

static ImapFramerStep
read_inline (ImapFramer *framer, const guint8 **bytes, gsize *len, ImapFramed *framed)
{
  ImapLiteral *literal = last_literal (framer);
  gsize n = MIN (*len, framer->remaining);

  memcpy (framer->inline_bytes + literal->size - framer->remaining, *bytes, n);
  *bytes += n;
  *len -= n;
  framer->remaining -= n;
  if (framer->remaining > 0)
    return IMAP_FRAMER_NEED_DATA;
  literal->bytes = g_bytes_new_take (g_steal_pointer (&framer->inline_bytes), literal->size);
  framer->reading = READ_TEXT;
  framed->literal = *literal;
  framed->bytes = g_bytes_get_data (literal->bytes, &framed->len);
  return IMAP_FRAMER_LITERAL_WHOLE;
}

static ImapFramerStep
read_stream (ImapFramer *framer, const guint8 **bytes, gsize *len, ImapFramed *framed)
{
  gsize n = MIN (*len, framer->remaining);

  framed->literal = *last_literal (framer);
  framed->bytes = *bytes;
  framed->len = n;
  *bytes += n;
  *len -= n;
  framer->remaining -= n;
  if (framer->remaining == 0)
    {
      framer->reading = READ_TEXT;
      framer->pending = PENDING_LITERAL_END;
    }
  return IMAP_FRAMER_LITERAL_DATA;
}

static ImapFramerStep
yield_line (ImapFramer *framer, ImapFramed *framed)
{
  framer->pending = PENDING_RESET;
  framed->frame.text = framer->whole != NULL ? framer->whole : (const char *) framer->text->data;
  framed->frame.len = framer->whole_len;
  framed->frame.literals = (const ImapLiteral *) (gpointer) framer->literals->data;
  framed->frame.n_literals = framer->literals->len;
  framed->frame.utf8 = framer->utf8;
  framed->frame.bare = framer->bare;
  return IMAP_FRAMER_LINE;
}

ImapFramerStep
imap_framer_step (ImapFramer *framer, const guint8 **bytes, gsize *len, ImapFramed *framed)
{
  if (framer->error != NULL)
    return fail (framer, framed, framer->error);
  if (framer->pending == PENDING_LITERAL)
    return announce_literal (framer, framed);
  if (framer->pending == PENDING_LINE)
    return yield_line (framer, framed);
  if (framer->pending == PENDING_RESET)
    reset_line (framer);
  if (framer->pending == PENDING_LITERAL_END)
    {
      framer->pending = PENDING_NOTHING;
      framed->literal = *last_literal (framer);
      return IMAP_FRAMER_LITERAL_END;
    }
  /* An empty literal is complete without a byte. */
  if (*len == 0 && !(framer->reading == READ_INLINE && framer->remaining == 0))
    return IMAP_FRAMER_NEED_DATA;
  if (framer->reading == READ_INLINE)
    return read_inline (framer, bytes, len, framed);
  if (framer->reading == READ_STREAM)
    return read_stream (framer, bytes, len, framed);
  return read_text (framer, bytes, len, framed);
}

void
imap_framer_set_utf8 (ImapFramer *framer, gboolean utf8)
{
  framer->utf8 = utf8;
}

gboolean
imap_framer_is_inside (const ImapFramer *framer)
{
  return framer->pending != PENDING_RESET && (framer->text->len > 0 || framer->whole != NULL);
}

void
imap_framer_drop (ImapFramer *framer)
{
  reset_line (framer);
}

const char *
imap_framer_peek (const ImapFramer *framer, gsize *len)
{
  *len = framer->whole != NULL ? framer->whole_len : framer->text->len;
  return framer->whole != NULL ? framer->whole : (const char *) framer->text->data;
}

gsize
imap_framer_unread (const ImapFramer *framer)
{
  if (framer->pending != PENDING_NOTHING)
    return 0;
  if (framer->reading == READ_INLINE)
    return last_literal ((ImapFramer *) framer)->size - framer->remaining;
  return framer->reading == READ_TEXT ? framer->text->len - framer->segment : 0;
}

gboolean
imap_framer_find_literal (
    const char *text, gsize len, gsize from, gsize *mark, ImapLiteral *literal, gboolean *sync)
{
  gsize secret;

  *literal = (ImapLiteral){ .at = len };
  if (!find_mark (BASE_ROLE_SERVER, text, len, from, mark, &literal->size, sync))
    return FALSE;
  literal->body = is_body (BASE_ROLE_SERVER, text, *mark);
  literal->secret = imap_framer_find_secret (text, len, &secret);
  return TRUE;
}

/* Recorded lines */

/* A literal that is not a message may have been recorded in its place: then what comes behind it
 * can follow a string. */
static gboolean
is_in_place (const ImapLiteral *literal, const char *p, const char *end)
{
  static const char ends[] = { ' ', ')', ']', '\r', '\n' };
  gsize left = (gsize) (end - p);

  if (literal->body || literal->size > left)
    return FALSE;
  return literal->size == left || memchr (ends, p[literal->size], sizeof ends) != NULL;
}

void
imap_frame_init (ImapFrame *frame, BaseRole role, const char *line, gsize len)
{
  g_autoptr (GString) text = g_string_sized_new (len);
  GArray *literals = g_array_new (FALSE, TRUE, sizeof (ImapLiteral));
  const char *p = line;
  const char *end = line + len;
  gsize last = 0;
  gsize secret;

  while (p < end)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));
      gsize n = newline != NULL ? (gsize) (newline - p) + 1 : (gsize) (end - p);
      ImapLiteral literal = { 0 };
      gsize mark;
      gboolean sync;

      g_string_append_len (text, p, (gssize) n);
      p += n;
      if (!find_mark (role, text->str, text->len, last, &mark, &literal.size, &sync))
        break;
      literal.at = last = text->len;
      literal.body = is_body (role, text->str, mark);
      literal.secret =
          role == BASE_ROLE_SERVER && imap_framer_find_secret (text->str, text->len, &secret);
      if (is_in_place (&literal, p, end))
        {
          literal.bytes = g_bytes_new (p, literal.size);
          p += literal.size;
        }
      g_array_append_val (literals, literal);
    }
  while (text->len > last && (text->str[text->len - 1] == '\n' || text->str[text->len - 1] == '\r'))
    g_string_truncate (text, text->len - 1);
  frame->len = text->len;
  frame->text = g_string_free (g_steal_pointer (&text), FALSE);
  frame->n_literals = literals->len;
  frame->literals = (const ImapLiteral *) (gpointer) g_array_free (literals, FALSE);
  frame->utf8 = FALSE;
  frame->bare = FALSE;
}

void
imap_frame_clear (ImapFrame *frame)
{
  for (guint i = 0; i < frame->n_literals; i++)
    literal_clear ((gpointer) &frame->literals[i]);
  g_free ((gpointer) frame->literals);
  g_free ((gpointer) frame->text);
  memset (frame, 0, sizeof *frame);
}
