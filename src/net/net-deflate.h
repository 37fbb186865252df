/* Raw deflate in both directions (RFC 1951), for lines that speak compressed from some point on
 * (IMAP's COMPRESS, RFC 4978). Whatever comes in is expanded piece by piece into the caller's
 * memory, so that no sender can make it grow. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _NetDeflate NetDeflate;

NetDeflate *net_deflate_new (void);
void net_deflate_free (NetDeflate *deflate);

/* Compressed bytes of @bytes, flushed, so that the other side can read all of it. They stay the
 * deflater's until the next call. */
const guint8 *net_deflate_pack (NetDeflate *deflate, const guint8 *bytes, gsize len, gsize *packed);

/* Where compressed bytes from the line go: room for *len. */
guint8 *net_deflate_room (NetDeflate *deflate, gsize *len);
void net_deflate_filled (NetDeflate *deflate, gsize n);
/* Expands into @out; *n = 0: there is no more in what came. %FALSE: that is not deflate. */
gboolean net_deflate_unpack (NetDeflate *deflate, guint8 *out, gsize len, gsize *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetDeflate, net_deflate_free)

G_END_DECLS
