/* Signatures that domains put on letters (DKIM, RFC 6376), and checking them. */
#pragma once

#include "practice-dns.h"

G_BEGIN_DECLS

/* Two DKIM-Signature fields to stand in front of @letter, one for each kind of key. (transfer full)
 */
char *practice_dkim_sign (PracticeDns *dns,
                          const PracticeDomain *domain,
                          const guint8 *letter,
                          gsize len);

/* What became of one signature (RFC 8601 §2.7.1). */
typedef struct
{
  const char *result; /* "pass", "fail", "permerror"; static */
  const char *why;    /* of a fail, static (nullable) */
  char *domain;       /* d= (nullable) */
  char *selector;     /* s= (nullable) */
  char *algorithm;    /* a= (nullable) */
} PracticeSignature;
void practice_signature_free (PracticeSignature *signature);

/* PracticeSignature, in the order they stand in; empty when there is none. (transfer full) */
GPtrArray *practice_dkim_verify (PracticeDns *dns, const guint8 *letter, gsize len);

G_END_DECLS
