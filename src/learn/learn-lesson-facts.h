/* What really happened in a lesson, gathered from the tap, the devices' ledgers and the mailboxes:
 * what its checks are asked of, and what the two devices' view shows. One thread. */
#pragma once

#include "store-types.h"
#include "wire-lines.h"

G_BEGIN_DECLS

typedef enum
{
  LEARN_MOMENT_SAID,    /* a line of the client */
  LEARN_MOMENT_HEARD,   /* a line of the server */
  LEARN_MOMENT_OUTCOME, /* an exchange ended */
  LEARN_MOMENT_LEDGER   /* a ledger took note */
} LearnMomentKind;

/* Who speaks where the two domains' hosts call at each other: the one that calls is the client. */
#define LEARN_LESSON_HOSTS "hosts"

typedef struct
{
  LearnMomentKind kind;
  char *device;           /* or LEARN_LESSON_HOSTS */
  char *text;             /* the line; LEDGER: the letter's subject */
  const char *verb;       /* OUTCOME: interned */
  BaseOutcome outcome;    /* OUTCOME */
  StoreLedgerState state; /* LEDGER */
  gint64 when;            /* UTC microseconds */
} LearnMoment;

typedef enum
{
  LEARN_LETTER_WHOLE = 1, /* its bytes are there, not only headers */
  LEARN_LETTER_READ = 2,
  LEARN_LETTER_STARRED = 4,
  LEARN_LETTER_DELETED = 8, /* \Deleted, or DELE before QUIT: it may yet stay */
  LEARN_LETTER_LISTED = 16  /* a person sees it in a list there */
} LearnLetterState;

typedef struct
{
  char *place;  /* "server", or a device's name */
  char *user;   /* whose mailbox */
  char *folder; /* "INBOX" */
  char *subject;
  guint state;  /* LearnLetterState */
  char *source; /* as text; the server's letters alone (nullable) */
} LearnLetter;

typedef struct
{
  GPtrArray *moments;   /* LearnMoment, of this step, in the order they were noted */
  GPtrArray *letters;   /* LearnLetter, as things are now */
  GPtrArray *overheard; /* char *: the lines that somebody on the line could read, of this step */
  GHashTable *failures; /* device → what its last action failed with, in this step */
  GHashTable *verbs;    /* of exchanges that have begun */
  gint64 ahead;         /* of the computer's clock, by which the tap tells: the practice world's,
                           microseconds */
  gint64 quota_before, quota_now; /* what servers said is used, in 1024 bytes; -1: never said */
  gboolean quota_told;            /* in this step */
  GHashTable *folders;            /* device → the folder it opened last */
  GHashTable *numberings;         /* "device folder" → its UIDVALIDITY, as last told */
  gboolean numbering_told, numbering_changed; /* in this step: some, and one that was known */
} LearnFacts;

/* Whose side of @connection a lesson tells of: a device's name, or LEARN_LESSON_HOSTS. (transfer
 * none) (nullable) */
const char *learn_facts_speaker (const WireConnection *connection);

LearnFacts *learn_facts_new (void);
void learn_facts_free (LearnFacts *facts);

/* What was said and overheard until now is not asked for any more. */
void learn_facts_begin_step (LearnFacts *facts);
/* A client's side of a connection: learn_facts_speaker() says whose. */
void learn_facts_add_event (LearnFacts *facts,
                            WireLines *lines,
                            const WireEvent *event,
                            const WireConnection *connection);
/* @entry was noted since the clock was last put forward. */
void learn_facts_add_ledger (LearnFacts *facts,
                             const char *device,
                             const char *subject,
                             const StoreLedgerEntry *entry);
/* @text: a line as it went over the line, readable for everybody. */
void learn_facts_add_overheard (LearnFacts *facts, const char *text);
void learn_facts_set_failed (LearnFacts *facts, const char *device, const char *reason);

void learn_facts_clear_letters (LearnFacts *facts);
void learn_facts_add_letter (LearnFacts *facts,
                             const char *place,
                             const char *user,
                             const char *folder,
                             const char *subject,
                             guint state,
                             const char *source);

/* LearnLetter, without the sources of the server's letters. (transfer full) */
GPtrArray *learn_facts_copy_letters (const LearnFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnFacts, learn_facts_free)

G_END_DECLS
