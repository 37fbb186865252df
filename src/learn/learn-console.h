/* Help for someone who types to a server: which commands may be said now, why the others may not,
 * what the typed line is, and what it would do to letters before it goes. Pure: it knows the
 * session from what the caller noted of it, and says nothing to anybody. */
#pragma once

#include "learn-annotator.h"

G_BEGIN_DECLS

/* The session at this moment. */
typedef struct
{
  const char *protocol; /* "imap", "pop3", "smtp" */
  const char *state;    /* as base_core_state() names it */
  gboolean encrypted;
  const char *const *offers; /* base_core_dup_offers() (nullable) */
  char *mailbox;             /* IMAP: the one selected (nullable) */
  guint leaving;             /* POP3: letters marked in this session, which QUIT removes */
  gboolean wants_more;       /* the server waits for the rest of a command: text, or an answer */
} LearnConsoleNow;

typedef struct
{
  const char *command;  /* "UID FETCH" */
  const char *synopsis; /* what follows it, in the RFC's manner: "uids items"; "" if nothing */
  const LearnEntry *entry;
  gboolean legal;
  char *reason; /* why not now; NULL if it is legal */
} LearnSuggestion;

void learn_suggestion_free (LearnSuggestion *suggestion);

/* Commands that begin as @typed does ("" for all), in any case, with or without a tag; those that
 * may be said now first. (transfer full, element: LearnSuggestion) */
GPtrArray *
learn_console_suggest (const LearnConsoleNow *now, const char *typed, const char *language);
/* Why @typed may not be said now, in a sentence that says what would help; NULL: it may, or nobody
 * knows such a word, which a server may well do. (transfer full) */
char *learn_console_objection (const LearnConsoleNow *now, const char *typed);
/* What the line is, part by part, though it may be unfinished. @checkpoint: of the session
 * (nullable). (transfer full) */
LearnCard *learn_console_explain (const LearnConsoleNow *now,
                                  GVariant *checkpoint,
                                  const char *typed,
                                  const char *language);

typedef enum
{
  LEARN_WEIGHT_NONE,    /* letters stay as and where they are */
  LEARN_WEIGHT_CHANGES, /* something becomes otherwise, and can be put back */
  LEARN_WEIGHT_DESTROYS /* letters go, for good */
} LearnWeight;

/* What @typed would act on. */
typedef struct
{
  LearnWeight weight;
  gboolean uids; /* @set holds UIDs; else positions, which POP3 counts by session */
  char *set;     /* "4711:4713,5"; NULL: it names none, and means all that are marked */
} LearnConsoleTarget;

void learn_console_target_clear (LearnConsoleTarget *target);
void
learn_console_target (const LearnConsoleNow *now, const char *typed, LearnConsoleTarget *target);

/* What the ledger knows of the letters meant. */
typedef struct
{
  guint known;      /* of the letters meant, those known here */
  guint only_there; /* of these, without a whole copy on this computer */
  char *subject;    /* of one of them (nullable) */
} LearnConsoleFacts;

/* What would happen if @typed went now; NULL if it changes no letter. @facts: NULL if nothing is
 * known. (transfer full) */
char *learn_console_warning (const LearnConsoleNow *now,
                             const char *typed,
                             const LearnConsoleFacts *facts);

/* The bytes of the line @typed: with its CRLF, and for IMAP with the tag "c@number" if it has none.
 * Where the line ends in "{}" the literal's size is filled in for @text, and where the server takes
 * literals without being asked, @text stands behind it at once; *rest is what has to be said after
 * the server's "+" (nullable). @text is nullable. (both transfer full) */
GBytes *learn_console_line (
    const LearnConsoleNow *now, const char *typed, guint number, const char *text, GBytes **rest);
/* The bytes of a text that the server waits for, up to a whole line end; for SMTP dots are stuffed,
 * and the lone dot is a line of its own to be said behind it. (transfer full) */
GBytes *learn_console_text (const LearnConsoleNow *now, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnSuggestion, learn_suggestion_free)

G_END_DECLS
