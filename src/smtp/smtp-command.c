/* The grammar of SMTP commands, both ways. The paths are in smtp-path.c. */
#include "config.h"

#include "smtp-command.h"
#include "smtp-path.h"

#include <string.h>

#include "base-error.h"

/* What may follow the word of a command. */
typedef enum
{
  ARGUMENTS_NONE,
  ARGUMENTS_DOMAIN,     /* EHLO, HELO */
  ARGUMENTS_FROM,       /* MAIL and its obsolete sisters: FROM:<path> parameters */
  ARGUMENTS_TO,         /* RCPT TO:<path> parameters */
  ARGUMENTS_TEXT,       /* the rest of the line, which must be there */
  ARGUMENTS_MAYBE_TEXT, /* the rest of the line, if any */
  ARGUMENTS_MECHANISM,  /* mechanism [initial-response] */
  ARGUMENTS_CHUNK       /* size [LAST] */
} Arguments;

static const struct
{
  const char *name;
  Arguments arguments;
} verbs[] = {
  [SMTP_VERB_EHLO] = { "EHLO", ARGUMENTS_DOMAIN },
  [SMTP_VERB_HELO] = { "HELO", ARGUMENTS_DOMAIN },
  [SMTP_VERB_MAIL] = { "MAIL", ARGUMENTS_FROM },
  [SMTP_VERB_RCPT] = { "RCPT", ARGUMENTS_TO },
  [SMTP_VERB_DATA] = { "DATA", ARGUMENTS_NONE },
  [SMTP_VERB_RSET] = { "RSET", ARGUMENTS_NONE },
  [SMTP_VERB_VRFY] = { "VRFY", ARGUMENTS_TEXT },
  [SMTP_VERB_EXPN] = { "EXPN", ARGUMENTS_TEXT },
  [SMTP_VERB_HELP] = { "HELP", ARGUMENTS_MAYBE_TEXT },
  [SMTP_VERB_NOOP] = { "NOOP", ARGUMENTS_MAYBE_TEXT },
  [SMTP_VERB_QUIT] = { "QUIT", ARGUMENTS_NONE },
  [SMTP_VERB_STARTTLS] = { "STARTTLS", ARGUMENTS_NONE },
  [SMTP_VERB_AUTH] = { "AUTH", ARGUMENTS_MECHANISM },
  [SMTP_VERB_BDAT] = { "BDAT", ARGUMENTS_CHUNK },
  [SMTP_VERB_BURL] = { "BURL", ARGUMENTS_TEXT },
  [SMTP_VERB_ETRN] = { "ETRN", ARGUMENTS_TEXT },
  [SMTP_VERB_ATRN] = { "ATRN", ARGUMENTS_MAYBE_TEXT },
  [SMTP_VERB_SEND] = { "SEND", ARGUMENTS_FROM },
  [SMTP_VERB_SOML] = { "SOML", ARGUMENTS_FROM },
  [SMTP_VERB_SAML] = { "SAML", ARGUMENTS_FROM },
  [SMTP_VERB_TURN] = { "TURN", ARGUMENTS_NONE },
  [SMTP_VERB_UNKNOWN] = { "UNKNOWN", ARGUMENTS_NONE },
};

SmtpCommand *
smtp_command_new (SmtpVerb verb, const char *argument)
{
  SmtpCommand *command = g_new0 (SmtpCommand, 1);

  g_atomic_ref_count_init (&command->ref_count);
  command->verb = verb;
  command->argument = g_strdup (argument);
  return command;
}

SmtpCommand *
smtp_command_ref (SmtpCommand *command)
{
  g_atomic_ref_count_inc (&command->ref_count);
  return command;
}

void
smtp_command_unref (SmtpCommand *command)
{
  if (!g_atomic_ref_count_dec (&command->ref_count))
    return;
  g_free (command->argument);
  g_strfreev (command->parameters);
  g_clear_pointer (&command->secret, base_secret_unref);
  g_clear_pointer (&command->body, base_body_unref);
  g_free (command);
}

const char *
smtp_verb_name (SmtpVerb verb)
{
  return verbs[verb].name;
}

const char *
smtp_command_parameter (const SmtpCommand *command, const char *keyword)
{
  gsize len = strlen (keyword);

  for (guint i = 0; command->parameters != NULL && command->parameters[i] != NULL; i++)
    {
      const char *parameter = command->parameters[i];

      if (g_ascii_strncasecmp (parameter, keyword, len) != 0)
        continue;
      if (parameter[len] == '=')
        return parameter + len + 1;
      if (parameter[len] == '\0')
        return "";
    }
  return NULL;
}

static gboolean
has_any (const char *text, const char *characters)
{
  return text != NULL && text[strcspn (text, characters)] != '\0';
}

gboolean
smtp_command_is_sendable (const SmtpCommand *command)
{
  Arguments arguments = verbs[command->verb].arguments;

  for (guint i = 0; command->parameters != NULL && command->parameters[i] != NULL; i++)
    {
      if (command->parameters[i][0] == '\0' || has_any (command->parameters[i], "\r\n \t"))
        return FALSE;
    }
  if (has_any (command->argument, "\r\n"))
    return FALSE;
  switch (arguments)
    {
    case ARGUMENTS_FROM:
    case ARGUMENTS_TO:
      /* A bracket inside a quoted local part is legal, and read rightly by nobody. */
      return command->argument != NULL && !has_any (command->argument, "<>\t") &&
             (command->argument[0] == '\"' || !has_any (command->argument, " "));
    case ARGUMENTS_DOMAIN:
    case ARGUMENTS_MECHANISM:
      return command->argument != NULL && command->argument[0] != '\0' &&
             !has_any (command->argument, " \t");
    case ARGUMENTS_TEXT:
      return command->argument != NULL && command->argument[0] != '\0';
    case ARGUMENTS_NONE:
    case ARGUMENTS_MAYBE_TEXT:
    case ARGUMENTS_CHUNK:
    default:
      return TRUE;
    }
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
word_length (const Cursor *cursor)
{
  gsize end = cursor->at;

  while (end < cursor->len && cursor->line[end] != ' ')
    end++;
  return end - cursor->at;
}

static gboolean
take_space (Cursor *cursor)
{
  if (cursor->at >= cursor->len || cursor->line[cursor->at] != ' ')
    return FALSE;
  cursor->at++;
  return TRUE;
}

/* esmtp-param = esmtp-keyword ["=" esmtp-value] (RFC 5321 §4.1.2). */
static gboolean
is_parameter (const char *text, gsize len)
{
  gsize i = 0;

  if (len == 0 || !g_ascii_isalnum (text[0]))
    return FALSE;
  while (i < len && (g_ascii_isalnum (text[i]) || text[i] == '-'))
    i++;
  if (i == len)
    return TRUE;
  if (text[i] != '=' || i + 1 == len)
    return FALSE;
  for (i++; i < len; i++)
    {
      if (text[i] == '=' || (guchar) text[i] <= 0x20 || (guchar) text[i] == 0x7f)
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_parameters (Cursor *cursor, SmtpCommand *command)
{
  g_autoptr (GPtrArray) parameters = NULL;

  while (cursor->at < cursor->len)
    {
      const char *word;
      gsize len;
      gsize keyword = 0;

      if (!take_space (cursor))
        return FALSE;
      /* Clients end the line with a space; it means nothing. */
      if (cursor->at == cursor->len)
        break;
      word = cursor->line + cursor->at;
      len = word_length (cursor);
      if (!is_parameter (word, len))
        return FALSE;
      while (keyword < len && word[keyword] != '=')
        keyword++;
      base_parts_add_token (cursor->parts, cursor->at, len, "smtp.parameter.", word, keyword);
      if (parameters == NULL)
        parameters = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (parameters, g_strndup (word, len));
      cursor->at += len;
    }
  if (parameters != NULL)
    {
      g_ptr_array_add (parameters, NULL);
      command->parameters = (char **) g_ptr_array_steal (parameters, NULL);
    }
  return TRUE;
}

/* "FROM:" Reverse-path, "TO:" Forward-path (RFC 5321 §4.1.1.2, §4.1.1.3): no space between. */
static gboolean
take_path (Cursor *cursor, SmtpCommand *command)
{
  gboolean from = verbs[command->verb].arguments == ARGUMENTS_FROM;
  const char *label = from ? "FROM:" : "TO:";
  gsize label_len = strlen (label);
  gsize len;

  if (cursor->len - cursor->at < label_len ||
      g_ascii_strncasecmp (cursor->line + cursor->at, label, label_len) != 0)
    return FALSE;
  cursor->at += label_len;
  len = smtp_path_parse (
      cursor->line + cursor->at, cursor->len - cursor->at, from, &command->argument);
  if (len == 0)
    return FALSE;
  base_parts_add (cursor->parts,
                  cursor->at,
                  len,
                  from ? "smtp.syntax.reverse-path" : "smtp.syntax.forward-path");
  cursor->at += len;
  return take_parameters (cursor, command);
}

/* AUTH SP mechanism [SP initial-response] (RFC 4954 §4); "=" is an empty one. */
static gboolean
take_mechanism (Cursor *cursor, SmtpCommand *command, BaseSecretSpan *secret)
{
  gsize len = word_length (cursor);
  const char *text;

  if (len == 0 || memchr (cursor->line + cursor->at, '\0', len) != NULL)
    return FALSE;
  command->argument = g_strndup (cursor->line + cursor->at, len);
  base_parts_add_token (
      cursor->parts, cursor->at, len, "sasl.mechanism.", cursor->line + cursor->at, len);
  cursor->at += len;
  if (!take_space (cursor))
    return TRUE;
  text = cursor->line + cursor->at;
  len = cursor->len - cursor->at;
  *secret = (BaseSecretSpan){ cursor->at, len };
  base_parts_add (cursor->parts, cursor->at, len, "smtp.syntax.initial-response");
  cursor->at = cursor->len;
  if (len == 0)
    return FALSE;
  command->secret = base_secret_decode (text, len == 1 && text[0] == '=' ? 0 : len);
  return command->secret != NULL;
}

/* BDAT chunk-size [SP "LAST"] (RFC 3030 §2). */
static gboolean
take_chunk (Cursor *cursor, SmtpCommand *command)
{
  gsize start = cursor->at;

  while (cursor->at < cursor->len && g_ascii_isdigit (cursor->line[cursor->at]) &&
         command->size < G_MAXUINT64 / 10 - 1)
    command->size = command->size * 10 + (guint64) (cursor->line[cursor->at++] - '0');
  if (cursor->at == start)
    return FALSE;
  base_parts_add (cursor->parts, start, cursor->at - start, "smtp.syntax.length");
  if (!take_space (cursor))
    return TRUE;
  if (word_length (cursor) != 4 || g_ascii_strncasecmp (cursor->line + cursor->at, "LAST", 4) != 0)
    return FALSE;
  base_parts_add (cursor->parts, cursor->at, 4, "smtp.syntax.last");
  command->last = TRUE;
  cursor->at += 4;
  return TRUE;
}

static gboolean
take_text (Cursor *cursor, SmtpCommand *command, const char *id)
{
  gsize len = cursor->len - cursor->at;

  if (memchr (cursor->line + cursor->at, '\0', len) != NULL)
    return FALSE;
  command->argument = g_strndup (cursor->line + cursor->at, len);
  if (len > 0)
    base_parts_add (cursor->parts, cursor->at, len, id);
  cursor->at = cursor->len;
  return TRUE;
}

static gboolean
take_arguments (Cursor *cursor, SmtpCommand *command, BaseSecretSpan *secret)
{
  Arguments arguments = verbs[command->verb].arguments;
  gboolean space = take_space (cursor);

  switch (arguments)
    {
    case ARGUMENTS_NONE:
      return TRUE;
    case ARGUMENTS_DOMAIN:
      return space && smtp_path_is_domain (cursor->line + cursor->at, cursor->len - cursor->at) &&
             take_text (cursor, command, "smtp.syntax.domain");
    case ARGUMENTS_FROM:
    case ARGUMENTS_TO:
      return space && take_path (cursor, command);
    case ARGUMENTS_TEXT:
      return space && cursor->at < cursor->len &&
             take_text (cursor,
                        command,
                        command->verb == SMTP_VERB_VRFY || command->verb == SMTP_VERB_EXPN
                            ? "smtp.syntax.query"
                            : "smtp.syntax.argument");
    case ARGUMENTS_MAYBE_TEXT:
      return take_text (cursor, command, "smtp.syntax.argument");
    case ARGUMENTS_MECHANISM:
      return space && take_mechanism (cursor, command, secret);
    case ARGUMENTS_CHUNK:
    default:
      return space && take_chunk (cursor, command);
    }
}

SmtpVerb
smtp_verb_find (const char *word, gsize len)
{
  for (guint i = 0; i < SMTP_VERB_UNKNOWN; i++)
    {
      if (strlen (verbs[i].name) == len && g_ascii_strncasecmp (verbs[i].name, word, len) == 0)
        return (SmtpVerb) i;
    }
  return SMTP_VERB_UNKNOWN;
}

/* "MAIL FROM:" is one word of the language in two. */
static gsize
label_end (const Cursor *cursor, SmtpVerb verb, gsize word)
{
  const char *label = verb == SMTP_VERB_UNKNOWN                 ? NULL
                      : verbs[verb].arguments == ARGUMENTS_FROM ? " FROM:"
                      : verbs[verb].arguments == ARGUMENTS_TO   ? " TO:"
                                                                : NULL;
  gsize len = label != NULL ? strlen (label) : 0;

  return len > 0 && cursor->len - word >= len &&
                 g_ascii_strncasecmp (cursor->line + word, label, len) == 0
             ? word + len
             : word;
}

SmtpCommand *
smtp_command_parse (
    const guint8 *line, gsize len, BaseSecretSpan *secret, BaseParts *parts, GError **error)
{
  Cursor cursor = { .line = (const char *) line, .len = len, .parts = parts };
  BaseSecretSpan unused;
  gsize word = word_length (&cursor);
  g_autoptr (SmtpCommand) command = smtp_command_new (smtp_verb_find (cursor.line, word), NULL);

  if (secret == NULL)
    secret = &unused;
  *secret = (BaseSecretSpan){ 0, 0 };
  base_parts_add_token (
      parts, 0, label_end (&cursor, command->verb, word), "smtp.command.", cursor.line, word);
  if (command->verb == SMTP_VERB_UNKNOWN)
    {
      command->argument = base_error_quote (cursor.line, (gssize) word, 40);
      return g_steal_pointer (&command);
    }
  cursor.at = word;
  if (!take_arguments (&cursor, command, secret) || cursor.at != len)
    {
      g_set_error (error,
                   BASE_CORE_ERROR,
                   BASE_CORE_ERROR_PROTOCOL,
                   "%s has wrong arguments",
                   smtp_verb_name (command->verb));
      return NULL;
    }
  return g_steal_pointer (&command);
}

static void
write_arguments (const SmtpCommand *command, GString *out)
{
  switch (verbs[command->verb].arguments)
    {
    case ARGUMENTS_FROM:
      g_string_append_printf (out, " FROM:<%s>", command->argument);
      break;
    case ARGUMENTS_TO:
      g_string_append_printf (out, " TO:<%s>", command->argument);
      break;
    case ARGUMENTS_CHUNK:
      g_string_append_printf (
          out, " %" G_GUINT64_FORMAT "%s", command->size, command->last ? " LAST" : "");
      break;
    case ARGUMENTS_NONE:
      break;
    case ARGUMENTS_DOMAIN:
    case ARGUMENTS_TEXT:
    case ARGUMENTS_MAYBE_TEXT:
    case ARGUMENTS_MECHANISM:
    default:
      if (command->argument != NULL && command->argument[0] != '\0')
        g_string_append_printf (out, " %s", command->argument);
    }
  for (guint i = 0; command->parameters != NULL && command->parameters[i] != NULL; i++)
    g_string_append_printf (out, " %s", command->parameters[i]);
}

GString *
smtp_command_write (const SmtpCommand *command, BaseSecretSpan *secret)
{
  gsize secret_len = command->secret != NULL ? base_secret_length (command->secret) : 0;
  gsize argument_len = command->argument != NULL ? strlen (command->argument) : 0;
  /* Large enough at once: growing would leave a copy of the secret behind. */
  GString *out = g_string_sized_new (64 + argument_len + secret_len * 2);

  g_string_append (
      out, command->verb == SMTP_VERB_UNKNOWN ? command->argument : smtp_verb_name (command->verb));
  write_arguments (command, out);
  *secret = (BaseSecretSpan){ 0, 0 };
  if (command->secret != NULL)
    {
      char *base64 = base_secret_encode (command->secret);

      g_string_append_c (out, ' ');
      secret->offset = out->len;
      g_string_append (out, secret_len == 0 ? "=" : base64);
      secret->length = out->len - secret->offset;
      base_secret_wipe_string (base64);
    }
  g_string_append (out, "\r\n");
  return out;
}
