/* The framer keeps small literals until they are whole; what is typed goes out at once. */
#include "config.h"

#include "imap-typed.h"

#include <string.h>

#include "imap-framer.h"
#include "imap-parser.h"

static gsize
without_line_end (const char *text, gsize len)
{
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
    len--;
  return len;
}

static gsize
feed_literal (ImapTyped *typed, const char *bytes, gsize len, BaseCore *core, guint64 exchange)
{
  gsize n = (gsize) MIN (typed->left, len);

  typed->left -= n;
  typed->waits = FALSE;
  if (!typed->body)
    g_string_append_len (typed->line, bytes, (gssize) n);
  if (core != NULL)
    base_core_write (core,
                     typed->secret ? BASE_SPAN_SECRET
                     : typed->body ? BASE_SPAN_BODY
                                   : BASE_SPAN_PLAIN,
                     exchange,
                     bytes,
                     n,
                     FALSE);
  return n;
}

/* @from: of @line, where the text that is written now begins. (RFC 9051 §6.2.3) */
static BaseSecretSpan
find_secret (const GString *line, gsize from, gsize end)
{
  BaseSecretSpan secret = { 0, 0 };
  gsize at;

  if (!imap_framer_find_secret (line->str, end, &at) || MAX (at, from) >= end)
    return secret;
  secret.offset = MAX (at, from) - from;
  secret.length = end - MAX (at, from);
  return secret;
}

/* Text up to a line end. */
static gsize
feed_text (ImapTyped *typed, const char *bytes, gsize len, BaseCore *core, guint64 exchange)
{
  const char *newline = memchr (bytes, '\n', len);
  gsize n = newline != NULL ? (gsize) (newline - bytes) + 1 : len;
  gsize from = typed->line->len;
  ImapLiteral literal = { 0 };
  BaseSecretSpan secret;
  gsize end;

  g_string_append_len (typed->line, bytes, (gssize) n);
  typed->waits = FALSE;
  typed->inside = imap_framer_find_literal (
      typed->line->str, typed->line->len, from, &end, &literal, &typed->waits);
  if (!typed->inside)
    {
      end = without_line_end (typed->line->str, typed->line->len);
      typed->waits = FALSE;
    }
  typed->left = literal.size;
  typed->body = literal.body;
  typed->secret = literal.secret;
  secret = find_secret (typed->line, from, end);
  if (core == NULL)
    return n;
  base_core_write (core, BASE_SPAN_PLAIN, exchange, bytes, secret.offset, FALSE);
  bytes += secret.offset;
  base_core_write (core, BASE_SPAN_SECRET, exchange, bytes, secret.length, FALSE);
  base_core_write (core,
                   BASE_SPAN_PLAIN,
                   exchange,
                   bytes + secret.length,
                   n - secret.offset - secret.length,
                   !typed->inside);
  return n;
}

void
imap_typed_feed (ImapTyped *typed, const char *bytes, gsize len, BaseCore *core, guint64 exchange)
{
  if (typed->line == NULL)
    typed->line = g_string_new (NULL);
  while (len > 0)
    {
      gsize n;

      if (!typed->inside)
        g_string_truncate (typed->line, 0);
      n = typed->left > 0 ? feed_literal (typed, bytes, len, core, exchange)
                          : feed_text (typed, bytes, len, core, exchange);
      bytes += n;
      len -= n;
    }
}

void
imap_typed_clear (ImapTyped *typed)
{
  if (typed->line != NULL)
    g_string_free (typed->line, TRUE);
  *typed = (ImapTyped){ 0 };
}

ImapCommand *
imap_typed_command (const ImapTyped *typed, const BaseLimits *limits)
{
  g_autoptr (GError) error = NULL;
  ImapFrame frame;
  ImapCommand *command;

  imap_frame_init (&frame, BASE_ROLE_SERVER, typed->line->str, typed->line->len);
  command = imap_parser_command (&frame, limits, NULL, &error);
  if (command == NULL)
    {
      g_auto (GStrv) words = g_strsplit (typed->line->str, " ", 3);

      command = imap_command_new (typed->inside && words[0] != NULL && words[1] != NULL
                                      ? imap_verb_find (words[1], strlen (words[1]))
                                      : IMAP_VERB_UNKNOWN);
      command->tag = imap_parser_tag (&frame);
    }
  imap_frame_clear (&frame);
  return command;
}

ImapCommand *
imap_typed_read (GBytes *bytes, const BaseLimits *limits)
{
  ImapTyped typed = { 0 };
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  ImapCommand *command;

  imap_typed_feed (&typed, text, len, NULL, 0);
  command = imap_typed_command (&typed, limits);
  imap_typed_clear (&typed);
  return command;
}
