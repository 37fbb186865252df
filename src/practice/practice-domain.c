/* The table of domains. */
#include "config.h"

#include "practice-domain.h"

#include <string.h>

static const PracticeDomain domains[] = {
  { "practice.example", "mx.practice.example", "127.0.25.1", "reject" },
  { "b.example", "mx.b.example", "127.0.25.2", "quarantine" },
  { "mallory.example", NULL, "127.0.25.66", "none" },
};

const PracticeDomain *
practice_domains (guint *n_domains)
{
  if (n_domains != NULL)
    *n_domains = G_N_ELEMENTS (domains);
  return domains;
}

const PracticeDomain *
practice_domain_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++)
    if (g_ascii_strcasecmp (name, domains[i].name) == 0)
      return &domains[i];
  return NULL;
}

const PracticeDomain *
practice_domain_of (const char *address)
{
  const char *at = strrchr (address, '@');

  return at != NULL ? practice_domain_find (at + 1) : NULL;
}

const PracticeDomain *
practice_domain_forger (void)
{
  return &domains[PRACTICE_DOMAINS_SERVED];
}
