/* How much room there is: one quota a person, for all mailboxes together (QUOTA, RFC 9208). */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

/* The one quota root; its name is the server's choice. */
#define ROOT ""
#define UNIT 1024

static void
add_resource (ImapQuota *quota, const char *name, guint64 usage, guint64 limit)
{
  ImapQuotaResource resource = { g_strdup (name), usage, limit };

  g_array_append_val (quota->resources, resource);
}

static void
tell_quota (PracticeImap *imap, guint64 exchange)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_QUOTA);
  guint64 limit = practice_store_quota (imap->base.shared->store);
  guint64 usage = practice_account_usage (imap->base.account);

  response->quota->name = g_strdup (ROOT);
  if (response->quota->resources == NULL)
    response->quota->resources = imap_quota_resources_new ();
  if (practice_faults_are_set (imap->base.shared->faults, PRACTICE_FAULT_OVER_QUOTA, NULL))
    limit = usage / UNIT * UNIT;
  if (limit > 0)
    add_resource (response->quota, "STORAGE", (usage + UNIT - 1) / UNIT, limit / UNIT);
  practice_imap_respond (imap, exchange, response);
}

static void
tell_roots (PracticeImap *imap, guint64 exchange, const char *mailbox)
{
  static const char *const roots[] = { ROOT, NULL };
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_QUOTAROOT);

  response->quota->name = g_strdup (mailbox);
  response->quota->roots = g_strdupv ((char **) roots);
  practice_imap_respond (imap, exchange, response);
}

void
practice_imap_quota (PracticeImap *imap, const ImapEvent *event)
{
  const char *name = event->command->mailbox;

  if (event->command->verb == IMAP_VERB_GETQUOTAROOT)
    {
      if (practice_account_find (imap->base.account, name) == NULL)
        {
          practice_imap_finish (
              imap, event, IMAP_STATUS_NO, "NONEXISTENT", "There is no mailbox of that name");
          return;
        }
      tell_roots (imap, event->base.exchange, name);
    }
  else if (strcmp (name, ROOT) != 0)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "NONEXISTENT", "There is no quota of that name");
      return;
    }
  tell_quota (imap, event->base.exchange);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "So much room there is");
}

gboolean
practice_imap_has_room (PracticeImap *imap, const ImapEvent *event, guint64 more)
{
  if (practice_store_has_room (imap->base.shared->store, imap->base.account, more))
    return TRUE;
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_NO,
                        "OVERQUOTA",
                        "There is no room for that; delete something first");
  return FALSE;
}
