/* Where a message is: the ledger's states in words, and the one line the reader shows. It says what
 * is known and since when, and calls nothing deleted that nobody has proved deleted. */
#include "config.h"

#include "learn-wording.h"

#include <string.h>

#include <glib/gi18n-lib.h>

char *
learn_folder_text (const char *name, const char *delimiter)
{
  const char *last;

  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    return g_strdup (_ ("Inbox"));
  last = delimiter != NULL && *delimiter != '\0' ? g_strrstr (name, delimiter) : NULL;
  if (last != NULL && last[strlen (delimiter)] != '\0')
    name = last + strlen (delimiter);
  return g_strdup (name);
}

char *
learn_folder_title (const StoreFolder *folder)
{
  switch ((int) folder->role)
    {
    case STORE_ROLE_INBOX:
      return g_strdup (_ ("Inbox"));
    case STORE_ROLE_DRAFTS:
      return g_strdup (_ ("Drafts"));
    case STORE_ROLE_SENT:
      return g_strdup (_ ("Sent"));
    case STORE_ROLE_ARCHIVE:
      return g_strdup (_ ("Archive"));
    case STORE_ROLE_JUNK:
      return g_strdup (_ ("Junk"));
    case STORE_ROLE_TRASH:
      return g_strdup (_ ("Trash"));
    case STORE_ROLE_ALL:
      return g_strdup (_ ("All mail"));
    case STORE_ROLE_FLAGGED:
      return g_strdup (_ ("Starred"));
    case STORE_ROLE_IMPORTANT:
      return g_strdup (_ ("Important"));
    default:
      return learn_folder_text (folder->name, folder->delimiter);
    }
}

/* The ledger */

static char *
with_time (const char *format, const char *at)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, at);
#pragma GCC diagnostic pop
}

static char *
with_folder (const char *format, const char *name, const char *at)
{
  g_autofree char *folder = learn_folder_text (name, NULL);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, folder, at);
#pragma GCC diagnostic pop
}

static char *
delete_asked_text (const StoreLedgerEntry *entry, const char *at)
{
  if (g_str_has_suffix (entry->exchange, "DELE") || entry->folder[0] == '\0')
    return with_time (_ ("Leaves the server at QUIT (asked %s)"), at);
  return with_time (_ ("To be deleted on the server (asked %s)"), at);
}

char *
learn_ledger_text (const StoreLedgerEntry *entry)
{
  gboolean since = entry->state == STORE_LEDGER_COPIED_HERE || entry->state == STORE_LEDGER_QUEUED;
  g_autofree char *at = since ? learn_since_text (entry->at) : learn_time_text (entry->at);
  gboolean in_folder = entry->folder[0] != '\0';

  switch (entry->state)
    {
    case STORE_LEDGER_SEEN_ON_SERVER:
      return in_folder ? with_folder (_ ("On the server: %1$s (as of %2$s)"), entry->folder, at)
                       : with_time (_ ("On the server (as of %s)"), at);
    case STORE_LEDGER_COPIED_HERE:
      return with_time (_ ("Copy here since %s"), at);
    case STORE_LEDGER_DELETE_ASKED:
      return delete_asked_text (entry, at);
    case STORE_LEDGER_GONE_FROM_SERVER:
      return in_folder ? with_folder (_ ("Gone from the server: %1$s (%2$s)"), entry->folder, at)
                       : with_time (_ ("Gone from the server (%s)"), at);
    case STORE_LEDGER_NO_LONGER_LISTED:
      return with_time (_ ("No longer listed by the server (as of %s)"), at);
    case STORE_LEDGER_MOVED:
      return entry->detail[0] != '\0' ? with_folder (_ ("Moved to %1$s (%2$s)"), entry->detail, at)
                                      : with_time (_ ("Moved (%s)"), at);
    case STORE_LEDGER_MOVE_ASKED:
      return entry->detail[0] != '\0'
                 ? with_folder (_ ("To be moved to %1$s (asked %2$s)"), entry->detail, at)
                 : with_time (_ ("To be moved (asked %s)"), at);
    case STORE_LEDGER_QUEUED:
      return with_time (_ ("In the outbox since %s"), at);
    case STORE_LEDGER_HANDED_OVER:
      return with_time (_ ("Handed over to the sending server (%s)"), at);
    case STORE_LEDGER_MAYBE_HANDED_OVER:
      return with_time (_ ("May have been sent: the server’s answer is not known (%s)"), at);
    case STORE_LEDGER_REFUSED:
      return with_time (_ ("Refused by the sending server (%s)"), at);
    case STORE_LEDGER_SAVED_ON_SERVER:
      return in_folder ? with_folder (_ ("Copy put on the server: %1$s (%2$s)"), entry->folder, at)
                       : with_time (_ ("Copy put on the server (%s)"), at);
    case STORE_LEDGER_SAVED_HERE:
      return with_time (_ ("Saved here (%s)"), at);
    case STORE_LEDGER_REMOVED_HERE:
      return with_time (_ ("Copy here removed (%s)"), at);
    case STORE_LEDGER_DELETE_UNDONE:
      return with_time (_ ("Still on the server: its deletion did not happen (%s)"), at);
    default:
      return g_strdup ("");
    }
}

/* The reader's line */

typedef struct
{
  GString *server;    /* names of folders on the server, comma-separated */
  gboolean on_server; /* at least one placement there */
  gboolean here;      /* the letter's bytes are here */
  guint pending;      /* of all placements */
} Places;

static const StoreFolder *
find_folder (GPtrArray *folders, gint64 id)
{
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    if (((const StoreFolder *) folders->pdata[i])->id == id)
      return folders->pdata[i];
  return NULL;
}

static void
look (Places *places, GPtrArray *placements, GPtrArray *folders)
{
  places->server = g_string_new (NULL);
  for (guint i = 0; placements != NULL && i < placements->len; i++)
    {
      const StoreRow *row = placements->pdata[i];
      const StoreFolder *folder = find_folder (folders, row->folder);

      places->here |= row->has_source;
      places->pending |= row->pending;
      if (folder == NULL || folder->place != STORE_PLACE_SERVER)
        continue;
      /* Put there by an action that the server has not heard of yet. */
      if (row->pending & STORE_PENDING_APPEND)
        continue;
      places->on_server = TRUE;
      if (folder->role != STORE_ROLE_MAILDROP)
        {
          g_autofree char *name = learn_folder_title (folder);

          g_string_append_printf (
              places->server, "%s%s", places->server->len > 0 ? ", " : "", name);
        }
    }
}

/* The newest entry in one of two states; the ledger's order is its own. */
static const StoreLedgerEntry *
newest (GPtrArray *ledger, StoreLedgerState state, StoreLedgerState other)
{
  const StoreLedgerEntry *found = NULL;

  for (guint i = 0; ledger != NULL && i < ledger->len; i++)
    {
      const StoreLedgerEntry *entry = ledger->pdata[i];

      if ((entry->state == state || entry->state == other) &&
          (found == NULL || entry->at > found->at ||
           (entry->at == found->at && entry->id > found->id)))
        found = entry;
    }
  return found;
}

static char *
server_text (const Places *places, gboolean pop3)
{
  if (places->server->len > 0)
    return g_strdup_printf (_ ("On the server: %s"), places->server->str);
  if (pop3)
    return g_strdup (_ ("Still on the server"));
  return g_strdup (_ ("On the server"));
}

static char *
copy_text (const Places *places, GPtrArray *ledger)
{
  const StoreLedgerEntry *copied =
      newest (ledger, STORE_LEDGER_COPIED_HERE, STORE_LEDGER_SAVED_HERE);
  g_autofree char *at = NULL;

  if (!places->here)
    return g_strdup (_ ("no copy here"));
  if (copied == NULL)
    return g_strdup (_ ("copy here"));
  at = learn_since_text (copied->at);
  return g_strdup_printf (_ ("copy here since %s"), at);
}

/* Only a proof makes it "gone"; otherwise a server stopped listing it, or never had it. */
static char *
why_only_here (GPtrArray *ledger)
{
  const StoreLedgerEntry *entry =
      newest (ledger, STORE_LEDGER_GONE_FROM_SERVER, STORE_LEDGER_NO_LONGER_LISTED);
  g_autofree char *at = NULL;

  if (entry == NULL)
    return NULL;
  at = learn_time_text (entry->at);
  if (entry->state == STORE_LEDGER_GONE_FROM_SERVER)
    return g_strdup_printf (_ ("gone from the server (%s)"), at);
  return g_strdup_printf (_ ("no longer listed by the server (as of %s)"), at);
}

static const char *
pending_text (const Places *places, gboolean pop3)
{
  if (!places->on_server)
    return places->pending & STORE_PENDING_APPEND ? _ ("waiting to be put on the server") : NULL;
  if (places->pending & (STORE_PENDING_DELE | (pop3 ? STORE_PENDING_DELETE : 0)))
    return _ ("leaves the server at QUIT");
  if (places->pending & STORE_PENDING_DELETE)
    return _ ("waiting to be deleted there");
  if (places->pending & STORE_PENDING_MOVE)
    return _ ("waiting to be moved there");
  return NULL;
}

static void
append (GString *text, const char *words)
{
  if (words != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", words);
}

char *
learn_where_text (const char *protocol,
                  GPtrArray *placements,
                  GPtrArray *folders,
                  GPtrArray *ledger)
{
  gboolean pop3 = g_str_equal (protocol, "pop3");
  GString *text = g_string_new (NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  Places places = { 0 };

  look (&places, placements, folders);
  if (places.on_server)
    {
      first = server_text (&places, pop3);
      second = copy_text (&places, ledger);
    }
  else if (places.here)
    {
      first = g_strdup (_ ("Only copy: here"));
      second = why_only_here (ledger);
    }
  else
    {
      first = g_strdup (_ ("Neither on the server nor here"));
    }
  append (text, first);
  append (text, second);
  append (text, pending_text (&places, pop3));
  g_string_free (places.server, TRUE);
  return g_string_free (text, FALSE);
}
