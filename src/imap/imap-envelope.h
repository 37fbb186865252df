/* ENVELOPE: the header fields a list needs, as the server read them (RFC 9051 §7.5.2). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One address; each member %NULL for NIL. A group starts with an address whose host is %NULL and
 * whose mailbox is the group's name, and ends with one whose mailbox is %NULL too. */
typedef struct
{
  char *name, *adl, *mailbox, *host;
} ImapAddress;

/* Values raw as the server gave them: RFC 2047 not decoded, maybe not UTF-8. %NULL for NIL. */
typedef struct
{
  char *date, *subject, *in_reply_to, *message_id;
  GArray *from, *sender, *reply_to, *to, *cc, *bcc; /* ImapAddress */
} ImapEnvelope;

ImapEnvelope *imap_envelope_new (void);
void imap_envelope_free (ImapEnvelope *envelope);
/* An empty array of ImapAddress that frees what it holds. */
GArray *imap_envelope_addresses_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapEnvelope, imap_envelope_free)

G_END_DECLS
