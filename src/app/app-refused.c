/* The reason comes from the engine, with the server's words; here stands what became of the letter.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-refused.h"

#include <glib/gi18n.h>

#include "engine-refused.h"
#include "learn-wording.h"

static char *
dup_folder (EngineAccount *account, gint64 id)
{
  g_autoptr (StoreFolder) folder = store_reader_folder (engine_account_reader (account), id, NULL);

  return folder != NULL ? learn_folder_title (folder) : g_strdup ("?");
}

static char *
dup_subject (EngineAccount *account, gint64 message)
{
  g_autoptr (GPtrArray) rows =
      store_reader_placements (engine_account_reader (account), message, NULL);
  const StoreRow *row = rows != NULL && rows->len > 0 ? rows->pdata[0] : NULL;

  return g_strdup (row != NULL && *row->subject != '\0' ? row->subject : _ ("(no subject)"));
}

static char *
one_put_back (EngineAccount *account, const StoreJournalEntry *entry)
{
  g_autofree char *subject = dup_subject (account, entry->message);
  g_autofree char *from = dup_folder (account, entry->folder);
  g_autofree char *to = NULL;

  if (entry->kind == STORE_JOURNAL_FLAGS)
    return g_strdup_printf (
        _ ("The marks of “%s” are as they were: the server did not change them."), subject);
  if (entry->kind == STORE_JOURNAL_DELETE)
    /* Translators: a letter, a folder. */
    return g_strdup_printf (
        _ ("“%1$s” was not deleted on the server, and is back in “%2$s”."), subject, from);
  to = dup_folder (account, entry->target);
  /* Translators: a letter, a folder, the folder that it came from. */
  return g_strdup_printf (
      _ ("“%1$s” was not moved to “%2$s” on the server, and is back in “%3$s”."),
      subject,
      to,
      from);
}

static char *
many_put_back (EngineAccount *account, const StoreJournalEntry *entry, guint count)
{
  g_autofree char *from = dup_folder (account, entry->folder);
  g_autofree char *to = NULL;

  if (entry->kind == STORE_JOURNAL_FLAGS)
    return g_strdup_printf (
        ngettext ("The marks of %u letter are as they were: the server did not change them.",
                  "The marks of %u letters are as they were: the server did not change them.",
                  count),
        count);
  if (entry->kind == STORE_JOURNAL_DELETE)
    /* Translators: how many, a folder. */
    return g_strdup_printf (
        ngettext ("%1$u letter was not deleted on the server, and is back in “%2$s”.",
                  "%1$u letters were not deleted on the server, and are back in “%2$s”.",
                  count),
        count,
        from);
  to = dup_folder (account, entry->target);
  /* Translators: how many, a folder, the folder that they came from. */
  return g_strdup_printf (
      ngettext ("%1$u letter was not moved to “%2$s” on the server, and is back in “%3$s”.",
                "%1$u letters were not moved to “%2$s” on the server, and are back in “%3$s”.",
                count),
      count,
      to,
      from);
}

char *
app_refused_text (EngineAccount *account, const StoreJournalEntry *entry, guint count)
{
  const char *why = entry->error != NULL ? entry->error : "";
  const char *stop = *why == '\0' || g_str_has_suffix (why, ".") ? "" : ".";
  g_autofree char *what = NULL;

  if (engine_refused_waits (entry))
    {
      g_autofree char *folder = dup_folder (account, entry->target);

      /* Translators: a folder. A copy in Sent, mostly: it is here, and the server has no room. */
      what = count < 2 ? g_strdup_printf (_ ("A letter is not in “%s” on the server yet."), folder)
                       /* Translators: how many, a folder. */
                       : g_strdup_printf (_ ("%1$u letters are not in “%2$s” on the server yet."),
                                          count,
                                          folder);
    }
  else
    what = count > 1 ? many_put_back (account, entry, count) : one_put_back (account, entry);
  return g_strdup_printf ("%s %s%s", what, why, stop);
}
