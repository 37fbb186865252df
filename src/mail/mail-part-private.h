/* The inside of a part, shared by those who build it (mail-structure.c), read it (mail-part.c) and
 * choose among parts (mail-message.c). */
#pragma once

#include "mail-parameters.h"
#include "mail-part.h"

G_BEGIN_DECLS

struct _MailPart
{
  GBytes *source; /* borrowed from the message */
  GArray *fields; /* MailHeaderField, relative to the span's header */
  MailPartSpan span;
  MailPart *parent;
  GPtrArray *children; /* borrowed; NULL for leaves */
  guint index;
  gboolean is_attachment;

  char *mime_type;
  char *type;
  char *subtype;
  GArray *type_parameters; /* MailParameter; NULL when none */
  GArray *disposition_parameters;
  char *charset;
  char *name;
  char *disposition;
  char *content_id;
  char *description;
  char *encoding;
};

/* mail_part_read_fields: fills in what the part's own header says. */
void mail_part_read_fields (MailPart *part, const char *default_type);
void mail_part_free (MailPart *part);

/* mail_part_peek_body: the encoded contents, inside the source. */
const char *mail_part_peek_body (const MailPart *part, gsize *length);

G_END_DECLS
