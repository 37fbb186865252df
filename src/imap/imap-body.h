/* BODY and BODYSTRUCTURE: the MIME tree of a message, as the server read it (RFC 9051 §7.5.2). */
#pragma once

#include "imap-envelope.h"

G_BEGIN_DECLS

typedef struct _ImapBody ImapBody;

/* One node. Strings are %NULL for NIL; type and subtype are as the server spelled them. */
struct _ImapBody
{
  char *type, *subtype;
  GPtrArray *children; /* ImapBody: a multipart's parts, or the one of message/rfc822; else NULL */
  char **parameters;   /* name, value, name, value …, NULL */
  char *id, *description, *encoding, *md5;
  guint64 size, lines;
  ImapEnvelope *envelope; /* message/rfc822 */
  char *disposition;
  char **disposition_parameters;
  char **languages;
  char *location;
  gboolean extended; /* BODYSTRUCTURE's extension data were there */
};

ImapBody *imap_body_new (void);
void imap_body_free (ImapBody *body);
gboolean imap_body_is_multipart (const ImapBody *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapBody, imap_body_free)

G_END_DECLS
