/* The names that mail programs and providers have given these folders over the years. */
#include "config.h"

#include "engine-role.h"

#include <string.h>

static const struct
{
  const char *name; /* case-folded */
  StoreRole role;
} known[] = {
  { "drafts", STORE_ROLE_DRAFTS },
  { "draft", STORE_ROLE_DRAFTS },
  { "brouillons", STORE_ROLE_DRAFTS },
  { "brouillon", STORE_ROLE_DRAFTS },
  { "entwürfe", STORE_ROLE_DRAFTS },
  { "borradores", STORE_ROLE_DRAFTS },
  { "bozze", STORE_ROLE_DRAFTS },
  { "sent", STORE_ROLE_SENT },
  { "sent mail", STORE_ROLE_SENT },
  { "sent items", STORE_ROLE_SENT },
  { "sent messages", STORE_ROLE_SENT },
  { "sent-mail", STORE_ROLE_SENT },
  { "envoyés", STORE_ROLE_SENT },
  { "messages envoyés", STORE_ROLE_SENT },
  { "éléments envoyés", STORE_ROLE_SENT },
  { "outbox", STORE_ROLE_SENT }, /* Orange's name for what was sent */
  { "gesendet", STORE_ROLE_SENT },
  { "gesendete objekte", STORE_ROLE_SENT },
  { "enviados", STORE_ROLE_SENT },
  { "posta inviata", STORE_ROLE_SENT },
  { "archive", STORE_ROLE_ARCHIVE },
  { "archives", STORE_ROLE_ARCHIVE },
  { "archiv", STORE_ROLE_ARCHIVE },
  { "archivio", STORE_ROLE_ARCHIVE },
  { "junk", STORE_ROLE_JUNK },
  { "spam", STORE_ROLE_JUNK },
  { "junk e-mail", STORE_ROLE_JUNK },
  { "junk email", STORE_ROLE_JUNK },
  { "bulk mail", STORE_ROLE_JUNK },
  { "indésirables", STORE_ROLE_JUNK },
  { "courrier indésirable", STORE_ROLE_JUNK },
  { "pourriel", STORE_ROLE_JUNK },
  { "quarantaine", STORE_ROLE_JUNK },
  { "trash", STORE_ROLE_TRASH },
  { "bin", STORE_ROLE_TRASH },
  { "deleted", STORE_ROLE_TRASH },
  { "deleted items", STORE_ROLE_TRASH },
  { "deleted messages", STORE_ROLE_TRASH },
  { "corbeille", STORE_ROLE_TRASH },
  { "éléments supprimés", STORE_ROLE_TRASH },
  { "papierkorb", STORE_ROLE_TRASH },
  { "papelera", STORE_ROLE_TRASH },
  { "cestino", STORE_ROLE_TRASH },
};

StoreRole
engine_role_guess (const char *name, const char *delimiter)
{
  const char *last = delimiter && delimiter[0] ? g_strrstr (name, delimiter) : NULL;
  g_autofree char *folded = g_utf8_casefold (last ? last + strlen (delimiter) : name, -1);

  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    return STORE_ROLE_INBOX;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, folded) == 0)
      return known[i].role;
  return STORE_ROLE_NONE;
}
