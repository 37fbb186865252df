/* Mailboxes of the practice post office on disk: a folder for each, with a file for each letter and
 * an index of what IMAP and POP3 know of them; and one file that says which mailboxes there are.
 *
 *   DIR/lock                        held while the office is open
 *   DIR/office                      the mailboxes and subscriptions of everybody
 *   DIR/USER/UIDVALIDITY/index      a mailbox: its counters, and UID, flags and dates of each
 * letter DIR/USER/UIDVALIDITY/UID.eml    a letter's exact bytes
 *
 * Each file is written whole beside its place, synced and renamed into it, letters before the index
 * that names them; so an interruption leaves the state before or the one after, and no UID that a
 * client was told of is ever another letter's. Index and office carry a checksum: what does not
 * fit it is not believed. */
#pragma once

#include "practice-mailbox.h"

G_BEGIN_DECLS

typedef struct _PracticeDisk PracticeDisk;

/* Fails with G_IO_ERROR_BUSY if another office has it open. @dir is created. */
PracticeDisk *practice_disk_open (const char *dir, GError **error);
void practice_disk_close (PracticeDisk *disk);

/* What the office file says; %NULL: there is none, or it is damaged. See practice-keep.c. (transfer
 * full) */
GVariant *practice_disk_read_office (PracticeDisk *disk, const GVariantType *type);
/* @office: not floating. */
gboolean practice_disk_write_office (PracticeDisk *disk, GVariant *office, GError **error);

/* UIDVALIDITY (guint32) of the mailboxes a user has on disk, whether or not they are in use. */
GArray *practice_disk_list (PracticeDisk *disk, const char *user);
/* Reads what was written. A letter whose file is gone counts as expunged. %NULL: there is none, or
 * it is damaged. (transfer full) */
PracticeMailbox *
practice_disk_read_mailbox (PracticeDisk *disk, const char *user, guint32 uidvalidity);
/* The letters of a damaged mailbox, in the order of their UIDs: PracticeMessage. */
GPtrArray *practice_disk_salvage (PracticeDisk *disk, const char *user, guint32 uidvalidity);

/* Letters that are not on disk yet, then the index. */
gboolean practice_disk_write_mailbox (PracticeDisk *disk,
                                      const char *user,
                                      PracticeMailbox *mailbox,
                                      GError **error);
/* Removes the files of letters that are no longer in @mailbox. */
void practice_disk_tidy_mailbox (PracticeDisk *disk, const char *user, PracticeMailbox *mailbox);
void practice_disk_remove (PracticeDisk *disk, const char *user, guint32 uidvalidity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeDisk, practice_disk_close)

G_END_DECLS
