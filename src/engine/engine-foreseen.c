/* What a server offers may change until the letter goes, and what is written may: the forecast says
 * on which ground it stands. */
#include "config.h"

#include "engine-foreseen.h"

#include <string.h>

#include "engine-outbox.h"
#include "engine-smtp-envelope.h"
#include "mail-address.h"
#include "smtp-offer.h"

#define OFFER_MAX 8192

/* Everything that could be asked of a server that was never heard. */
static const char *const everything[] = {
  "SIZE", "8BITMIME", "SMTPUTF8", "DSN", "REQUIRETLS", NULL
};

void
engine_foreseen_free (EngineForeseen *foreseen)
{
  g_free (foreseen->mail);
  g_strfreev (foreseen->rcpts);
  g_strfreev (foreseen->offer);
  g_clear_error (&foreseen->refused);
  g_free (foreseen);
}

static char *
server_line (const StoreAccountInfo *info)
{
  return g_strdup_printf ("%s:%u", info->smtp_host, info->smtp_port);
}

char *
engine_offer_write (const StoreAccountInfo *info, const char *const *offer)
{
  g_autofree char *server = server_line (info);
  GString *text = g_string_new (server);

  for (guint i = 0; offer && offer[i]; i++)
    g_string_append_printf (text, "\n%s", offer[i]);
  if (text->len <= OFFER_MAX && g_utf8_validate (text->str, (gssize) text->len, NULL))
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

char **
engine_offer_read (const StoreAccountInfo *info, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *server = server_line (info);

  return lines[0] && strcmp (lines[0], server) == 0 ? g_strdupv (lines + 1) : NULL;
}

/* As it stands in the line, without the line end. */
static char *
say (SmtpCommand *command)
{
  g_autoptr (SmtpCommand) owned = command;
  BaseSecretSpan none;
  GString *line = smtp_command_write (owned, &none);

  g_string_truncate (line, line->len - strlen ("\r\n"));
  return g_string_free (line, FALSE);
}

static void
keep_addresses (StoreOutboxEntry *entry)
{
  g_autoptr (GStrvBuilder) good = g_strv_builder_new ();

  for (guint i = 0; entry->recipients[i]; i++)
    if (mail_address_is_valid (entry->recipients[i]))
      g_strv_builder_add (good, entry->recipients[i]);
  g_strfreev (entry->recipients);
  entry->recipients = g_strv_builder_end (good);
}

static void
say_envelope (EngineForeseen *foreseen,
              const EngineSmtpServer *server,
              const StoreOutboxEntry *entry,
              const EngineSmtpNeeds *needs,
              guint64 size)
{
  g_autoptr (GPtrArray) targets = engine_smtp_targets (server, entry, &foreseen->more);
  g_autoptr (GStrvBuilder) rcpts = g_strv_builder_new ();

  foreseen->mail = say (engine_smtp_mail (server, entry, needs, size));
  for (guint i = 0; i < targets->len; i++)
    {
      g_autofree char *line = say (engine_smtp_rcpt (server, entry, targets->pdata[i]));

      g_strv_builder_add (rcpts, line);
    }
  foreseen->rcpts = g_strv_builder_end (rcpts);
}

static EngineForeseen *
foresee (StoreReader *reader,
         const EngineSmtpServer *server,
         const StoreOutboxEntry *entry,
         GError **error)
{
  g_autoptr (EngineForeseen) foreseen = g_new0 (EngineForeseen, 1);
  EngineSmtpNeeds needs = { 0 };
  g_autoptr (BaseBody) letter = engine_smtp_outgoing (
      reader, entry->message, !smtp_offer_keyword (server->offer, "SMTPUTF8"), &needs, error);
  g_autofree char *message_id = needs.message_id;
  g_autoptr (BaseBody) fit = NULL;

  if (!letter)
    return NULL;
  fit = engine_smtp_fit (letter, &needs, server->offer, server->host, &foreseen->refused);
  if (fit)
    engine_smtp_check (server, entry, base_body_size (fit), &foreseen->refused);
  /* A path that the server would not understand has no line. */
  if (!foreseen->refused)
    say_envelope (foreseen, server, entry, &needs, base_body_size (fit));
  return g_steal_pointer (&foreseen);
}

EngineForeseen *
engine_foresee (StoreMailbase *mailbase,
                const StoreAccountInfo *info,
                gint64 outbox,
                guint options,
                GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autoptr (StoreOutboxEntry) entry = reader ? engine_outbox_find (reader, outbox, error) : NULL;
  gint64 heard = 0;
  g_autofree char *text = entry ? store_reader_fact (reader, ENGINE_OFFER_FACT, &heard) : NULL;
  g_auto (GStrv) offer = text ? engine_offer_read (info, text) : NULL;
  EngineSmtpServer server = {
    .host = info->smtp_host,
    .offer = offer ? (const char *const *) offer : everything,
    .encrypted = g_strcmp0 (info->smtp_security, "none") != 0,
  };
  EngineForeseen *foreseen;

  if (!entry)
    return NULL;
  entry->options = options;
  keep_addresses (entry);
  foreseen = foresee (reader, &server, entry, error);
  if (!foreseen)
    return NULL;
  foreseen->heard = offer ? heard : 0;
  foreseen->offer = g_steal_pointer (&offer);
  return foreseen;
}
