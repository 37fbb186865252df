/* Whether one folder is there, asked when a refusal does not say so. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

static gboolean
is_selectable (const ImapList *list)
{
  return !(list->attributes & (IMAP_MAILBOX_NOSELECT | IMAP_MAILBOX_NONEXISTENT));
}

typedef struct
{
  const char *name; /* borrowed */
  gboolean there;
} Sought;

static void
seeking (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Sought *sought = data;
  const ImapResponse *response = event->response;

  if (event->base.type != IMAP_EVENT_RESPONSE)
    return;
  if (response->type == IMAP_RESPONSE_STATUS_ITEMS)
    sought->there = sought->there || (response->status_items->has_uidvalidity &&
                                      strcmp (response->status_items->name, sought->name) == 0);
  else if (response->type == IMAP_RESPONSE_LIST)
    sought->there = sought->there || (is_selectable (response->list) &&
                                      strcmp (response->list->name, sought->name) == 0);
}

gboolean
engine_imap_is_gone (EngineImap *imap, const StoreFolder *folder, gboolean *gone, GError **error)
{
  static const char *const items[] = { "UIDVALIDITY", NULL };
  Sought sought = { folder->name, FALSE };
  g_autoptr (BaseEvent) told = NULL;
  g_autoptr (BaseEvent) listed = NULL;

  *gone = FALSE;
  imap->func = seeking;
  imap->func_data = &sought;
  told = (BaseEvent *) engine_imap_wait (
      imap, engine_imap_submit (imap, imap_command_status (folder->name, items)), error);
  if (told && told->outcome != BASE_OUTCOME_TEMPORARY && !sought.there)
    listed = (BaseEvent *) engine_imap_wait (
        imap, engine_imap_submit (imap, imap_command_list ("", folder->name, FALSE)), error);
  imap->func = NULL;
  *gone = listed && listed->outcome == BASE_OUTCOME_OK && !sought.there;
  return told && (listed || !net_session_is_over (imap->session));
}
