/* The values of the IMAP grammar that both commands and responses are made of (RFC 9051 §9, with
 * what RFC 3501 had). Plain structs with public fields; free functions clear what they own. */
#pragma once

#include "base-body.h"
#include "base-core.h"

G_BEGIN_DECLS

/* A string of the protocol: NIL, quoted, atom or literal. A literal above the limit was streamed and
 * has a stream number instead of bytes. */
typedef struct {
  GBytes *bytes;   /* NULL: NIL, or streamed */
  guint64 stream;  /* not 0: the literal came as IMAP_EVENT_LITERAL_* events with this number */
  guint64 size;    /* bytes of the literal or of @bytes */
} ImapString;

/* Sequence or UID set: ranges; G_MAXUINT32 stands for "*". "$" (SEARCHRES) is saved = TRUE. */
typedef struct {
  guint32 first, last;
} ImapRange;

typedef struct _ImapSet ImapSet;
ImapSet *imap_set_new (void);
ImapSet *imap_set_new_single (guint32 number);
ImapSet *imap_set_ref (ImapSet *set);
void imap_set_unref (ImapSet *set);
void imap_set_add (ImapSet *set, guint32 first, guint32 last); /* before it is shared; adjacent merge */
guint imap_set_ranges (const ImapSet *set, const ImapRange **ranges);
gboolean imap_set_contains (const ImapSet *set, guint32 number);
guint64 imap_set_count (const ImapSet *set); /* numbers in it; ranges up to "*" count as one */
ImapSet *imap_set_parse (const char *text, gssize len); /* NULL: not a set */
void imap_set_write (const ImapSet *set, GString *out);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapSet, imap_set_unref)

/* Flags: the system flags as bits, the rest as keywords. */
typedef enum {
  IMAP_FLAG_SEEN = 1 << 0,
  IMAP_FLAG_ANSWERED = 1 << 1,
  IMAP_FLAG_FLAGGED = 1 << 2,
  IMAP_FLAG_DELETED = 1 << 3,
  IMAP_FLAG_DRAFT = 1 << 4,
  IMAP_FLAG_RECENT = 1 << 5,
  IMAP_FLAG_WILDCARD = 1 << 6 /* \* in PERMANENTFLAGS */
} ImapFlag;

typedef struct {
  guint bits;       /* ImapFlag */
  char **keywords;  /* NULL-terminated, as the server spells them; NULL: none */
} ImapFlags;
void imap_flags_clear (ImapFlags *flags);
void imap_flags_write (const ImapFlags *flags, GString *out); /* with parentheses */

/* Special uses and attributes of a mailbox (RFC 6154, 5258, 3348). */
typedef enum {
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

/* Mailbox names travel in modified UTF-7 (RFC 3501 §5.1.3) or UTF-8 (after UTF8=ACCEPT or rev2);
 * everywhere in this program they are UTF-8. INBOX is always "INBOX". */
char *imap_mailbox_decode (const char *name, gsize len); /* never NULL: odd names are kept as they are */
char *imap_mailbox_encode (const char *utf8);

/* date-time of INTERNALDATE: UTC seconds and offset in minutes. */
gboolean imap_date_parse (const char *text, gsize len, gint64 *utc, gint *offset);
void imap_date_write (gint64 utc, gint offset, GString *out);

/* ENVELOPE: header values raw as the server gave them (RFC 2047 not decoded). */
typedef struct {
  char *name, *adl, *mailbox, *host; /* each NULL for NIL; group syntax has host NULL */
} ImapAddress;
typedef struct {
  char *date, *subject, *in_reply_to, *message_id;
  GArray *from, *sender, *reply_to, *to, *cc, *bcc; /* ImapAddress; NULL for NIL */
} ImapEnvelope;
void imap_envelope_free (ImapEnvelope *envelope);

/* BODY / BODYSTRUCTURE as a tree. */
typedef struct _ImapBody ImapBody;
struct _ImapBody {
  char *type, *subtype;
  GPtrArray *children;          /* ImapBody: multipart's parts, or the one of message/rfc822; NULL */
  char **parameters;            /* name, value, name, value, …, NULL */
  char *id, *description, *encoding, *md5;
  guint64 size, lines;
  ImapEnvelope *envelope;       /* message/rfc822 */
  char *disposition;
  char **disposition_parameters;
  char **languages;
  char *location;
};
void imap_body_free (ImapBody *body);

void imap_string_clear (ImapString *string);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapEnvelope, imap_envelope_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapBody, imap_body_free)

G_END_DECLS
