/* What DNS would say in the practice world: where mail goes, who may send it, whose signatures
 * hold. It is a table of the office's own, and nothing asks a network. The keys are made when they
 * are first needed, anew with each start: a signature is checked when the letter arrives, and what
 * was found out is written into it. Any thread. */
#pragma once

#include <openssl/evp.h>

#include "practice-domain.h"

G_BEGIN_DECLS

typedef struct _PracticeDns PracticeDns;

typedef enum
{
  PRACTICE_KEY_RSA,    /* rsa-sha256 (RFC 6376 §3.3.2) */
  PRACTICE_KEY_ED25519 /* ed25519-sha256 (RFC 8463) */
} PracticeKeyKind;
#define PRACTICE_KEYS 2

PracticeDns *practice_dns_new (void);
PracticeDns *practice_dns_ref (PracticeDns *dns);
void practice_dns_unref (PracticeDns *dns);

/* The TXT record of @name, in any case; %NULL: there is none. (transfer full) */
char *practice_dns_txt (PracticeDns *dns, const char *name);
/* With what @domain's host signs; belongs to @dns. */
EVP_PKEY *practice_dns_key (PracticeDns *dns, const PracticeDomain *domain, PracticeKeyKind kind);
/* The name of the key under @domain (RFC 6376 §3.1); static. */
const char *practice_dns_selector (PracticeKeyKind kind);
/* All of the table: "NAME TYPE DATA", %NULL-terminated. (transfer full) */
char **practice_dns_list (PracticeDns *dns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeDns, practice_dns_unref)

G_END_DECLS
