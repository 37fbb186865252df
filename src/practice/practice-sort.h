/* Letters in order: what SORT and THREAD compare (RFC 5256, RFC 5957). */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

/* One letter, as it is compared: text folded as i;unicode-casemap has it (RFC 5051). */
typedef struct
{
  guint place;    /* from 0: decides where all else is the same */
  gint64 arrival; /* INTERNALDATE */
  gint64 sent;    /* UTC; INTERNALDATE where the letter does not say */
  gsize size;
  char *subject;        /* base subject */
  gboolean answers;     /* the subject marks a reply or a forwarded letter */
  char *from, *to, *cc; /* the first address' local part; "" */
  char *display_from, *display_to;
  char *id;          /* Message-ID without brackets (nullable) */
  char **references; /* oldest first; else In-Reply-To's first */
} PracticeSortKeys;

void practice_sort_read (
    PracticeSortKeys *keys, MailMessage *message, guint place, gint64 arrival, gsize size);
/* GArray of PracticeSortKeys that frees what they hold. */
GArray *practice_sort_keys_new (void);

/* Whether all of @criteria are known, each REVERSE with one behind it. */
gboolean practice_sort_is_known (char **criteria);
void practice_sort (GArray *keys, char **criteria);

/* What THREAD answers, without its word: "(2)(3 6 (4 23)(44 7 96))"; @numbers: guint32 by place.
 * @keys are in the order of the mailbox. %NULL: not an algorithm. (transfer full) */
char *practice_thread (const char *algorithm, GArray *keys, const GArray *numbers);

G_END_DECLS
