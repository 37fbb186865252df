/* One command of a POP3 client: what the client role writes and the server role's parser makes
 * (RFC 1939 §5–7, RFC 2449, RFC 2595, RFC 5034, RFC 6856). Immutable once submitted. */
#pragma once

#include "base-part.h"
#include "base-secret.h"
#include "base-span.h"

G_BEGIN_DECLS

/* RFC 2449 §4: a command with its CRLF; RFC 5034 §4: a line of an authentication exchange. */
#define POP3_MAX_COMMAND 255
#define POP3_MAX_AUTH_LINE 12288

typedef enum
{
  POP3_VERB_USER,
  POP3_VERB_PASS,
  POP3_VERB_APOP,
  POP3_VERB_STAT,
  POP3_VERB_LIST,
  POP3_VERB_RETR,
  POP3_VERB_DELE,
  POP3_VERB_NOOP,
  POP3_VERB_RSET,
  POP3_VERB_QUIT,
  POP3_VERB_TOP,
  POP3_VERB_UIDL,
  POP3_VERB_CAPA,
  POP3_VERB_STLS,
  POP3_VERB_AUTH,
  POP3_VERB_UTF8,
  POP3_VERB_LANG,
  POP3_VERB_UNKNOWN
} Pop3Verb;

typedef struct
{
  gatomicrefcount ref_count;
  Pop3Verb verb;
  char *name;         /* USER, APOP: the user; AUTH: mechanism; LANG: tag; UNKNOWN: the word */
  BaseSecret *secret; /* PASS; APOP: the digest; AUTH: initial response, decoded (nullable) */
  guint32 number;     /* message number; 0: none */
  guint32 lines;      /* TOP */
} Pop3Command;

Pop3Command *pop3_command_new (Pop3Verb verb);
Pop3Command *pop3_command_number (Pop3Verb verb, guint32 number);
Pop3Command *pop3_command_ref (Pop3Command *command);
void pop3_command_unref (Pop3Command *command);

/* "RETR"; static. UNKNOWN has no word of its own: "UNKNOWN". */
const char *pop3_verb_name (Pop3Verb verb);
/* In any case; UNKNOWN if POP3 has no such word. */
Pop3Verb pop3_verb_find (const char *word, gsize len);
/* Whether +OK is followed by lines up to a lone dot. */
gboolean pop3_command_is_multiline (const Pop3Command *command);
/* Whether no argument holds a character that would end the line or the argument early. */
gboolean pop3_command_is_sendable (const Pop3Command *command);

/* Parses a line without its CRLF. The secret span is set also when the rest of the line is wrong.
 * %NULL with %BASE_CORE_ERROR_PROTOCOL, whose text is fit for an -ERR. @secret, @parts may be
 * %NULL. (transfer full) */
Pop3Command *pop3_command_parse (
    const guint8 *line, gsize len, BaseSecretSpan *secret, BaseParts *parts, GError **error);

/* The line with its CRLF. Wipe it when it holds a secret. (transfer full) */
GString *pop3_command_write (const Pop3Command *command, BaseSecretSpan *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Command, pop3_command_unref)

G_END_DECLS
