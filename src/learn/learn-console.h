/* Help for someone who types to a server: which commands may be said now, why the others may not,
 * what the typed line is, and what it would do to letters before it goes. Pure: it knows the
 * session from what the caller noted of it, and says nothing to anybody. */
#pragma once

#include "base-moment.h"
#include "learn-annotator.h"
#include "learn-console-words.h"
#include "store-read.h"

G_BEGIN_DECLS

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
GPtrArray *learn_console_suggest (const BaseMoment *now, const char *typed, const char *language);
/* @typed with its command written out as the first of these, and a space where arguments follow;
 * %NULL: it is written out, or arguments stand behind it, which are the person's. (transfer full)
 */
char *learn_console_complete (const BaseMoment *now, const char *typed);
/* Why @typed may not be said now, in a sentence that says what would help; NULL: it may, or nobody
 * knows such a word, which a server may well do. (transfer full) */
char *learn_console_objection (const BaseMoment *now, const char *typed);
/* What the line is, part by part, though it may be unfinished. @checkpoint: of the session
 * (nullable). (transfer full) */
LearnCard *learn_console_explain (const BaseMoment *now,
                                  GVariant *checkpoint,
                                  const char *typed,
                                  const char *language);

/* What @typed would act on. */
typedef struct
{
  LearnWeight weight;
  gboolean uids;   /* @set holds UIDs; else positions, which POP3 counts by session */
  char *set;       /* "4711:4713,5"; NULL: it names none */
  char *folder;    /* IMAP: all letters in it (nullable) */
  gboolean marked; /* IMAP: all that are marked \Deleted in the open folder */
} LearnConsoleTarget;

void learn_console_target_clear (LearnConsoleTarget *target);
void learn_console_target (const BaseMoment *now, const char *typed, LearnConsoleTarget *target);

/* What is known here of the letters that @target means, added to @meant, which is all zero. */
typedef void (*LearnConsoleLook) (gpointer data,
                                  const LearnConsoleTarget *target,
                                  StoreMeant *meant);

/* What would happen if @typed went now; NULL if it changes no letter. @look is asked about those
 * that it means. (transfer full) */
char *learn_console_warning (const BaseMoment *now,
                             const char *typed,
                             LearnConsoleLook look,
                             gpointer data);

/* The bytes of the line @typed: with its CRLF, and for IMAP with the tag "c@number" if it has none.
 * Where the line ends in "{}" the literal's size is filled in for @text, and where the server takes
 * literals without being asked, @text stands behind it at once; *rest is what has to be said after
 * the server's "+" (nullable). @text is nullable. (both transfer full) */
GBytes *learn_console_line (
    const BaseMoment *now, const char *typed, guint number, const char *text, GBytes **rest);
/* The bytes of a text that the server waits for, up to a whole line end; for SMTP dots are stuffed,
 * and the lone dot is a line of its own to be said behind it. (transfer full) */
GBytes *learn_console_text (const BaseMoment *now, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnSuggestion, learn_suggestion_free)

G_END_DECLS
