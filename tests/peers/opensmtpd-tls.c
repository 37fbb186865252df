/* Loaded before Debian 12's OpenSMTPD 6.8, which keeps its key in another process and hangs the way
 * to it on a copy: OpenSSL 3 gives a copy where 1.1 gave the key itself, so that every handshake
 * ends in "EVP lib". Here the copy becomes the key, which is how later versions of OpenSMTPD mend
 * it. */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

struct rsa_st *
EVP_PKEY_get1_RSA (EVP_PKEY *key)
{
  struct rsa_st *(*real) (EVP_PKEY *) =
      (struct rsa_st * (*) (EVP_PKEY *) ) dlsym (RTLD_NEXT, "EVP_PKEY_get1_RSA");
  struct rsa_st *copy = real (key);

  if (copy != NULL)
    EVP_PKEY_set1_RSA (key, copy);
  return copy;
}
