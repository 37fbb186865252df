/* Secrets live on pages of their own, so that they can be locked in memory and left out of core
 * dumps without touching anybody else's. */
#include "config.h"

#include "base-secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _BaseSecret
{
  gatomicrefcount ref_count;
  gsize len;
  gsize mapped;
  char *bytes;
};

void
base_secret_wipe (gpointer bytes, gsize len)
{
  if (len > 0)
    explicit_bzero (bytes, len);
}

void
base_secret_wipe_string (char *string)
{
  if (string == NULL)
    return;
  base_secret_wipe (string, strlen (string));
  g_free (string);
}

BaseSecret *
base_secret_new (const char *bytes, gssize len)
{
  BaseSecret *secret = g_new0 (BaseSecret, 1);
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  g_atomic_ref_count_init (&secret->ref_count);
  secret->len = len < 0 ? strlen (bytes) : (gsize) len;
  secret->mapped = (secret->len + 1 + page - 1) / page * page;
  secret->bytes =
      mmap (NULL, secret->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (secret->bytes == MAP_FAILED)
    g_error ("out of memory for a secret");
  /* Both may be refused by limits; the secret is still wiped when it is freed. */
  (void) mlock (secret->bytes, secret->mapped);
  (void) madvise (secret->bytes, secret->mapped, MADV_DONTDUMP);
  memcpy (secret->bytes, bytes, secret->len);
  return secret;
}

BaseSecret *
base_secret_ref (BaseSecret *secret)
{
  g_atomic_ref_count_inc (&secret->ref_count);
  return secret;
}

void
base_secret_unref (BaseSecret *secret)
{
  if (!g_atomic_ref_count_dec (&secret->ref_count))
    return;
  base_secret_wipe (secret->bytes, secret->mapped);
  munmap (secret->bytes, secret->mapped);
  g_free (secret);
}

const char *
base_secret_peek (const BaseSecret *secret, gsize *len)
{
  if (len != NULL)
    *len = secret->len;
  return secret->bytes;
}

gsize
base_secret_length (const BaseSecret *secret)
{
  return secret->len;
}

gboolean
base_secret_equal (const BaseSecret *a, const BaseSecret *b)
{
  return a->len == b->len && memcmp (a->bytes, b->bytes, a->len) == 0;
}

char *
base_secret_encode (const BaseSecret *secret)
{
  gsize len;
  const char *bytes = base_secret_peek (secret, &len);

  return g_base64_encode ((const guchar *) bytes, len);
}

static gboolean
is_base64 (const char *text, gsize len)
{
  gsize end = len;

  while (end > 0 && len - end < 2 && text[end - 1] == '=')
    end--;
  for (gsize i = 0; i < end; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
        return FALSE;
    }
  return len % 4 == 0;
}

BaseSecret *
base_secret_decode (const char *text, gsize len)
{
  gsize size = 0;
  char *copy;
  BaseSecret *secret;

  if (!is_base64 (text, len))
    return NULL;
  if (len == 0)
    return base_secret_new ("", 0);
  copy = g_strndup (text, len);
  g_base64_decode_inplace (copy, &size);
  secret = base_secret_new (copy, (gssize) size);
  base_secret_wipe (copy, len);
  g_free (copy);
  return secret;
}
