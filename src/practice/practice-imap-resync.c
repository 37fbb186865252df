/* Coming back to a mailbox: ENABLE, CONDSTORE and QRESYNC (RFC 5161, 7162). What changed and what
 * is gone since the change that the client saw last. */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

/* "(CONDSTORE)", "(QRESYNC (67890007 20050715194045000 41,43:211 (1,3 41,45)))" */
#define PARAMETERS                                                              \
  "^\\((?:CONDSTORE|QRESYNC \\((?<validity>[1-9]\\d*) (?<modseq>[1-9]\\d*)(?: " \
  "(?<known>[\\d:,]+))?"                                                        \
  "(?: \\([\\d:,]+ [\\d:,]+\\))?\\))(?: CONDSTORE)?\\)$"

/* ENABLE */

static const struct
{
  const char *name;
  guint bits;
} extensions[] = {
  { "CONDSTORE", PRACTICE_IMAP_CONDSTORE }, { "QRESYNC", PRACTICE_IMAP_QRESYNC },
  { "IMAP4rev2", PRACTICE_IMAP_REV2 },      { "UTF8=ACCEPT", PRACTICE_IMAP_UTF8 },
  { "UIDONLY", PRACTICE_IMAP_UIDONLY },
};

void
practice_imap_enable (PracticeImap *imap, const ImapEvent *event)
{
  ImapResponse *response;
  g_autoptr (GPtrArray) words = NULL;

  if (imap->mailbox != NULL)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "Before a mailbox is selected");
      return;
    }
  words = g_ptr_array_new ();
  for (guint i = 0; event->command->words[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (extensions); j++)
      {
        if (g_ascii_strcasecmp (event->command->words[i], extensions[j].name) != 0 ||
            (imap->enabled & extensions[j].bits) != 0)
          continue;
        imap->enabled |= extensions[j].bits;
        g_ptr_array_add (words, g_strdup (extensions[j].name));
      }
  /* QRESYNC is nothing without CONDSTORE (RFC 7162 §3.2.3). */
  if ((imap->enabled & PRACTICE_IMAP_QRESYNC) != 0)
    imap->enabled |= PRACTICE_IMAP_CONDSTORE;
  g_ptr_array_add (words, NULL);
  response = imap_response_new (IMAP_RESPONSE_ENABLED);
  response->words = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  practice_imap_respond (imap, event->base.exchange, response);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "So it is from now on");
}

void
practice_imap_wants_modseq (PracticeImap *imap, guint64 exchange)
{
  g_autofree char *code = NULL;

  if ((imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0)
    return;
  imap->enabled |= PRACTICE_IMAP_CONDSTORE;
  if (imap->mailbox == NULL)
    return;
  code = g_strdup_printf ("HIGHESTMODSEQ %" G_GUINT64_FORMAT, imap->mailbox->modseq);
  practice_imap_respond (
      imap,
      exchange,
      imap_response_status (NULL, IMAP_STATUS_OK, code, "Changes are counted from now on"));
}

/* SELECT's parameters */

gboolean
practice_imap_resync_parse (PracticeImap *imap, const char *options, PracticeResync *resync)
{
  g_autoptr (GRegex) regex = g_regex_new (PARAMETERS, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *validity = NULL;
  g_autofree char *modseq = NULL;
  g_autofree char *known = NULL;

  memset (resync, 0, sizeof *resync);
  if (options == NULL)
    return TRUE;
  if (!g_regex_match (regex, options, 0, &match))
    return FALSE;
  resync->condstore = TRUE;
  validity = g_match_info_fetch_named (match, "validity");
  if (validity == NULL || validity[0] == '\0')
    return TRUE;
  if ((imap->enabled & PRACTICE_IMAP_QRESYNC) == 0)
    return FALSE;
  modseq = g_match_info_fetch_named (match, "modseq");
  known = g_match_info_fetch_named (match, "known");
  resync->uidvalidity = (guint32) MIN (g_ascii_strtoull (validity, NULL, 10), G_MAXUINT32);
  resync->modseq = g_ascii_strtoull (modseq, NULL, 10);
  if (known != NULL && known[0] != '\0')
    {
      resync->known = imap_set_parse (known, -1);
      return resync->known != NULL;
    }
  return TRUE;
}

void
practice_imap_resync_clear (PracticeResync *resync)
{
  g_clear_pointer (&resync->known, imap_set_unref);
}

/* What is gone */

static gboolean
is_known (const ImapSet *known, guint32 uid)
{
  return known == NULL || imap_set_contains (known, uid);
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  const guint32 *first = a;
  const guint32 *second = b;

  return (*first > *second) - (*first < *second);
}

/* UIDs that went after @since; where nobody remembers, all that are not there. */
static GArray *
find_gone (const PracticeMailbox *mailbox, guint64 since, const ImapSet *known)
{
  GArray *uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (since < mailbox->gone_floor)
    {
      for (guint32 uid = 1; uid < mailbox->uidnext; uid++)
        {
          if (is_known (known, uid) && practice_mailbox_find (mailbox, uid) == NULL)
            g_array_append_val (uids, uid);
        }
      return uids;
    }
  for (guint i = mailbox->gone->len; i > 0; i--)
    {
      const PracticeGone *gone = &g_array_index (mailbox->gone, PracticeGone, i - 1);

      if (gone->modseq <= since)
        break;
      if (is_known (known, gone->uid))
        g_array_append_val (uids, gone->uid);
    }
  g_array_sort (uids, compare_uids);
  return uids;
}

void
practice_imap_tell_vanished (PracticeImap *imap, guint64 exchange, GArray *uids, gboolean earlier)
{
  ImapResponse *response;

  if (uids->len == 0)
    return;
  response = imap_response_new (IMAP_RESPONSE_VANISHED);
  response->earlier = earlier;
  g_clear_pointer (&response->set, imap_set_unref);
  response->set = imap_set_new ();
  for (guint i = 0; i < uids->len; i++)
    imap_set_add (
        response->set, g_array_index (uids, guint32, i), g_array_index (uids, guint32, i));
  practice_imap_respond (imap, exchange, response);
}

void
practice_imap_tell_gone (PracticeImap *imap, guint64 exchange, guint64 since, const ImapSet *known)
{
  g_autoptr (GArray) uids = find_gone (imap->mailbox, since, known);

  practice_imap_tell_vanished (imap, exchange, uids, TRUE);
}

void
practice_imap_resync (PracticeImap *imap, guint64 exchange, const PracticeResync *resync)
{
  if (resync->uidvalidity != imap->mailbox->uidvalidity)
    return;
  practice_imap_tell_gone (imap, exchange, resync->modseq, resync->known);
  for (guint i = 0; i < imap->view->len; i++)
    {
      const PracticeEntry *entry = practice_imap_view_entry (imap, i);

      if (entry->modseq > resync->modseq && is_known (resync->known, entry->uid))
        practice_imap_tell_flags (imap, exchange, i, TRUE);
    }
}
