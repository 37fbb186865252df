/* A login that is the same settles it; where somebody forwards or aliases, the letters do. */
#include "config.h"

#include "engine-twin.h"

#include <string.h>

#include "store-survey.h"

/* So many of the newest are compared. */
#define COMPARED 40
#define AT_LEAST 3

static gboolean
is_pop3 (const StoreAccountInfo *info)
{
  return strcmp (info->protocol, "pop3") == 0;
}

static gboolean
is_imap (const StoreAccountInfo *info)
{
  return strcmp (info->protocol, "imap") == 0;
}

/* "ada" and "ada@a.example" are one user of a.example. */
static gboolean
same_user (const StoreAccountInfo *a, const StoreAccountInfo *b)
{
  const char *at_a = strchr (a->user, '@');
  const char *at_b = strchr (b->user, '@');
  gsize length = at_a != NULL ? (gsize) (at_a - a->user) : strlen (a->user);

  if (a->user[0] == '\0' || (at_a != NULL) == (at_b != NULL))
    return a->user[0] != '\0' && g_ascii_strcasecmp (a->user, b->user) == 0;
  return length == (at_b != NULL ? (gsize) (at_b - b->user) : strlen (b->user)) &&
         g_ascii_strncasecmp (a->user, b->user, length) == 0 &&
         g_ascii_strcasecmp (a->email, b->email) == 0;
}

/* "imap.a.example" → "a.example", but "a.example" and "localhost" as they are, and addresses too.
 */
static const char *
family (const char *host)
{
  static const char *const first[] = { "imap.",  "pop.",  "pop3.",  "imaps.", "pops.",
                                       "pop3s.", "mail.", "imap4.", "in.",    "incoming." };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    if (g_ascii_strncasecmp (host, first[i], strlen (first[i])) == 0 &&
        strchr (host + strlen (first[i]), '.') != NULL)
      return host + strlen (first[i]);
  return host;
}

gboolean
engine_twin_same_login (const StoreAccountInfo *a, const StoreAccountInfo *b)
{
  return ((is_pop3 (a) && is_imap (b)) || (is_imap (a) && is_pop3 (b))) && a->host[0] != '\0' &&
         g_ascii_strcasecmp (family (a->host), family (b->host)) == 0 && same_user (a, b);
}

gboolean
engine_twin_same_letters (StoreReader *pop3, StoreReader *imap)
{
  g_autoptr (GPtrArray) ids = store_reader_newest_ids (pop3, COMPARED, NULL);
  guint known = 0;

  if (ids == NULL || ids->len < AT_LEAST)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    known += store_reader_find_letter (imap, ids->pdata[i]) != 0;
  return known >= AT_LEAST && known * 3 >= ids->len * 2;
}

EngineAccount *
engine_twin_find (GPtrArray *accounts, EngineAccount *account)
{
  const StoreAccountInfo *info = engine_account_info (account);

  for (guint i = 0; i < accounts->len; i++)
    {
      EngineAccount *other = accounts->pdata[i];
      const StoreAccountInfo *its = engine_account_info (other);
      gboolean pop3 = is_pop3 (info) && is_imap (its);

      if (!pop3 && !(is_imap (info) && is_pop3 (its)))
        continue;
      if (info->practice == its->practice &&
          (engine_twin_same_login (info, its) ||
           engine_twin_same_letters (engine_account_reader (pop3 ? account : other),
                                     engine_account_reader (pop3 ? other : account))))
        return other;
    }
  return NULL;
}
