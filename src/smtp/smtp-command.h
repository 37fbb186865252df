/* One command of an SMTP client: what the client role writes and the server role's parser makes
 * (RFC 5321 §4.1, RFC 3207, RFC 4954, RFC 3030). Immutable once submitted. */
#pragma once

#include "base-body.h"
#include "base-part.h"
#include "base-secret.h"
#include "base-span.h"

G_BEGIN_DECLS

/* RFC 5321 §4.5.3.1.4 with what the extensions offered here add (SIZE 26, AUTH 500, 8BITMIME 17,
 * SMTPUTF8 10); RFC 4954 §4.5 for a line of an authentication exchange. With CRLF. */
#define SMTP_MAX_COMMAND 1065
#define SMTP_MAX_AUTH_LINE 12288

typedef enum
{
  SMTP_VERB_EHLO,
  SMTP_VERB_HELO,
  SMTP_VERB_MAIL,
  SMTP_VERB_RCPT,
  SMTP_VERB_DATA,
  SMTP_VERB_RSET,
  SMTP_VERB_VRFY,
  SMTP_VERB_EXPN,
  SMTP_VERB_HELP,
  SMTP_VERB_NOOP,
  SMTP_VERB_QUIT,
  SMTP_VERB_STARTTLS,
  SMTP_VERB_AUTH,
  SMTP_VERB_BDAT,
  SMTP_VERB_BURL,
  SMTP_VERB_ETRN,
  SMTP_VERB_ATRN,
  SMTP_VERB_SEND,
  SMTP_VERB_SOML,
  SMTP_VERB_SAML,
  SMTP_VERB_TURN,
  SMTP_VERB_UNKNOWN
} SmtpVerb;

typedef struct
{
  gatomicrefcount ref_count;
  SmtpVerb verb;
  char *argument;     /* EHLO HELO: the name; MAIL RCPT: the path without <>; AUTH: mechanism;
                         UNKNOWN: the word; else the text, maybe "" */
  char **parameters;  /* MAIL, RCPT: "SIZE=1234", "BODY=8BITMIME"; %NULL: none */
  BaseSecret *secret; /* AUTH's initial response, decoded (nullable) */
  guint64 size;       /* BDAT */
  gboolean last;      /* BDAT LAST */
  BaseBody *body;     /* client. DATA: sent after 354, dot-stuffed; BDAT: `size` bytes behind it */
} SmtpCommand;

SmtpCommand *smtp_command_new (SmtpVerb verb, const char *argument);
SmtpCommand *smtp_command_ref (SmtpCommand *command);
void smtp_command_unref (SmtpCommand *command);
/* "MAIL"; static. UNKNOWN has no word of its own: "UNKNOWN". */
const char *smtp_verb_name (SmtpVerb verb);
/* In any case; UNKNOWN if SMTP has no such word. */
SmtpVerb smtp_verb_find (const char *word, gsize len);

/* The value of a parameter of MAIL or RCPT ("SIZE" gives "1234"), "" if it has none, %NULL if it is
 * not there. */
const char *smtp_command_parameter (const SmtpCommand *command, const char *keyword);
/* Whether no argument holds a character that would end the line or the argument early. */
gboolean smtp_command_is_sendable (const SmtpCommand *command);

/* Parses a line without its CRLF, strictly. The secret span is set also when the rest of the line
 * is wrong. %NULL with %BASE_CORE_ERROR_PROTOCOL, whose text is fit for a 501. @secret, @parts may
 * be %NULL. (transfer full) */
SmtpCommand *smtp_command_parse (
    const guint8 *line, gsize len, BaseSecretSpan *secret, BaseParts *parts, GError **error);

/* The line with its CRLF. Wipe it when it holds a secret. (transfer full) */
GString *smtp_command_write (const SmtpCommand *command, BaseSecretSpan *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpCommand, smtp_command_unref)

G_END_DECLS
