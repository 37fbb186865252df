/* Three tables: a command's place in the session, and what a server has to offer for it. */
#include "config.h"

#include "learn-console-words.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define START LEARN_WHEN_START
#define READY LEARN_WHEN_READY
#define OPEN LEARN_WHEN_OPEN
#define RCPT LEARN_WHEN_RCPT
#define ANY LEARN_WHEN_ANY
#define IN (READY | OPEN)

/* RFC 1939 §4 to §7, 2449, 2595, 5034, 6856 */
static const LearnConsoleWord pop3_words[] = {
  { "CAPA", "", START | READY, NULL, LEARN_WEIGHT_NONE },
  { "STLS", "", START, "STLS", LEARN_WEIGHT_NONE },
  { "USER", "name", START, NULL, LEARN_WEIGHT_NONE },
  { "PASS", "password", START, NULL, LEARN_WEIGHT_NONE },
  { "APOP", "name digest", START, NULL, LEARN_WEIGHT_NONE },
  { "AUTH", "mechanism [initial-response]", START, NULL, LEARN_WEIGHT_NONE },
  { "UTF8", "", START, "UTF8", LEARN_WEIGHT_NONE },
  { "LANG", "[tag]", START | READY, "LANG", LEARN_WEIGHT_NONE },
  { "STAT", "", READY, NULL, LEARN_WEIGHT_NONE },
  { "LIST", "[msg]", READY, NULL, LEARN_WEIGHT_NONE },
  { "UIDL", "[msg]", READY, "UIDL", LEARN_WEIGHT_NONE },
  { "RETR", "msg", READY, NULL, LEARN_WEIGHT_NONE },
  { "TOP", "msg n", READY, "TOP", LEARN_WEIGHT_NONE },
  { "DELE", "msg", READY, NULL, LEARN_WEIGHT_CHANGES },
  { "NOOP", "", READY, NULL, LEARN_WEIGHT_NONE },
  { "RSET", "", READY, NULL, LEARN_WEIGHT_NONE },
  { "QUIT", "", START | READY, NULL, LEARN_WEIGHT_NONE },
};

/* RFC 5321 §4.1.4, 3207, 4954, 3030 */
static const LearnConsoleWord smtp_words[] = {
  { "EHLO", "domain", ANY, NULL, LEARN_WEIGHT_NONE },
  { "HELO", "domain", ANY, NULL, LEARN_WEIGHT_NONE },
  { "STARTTLS", "", READY, "STARTTLS", LEARN_WEIGHT_NONE },
  { "AUTH", "mechanism [initial-response]", READY, "AUTH", LEARN_WEIGHT_NONE },
  { "MAIL", "FROM:<reverse-path> [parameters]", READY, NULL, LEARN_WEIGHT_NONE },
  { "RCPT", "TO:<forward-path> [parameters]", OPEN | RCPT, NULL, LEARN_WEIGHT_NONE },
  { "DATA", "", RCPT, NULL, LEARN_WEIGHT_CHANGES },
  { "BDAT", "size [LAST]", RCPT, "CHUNKING", LEARN_WEIGHT_CHANGES },
  { "RSET", "", ANY, NULL, LEARN_WEIGHT_NONE },
  { "NOOP", "", ANY, NULL, LEARN_WEIGHT_NONE },
  { "HELP", "[topic]", ANY, NULL, LEARN_WEIGHT_NONE },
  { "VRFY", "name", ANY, NULL, LEARN_WEIGHT_NONE },
  { "EXPN", "list", ANY, "EXPN", LEARN_WEIGHT_NONE },
  { "ETRN", "domain", READY, "ETRN", LEARN_WEIGHT_NONE },
  { "QUIT", "", ANY, NULL, LEARN_WEIGHT_NONE },
};

/* RFC 9051 §6, and the extensions named. */
static const LearnConsoleWord imap_words[] = {
  { "CAPABILITY", "", ANY, NULL, LEARN_WEIGHT_NONE },
  { "NOOP", "", ANY, NULL, LEARN_WEIGHT_NONE },
  { "ID", "(name value …) | NIL", ANY, "ID", LEARN_WEIGHT_NONE },
  { "STARTTLS", "", START, "STARTTLS", LEARN_WEIGHT_NONE },
  { "AUTHENTICATE", "mechanism [initial-response]", START, NULL, LEARN_WEIGHT_NONE },
  { "LOGIN", "user password", START, NULL, LEARN_WEIGHT_NONE },
  { "ENABLE", "capability …", READY, "ENABLE|IMAP4REV2", LEARN_WEIGHT_NONE },
  { "SELECT", "mailbox", IN, NULL, LEARN_WEIGHT_NONE },
  { "EXAMINE", "mailbox", IN, NULL, LEARN_WEIGHT_NONE },
  { "LIST", "reference pattern", IN, NULL, LEARN_WEIGHT_NONE },
  { "LSUB", "reference pattern", IN, NULL, LEARN_WEIGHT_NONE },
  { "STATUS", "mailbox (items)", IN, NULL, LEARN_WEIGHT_NONE },
  { "NAMESPACE", "", IN, "NAMESPACE|IMAP4REV2", LEARN_WEIGHT_NONE },
  { "CREATE", "mailbox", IN, NULL, LEARN_WEIGHT_CHANGES },
  { "RENAME", "mailbox new-name", IN, NULL, LEARN_WEIGHT_CHANGES },
  { "DELETE", "mailbox", IN, NULL, LEARN_WEIGHT_DESTROYS },
  { "SUBSCRIBE", "mailbox", IN, NULL, LEARN_WEIGHT_NONE },
  { "UNSUBSCRIBE", "mailbox", IN, NULL, LEARN_WEIGHT_NONE },
  { "APPEND", "mailbox [(flags)] [date] {}", IN, NULL, LEARN_WEIGHT_CHANGES },
  { "IDLE", "", IN, "IDLE|IMAP4REV2", LEARN_WEIGHT_NONE },
  { "GETQUOTAROOT", "mailbox", IN, "QUOTA", LEARN_WEIGHT_NONE },
  { "GETQUOTA", "root", IN, "QUOTA", LEARN_WEIGHT_NONE },
  { "SETQUOTA", "root (resources)", IN, "QUOTASET|QUOTA", LEARN_WEIGHT_NONE },
  { "MYRIGHTS", "mailbox", IN, "ACL", LEARN_WEIGHT_NONE },
  { "GETACL", "mailbox", IN, "ACL", LEARN_WEIGHT_NONE },
  { "LISTRIGHTS", "mailbox name", IN, "ACL", LEARN_WEIGHT_NONE },
  { "SETACL", "mailbox name rights", IN, "ACL", LEARN_WEIGHT_NONE },
  { "DELETEACL", "mailbox name", IN, "ACL", LEARN_WEIGHT_NONE },
  { "GETMETADATA", "mailbox entries", IN, "METADATA", LEARN_WEIGHT_NONE },
  { "SETMETADATA", "mailbox (entry value …)", IN, "METADATA", LEARN_WEIGHT_NONE },
  { "NOTIFY", "SET (…) | NONE", IN, "NOTIFY", LEARN_WEIGHT_NONE },
  { "FETCH", "positions items", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "UID FETCH", "uids items", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "SEARCH", "keys", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "UID SEARCH", "keys", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "SORT", "(criteria) charset keys", OPEN, "SORT", LEARN_WEIGHT_NONE },
  { "UID SORT", "(criteria) charset keys", OPEN, "SORT", LEARN_WEIGHT_NONE },
  { "THREAD", "algorithm charset keys", OPEN, "THREAD=", LEARN_WEIGHT_NONE },
  { "UID THREAD", "algorithm charset keys", OPEN, "THREAD=", LEARN_WEIGHT_NONE },
  { "STORE", "positions [+|-]FLAGS (flags)", OPEN, NULL, LEARN_WEIGHT_CHANGES },
  { "UID STORE", "uids [+|-]FLAGS (flags)", OPEN, NULL, LEARN_WEIGHT_CHANGES },
  { "COPY", "positions mailbox", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "UID COPY", "uids mailbox", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "MOVE", "positions mailbox", OPEN, "MOVE|IMAP4REV2", LEARN_WEIGHT_CHANGES },
  { "UID MOVE", "uids mailbox", OPEN, "MOVE|IMAP4REV2", LEARN_WEIGHT_CHANGES },
  { "REPLACE", "position mailbox [(flags)] {}", OPEN, "REPLACE", LEARN_WEIGHT_DESTROYS },
  { "UID REPLACE", "uid mailbox [(flags)] {}", OPEN, "REPLACE", LEARN_WEIGHT_DESTROYS },
  { "EXPUNGE", "", OPEN, NULL, LEARN_WEIGHT_DESTROYS },
  { "UID EXPUNGE", "uids", OPEN, "UIDPLUS|IMAP4REV2", LEARN_WEIGHT_DESTROYS },
  { "CLOSE", "", OPEN, NULL, LEARN_WEIGHT_DESTROYS },
  { "UNSELECT", "", OPEN, "UNSELECT|IMAP4REV2", LEARN_WEIGHT_NONE },
  { "CHECK", "", OPEN, NULL, LEARN_WEIGHT_NONE },
  { "LOGOUT", "", ANY, NULL, LEARN_WEIGHT_NONE },
};

const LearnConsoleWord *
learn_console_words (const char *protocol, guint *n)
{
  if (strcmp (protocol, "pop3") == 0)
    {
      *n = G_N_ELEMENTS (pop3_words);
      return pop3_words;
    }
  if (strcmp (protocol, "smtp") == 0)
    {
      *n = G_N_ELEMENTS (smtp_words);
      return smtp_words;
    }
  *n = G_N_ELEMENTS (imap_words);
  return imap_words;
}

/* What the standards call the states a session is in, and what people may call them. */
static const struct
{
  const char *state;
  guint when;
  const char *words;
} states[] = {
  { "AUTHORIZATION", START, N_ ("not signed in") },
  { "TRANSACTION", READY, N_ ("signed in") },
  { "start", START, N_ ("not signed in") },
  { "ready", READY, N_ ("ready for a letter") },
  { "mail", OPEN, N_ ("sender named") },
  { "rcpt", RCPT, N_ ("recipients named") },
  { "data", 0, N_ ("the letter is awaited") },
  { "quit", 0, N_ ("goodbye was said") },
  { "not authenticated", START, N_ ("not signed in") },
  { "authenticated", READY, N_ ("signed in") },
  { "selected", OPEN, N_ ("folder open") },
  { "UPDATE", 0, N_ ("goodbye was said") },
  { "logout", 0, N_ ("goodbye was said") },
};

const char *
learn_console_state_text (const BaseMoment *now)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (strcmp (now->state, states[i].state) == 0)
      return _ (states[i].words);
  return now->state;
}

guint
learn_console_when (const BaseMoment *now)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (strcmp (now->state, states[i].state) == 0)
      return states[i].when;
  return 0;
}
