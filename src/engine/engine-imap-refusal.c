/* Why a server would not do what a person wished, by its code (RFC 5530), and what can be done
 * about it: the words that go with what was put back. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#define SAID_MAX 300
/* So many letters in a row that cannot be given are no accident. */
#define ALONE_MAX 32

const char *
engine_imap_refusal_reason (ImapCodeType code)
{
  static const struct
  {
    ImapCodeType code;
    const char *reason;
  } reasons[] = {
    { IMAP_CODE_OVERQUOTA,
      N_ ("There is no room left in the mailbox on the server: remove letters there, then try "
          "again") },
    { IMAP_CODE_TOOBIG, N_ ("The server takes no letter as large as this one") },
    { IMAP_CODE_NOPERM,
      N_ ("You are not allowed to do that in this folder: ask whoever shares it, or looks after "
          "the server") },
    { IMAP_CODE_READ_ONLY,
      N_ ("This folder can only be read: ask whoever shares it, or looks after the server") },
    { IMAP_CODE_NONEXISTENT,
      N_ ("The server no longer has the folder: fetch new mail, and choose another one") },
    { IMAP_CODE_LIMIT,
      N_ ("The server allows no more of these: do fewer at once, or ask whoever looks after it") },
    { IMAP_CODE_CANNOT, N_ ("The server cannot do that, and will not when it is asked again") },
    { IMAP_CODE_EXPUNGEISSUED,
      N_ ("Another program removed letters there meanwhile: fetch new mail, then try again") },
    { IMAP_CODE_CONTACTADMIN, N_ ("Only whoever looks after the server can help") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].code == code)
      return _ (reasons[i].reason);
  return NULL;
}

char *
engine_imap_refusal_text (EngineImap *imap)
{
  const char *reason = engine_imap_refusal_reason (imap->refusal.code);
  g_autofree char *quoted =
      imap->refusal.said ? base_error_quote (imap->refusal.said, -1, SAID_MAX) : NULL;

  if (!reason)
    reason = _ ("The server refused it: try it again, or ask whoever looks after the server");
  return quoted && quoted[0] ? g_strdup_printf (_ ("%s; the server said: %s"), reason, quoted)
                             : g_strdup (reason);
}

void
engine_imap_forget_refusal (EngineImap *imap)
{
  g_clear_pointer (&imap->refusal.said, g_free);
  imap->refusal.code = IMAP_CODE_NONE;
}

gboolean
engine_imap_bear_refusal (EngineImapRefused *refused, GError *refusal, guint n, GError **error)
{
  if (!refused->first)
    refused->first = refusal;
  else
    g_error_free (refusal);
  refused->alone += n == 1;
  if (refused->alone < ALONE_MAX)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refused->first));
  return FALSE;
}
