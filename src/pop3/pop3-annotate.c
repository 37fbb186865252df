/* The annotator's side of the session: the parts of recorded lines. An answer is explained by the
 * command it answers, so the commands seen are kept until theirs has come. */
#include "config.h"

#include "pop3-core-private.h"

#include <string.h>

/* A line of the client inside AUTH: its answer to a challenge, or "*". */
static void
annotate_response (const guint8 *line, gsize len, BaseParts *parts)
{
  if (len == 1 && line[0] == '*')
    base_parts_add (parts, 0, len, "pop3.syntax.cancel");
  else
    base_parts_add (parts, 0, len, "pop3.syntax.secret");
}

/* A command whose arguments cannot be read, such as a credential that was left out of a recording:
 * its word still says what the answer answers. */
static Pop3Command *
misread (const guint8 *line, gsize len)
{
  gsize word = 0;

  while (word < len && line[word] != ' ')
    word++;
  return pop3_command_new (pop3_verb_find ((const char *) line, word));
}

void
pop3_annotate_command (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts)
{
  Pop3Core *core = (Pop3Core *) lines;
  const Pop3Command *last = g_queue_peek_tail (&core->lines.asked);
  BaseSecretSpan secret;
  Pop3Command *command;

  if (last != NULL && last->verb == POP3_VERB_AUTH && core->lines.challenged)
    {
      core->lines.challenged = FALSE;
      annotate_response (line, len, parts);
      return;
    }
  command = pop3_command_parse (line, len, &secret, parts, NULL);
  if (command == NULL)
    command = misread (line, len);
  if (command->verb == POP3_VERB_AUTH && command->name == NULL && len > strlen ("AUTH"))
    command->name = g_strdup ("");
  g_queue_push_tail (&core->lines.asked, command);
}

/* It asks which mechanisms there are, and nobody is signed in by the answer. RFC 1734 did not say
 * so, but servers did. */
static gboolean
is_bare_auth (const Pop3Command *command)
{
  return command->verb == POP3_VERB_AUTH && command->name == NULL;
}

static const char *
reply_id (const Pop3Core *core, const Pop3Command *command, gboolean ok)
{
  if (command == NULL)
    return core->lines.state == POP3_STATE_GREETING ? "pop3.reply.greeting" : NULL;
  if (!ok)
    return command->verb == POP3_VERB_QUIT ? "pop3.reply.last-error" : NULL;
  switch (command->verb)
    {
    case POP3_VERB_LIST:
      return command->number != 0 ? "pop3.reply.list-one" : "pop3.reply.list";
    case POP3_VERB_UIDL:
      return command->number != 0 ? "pop3.reply.uidl-one" : "pop3.reply.uidl";
    case POP3_VERB_UNKNOWN:
      return NULL;
    case POP3_VERB_USER:
      return "pop3.reply.user";
    case POP3_VERB_PASS:
      return "pop3.reply.pass";
    case POP3_VERB_APOP:
      return "pop3.reply.apop";
    case POP3_VERB_STAT:
      return "pop3.reply.stat";
    case POP3_VERB_RETR:
      return "pop3.reply.retr";
    case POP3_VERB_DELE:
      return "pop3.reply.dele";
    case POP3_VERB_NOOP:
      return "pop3.reply.noop";
    case POP3_VERB_RSET:
      return "pop3.reply.rset";
    case POP3_VERB_QUIT:
      return core->lines.state == POP3_STATE_AUTHORIZATION ? "pop3.reply.quit-early"
                                                           : "pop3.reply.quit";
    case POP3_VERB_TOP:
      return "pop3.reply.top";
    case POP3_VERB_CAPA:
      return "pop3.reply.capa";
    case POP3_VERB_STLS:
      return "pop3.reply.stls";
    case POP3_VERB_AUTH:
      return is_bare_auth (command) ? "pop3.reply.auth-list" : "pop3.reply.auth";
    case POP3_VERB_UTF8:
      return "pop3.reply.utf8";
    case POP3_VERB_LANG:
      return "pop3.reply.lang";
    default:
      return NULL;
    }
}

/* What follows the status, by what was asked. */
static void
annotate_text (const Pop3Core *core,
               const Pop3Command *command,
               gboolean ok,
               const guint8 *line,
               gsize len,
               gsize at,
               BaseParts *parts)
{
  const char *text = (const char *) line + at;
  gsize text_len = len - at;
  guint before = base_parts_count (parts);
  g_autofree char *uid = NULL;
  Pop3Entry entry = { 0 };
  guint32 count;
  guint64 size;

  if (text_len == 0)
    return;
  if (ok && command != NULL && command->verb == POP3_VERB_STAT)
    pop3_stat_parse (text, text_len, at, &count, &size, parts);
  else if (ok && command != NULL && command->number != 0 && command->verb == POP3_VERB_LIST)
    pop3_list_parse (text, text_len, at, &entry, parts);
  else if (ok && command != NULL && command->number != 0 && command->verb == POP3_VERB_UIDL)
    pop3_uidl_parse (text, text_len, at, &entry, parts);
  uid = entry.uid;
  if (base_parts_count (parts) > before)
    return;
  base_parts_add (parts, at, text_len, "pop3.syntax.text");
  if (command == NULL && core->lines.state == POP3_STATE_GREETING)
    {
      const char *end = memrchr (text, '>', text_len);
      const char *start = end != NULL ? memrchr (text, '<', (gsize) (end - text)) : NULL;

      if (start != NULL)
        base_parts_add (parts,
                        (gsize) (start - (const char *) line),
                        (gsize) (end - start) + 1,
                        "pop3.syntax.timestamp");
    }
}

static void
annotate_state (Pop3Core *core, const Pop3Command *command, gboolean ok)
{
  if (command == NULL)
    {
      if (core->lines.state == POP3_STATE_GREETING && ok)
        base_lines_enter (&core->lines, POP3_STATE_AUTHORIZATION);
      return;
    }
  if (!ok || is_bare_auth (command))
    return;
  if (command->verb == POP3_VERB_PASS || command->verb == POP3_VERB_APOP ||
      command->verb == POP3_VERB_AUTH)
    base_lines_enter (&core->lines, POP3_STATE_TRANSACTION);
  else if (command->verb == POP3_VERB_QUIT && core->lines.state == POP3_STATE_TRANSACTION)
    base_lines_enter (&core->lines, POP3_STATE_UPDATE);
}

/* What a command lists that no standard has is its own affair. */
static gboolean
may_go_on (const Pop3Command *command)
{
  return pop3_command_is_multiline (command) || command->verb == POP3_VERB_UNKNOWN ||
         is_bare_auth (command);
}

static void
annotate_status (Pop3Core *core, const guint8 *line, gsize len, BaseParts *parts)
{
  Pop3Command *command = g_queue_pop_head (&core->lines.asked);
  Pop3Status status;
  const char *id;
  gsize at = 0;

  pop3_reply_kind (line, len, &at);
  id = reply_id (core, command, line[0] == '+');
  if (id != NULL)
    base_parts_add (parts, 0, len, id);
  else if (command != NULL && command->verb != POP3_VERB_UNKNOWN)
    base_parts_add_token (parts,
                          0,
                          len,
                          "pop3.reply.err-",
                          pop3_verb_name (command->verb),
                          strlen (pop3_verb_name (command->verb)));
  pop3_status_parse (line, len, &status, parts);
  if (status.code != NULL)
    {
      at += strlen (status.code) + 2;
      at += at < len && line[at] == ' ' ? 1 : 0;
    }
  annotate_text (core, command, status.ok, line, len, at, parts);
  annotate_state (core, command, status.ok);
  if (status.ok && command != NULL && may_go_on (command))
    core->answering = pop3_command_ref (command);
  if (command != NULL)
    pop3_command_unref (command);
  core->lines.challenged = FALSE;
  pop3_status_clear (&status);
}

/* A line between the status and the lone dot. */
static void
annotate_line (Pop3Core *core, const guint8 *line, gsize len, BaseParts *parts)
{
  g_autofree char *uid = NULL;
  Pop3Entry entry = { 0 };
  gsize word = 0;

  switch (core->answering->verb)
    {
    case POP3_VERB_LIST:
      pop3_list_parse ((const char *) line, len, 0, &entry, parts);
      break;
    case POP3_VERB_UIDL:
      pop3_uidl_parse ((const char *) line, len, 0, &entry, parts);
      uid = entry.uid;
      break;
    case POP3_VERB_CAPA:
      while (word < len && line[word] != ' ')
        word++;
      base_parts_add_token (parts, 0, word, "pop3.capability.", (const char *) line, word);
      if (word == 4 && g_ascii_strncasecmp ((const char *) line, "SASL", 4) == 0)
        {
          while (word < len)
            {
              gsize start = ++word;

              while (word < len && line[word] != ' ')
                word++;
              if (word > start)
                base_parts_add_token (parts,
                                      start,
                                      word - start,
                                      "sasl.mechanism.",
                                      (const char *) line + start,
                                      word - start);
            }
        }
      else if (word + 1 < len)
        base_parts_add (parts, word + 1, len - word - 1, "pop3.syntax.capability-argument");
      break;
    case POP3_VERB_RETR:
    case POP3_VERB_TOP:
      base_parts_add (parts, 0, len, "pop3.syntax.letter");
      break;
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_STAT:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_QUIT:
    case POP3_VERB_STLS:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    case POP3_VERB_UNKNOWN:
    default:
      base_parts_add (parts, 0, len, "pop3.syntax.text");
      break;
    case POP3_VERB_AUTH:
      base_parts_add_token (parts, 0, len, "sasl.mechanism.", (const char *) line, len);
    }
}

void
pop3_annotate_answer (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts)
{
  Pop3Core *core = (Pop3Core *) lines;
  gsize text = 0;

  /* Nobody announced that there would be lines: the next answer shows that there were none. */
  if (core->answering != NULL && !pop3_command_is_multiline (core->answering) &&
      (!g_queue_is_empty (&core->lines.asked) ||
       pop3_reply_kind (line, len, &text) != POP3_REPLY_INVALID))
    g_clear_pointer (&core->answering, pop3_command_unref);
  if (core->answering != NULL)
    {
      if (len == 1 && line[0] == '.')
        {
          base_parts_add (parts, 0, 1, "pop3.syntax.dot");
          g_clear_pointer (&core->answering, pop3_command_unref);
        }
      else
        {
          annotate_line (core, line, len, parts);
        }
      return;
    }
  switch (pop3_reply_kind (line, len, &text))
    {
    case POP3_REPLY_OK:
    case POP3_REPLY_ERR:
      annotate_status (core, line, len, parts);
      break;
    case POP3_REPLY_CONTINUE:
      core->lines.challenged = TRUE;
      base_parts_add (parts, 0, 1, "pop3.syntax.continuation");
      if (text < len)
        base_parts_add (parts, text, len - text, "pop3.syntax.secret");
      break;
    case POP3_REPLY_INVALID:
    default:
      base_parts_add (parts, 0, len, "pop3.class.unknown-reply");
    }
}
