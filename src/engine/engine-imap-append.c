/* Letters put into a folder: what the server would refuse is not sent (QUOTA, APPENDLIMIT), several
 * go in one command where it takes all or none (MULTIAPPEND). */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

/* --- how large a letter may be (RFC 7889) --- */

static void
limit_told (EngineImap *imap, ImapEvent *event, gpointer data)
{
  guint64 *limit = data;

  if (event->base.type == IMAP_EVENT_RESPONSE &&
      event->response->type == IMAP_RESPONSE_STATUS_ITEMS &&
      event->response->status_items->has_appendlimit)
    *limit = event->response->status_items->appendlimit;
}

/* "APPENDLIMIT=n" holds for all folders; "APPENDLIMIT" alone: each is asked. */
static gboolean
find_limit (EngineImap *imap, const char *folder, guint64 *limit, GError **error)
{
  static const char *const items[] = { "APPENDLIMIT", NULL };
  g_autofree char *value = imap_core_capability_value (imap->core, "APPENDLIMIT");
  g_autoptr (BaseEvent) event = NULL;

  *limit = G_MAXUINT64;
  if (value)
    {
      *limit = g_ascii_strtoull (value, NULL, 10);
      return TRUE;
    }
  if (!engine_imap_has (imap, "APPENDLIMIT"))
    return TRUE;
  imap->func = limit_told;
  imap->func_data = limit;
  event = (BaseEvent *) engine_imap_wait (
      imap, engine_imap_submit (imap, imap_command_status (folder, items)), error);
  imap->func = NULL;
  return event != NULL;
}

/* --- whether there is room (RFC 9208) --- */

void
engine_imap_ask_quota (EngineImap *imap)
{
  if (!engine_imap_has (imap, "QUOTA"))
    return;
  imap->quota.known = imap->quota.stale = FALSE;
  engine_imap_submit (imap, imap_command_mailbox (IMAP_VERB_GETQUOTAROOT, "INBOX"));
}

void
engine_imap_renew_quota (EngineImap *imap)
{
  if (imap->quota.stale && !net_session_is_over (imap->session))
    engine_imap_ask_quota (imap);
}

static gboolean
write_quota (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, "quota", data, error);
}

/* Of several roots the one with the least room counts. */
void
engine_imap_quota_told (EngineImap *imap, const ImapQuota *quota)
{
  for (guint i = 0; quota->resources && i < quota->resources->len; i++)
    {
      const ImapQuotaResource *resource = &g_array_index (quota->resources, ImapQuotaResource, i);
      g_autofree char *before = NULL;
      g_autofree char *text = NULL;

      if (g_ascii_strcasecmp (resource->name, "STORAGE") != 0 || resource->limit > G_MAXINT64 ||
          resource->usage > G_MAXINT64)
        continue;
      if (imap->quota.known && (gint64) resource->limit - (gint64) resource->usage >=
                                   imap->quota.limit - imap->quota.used)
        continue;
      imap->quota.known = TRUE;
      imap->quota.used = (gint64) resource->usage;
      imap->quota.limit = (gint64) resource->limit;
      before = store_reader_fact (imap->reader, "quota", NULL);
      text = g_strdup_printf (
          "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, imap->quota.used, imap->quota.limit);
      if (g_strcmp0 (before, text) != 0)
        engine_bulk_queue (imap->bulk, 64, write_quota, g_steal_pointer (&text), g_free);
    }
}

static gboolean
fits (EngineImap *imap, const char *folder, guint64 largest, guint64 sum, GError **error)
{
  guint64 limit;
  ImapCodeType code = IMAP_CODE_NONE;

  if (!find_limit (imap, folder, &limit, error))
    return FALSE;
  if (largest > limit)
    code = IMAP_CODE_TOOBIG;
  else if (imap->quota.known && imap->quota.limit > 0 &&
           imap->quota.used + (gint64) (sum / 1024) > imap->quota.limit)
    code = IMAP_CODE_OVERQUOTA;
  if (code == IMAP_CODE_NONE)
    return TRUE;
  g_set_error_literal (
      error, ENGINE_ERROR, ENGINE_ERROR_REFUSED, engine_imap_refusal_reason (code));
  return FALSE;
}

/* --- a header in UTF-8 (RFC 6855 §4) --- */

#define HEADER_MAX (64 * 1024)

/* The body is read by the command, and so once more from the store for this. */
gboolean
engine_imap_is_utf8 (EngineImap *imap, gint64 message, gboolean *utf8, GError **error)
{
  g_autoptr (BaseBody) body = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize len = 0;

  *utf8 = FALSE;
  if (!imap_core_is_enabled (imap->core, "UTF8=ACCEPT"))
    return TRUE;
  body = store_mailbase_source_body (imap->mailbase, message, error);
  bytes = g_malloc (HEADER_MAX);
  while (body && len < HEADER_MAX)
    {
      gssize got = base_body_read (body, bytes + len, HEADER_MAX - len, error);

      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
      for (gsize i = len; i < len + (gsize) got; i++)
        {
          /* The header ends with an empty line. */
          if (bytes[i] == '\n' && i >= 2 && bytes[i - 2] == '\n')
            return TRUE;
          if (bytes[i] >= 0x80)
            {
              *utf8 = TRUE;
              return TRUE;
            }
        }
      len += (gsize) got;
    }
  return body != NULL;
}

/* --- the command --- */

ImapEvent *
engine_imap_append (EngineImap *imap,
                    const char *folder,
                    StoreJournalEntry *const *entries,
                    guint n,
                    GError **error)
{
  g_autoptr (ImapCommand) command = NULL;
  guint64 largest = 0, sum = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BaseBody) body =
          store_mailbase_source_body (imap->mailbase, entries[i]->message, error);
      ImapFlags flags = { .bits = entries[i]->flags_add };
      gboolean utf8 = FALSE;

      if (!body || !engine_imap_is_utf8 (imap, entries[i]->message, &utf8, error))
        return NULL;
      largest = MAX (largest, base_body_size (body));
      sum += base_body_size (body);
      if (command)
        imap_command_append_more (command, &flags, IMAP_DATE_NONE, 0, body);
      else
        command = imap_command_append (folder, &flags, IMAP_DATE_NONE, 0, body);
      if (utf8)
        imap_command_append_utf8 (command);
    }
  if (!fits (imap, folder, largest, sum, error))
    return NULL;
  imap->quota.stale = TRUE;
  return engine_imap_wait (imap, engine_imap_submit (imap, g_steal_pointer (&command)), error);
}
