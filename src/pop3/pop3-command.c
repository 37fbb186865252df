/* The grammar of POP3 commands, both ways. */
#include "config.h"

#include "pop3-command.h"

#include <string.h>

#include "base-error.h"

/* What may follow the word of a command. */
typedef enum
{
  ARGUMENTS_NONE,
  ARGUMENTS_NAME,          /* USER: the rest of the line */
  ARGUMENTS_SECRET,        /* PASS: the rest of the line */
  ARGUMENTS_APOP,          /* name SP digest */
  ARGUMENTS_NUMBER,        /* msg */
  ARGUMENTS_MAYBE_NUMBER,  /* [msg] */
  ARGUMENTS_NUMBER_LINES,  /* msg n */
  ARGUMENTS_MECHANISM,     /* mechanism [initial-response] */
  ARGUMENTS_MAYBE_LANGUAGE /* [tag] */
} Arguments;

static const struct
{
  const char *name;
  Arguments arguments;
} verbs[] = {
  [POP3_VERB_USER] = { "USER", ARGUMENTS_NAME },
  [POP3_VERB_PASS] = { "PASS", ARGUMENTS_SECRET },
  [POP3_VERB_APOP] = { "APOP", ARGUMENTS_APOP },
  [POP3_VERB_STAT] = { "STAT", ARGUMENTS_NONE },
  [POP3_VERB_LIST] = { "LIST", ARGUMENTS_MAYBE_NUMBER },
  [POP3_VERB_RETR] = { "RETR", ARGUMENTS_NUMBER },
  [POP3_VERB_DELE] = { "DELE", ARGUMENTS_NUMBER },
  [POP3_VERB_NOOP] = { "NOOP", ARGUMENTS_NONE },
  [POP3_VERB_RSET] = { "RSET", ARGUMENTS_NONE },
  [POP3_VERB_QUIT] = { "QUIT", ARGUMENTS_NONE },
  [POP3_VERB_TOP] = { "TOP", ARGUMENTS_NUMBER_LINES },
  [POP3_VERB_UIDL] = { "UIDL", ARGUMENTS_MAYBE_NUMBER },
  [POP3_VERB_CAPA] = { "CAPA", ARGUMENTS_NONE },
  [POP3_VERB_STLS] = { "STLS", ARGUMENTS_NONE },
  [POP3_VERB_AUTH] = { "AUTH", ARGUMENTS_MECHANISM },
  [POP3_VERB_UTF8] = { "UTF8", ARGUMENTS_NONE },
  [POP3_VERB_LANG] = { "LANG", ARGUMENTS_MAYBE_LANGUAGE },
  [POP3_VERB_UNKNOWN] = { "UNKNOWN", ARGUMENTS_NONE },
};

Pop3Command *
pop3_command_new (Pop3Verb verb)
{
  Pop3Command *command = g_new0 (Pop3Command, 1);

  g_atomic_ref_count_init (&command->ref_count);
  command->verb = verb;
  return command;
}

Pop3Command *
pop3_command_number (Pop3Verb verb, guint32 number)
{
  Pop3Command *command = pop3_command_new (verb);

  command->number = number;
  return command;
}

Pop3Command *
pop3_command_ref (Pop3Command *command)
{
  g_atomic_ref_count_inc (&command->ref_count);
  return command;
}

void
pop3_command_unref (Pop3Command *command)
{
  if (!g_atomic_ref_count_dec (&command->ref_count))
    return;
  g_free (command->name);
  g_clear_pointer (&command->secret, base_secret_unref);
  g_free (command);
}

const char *
pop3_verb_name (Pop3Verb verb)
{
  return verbs[verb].name;
}

gboolean
pop3_command_is_multiline (const Pop3Command *command)
{
  switch (command->verb)
    {
    case POP3_VERB_RETR:
    case POP3_VERB_TOP:
    case POP3_VERB_CAPA:
      return TRUE;
    case POP3_VERB_LIST:
    case POP3_VERB_UIDL:
      return command->number == 0;
    case POP3_VERB_LANG:
      return command->name == NULL;
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_STAT:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_QUIT:
    case POP3_VERB_STLS:
    case POP3_VERB_AUTH:
    case POP3_VERB_UTF8:
    case POP3_VERB_UNKNOWN:
    default:
      return FALSE;
    }
}

static gboolean
has_control (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0')
        return TRUE;
    }
  return FALSE;
}

gboolean
pop3_command_is_sendable (const Pop3Command *command)
{
  gboolean one_word = verbs[command->verb].arguments != ARGUMENTS_NAME;

  if (command->name != NULL &&
      (has_control (command->name, strlen (command->name)) || command->name[0] == '\0' ||
       (one_word && strchr (command->name, ' ') != NULL)))
    return FALSE;
  if (command->secret != NULL && command->verb != POP3_VERB_AUTH)
    {
      gsize len;
      const char *bytes = base_secret_peek (command->secret, &len);

      return !has_control (bytes, len);
    }
  return TRUE;
}

/* Parsing: a cursor over the line. */
typedef struct
{
  const char *line;
  gsize len;
  gsize at;
  BaseParts *parts;
} Cursor;

static gsize
take_word (Cursor *cursor)
{
  gsize start = cursor->at;

  while (cursor->at < cursor->len && cursor->line[cursor->at] != ' ')
    cursor->at++;
  return start;
}

static gboolean
take_space (Cursor *cursor)
{
  if (cursor->at >= cursor->len || cursor->line[cursor->at] != ' ')
    return FALSE;
  cursor->at++;
  return TRUE;
}

/* RFC 1939 §5: numbers in decimal. */
static gboolean
take_number (Cursor *cursor, guint32 min, guint32 *number, const char *id)
{
  gsize start = cursor->at;
  guint64 value = 0;

  while (cursor->at < cursor->len && g_ascii_isdigit (cursor->line[cursor->at]) &&
         value <= G_MAXUINT32)
    value = value * 10 + (guint64) (cursor->line[cursor->at++] - '0');
  if (cursor->at == start || value < min || value > G_MAXUINT32)
    return FALSE;
  *number = (guint32) value;
  base_parts_add (cursor->parts, start, cursor->at - start, id);
  return TRUE;
}

static gboolean
take_name (Cursor *cursor, gsize start, Pop3Command *command, const char *id)
{
  if (cursor->at == start || memchr (cursor->line + start, '\0', cursor->at - start) != NULL)
    return FALSE;
  command->name = g_strndup (cursor->line + start, cursor->at - start);
  if (id != NULL)
    base_parts_add (cursor->parts, start, cursor->at - start, id);
  return TRUE;
}

/* auth-command = "AUTH" SP mechanism [SP initial-response] (RFC 5034 §4); "=" is an empty one. */
static gboolean
take_mechanism (Cursor *cursor, Pop3Command *command, BaseSecretSpan *secret)
{
  gsize start = take_word (cursor);
  const char *text;
  gsize len;

  if (!take_name (cursor, start, command, NULL))
    return FALSE;
  base_parts_add_token (cursor->parts,
                        start,
                        cursor->at - start,
                        "sasl.mechanism.",
                        command->name,
                        strlen (command->name));
  if (!take_space (cursor))
    return TRUE;
  text = cursor->line + cursor->at;
  len = cursor->len - cursor->at;
  *secret = (BaseSecretSpan){ cursor->at, len };
  base_parts_add (cursor->parts, cursor->at, len, "pop3.syntax.initial-response");
  cursor->at = cursor->len;
  if (len == 1 && text[0] == '=')
    len = 0;
  else if (len == 0)
    return FALSE;
  command->secret = base_secret_decode (text, len);
  return command->secret != NULL;
}

static gboolean
take_apop (Cursor *cursor, Pop3Command *command, BaseSecretSpan *secret)
{
  const char *space = memrchr (cursor->line + cursor->at, ' ', cursor->len - cursor->at);
  gsize start = cursor->at;

  if (space == NULL)
    {
      /* A digest without a name is a secret all the same. */
      *secret = (BaseSecretSpan){ start, cursor->len - start };
      return FALSE;
    }
  cursor->at = (gsize) (space - cursor->line);
  *secret = (BaseSecretSpan){ cursor->at + 1, cursor->len - cursor->at - 1 };
  if (!take_name (cursor, start, command, "pop3.syntax.user") || !take_space (cursor) ||
      secret->length == 0)
    return FALSE;
  base_parts_add (cursor->parts, secret->offset, secret->length, "pop3.syntax.secret");
  command->secret = base_secret_new (cursor->line + secret->offset, (gssize) secret->length);
  cursor->at = cursor->len;
  return TRUE;
}

static gboolean
take_secret (Cursor *cursor, Pop3Command *command, BaseSecretSpan *secret)
{
  *secret = (BaseSecretSpan){ cursor->at, cursor->len - cursor->at };
  base_parts_add (cursor->parts, secret->offset, secret->length, "pop3.syntax.secret");
  command->secret = base_secret_new (cursor->line + cursor->at, (gssize) secret->length);
  cursor->at = cursor->len;
  return TRUE;
}

static gboolean
take_arguments (Cursor *cursor, Pop3Command *command, BaseSecretSpan *secret)
{
  Arguments arguments = verbs[command->verb].arguments;
  gsize start;

  if (arguments == ARGUMENTS_NONE)
    return TRUE;
  if (!take_space (cursor))
    return arguments == ARGUMENTS_MAYBE_NUMBER || arguments == ARGUMENTS_MAYBE_LANGUAGE;
  switch (arguments)
    {
    case ARGUMENTS_NAME:
      start = cursor->at;
      cursor->at = cursor->len;
      return take_name (cursor, start, command, "pop3.syntax.user");
    case ARGUMENTS_SECRET:
      return take_secret (cursor, command, secret);
    case ARGUMENTS_APOP:
      return take_apop (cursor, command, secret);
    case ARGUMENTS_NUMBER:
    case ARGUMENTS_MAYBE_NUMBER:
      return take_number (cursor, 1, &command->number, "pop3.syntax.number");
    case ARGUMENTS_NUMBER_LINES:
      return take_number (cursor, 1, &command->number, "pop3.syntax.number") &&
             take_space (cursor) && take_number (cursor, 0, &command->lines, "pop3.syntax.lines");
    case ARGUMENTS_MECHANISM:
      return take_mechanism (cursor, command, secret);
    case ARGUMENTS_MAYBE_LANGUAGE:
      start = take_word (cursor);
      return take_name (cursor, start, command, "pop3.syntax.language");
    case ARGUMENTS_NONE:
    default:
      return TRUE;
    }
}

Pop3Verb
pop3_verb_find (const char *word, gsize len)
{
  for (guint i = 0; i < POP3_VERB_UNKNOWN; i++)
    {
      if (strlen (verbs[i].name) == len && g_ascii_strncasecmp (verbs[i].name, word, len) == 0)
        return (Pop3Verb) i;
    }
  return POP3_VERB_UNKNOWN;
}

Pop3Command *
pop3_command_parse (
    const guint8 *line, gsize len, BaseSecretSpan *secret, BaseParts *parts, GError **error)
{
  Cursor cursor = { .line = (const char *) line, .len = len, .parts = parts };
  BaseSecretSpan unused;
  gsize start = take_word (&cursor);
  gsize word_len = cursor.at - start;
  g_autoptr (Pop3Command) command = pop3_command_new (pop3_verb_find (cursor.line, word_len));

  if (secret == NULL)
    secret = &unused;
  *secret = (BaseSecretSpan){ 0, 0 };
  base_parts_add_token (parts, 0, word_len, "pop3.command.", cursor.line, word_len);
  if (command->verb == POP3_VERB_UNKNOWN)
    {
      command->name = base_error_quote (cursor.line, (gssize) word_len, 40);
      return g_steal_pointer (&command);
    }
  if (!take_arguments (&cursor, command, secret) || cursor.at != len)
    {
      g_set_error (error,
                   BASE_CORE_ERROR,
                   BASE_CORE_ERROR_PROTOCOL,
                   "%s has wrong arguments",
                   pop3_verb_name (command->verb));
      return NULL;
    }
  return g_steal_pointer (&command);
}

GString *
pop3_command_write (const Pop3Command *command, BaseSecretSpan *secret)
{
  gsize secret_len = command->secret != NULL ? base_secret_length (command->secret) : 0;
  gsize name_len = command->name != NULL ? strlen (command->name) : 0;
  /* Large enough at once: growing would leave a copy of the secret behind. */
  GString *out = g_string_sized_new (64 + name_len + secret_len * 2);

  g_string_append (
      out, command->verb == POP3_VERB_UNKNOWN ? command->name : pop3_verb_name (command->verb));
  if (command->name != NULL && command->verb != POP3_VERB_UNKNOWN)
    g_string_append_printf (out, " %s", command->name);
  if (command->number != 0)
    g_string_append_printf (out, " %u", command->number);
  if (command->verb == POP3_VERB_TOP)
    g_string_append_printf (out, " %u", command->lines);
  *secret = (BaseSecretSpan){ out->len, 0 };
  if (command->secret != NULL)
    {
      g_string_append_c (out, ' ');
      secret->offset = out->len;
      if (command->verb == POP3_VERB_AUTH)
        {
          char *base64 = base_secret_encode (command->secret);

          g_string_append (out, secret_len == 0 ? "=" : base64);
          base_secret_wipe_string (base64);
        }
      else
        {
          g_string_append_len (out, base_secret_peek (command->secret, NULL), (gssize) secret_len);
        }
      secret->length = out->len - secret->offset;
    }
  g_string_append (out, "\r\n");
  return out;
}
