/* Which letter it was whose content went over the line: the ledger names those that the exchange
 * brought or sent; the one that is as long and begins as what was recorded is it. What is not
 * certain is not shown as if it were. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <string.h>

/* The ledger is written after the answer has come; on a slow disk some time after. */
#define WRITTEN_WITHIN (60 * G_USEC_PER_SEC)
#define MAX_CANDIDATES 2000
/* Larger ones are not read into memory for a look. */
#define MAX_SOURCE (16 * 1024 * 1024)

/* Only whole letters are kept: of IMAP's sections, the one that has all of it. */
static gboolean
carries_whole (const WireLine *line)
{
  gsize len;
  const char *bytes = g_bytes_get_data (line->bytes, &len);
  const BaseSpan *body = line->bodies->len > 0 ? &g_array_index (line->bodies, BaseSpan, 0) : NULL;
  const char *section;

  if (body == NULL || body->offset > len)
    return TRUE;
  section = g_strrstr_len (bytes, (gssize) body->offset, "BODY[");
  return section == NULL || g_str_has_prefix (section, "BODY[]");
}

/* Lines that begin with a dot have another in front of it on the line (RFC 1939 §3, RFC 5321
 * §4.5.2), and what was queued for sending may have been written anew for the server. */
static gboolean
is_same (const LearnExchange *exchange, const WireLine *line, GBytes *source)
{
  gboolean exact = g_str_equal (exchange->info->protocol, "imap");
  gsize size, head_len;
  const char *data = g_bytes_get_data (source, &size);
  const char *head = g_bytes_get_data (line->head, &head_len);
  gsize at = 0;

  if (size > line->body || (exact && size != line->body))
    return FALSE;
  for (gsize i = 0; i < head_len; i++)
    {
      if (!exact && head[i] == '.' && (i == 0 || head[i - 1] == '\n'))
        continue;
      if (at >= size || data[at] != head[i])
        /* The line end before the dot is the protocol's where the letter had none. */
        return at >= size && !exact;
      at++;
    }
  return TRUE;
}

static EngineAccount *
find_account (AppPanel *self, const LearnExchange *exchange)
{
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);

  for (guint i = 0; i < accounts->len; i++)
    if (g_strcmp0 (engine_account_info (accounts->pdata[i])->uuid, exchange->info->account) == 0)
      return engine_account_ref (accounts->pdata[i]);
  return NULL;
}

static GBytes *
read_if_same (StoreReader *reader,
              gint64 message,
              const LearnExchange *exchange,
              const WireLine *line)
{
  g_autoptr (GPtrArray) placements = store_reader_placements (reader, message, NULL);
  const StoreRow *row = placements != NULL && placements->len > 0 ? placements->pdata[0] : NULL;
  g_autoptr (GBytes) source = NULL;

  /* Without a place it is in the outbox. */
  if (row != NULL && (!row->has_source || row->size > line->body))
    return NULL;
  source = store_reader_source (reader, message, NULL);
  return source != NULL && is_same (exchange, line, source) ? g_steal_pointer (&source) : NULL;
}

GBytes *
app_panel_find_letter (const LearnExchange *exchange, const WireLine *line, gpointer data)
{
  AppPanel *self = data;
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GArray) letters = NULL;
  StoreReader *reader;

  if (self->service == NULL || exchange->info == NULL || exchange->cause == NULL ||
      line->head == NULL || line->body > MAX_SOURCE || !carries_whole (line))
    return NULL;
  account = find_account (self, exchange);
  if (account == NULL)
    return NULL;
  reader = engine_account_reader (account);
  letters = store_reader_letters_of (reader,
                                     exchange->cause,
                                     app_panel_ledger_word (exchange),
                                     exchange->when,
                                     exchange->when + MAX (exchange->duration, 0) + WRITTEN_WITHIN,
                                     MAX_CANDIDATES,
                                     NULL);
  for (guint i = 0; letters != NULL && i < letters->len; i++)
    {
      GBytes *source = read_if_same (reader, g_array_index (letters, gint64, i), exchange, line);

      if (source != NULL)
        return source;
    }
  return NULL;
}
