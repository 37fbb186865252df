/* Mailboxes: their names on the wire and in this program, and the attributes LIST gives them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Attributes (RFC 9051 §7.3.1, 5258, 3348) and, from bit 16 on, special uses (RFC 6154, 8457). */
typedef enum
{
  IMAP_MAILBOX_NOSELECT = 1 << 0,
  IMAP_MAILBOX_NONEXISTENT = 1 << 1,
  IMAP_MAILBOX_NOINFERIORS = 1 << 2,
  IMAP_MAILBOX_HASCHILDREN = 1 << 3,
  IMAP_MAILBOX_HASNOCHILDREN = 1 << 4,
  IMAP_MAILBOX_MARKED = 1 << 5,
  IMAP_MAILBOX_UNMARKED = 1 << 6,
  IMAP_MAILBOX_SUBSCRIBED = 1 << 7,
  IMAP_MAILBOX_REMOTE = 1 << 8,
  IMAP_MAILBOX_ALL = 1 << 16,
  IMAP_MAILBOX_ARCHIVE = 1 << 17,
  IMAP_MAILBOX_DRAFTS = 1 << 18,
  IMAP_MAILBOX_FLAGGED = 1 << 19,
  IMAP_MAILBOX_JUNK = 1 << 20,
  IMAP_MAILBOX_SENT = 1 << 21,
  IMAP_MAILBOX_TRASH = 1 << 22,
  IMAP_MAILBOX_IMPORTANT = 1 << 23
} ImapMailboxAttribute;

/* The bits from which on an attribute is a special use. */
#define IMAP_MAILBOX_USES (~0u << 16)

/* The bit of "\Sent" (any case, with or without the backslash), or 0. */
guint imap_mailbox_attribute_find (const char *name, gsize len);
/* The word of one bit, with its backslash; static. */
const char *imap_mailbox_attribute_name (guint bit);

/* Mailbox names travel in modified UTF-7 (RFC 3501 §5.1.3), or in UTF-8 after UTF8=ACCEPT or with
 * IMAP4rev2; everywhere in this program they are UTF-8. INBOX, in any case, is "INBOX".
 * Never %NULL: what is not valid modified UTF-7 is taken as UTF-8, or else as Latin-1.
 * (transfer full) */
char *imap_mailbox_decode (const char *name, gsize len);
/* Whether it is modified UTF-7, just as encode() writes it: the only way that RFC 3501 §5.1.3
 * leaves open. */
gboolean imap_mailbox_is_encoded (const char *name, gsize len);
char *imap_mailbox_encode (const char *utf8);

G_END_DECLS
