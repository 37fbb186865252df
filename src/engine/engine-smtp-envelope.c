/* What is said depends on what EHLO was answered; what a server does not offer is done without, or
 * refused before anything is sent. */
#include "config.h"

#include "engine-smtp-envelope.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "mail-domain.h"
#include "smtp-offer.h"
#include "smtp-xtext.h"

/* RFC 3461 §4.4 */
#define MAX_ENVELOPE_ID 100

EngineSmtpServer
engine_smtp_server (const StoreAccountInfo *info, const SmtpCore *core)
{
  return (EngineSmtpServer){
    .host = info->smtp_host,
    .offer = smtp_core_offer (core),
    .encrypted = smtp_core_is_encrypted (core),
  };
}

gboolean
engine_smtp_is_final (const char *refused)
{
  return strstr (refused, "\t5") != NULL;
}

static gboolean
is_settled (const StoreOutboxEntry *entry, const char *recipient)
{
  gsize len = strlen (recipient);

  if (g_strv_contains ((const char *const *) entry->accepted, recipient))
    return TRUE;
  for (guint i = 0; entry->refused[i]; i++)
    if (strncmp (entry->refused[i], recipient, len) == 0 && entry->refused[i][len] == '\t' &&
        engine_smtp_is_final (entry->refused[i]))
      return TRUE;
  return FALSE;
}

static const char *
domain_of (const char *address)
{
  const char *at = strrchr (address, '@');

  return at ? at + 1 : "";
}

static guint
count_domains (const GPtrArray *targets, const char *another)
{
  guint count = 1;

  for (guint i = 0; i < targets->len; i++)
    {
      const char *domain = domain_of (targets->pdata[i]);
      gboolean seen = g_ascii_strcasecmp (domain, domain_of (another)) == 0;

      for (guint j = 0; j < i && !seen; j++)
        seen = g_ascii_strcasecmp (domain, domain_of (targets->pdata[j])) == 0;
      count += !seen;
    }
  return count;
}

GPtrArray *
engine_smtp_targets (const EngineSmtpServer *server, const StoreOutboxEntry *entry, gboolean *more)
{
  GPtrArray *targets = g_ptr_array_new ();
  guint64 most = smtp_offer_limit (server->offer, "RCPTMAX");
  guint64 domains = smtp_offer_limit (server->offer, "RCPTDOMAINMAX");

  *more = FALSE;
  for (guint i = 0; entry->recipients[i]; i++)
    {
      if (is_settled (entry, entry->recipients[i]))
        continue;
      if ((most > 0 && targets->len >= most) ||
          (domains > 0 && count_domains (targets, entry->recipients[i]) > domains))
        *more = TRUE;
      else
        g_ptr_array_add (targets, entry->recipients[i]);
    }
  return targets;
}

gboolean
engine_smtp_is_full (const EngineSmtpServer *server, guint letters)
{
  guint64 most = smtp_offer_limit (server->offer, "MAILMAX");

  return most > 0 && letters >= most;
}

static gboolean
offers (const EngineSmtpServer *server, const char *keyword)
{
  return smtp_offer_keyword (server->offer, keyword) != NULL;
}

/* The address as this server understands it; NULL: it does not. */
static char *
path_for (const EngineSmtpServer *server, const char *address)
{
  return offers (server, "SMTPUTF8") ? g_strdup (address) : mail_domain_address_to_ascii (address);
}

static gboolean
check_addresses (const EngineSmtpServer *server, const StoreOutboxEntry *entry, GError **error)
{
  for (guint i = 0;; i++)
    {
      const char *address = i == 0 ? entry->sender : entry->recipients[i - 1];
      g_autofree char *path = address ? path_for (server, address) : NULL;

      if (!address)
        return TRUE;
      if (path)
        continue;
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("%s takes no addresses with letters beyond ASCII: use another address"),
                   server->host);
      return FALSE;
    }
}

gboolean
engine_smtp_check (const EngineSmtpServer *server,
                   const StoreOutboxEntry *entry,
                   guint64 size,
                   GError **error)
{
  const char *offered = smtp_offer_keyword (server->offer, "SIZE");
  guint64 limit = offered ? g_ascii_strtoull (offered, NULL, 10) : 0;

  if (limit > 0 && size > limit)
    {
      g_autofree char *most = g_format_size (limit);

      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("The letter is larger than the %s that %s takes: send less at a time"),
                   most,
                   server->host);
      return FALSE;
    }
  /* RFC 8689 §2: offered only inside TLS, and meaningless outside. */
  if ((entry->options & STORE_SEND_REQUIRE_TLS) &&
      (!offers (server, "REQUIRETLS") || !server->encrypted))
    {
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("%s does not promise encrypted lines all the way: send the letter without "
                      "that wish, or through another server"),
                   server->host);
      return FALSE;
    }
  return check_addresses (server, entry, error);
}

static gboolean
is_ascii_envelope (const StoreOutboxEntry *entry)
{
  gboolean ascii = g_str_is_ascii (entry->sender);

  for (guint i = 0; entry->recipients[i]; i++)
    ascii = ascii && g_str_is_ascii (entry->recipients[i]);
  return ascii;
}

static gboolean
wants_reports (const EngineSmtpServer *server, const StoreOutboxEntry *entry)
{
  return (entry->options & STORE_SEND_REPORTS) && offers (server, "DSN");
}

SmtpCommand *
engine_smtp_mail (const EngineSmtpServer *server,
                  const StoreOutboxEntry *entry,
                  const EngineSmtpNeeds *needs,
                  guint64 size)
{
  g_autofree char *path = path_for (server, entry->sender);
  SmtpCommand *mail = smtp_command_new (SMTP_VERB_MAIL, path);
  g_autoptr (GStrvBuilder) parameters = g_strv_builder_new ();
  g_autofree char *id = needs->message_id ? smtp_xtext_encode (needs->message_id) : NULL;

  if (offers (server, "SIZE"))
    {
      g_autofree char *text = g_strdup_printf ("SIZE=%" G_GUINT64_FORMAT, size);

      g_strv_builder_add (parameters, text);
    }
  if (needs->eight_bit && offers (server, "8BITMIME"))
    g_strv_builder_add (parameters, "BODY=8BITMIME");
  if ((needs->eight_bit_head || !is_ascii_envelope (entry)) && offers (server, "SMTPUTF8"))
    g_strv_builder_add (parameters, "SMTPUTF8");
  if (entry->options & STORE_SEND_REQUIRE_TLS)
    g_strv_builder_add (parameters, "REQUIRETLS");
  if (wants_reports (server, entry))
    g_strv_builder_add (parameters, "RET=HDRS");
  /* The report then says which letter it is about, also where it brings nothing of it back. */
  if (wants_reports (server, entry) && id && strlen (id) <= MAX_ENVELOPE_ID)
    {
      g_autofree char *text = g_strconcat ("ENVID=", id, NULL);

      g_strv_builder_add (parameters, text);
    }
  mail->parameters = g_strv_builder_end (parameters);
  return mail;
}

SmtpCommand *
engine_smtp_rcpt (const EngineSmtpServer *server,
                  const StoreOutboxEntry *entry,
                  const char *recipient)
{
  g_autofree char *path = path_for (server, recipient);
  SmtpCommand *rcpt = smtp_command_new (SMTP_VERB_RCPT, path);
  g_autoptr (GStrvBuilder) parameters = NULL;

  if (!wants_reports (server, entry))
    return rcpt;
  parameters = g_strv_builder_new ();
  g_strv_builder_add (parameters, "NOTIFY=SUCCESS,FAILURE,DELAY");
  /* What a report calls the recipient is then what was written here, wherever it was forwarded. */
  if (g_str_is_ascii (recipient))
    {
      g_autofree char *address = smtp_xtext_encode (recipient);
      g_autofree char *text = g_strconcat ("ORCPT=rfc822;", address, NULL);

      g_strv_builder_add (parameters, text);
    }
  rcpt->parameters = g_strv_builder_end (parameters);
  return rcpt;
}
