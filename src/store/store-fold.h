/* Attachments come as base64, which no compressor likes: a letter with them costs most of the time
 * and gains least. Its lines say what 57 bytes say, so these are kept instead, wherever a line can
 * be made again exactly: a chunk is folded before it is compressed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Folds @len bytes into @out, which has room for as many; 0: there is nothing to fold in them. What
 * a line is: 76 characters of base64 (RFC 2045 §6.8), CR, LF. */
gsize store_fold (const guint8 *bytes, gsize len, guint8 *out);
/* Bytes of lines in what folding made @saved bytes shorter: a little less than there are. */
gsize store_fold_lines (gsize saved);
/* The bytes again, at most @room; 0 when @folded is nothing that store_fold() made. */
gsize store_unfold (const guint8 *folded, gsize len, guint8 *out, gsize room);

G_END_DECLS
