/* The annotator's side of the session: the parts of recorded lines. A reply is explained by the
 * command it answers, so the commands seen are kept until theirs has come. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

/* A command whose arguments cannot be read, such as a credential that was left out of a recording:
 * its word still says what the answer answers. */
static SmtpCommand *
misread (const guint8 *line, gsize len)
{
  gsize word = 0;

  while (word < len && line[word] != ' ')
    word++;
  return smtp_command_new (smtp_verb_find ((const char *) line, word), "");
}

void
smtp_annotate_command (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts)
{
  SmtpCore *core = (SmtpCore *) lines;
  const SmtpCommand *last = g_queue_peek_tail (&core->lines.asked);
  BaseSecretSpan secret;
  SmtpCommand *command;

  if (core->in_data)
    {
      gboolean dot = len == 1 && line[0] == '.';

      base_parts_add (parts, 0, len, dot ? "smtp.syntax.dot" : "smtp.syntax.letter");
      core->in_data = !dot;
      return;
    }
  if (last != NULL && last->verb == SMTP_VERB_AUTH && core->lines.challenged)
    {
      core->lines.challenged = FALSE;
      base_parts_add (
          parts, 0, len, len == 1 && line[0] == '*' ? "smtp.syntax.cancel" : "smtp.syntax.secret");
      return;
    }
  command = smtp_command_parse (line, len, &secret, parts, NULL);
  if (command == NULL)
    command = misread (line, len);
  g_queue_push_tail (&core->lines.asked, command);
}

/* A keyword of EHLO with its parameters. */
static void
annotate_keyword (const guint8 *line, gsize len, gsize at, BaseParts *parts)
{
  const char *text = (const char *) line;
  gsize end = at;
  gboolean auth;

  while (end < len && text[end] != ' ' && text[end] != '=')
    end++;
  base_parts_add_token (parts, at, end - at, "smtp.keyword.", text + at, end - at);
  auth = end - at == 4 && g_ascii_strncasecmp (text + at, "AUTH", 4) == 0;
  while (end < len)
    {
      gsize start = ++end;

      while (end < len && text[end] != ' ')
        end++;
      if (end > start && auth)
        base_parts_add_token (
            parts, start, end - start, "sasl.mechanism.", text + start, end - start);
      else if (end > start)
        base_parts_add (parts, start, end - start, "smtp.syntax.keyword-argument");
    }
}

/* The id that fits the command first ("smtp.reply.250-rcpt"), as the catalogue's README has it. */
static void
annotate_code (const SmtpCommand *command,
               const SmtpReplyLine *parsed,
               const guint8 *line,
               gsize len,
               BaseParts *parts)
{
  g_autofree char *token = NULL;

  if (command != NULL && command->verb != SMTP_VERB_UNKNOWN)
    token = g_strdup_printf ("%u-%s", parsed->code, smtp_verb_name (command->verb));
  else
    token = g_strdup_printf ("%u", parsed->code);
  base_parts_add_token (parts, 0, len, "smtp.reply.", token, strlen (token));
  base_parts_add_token (parts, 0, 3, "smtp.reply.", (const char *) line, 3);
}

static void
annotate_enhanced (
    const guint8 *line, gsize len, gsize *at, const SmtpReplyLine *parsed, BaseParts *parts)
{
  guint status[3];
  gsize enhanced = smtp_enhanced_parse ((const char *) line + *at, len - *at, parsed->code, status);
  g_autofree char *token = NULL;
  gsize length = enhanced;

  if (enhanced == 0)
    return;
  if (line[*at + length - 1] == ' ')
    length--;
  token = g_strdup_printf ("x-%u-%u", status[1], status[2]);
  base_parts_add_token (parts, *at, length, "smtp.enhanced.", token, strlen (token));
  *at += enhanced;
}

/* What a whole reply changes in what may come next. */
static void
annotate_end (SmtpCore *core, const SmtpCommand *command, guint code)
{
  core->reply_lines = 0;
  core->lines.challenged = code == 334;
  core->in_data = code == 354;
  if (core->lines.state == SMTP_STATE_GREETING)
    base_lines_enter (&core->lines, SMTP_STATE_START);
  if (command != NULL && code / 100 == 2 && command->verb == SMTP_VERB_EHLO)
    base_lines_enter (&core->lines, SMTP_STATE_READY);
  if (command != NULL && code / 100 != 3)
    smtp_command_unref (g_queue_pop_head (&core->lines.asked));
}

void
smtp_annotate_answer (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts)
{
  SmtpCore *core = (SmtpCore *) lines;
  SmtpCommand *command = g_queue_peek_head (&core->lines.asked);
  gboolean ehlo =
      command != NULL && (command->verb == SMTP_VERB_EHLO || command->verb == SMTP_VERB_HELO);
  SmtpReplyLine parsed;
  gsize at;

  if (!smtp_reply_line_parse (line, len, &parsed))
    {
      base_parts_add (parts, 0, len, "smtp.class.unknown-reply");
      return;
    }
  annotate_code (command, &parsed, line, len, parts);
  at = parsed.text;
  if (parsed.code == 334)
    {
      if (at < len)
        base_parts_add (parts, at, len - at, "smtp.syntax.secret");
    }
  else if (ehlo && core->reply_lines > 0)
    {
      annotate_keyword (line, len, at, parts);
    }
  else
    {
      if (!ehlo && core->lines.state != SMTP_STATE_GREETING)
        annotate_enhanced (line, len, &at, &parsed, parts);
      if (at < len)
        base_parts_add (parts, at, len - at, "smtp.syntax.text");
    }
  core->reply_lines++;
  if (parsed.last)
    annotate_end (core, command, parsed.code);
}
