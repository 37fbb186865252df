/* The events a hostile client asks for. */
#include <glib.h>

#include "imap-notify.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const BaseLimits limits = {
  .line = 65536, .inline_body = 65536, .body = 65536, .depth = 32, .count = 64
};

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (ImapNotify) notify = imap_notify_parse (text, size % 2 == 1, &limits);

  for (guint i = 0; notify != NULL && i < notify->groups->len; i++)
    {
      const ImapNotifyGroup *group = &g_array_index (notify->groups, ImapNotifyGroup, i);

      g_assert_true (group->scope < IMAP_NOTIFY_SUBTREE || group->mailboxes != NULL);
      g_assert_true (group->fetch == NULL || (group->events & IMAP_NOTIFY_MESSAGE_NEW) != 0);
    }
  return 0;
}
