/* A password or token: it wipes its memory when it is freed, is kept out of core dumps where the
 * kernel lets us, and has no way to be printed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BaseSecret BaseSecret;

/* Copies @len bytes (-1: up to the NUL). The caller still owns, and should wipe, its own copy. */
BaseSecret *base_secret_new (const char *bytes, gssize len);
BaseSecret *base_secret_ref (BaseSecret *secret);
void base_secret_unref (BaseSecret *secret);

/* The bytes, NUL-terminated for convenience; valid as long as @secret. Never log or store them. */
const char *base_secret_peek (const BaseSecret *secret, gsize *len);
gsize base_secret_length (const BaseSecret *secret);
gboolean base_secret_equal (const BaseSecret *a, const BaseSecret *b);

/* As base64, as authentications travel (RFC 4648 §4); for base_secret_wipe_string(). (transfer
 * full) */
char *base_secret_encode (const BaseSecret *secret);
/* The reverse; %NULL when @text is not well-formed base64. (transfer full) */
BaseSecret *base_secret_decode (const char *text, gsize len);

/* Overwrites @len bytes in a way the compiler cannot leave out. */
void base_secret_wipe (gpointer bytes, gsize len);
/* Wipes a NUL-terminated string and frees it; %NULL is fine. */
void base_secret_wipe_string (char *string);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseSecret, base_secret_unref)

G_END_DECLS
