/* What providers publish about themselves, for the ones most people have. */
#include "config.h"

#include "engine-guess.h"

#include <string.h>

typedef struct
{
  const char *domains; /* with spaces between */
  const char *imap, *pop3, *smtp;
  guint16 smtp_port;
  const char *smtp_security;
} Provider;

static const Provider providers[] = {
  { "gmail.com googlemail.com", "imap.gmail.com", "pop.gmail.com", "smtp.gmail.com", 465, "tls" },
  { "outlook.com hotmail.com hotmail.fr live.com live.fr msn.com outlook.fr",
    "outlook.office365.com",
    "outlook.office365.com",
    "smtp.office365.com",
    587,
    "starttls" },
  { "yahoo.com yahoo.fr ymail.com",
    "imap.mail.yahoo.com",
    "pop.mail.yahoo.com",
    "smtp.mail.yahoo.com",
    465,
    "tls" },
  { "icloud.com me.com mac.com", "imap.mail.me.com", NULL, "smtp.mail.me.com", 587, "starttls" },
  { "orange.fr wanadoo.fr", "imap.orange.fr", "pop.orange.fr", "smtp.orange.fr", 465, "tls" },
  { "free.fr", "imap.free.fr", "pop.free.fr", "smtp.free.fr", 465, "tls" },
  { "sfr.fr neuf.fr", "imap.sfr.fr", "pop.sfr.fr", "smtp.sfr.fr", 465, "tls" },
  { "laposte.net", "imap.laposte.net", "pop.laposte.net", "smtp.laposte.net", 465, "tls" },
  { "bbox.fr", "imap.bbox.fr", "pop3.bbox.fr", "smtp.bbox.fr", 465, "tls" },
  { "gmx.com gmx.net gmx.de gmx.fr", "imap.gmx.com", "pop.gmx.com", "mail.gmx.com", 465, "tls" },
  { "web.de", "imap.web.de", "pop3.web.de", "smtp.web.de", 465, "tls" },
  { "aol.com", "imap.aol.com", "pop.aol.com", "smtp.aol.com", 465, "tls" },
  { "fastmail.com fastmail.fm",
    "imap.fastmail.com",
    "pop.fastmail.com",
    "smtp.fastmail.com",
    465,
    "tls" },
  { "posteo.de posteo.net", "posteo.de", "posteo.de", "posteo.de", 465, "tls" },
  { "mailbox.org", "imap.mailbox.org", "pop3.mailbox.org", "smtp.mailbox.org", 465, "tls" },
  { "zoho.com", "imap.zoho.com", "pop.zoho.com", "smtp.zoho.com", 465, "tls" },
  { "gandi.net", "mail.gandi.net", "mail.gandi.net", "mail.gandi.net", 465, "tls" },
};

static const Provider *
find_provider (const char *domain)
{
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      g_auto (GStrv) domains = g_strsplit (providers[i].domains, " ", -1);

      for (guint k = 0; domains[k]; k++)
        if (g_ascii_strcasecmp (domains[k], domain) == 0)
          return &providers[i];
    }
  return NULL;
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
set_usual (StoreAccountInfo *info, const char *domain, gboolean pop3)
{
  g_free (info->host);
  info->host = g_strconcat (pop3 ? "pop." : "imap.", domain, NULL);
  g_free (info->smtp_host);
  info->smtp_host = g_strconcat ("smtp.", domain, NULL);
  info->smtp_port = 465;
  set (&info->smtp_security, "tls");
}

gboolean
engine_guess (StoreAccountInfo *info)
{
  const char *at = info->email ? strrchr (info->email, '@') : NULL;
  gboolean pop3 = info->protocol && strcmp (info->protocol, "pop3") == 0;
  const Provider *provider;
  const char *host;

  if (!at || !at[1])
    return FALSE;
  provider = find_provider (at + 1);
  host = provider ? (pop3 ? provider->pop3 : provider->imap) : NULL;
  info->port = pop3 ? 995 : 993;
  set (&info->security, "tls");
  set (&info->user, info->email);
  set (&info->smtp_user, info->email);
  if (!host)
    {
      set_usual (info, at + 1, pop3);
      return FALSE;
    }
  set (&info->host, host);
  set (&info->smtp_host, provider->smtp);
  info->smtp_port = provider->smtp_port;
  set (&info->smtp_security, provider->smtp_security);
  return TRUE;
}
