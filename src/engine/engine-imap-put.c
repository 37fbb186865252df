/* Letters of this computer put into a folder of the server, unless they are there already. */
#include "config.h"

#include "engine-imap-group.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"

/* RFC 4315 §3: the UIDs in the order of the letters. */
static void
take_appenduid (EngineImapGroup *group, const ImapCode *code)
{
  const ImapRange *ranges;
  guint n_ranges, n = 0;

  if (code->type != IMAP_CODE_APPENDUID || !code->target ||
      imap_set_count (code->target) != group->n)
    return;
  group->target_validity = (guint32) code->number;
  n_ranges = imap_set_ranges (code->target, &ranges);
  for (guint i = 0; i < n_ranges; i++)
    for (guint64 uid = ranges[i].first; uid <= ranges[i].last && n < group->n; uid++)
      group->target_uids[n++] = (guint32) uid;
}

static gboolean
say_append (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  const char *what = _ ("The server does not take the copy");

  for (guint try = 0;; try++)
    {
      g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_append (
          imap, group->target->name, group->entries, group->n, error);
      const ImapResponse *response;
      gboolean made = FALSE;

      if (!event)
        return FALSE;
      response = ((ImapEvent *) event)->response;
      if (event->outcome != BASE_OUTCOME_OK && try == 0 &&
          !engine_imap_group_make_target (group, (ImapEvent *) event, &made, error))
        return FALSE;
      if (made)
        continue;
      if (event->outcome != BASE_OUTCOME_OK)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
      if (response)
        take_appenduid (group, &response->code);
      return TRUE;
    }
}

/* What is moved from a folder here leaves it when it is there. */
static gboolean
check_appended (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GArray) arrived = NULL;

  if (group->target_uids[0] != 0)
    return TRUE;
  arrived = engine_imap_arrivals (imap, group->target, error);
  if (!arrived)
    return FALSE;
  if (arrived->len >= group->n)
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_REFUSED,
               _ ("%s said that the letter was put into “%s”, but it is not there"),
               imap->info->host,
               group->target->name);
  return FALSE;
}

/* Some servers file what they submit. *@found: how many of the letters are there already. */
static gboolean
find_filed (EngineImapGroup *group, guint *found, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) strangers = NULL;

  *found = 0;
  if (group->target->role != STORE_ROLE_SENT || group->entries[0]->folder != 0)
    return TRUE;
  strangers = engine_imap_strangers (imap, group->target, &local);
  for (guint i = 0; strangers && strangers->len > 0 && !local && i < group->n; i++)
    {
      g_autofree char *id = engine_imap_dup_message_id (imap, group->entries[i]->message);

      if (id)
        engine_imap_find_among (imap, strangers, id, &group->target_uids[i], &local);
      *found += group->target_uids[i] != 0;
    }
  group->target_validity = imap->uidvalidity;
  /* What is put there now need not be counted in what was told of it. */
  engine_imap_forget_folder (imap);
  /* A folder that is not there yet holds none; one that does not search is not asked. */
  if (!local || g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    {
      engine_imap_forget_refusal (imap);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
put_new (EngineImapGroup *group, GError **error)
{
  guint found;

  if (!find_filed (group, &found, error))
    return FALSE;
  if (found == group->n)
    return TRUE;
  if (found > 0)
    {
      /* Then one by one. */
      g_set_error_literal (
          error, ENGINE_ERROR, ENGINE_ERROR_REFUSED, _ ("The server does not take the copy"));
      return FALSE;
    }
  return say_append (group, error) && check_appended (group, error);
}

gboolean
engine_imap_group_append (EngineImapGroup *group, GError **error)
{
  gboolean arrived = FALSE;

  group->verb = "APPEND";
  if (group->entries[0]->state == STORE_JOURNAL_RUNNING &&
      !engine_imap_group_find_in_target (group, &arrived, error))
    {
      /* A target that is not there yet cannot hold it. */
      if (!error || !g_error_matches (*error, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
        return FALSE;
      engine_imap_forget_refusal (group->imap);
      g_clear_error (error);
    }
  return arrived || put_new (group, error);
}
