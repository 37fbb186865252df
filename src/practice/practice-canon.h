/* A letter as DKIM sees it: its header fields one by one, and both made the same again after what
 * servers on the way may change (RFC 6376 §3.4). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One header field where it stands in the letter. */
typedef struct
{
  const char *text;
  gsize len;  /* with its CRLF, and with the lines that continue it */
  gsize name; /* how long the name is */
} PracticeField;

/* The fields of a letter, in their order. @body: where the text begins (after the empty line), or
 * @len. */
GArray *practice_fields (const guint8 *letter, gsize len, gsize *body);
/* Whether a letter that is not empty begins with a field, or with the empty line behind none (RFC
 * 5322 §2.2). Otherwise it is a text without a header, and a field put in front of it would take
 * its first line in. */
gboolean practice_begins_with_header (const guint8 *letter, gsize len);
gboolean practice_field_is (const PracticeField *field, const char *name, gsize len);

/* Appends the field as it is hashed; with @relaxed: small letters, one line, single spaces. Without
 * @end, its CRLF is left out. */
void
practice_canon_field (GString *out, const PracticeField *field, gboolean relaxed, gboolean end);
/* The text, (transfer full). */
GString *practice_canon_body (const guint8 *body, gsize len, gboolean relaxed);

G_END_DECLS
