/* The domains of the practice world. Two are served by the office, each as a house of its own, with
 * a host that hands letters over and one that takes them; the third belongs to somebody who writes
 * in others' names. Hosts are told apart by loopback addresses. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;    /* "b.example"; also what its host says in EHLO */
  const char *mx;      /* the host that takes its mail (nullable: nobody does) */
  const char *address; /* from which its host calls; what its SPF record names */
  const char *policy;  /* DMARC's p=: what is to be done with letters that only pretend (RFC 7489
                          §6.3) */
} PracticeDomain;

/* Those the office serves come first: there are PRACTICE_DOMAINS_SERVED of them.
 * @n_domains: (nullable) */
#define PRACTICE_DOMAINS_SERVED 2
const PracticeDomain *practice_domains (guint *n_domains);
/* In any case; %NULL: there is none of that name. */
const PracticeDomain *practice_domain_find (const char *name);
/* What stands behind the last "@" of an address; %NULL: no domain of this world. */
const PracticeDomain *practice_domain_of (const char *address);
/* The one that somebody pretends from. */
const PracticeDomain *practice_domain_forger (void);

G_END_DECLS
