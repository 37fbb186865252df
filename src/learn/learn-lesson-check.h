/* The checks of a lesson: one line each, asked of what really happened. All look at the step they
 * stand in, and at where letters are at its end:
 *
 *     [not] DEVICE said "WORDS"           a line of the client has these words
 *     [not] DEVICE heard "WORDS"          a line of the server has
 *     [not] DEVICE order WORD WORD …      these were said in this order; COMMIT is when a letter's
 *                                         bytes were safe on the device's disk
 *     [not] DEVICE done|refused VERB      how the last such command ended; refused is also "try
 *                                         again later"; cut: the line was, before the answer
 *     [not] DEVICE failed                 its last action ended with an error
 *     [not] DEVICE ledger STATE ["SUBJECT"]   its ledger took such a note
 *     [not] DEVICE has "SUBJECT" [in=F]   holds the whole letter
 *     [not] DEVICE lists "SUBJECT" [in=F] a person sees it there
 *     [not] DEVICE counts N [in=F]        letters that are seen there, in all folders or in F
 *     [not] server has|counts …           the same of the post office; user=NAME: somebody else's
 *     [not] DEVICE|server read|starred|doomed "SUBJECT"   the mark is on it (\Deleted: doomed)
 *     [not] server contains "SUBJECT" "WORDS" [user=NAME]   the letter's own text does
 *     [not] hosts said|heard|order|done|refused|cut …   the same of the two domains' hosts, where
 *                                         one calls at the other
 *     [not] listener heard "WORDS"        somebody on the line could read them
 *     quota falls|rises|stays             the server's own words, against those before
 *     numbering changes|stays             the UIDVALIDITY of a folder that was opened, against the
 *                                         one that the same device was told before
 *
 * A verb of two words is quoted: done "UID FETCH". */
#pragma once

#include "learn-lesson-action.h"
#include "learn-lesson-facts.h"

G_BEGIN_DECLS

/* Who speaks in a recording that is replayed. */
#define LEARN_LESSON_RECORDING "recording"

typedef enum
{
  LEARN_CHECK_SAID,
  LEARN_CHECK_HEARD,
  LEARN_CHECK_ORDER,
  LEARN_CHECK_DONE,
  LEARN_CHECK_REFUSED,
  LEARN_CHECK_CUT,
  LEARN_CHECK_FAILED,
  LEARN_CHECK_LEDGER,
  LEARN_CHECK_HAS,
  LEARN_CHECK_LISTS,
  LEARN_CHECK_COUNTS,
  LEARN_CHECK_READ,
  LEARN_CHECK_STARRED,
  LEARN_CHECK_DOOMED,
  LEARN_CHECK_CONTAINS,
  LEARN_CHECK_OVERHEARD,
  LEARN_CHECK_QUOTA,
  LEARN_CHECK_NUMBERING
} LearnCheckKind;

typedef struct
{
  LearnCheckKind kind;
  gboolean negated;
  char *who;        /* a device, "server", "hosts", "listener", "quota" or "numbering" */
  GPtrArray *words; /* char *: what comes after */
  guint number;     /* COUNTS */
  int state;        /* LEDGER: StoreLedgerState */
  char *folder;     /* (nullable) */
  char *user;       /* of the server's mailbox (nullable: the devices') */
  char *says;       /* what it means, for people; set by the lesson */
  guint line;
} LearnCheck;

/* @devices: LearnLessonDevice. (transfer full) */
LearnCheck *learn_check_parse (const char *text, GPtrArray *devices, guint line, GError **error);
void learn_check_free (LearnCheck *check);
gboolean learn_check_holds (const LearnCheck *check, const LearnFacts *facts);

/* The words for ledger states: "copied-here", "delete-asked" …; NULL-terminated. */
const char *const *learn_check_states (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnCheck, learn_check_free)

G_END_DECLS
