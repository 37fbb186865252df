/* A part of a line that can be explained. The grammars note the parts while they parse, so a line
 * is explained by the same code that understood it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint32 offset; /* bytes from the start of the line */
  guint32 length; /* bytes */
  const char
      *id; /* the catalogue's id ("imap.command.fetch"); valid as long as its BaseParts hold it */
} BasePart;

typedef struct _BaseParts BaseParts;

BaseParts *base_parts_new (void);
void base_parts_free (BaseParts *parts);

/* Notes a part; @parts may be %NULL, then nothing happens. @id is copied. Parts may nest (a
 * response code and its argument): the outer one is added first. */
void base_parts_add (BaseParts *parts, gsize offset, gsize length, const char *id);
/* As above with the id made of a lower-cased token: "imap.command." and "FETCH". Characters that
 * are not letters or digits become '-', runs of them one, none at the ends. */
void base_parts_add_token (BaseParts *parts,
                           gsize offset,
                           gsize length,
                           const char *prefix,
                           const char *token,
                           gsize token_len);

guint base_parts_count (const BaseParts *parts);
const BasePart *base_parts_get (const BaseParts *parts, guint index);
void base_parts_clear (BaseParts *parts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseParts, base_parts_free)

G_END_DECLS
