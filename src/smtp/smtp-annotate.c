/* The annotator's side of the session: checkpoint and restore of what can be recorded, and the
 * parts of recorded lines. A reply is explained by the command it answers, so the commands seen are
 * kept until theirs has come. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

#define CHECKPOINT_TYPE "(ub)"

GVariant *
smtp_core_checkpoint (const BaseCore *base)
{
  const SmtpCore *core = (const SmtpCore *) base;

  return g_variant_new (CHECKPOINT_TYPE, (guint32) core->state, core->encrypted);
}

gboolean
smtp_core_restore (BaseCore *base, GVariant *checkpoint, GError **error)
{
  SmtpCore *core = (SmtpCore *) base;
  guint32 state;
  gboolean encrypted;

  if (!g_variant_is_of_type (checkpoint, G_VARIANT_TYPE (CHECKPOINT_TYPE)))
    {
      g_set_error (
          error, BASE_CORE_ERROR, BASE_CORE_ERROR_PROTOCOL, "This is no checkpoint of SMTP.");
      return FALSE;
    }
  g_variant_get (checkpoint, CHECKPOINT_TYPE, &state, &encrypted);
  core->encrypted = encrypted;
  smtp_core_enter (core, (SmtpState) MIN (state, SMTP_STATE_QUIT));
  return TRUE;
}

void
smtp_annotate_finalize (SmtpCore *core)
{
  g_queue_clear_full (&core->asked, (GDestroyNotify) smtp_command_unref);
}

/* A command whose arguments cannot be read, such as a credential that was left out of a recording:
 * its word still says what the answer answers. */
static SmtpCommand *
misread (const guint8 *line, gsize len)
{
  gsize word = 0;

  while (word < len && line[word] != ' ')
    word++;
  for (int verb = SMTP_VERB_EHLO; verb < SMTP_VERB_UNKNOWN; verb++)
    {
      const char *name = smtp_verb_name ((SmtpVerb) verb);

      if (strlen (name) == word && g_ascii_strncasecmp (name, (const char *) line, word) == 0)
        return smtp_command_new ((SmtpVerb) verb, "");
    }
  return smtp_command_new (SMTP_VERB_UNKNOWN, "");
}

static void
annotate_command (SmtpCore *core, const guint8 *line, gsize len, BaseParts *parts)
{
  const SmtpCommand *last = g_queue_peek_tail (&core->asked);
  SmtpSecretSpan secret;
  SmtpCommand *command;

  if (core->in_data)
    {
      gboolean dot = len == 1 && line[0] == '.';

      base_parts_add (parts, 0, len, dot ? "smtp.syntax.dot" : "smtp.syntax.letter");
      core->in_data = !dot;
      return;
    }
  if (last != NULL && last->verb == SMTP_VERB_AUTH && core->challenged)
    {
      core->challenged = FALSE;
      base_parts_add (
          parts, 0, len, len == 1 && line[0] == '*' ? "smtp.syntax.cancel" : "smtp.syntax.secret");
      return;
    }
  command = smtp_command_parse (line, len, &secret, parts, NULL);
  if (command == NULL)
    command = misread (line, len);
  g_queue_push_tail (&core->asked, command);
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
  core->challenged = code == 334;
  core->in_data = code == 354;
  if (core->state == SMTP_STATE_GREETING)
    smtp_core_enter (core, SMTP_STATE_START);
  if (command != NULL && code / 100 == 2 && command->verb == SMTP_VERB_EHLO)
    smtp_core_enter (core, SMTP_STATE_READY);
  if (command != NULL && code / 100 != 3)
    smtp_command_unref (g_queue_pop_head (&core->asked));
}

static void
annotate_reply (SmtpCore *core, const guint8 *line, gsize len, BaseParts *parts)
{
  SmtpCommand *command = g_queue_peek_head (&core->asked);
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
      if (!ehlo && core->state != SMTP_STATE_GREETING)
        annotate_enhanced (line, len, &at, &parsed, parts);
      if (at < len)
        base_parts_add (parts, at, len - at, "smtp.syntax.text");
    }
  core->reply_lines++;
  if (parsed.last)
    annotate_end (core, command, parsed.code);
}

void
smtp_core_annotate (
    BaseCore *base, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts)
{
  SmtpCore *core = (SmtpCore *) base;
  gboolean from_client = (direction == BASE_DIRECTION_OUT) == (base->role == BASE_ROLE_CLIENT);

  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  if (from_client)
    annotate_command (core, line, len, parts);
  else
    annotate_reply (core, line, len, parts);
}
