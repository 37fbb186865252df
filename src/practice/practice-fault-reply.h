/* Any reply code anywhere, put together from its parts and checked against the grammar of its
 * protocol: what comes out is a fault that practice_faults_add() takes, and never a line that a
 * strict server could not say. RFC 5321 §4.2, RFC 3463 §2, RFC 9051 §9 (resp-text), RFC 2449 §8. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *protocol; /* "smtp", "mx", "pop3", "imap" */
  const char *command;  /* of practice_fault_commands() */
  const char *when;     /* "", "1x", "3x", "#2", "30%": see practice-fault.h */
  /* SMTP's three digits; IMAP's NO, BAD or BYE; of POP3, which has -ERR alone, nothing. */
  const char *code;
  /* SMTP's enhanced code ("4.7.1"), or what IMAP and POP3 have in brackets ("UNAVAILABLE",
   * "SYS/TEMP"); "": none */
  const char *detail;
  const char *text; /* for people: printable ASCII */
} PracticeFaultReply;

/* At most so many characters of text, so that the line stays below every protocol's limit. */
#define PRACTICE_FAULT_MAX_TEXT 200

/* Which commands of @protocol can be answered otherwise, "*" (any) last; %NULL-terminated, static.
 */
const char *const *practice_fault_commands (const char *protocol);

/* What is said, without the tag: "451 4.7.1 Later", "NO [UNAVAILABLE] Later", "* BYE Later".
 * %NULL with G_OPTION_ERROR_BAD_VALUE, whose text says to people what is wrong. (transfer full) */
char *practice_fault_reply_line (const PracticeFaultReply *reply, GError **error);
/* The same as a fault: "1x,reply=smtp:RCPT:451 4.7.1 Later". (transfer full) */
char *practice_fault_reply_text (const PracticeFaultReply *reply, GError **error);

G_END_DECLS
