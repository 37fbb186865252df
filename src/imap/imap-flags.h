/* Flags of a message: the system flags as bits, the rest as keywords (RFC 9051 §2.3.2). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  IMAP_FLAG_SEEN = 1 << 0,
  IMAP_FLAG_ANSWERED = 1 << 1,
  IMAP_FLAG_FLAGGED = 1 << 2,
  IMAP_FLAG_DELETED = 1 << 3,
  IMAP_FLAG_DRAFT = 1 << 4,
  IMAP_FLAG_RECENT = 1 << 5,
  IMAP_FLAG_WILDCARD = 1 << 6 /* "\*" in PERMANENTFLAGS: new keywords may be made */
} ImapFlag;

typedef struct
{
  guint bits;      /* ImapFlag */
  char **keywords; /* NULL-terminated, as the server spells them; %NULL: none */
} ImapFlags;

/* Frees what @flags holds and leaves it empty. */
void imap_flags_clear (ImapFlags *flags);
void imap_flags_copy (ImapFlags *to, const ImapFlags *from);
/* One flag as it stands on the wire ("\Seen", "$Junk"), any case. */
void imap_flags_add (ImapFlags *flags, const char *name, gsize len);
/* A keyword, without regard to case. */
gboolean imap_flags_has_keyword (const ImapFlags *flags, const char *keyword);
/* With parentheses. */
void imap_flags_write (const ImapFlags *flags, GString *out);

G_END_DECLS
