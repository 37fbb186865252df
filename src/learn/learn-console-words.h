/* When each command may be said, and what it does to letters; for learn-console, whose rows these
 * are. */
#pragma once

#include "base-moment.h"

G_BEGIN_DECLS

/* States of a session, over the three protocols. */
enum
{
  LEARN_WHEN_START = 1 << 0, /* IMAP not authenticated, POP3 AUTHORIZATION, SMTP before EHLO */
  LEARN_WHEN_READY = 1 << 1, /* IMAP authenticated, POP3 TRANSACTION, SMTP after EHLO */
  LEARN_WHEN_OPEN = 1 << 2,  /* IMAP selected, SMTP after MAIL */
  LEARN_WHEN_RCPT = 1 << 3,  /* SMTP after RCPT */
  LEARN_WHEN_ANY = 0xf
};

typedef enum
{
  LEARN_WEIGHT_NONE,    /* letters stay as and where they are */
  LEARN_WEIGHT_CHANGES, /* something becomes otherwise, and can be put back */
  LEARN_WEIGHT_DESTROYS /* letters go, for good */
} LearnWeight;

typedef struct
{
  const char *word;     /* "FETCH"; with UID in front it is a row of its own */
  const char *synopsis; /* arguments; not translated, they are the RFC's names */
  guint when;
  const char *offer; /* what has to be offered, alternatives parted by "|" (nullable) */
  LearnWeight weight;
} LearnConsoleWord;

/* The rows of @protocol; *n of them. */
const LearnConsoleWord *learn_console_words (const char *protocol, guint *n);
/* The session's state as one of the above; 0: nothing may be said. */
guint learn_console_when (const BaseMoment *now);
/* The same in words: "signed in"; as the core names it where nobody has a word. (static or of @now,
 * translated) */
const char *learn_console_state_text (const BaseMoment *now);

G_END_DECLS
