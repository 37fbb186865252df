/* Sets of sequence numbers or UIDs: "1:4,7,9:*" (RFC 9051 §9 sequence-set). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number that "*" stands for: the largest there is. */
#define IMAP_SET_LAST G_MAXUINT32

typedef struct
{
  guint32 first, last;
} ImapRange;

typedef struct _ImapSet ImapSet;

ImapSet *imap_set_new (void);
ImapSet *imap_set_new_single (guint32 number);
/* "$", what the last SEARCH RETURN (SAVE) kept (RFC 5182). */
ImapSet *imap_set_new_saved (void);
/* Sets are immutable once they are shared; the count is atomic. */
ImapSet *imap_set_ref (ImapSet *set);
void imap_set_unref (ImapSet *set);

/* Adds a range in the order given; one that continues the last range is merged with it. */
void imap_set_add (ImapSet *set, guint32 first, guint32 last);
/* How many ranges there are; they stay the set's. first may be above last, as the wire allows. */
guint imap_set_ranges (const ImapSet *set, const ImapRange **ranges);
gboolean imap_set_is_saved (const ImapSet *set);
/* "*" contains no number but itself. */
gboolean imap_set_contains (const ImapSet *set, guint32 number);
/* Numbers in the set; a range that ends in "*" counts as one. */
guint64 imap_set_count (const ImapSet *set);
/* %NULL: not a set. @len -1: up to the NUL. (transfer full) */
ImapSet *imap_set_parse (const char *text, gssize len);
void imap_set_write (const ImapSet *set, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapSet, imap_set_unref)

G_END_DECLS
