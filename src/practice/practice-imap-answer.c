/* What every command's answer ends with. */
#include "config.h"

#include "practice-imap.h"

ImapCore *
practice_imap_core (PracticeImap *imap)
{
  return (ImapCore *) imap->base.core;
}

void
practice_imap_respond (PracticeImap *imap, guint64 exchange, ImapResponse *response)
{
  imap_core_respond (practice_imap_core (imap), exchange, response);
}

void
practice_imap_finish (PracticeImap *imap,
                      const ImapEvent *event,
                      ImapStatus status,
                      const char *code,
                      const char *text)
{
  practice_imap_respond (
      imap, event->base.exchange, imap_response_status (event->command->tag, status, code, text));
}

gboolean
practice_imap_commit (PracticeImap *imap, const ImapEvent *event)
{
  if (practice_store_commit (imap->base.shared->store, NULL))
    return TRUE;
  practice_imap_finish (
      imap, event, IMAP_STATUS_NO, "UNAVAILABLE", "There is no room on disk; nothing has changed");
  return FALSE;
}
