/* Incoming mail, done by the calling thread: one connection from sign-in to goodbye. */
#include "config.h"

#include "engine-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-account-private.h"
#include "engine-error.h"
#include "engine-imap.h"
#include "engine-outbox.h"
#include "engine-pop3.h"
#include "engine-share.h"
#include "mail-message.h"

#define COLLECT_EVERY ((gint64) 30 * G_USEC_PER_SEC)

typedef struct
{
  EngineAccount *account;
  const EngineSyncOptions *options;
  const BaseCause *cause;
  EngineSyncStats *stats;
  EngineWork work;
  GError *refused; /* of the first folder that was passed over */
  GError *later;   /* what waits in the journal was refused for now */
  gboolean sent;   /* what was due, as far as that could be */
  GError *unsent;  /* of the first letter that could not be */
} Run;

static void
add_totals (Run *run, NetSession *session)
{
  NetTotals totals;

  if (!run->stats)
    return;
  net_session_totals (session, &totals);
  net_totals_add (&run->stats->net, &totals);
}

static NetSession *
connect_incoming (Run *run, GError **error)
{
  EngineConnect connect;
  NetSession *session;

  if (!engine_account_prepare (
          run->account, run->cause, run->options->cancellable, NULL, &connect, error))
    return NULL;
  session = engine_connect_imap (&connect, error);
  base_secret_unref (connect.password);
  return session;
}

/* What could not be sent does not keep anything from being collected: that is told at the end. */
static void
send_due (Run *run)
{
  if (run->sent)
    return;
  run->sent = TRUE;
  engine_run_outbox (run->account,
                     run->account->reader,
                     run->options->cancellable,
                     run->stats ? &run->stats->net : NULL,
                     &run->unsent);
}

/* --- IMAP --- */

static gboolean
is_wanted (Run *run, const StoreFolder *folder)
{
  char **names = run->options->folders;

  for (guint i = 0; names && names[i]; i++)
    if (strcmp (names[i], folder->name) == 0 ||
        (folder->role == STORE_ROLE_INBOX && g_ascii_strcasecmp (names[i], "INBOX") == 0))
      return TRUE;
  return names == NULL;
}

static gboolean
set_no_folder (Run *run, const char *name, GError **error)
{
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_NOT_FOUND,
               _ ("%s has no folder “%s”: see “restante-cli folders”"),
               run->account->info->host,
               name);
  return FALSE;
}

static gboolean
check_names (Run *run, EngineImap *imap, GError **error)
{
  char **names = run->options->folders;

  for (guint i = 0; names && names[i]; i++)
    {
      g_autoptr (StoreFolder) folder = store_reader_folder_by_name (imap->reader, names[i], NULL);

      if (!folder)
        return set_no_folder (run, names[i], error);
    }
  return TRUE;
}

/* Asking for folders that were looked into before needs no list of all of them, which makes some
 * servers look through every file. Anything that waits in the journal may need to know the others.
 */
static gboolean
knows_names (Run *run, EngineImap *imap)
{
  char **names = run->options->folders;
  g_autoptr (GPtrArray) journal = store_reader_journal (imap->reader, NULL);

  if (!names || !journal || journal->len > 0)
    return FALSE;
  for (guint i = 0; names[i]; i++)
    {
      g_autoptr (StoreFolder) folder = store_reader_folder_by_name (imap->reader, names[i], NULL);

      if (!folder || folder->uidvalidity == 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
list_folders (Run *run, EngineImap *imap, GError **error)
{
  return engine_imap_folders (imap, error) && check_names (run, imap, error);
}

static gboolean
keep_folder (Run *run, EngineImap *imap, StoreFolder *folder, GError **error)
{
  g_autoptr (GArray) missing = NULL;

  if (run->options->headers_only || folder->place != STORE_PLACE_SERVER || !folder->selectable ||
      folder->total == 0)
    return TRUE;
  missing = store_reader_missing_bodies (imap->reader, folder->id, 0, 1, error);
  if (!missing)
    return FALSE;
  return missing->len == 0 ||
         (engine_imap_select (imap, folder, error) && engine_imap_keep (imap, NULL, error));
}

/* A folder that the server does not open, or breaks off, keeps nobody from the others; the first
 * one is told at the end. */
static gboolean
pass_over (Run *run, EngineImap *imap, GError *failure, GError **error)
{
  if (failure->domain != ENGINE_ERROR || net_session_is_over (imap->session) ||
      (failure->code != ENGINE_ERROR_REFUSED && failure->code != ENGINE_ERROR_TEMPORARY))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (run->refused == NULL)
    run->refused = failure;
  else
    g_error_free (failure);
  return TRUE;
}

static gboolean
look_into (Run *run, EngineImap *imap, StoreFolder *folder, GError **error)
{
  GError *failure = NULL;

  return (engine_imap_select (imap, folder, &failure) && engine_imap_sync (imap, NULL, &failure)) ||
         pass_over (run, imap, failure, error);
}

static gboolean
keep_all (Run *run, EngineImap *imap, GError **error)
{
  g_autoptr (GPtrArray) folders = store_reader_folders (imap->reader, error);

  for (guint i = 0; folders && i < folders->len; i++)
    {
      StoreFolder *folder = g_ptr_array_index (folders, i);
      GError *failure = NULL;

      if (is_wanted (run, folder) && !keep_folder (run, imap, folder, &failure) &&
          !pass_over (run, imap, failure, error))
        return FALSE;
    }
  return folders != NULL;
}

/* What is refused for now keeps no letter from coming. */
static gboolean
play_journal (Run *run, EngineImap *imap, GError **error)
{
  g_autoptr (GError) later = NULL;

  if (!engine_imap_journal (imap, &later, error))
    return FALSE;
  if (later && !run->later)
    run->later = g_steal_pointer (&later);
  return TRUE;
}

static gboolean
sync_all (Run *run, EngineImap *imap, GError **error)
{
  g_autoptr (GPtrArray) changed = NULL;
  gboolean listed = !knows_names (run, imap);

  engine_imap_begin (imap);
  /* Folders first, so that the journal knows where things go; what it moves shows in STATUS. */
  if ((listed && !list_folders (run, imap, error)) || !play_journal (run, imap, error) ||
      !engine_imap_drafts (imap, 0, NULL, error) ||
      !engine_imap_changed (imap, run->options->folders, &changed, error))
    return FALSE;
  for (guint i = 0; i < changed->len; i++)
    if (is_wanted (run, g_ptr_array_index (changed, i)) &&
        !look_into (run, imap, g_ptr_array_index (changed, i), error))
      return FALSE;
  /* One that did not open may be gone, or have another name by now. */
  if (run->refused && !listed && !net_session_is_over (imap->session) &&
      !list_folders (run, imap, error))
    return FALSE;
  if (!run->options->folders && !run->refused)
    engine_imap_collect_adrift (imap);
  return keep_all (run, imap, error);
}

/* What waits to be sent goes out while the session stands: its copy is put into Sent by this run,
 * and seen there. */
static gboolean
send_waiting (Run *run, EngineImap *imap, GError **error)
{
  g_autoptr (GPtrArray) journal = NULL;

  send_due (run);
  journal = store_reader_journal (imap->reader, error);
  return journal && (journal->len == 0 || run->later || sync_all (run, imap, error));
}

static gboolean
look_into_each (Run *run, EngineImap *imap, GPtrArray *changed, GError **error)
{
  for (guint i = 0; i < changed->len; i++)
    {
      StoreFolder *folder = g_ptr_array_index (changed, i);
      GError *failure = NULL;

      if (!is_wanted (run, folder))
        continue;
      if (!look_into (run, imap, folder, error) ||
          (imap->folder && imap->folder->id == folder->id &&
           !keep_folder (run, imap, imap->folder, &failure) &&
           !pass_over (run, imap, failure, error)))
        return FALSE;
    }
  return TRUE;
}

/* Other folders: those of which the server told by itself; @look, or where it could not tell all:
 * whichever changed. */
static gboolean
sync_others (Run *run, EngineImap *imap, gboolean look, GError **error)
{
  g_autoptr (GPtrArray) changed = NULL;

  look = look || imap->tree;
  imap->tree = FALSE;
  if (look ? !engine_imap_folders (imap, error) ||
                 !engine_imap_changed (imap, run->options->folders, &changed, error)
           : !engine_imap_changed_elsewhere (imap, &changed, error))
    return FALSE;
  return look_into_each (run, imap, changed, error);
}

/* The folder to wait in, as it is known now, and with what came while others were open. */
static gboolean
open_again (Run *run, EngineImap *imap, const char *name, GError **error)
{
  g_autoptr (StoreFolder) folder = store_reader_folder_by_name (imap->reader, name, error);

  return folder && engine_imap_select (imap, folder, error) &&
         (!imap->behind ||
          (engine_imap_sync (imap, NULL, error) && keep_folder (run, imap, imap->folder, error)));
}

static gboolean
watch_imap (Run *run, EngineImap *imap, gint64 until, GError **error)
{
  const char *name =
      run->options->folders && run->options->folders[0] ? run->options->folders[0] : "INBOX";
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_WATCH, name);
  gint64 next_look = net_clock_now () + ENGINE_LOOK_EVERY;

  if (!open_again (run, imap, name, error))
    return FALSE;
  imap->cause = cause;
  while (net_clock_now () < until)
    {
      gboolean look;

      if (!engine_imap_watch (imap, MIN (until, next_look), error))
        return FALSE;
      look = net_clock_now () >= next_look;
      if (imap->news &&
          (!engine_imap_sync (imap, NULL, error) || !keep_folder (run, imap, imap->folder, error)))
        return FALSE;
      if ((look || imap->tree || imap->elsewhere->len > 0) &&
          (!sync_others (run, imap, look, error) || !open_again (run, imap, name, error)))
        return FALSE;
      if (look)
        next_look = net_clock_now () + ENGINE_LOOK_EVERY;
    }
  return TRUE;
}

static gboolean
run_imap (Run *run, gint64 until, GError **error)
{
  NetSession *session = connect_incoming (run, error);
  EngineImap *imap =
      session
          ? engine_imap_new (run->account->info, run->account->mailbase, session, &run->work, error)
          : NULL;
  gboolean good;

  if (!imap)
    return FALSE;
  imap->cause = run->cause;
  if (run->options->connections != 1)
    imap->share = engine_share_new (run->account, run->cause, run->options->connections > 1);
  good = sync_all (run, imap, error) && send_waiting (run, imap, error) &&
         (until == 0 || watch_imap (run, imap, until, error));
  if (good && run->refused)
    {
      g_propagate_error (error, g_steal_pointer (&run->refused));
      good = FALSE;
    }
  if (good && run->later)
    {
      g_propagate_error (error, g_steal_pointer (&run->later));
      good = FALSE;
    }
  g_clear_error (&run->refused);
  g_clear_error (&run->later);
  imap->cause = run->cause;
  add_totals (run, session);
  if (imap->share)
    engine_share_free (
        imap->share, run->stats ? &run->stats->net : NULL, run->stats ? &run->stats->bodies : NULL);
  engine_imap_free (imap);
  return good;
}

/* --- POP3 --- */

static gboolean
collect_for (Run *run, const EnginePop3Wish *wish, GError **error)
{
  EngineConnect connect;
  gboolean good;

  if (!engine_account_prepare (
          run->account, run->cause, run->options->cancellable, NULL, &connect, error))
    return FALSE;
  good = engine_pop3_visit (&connect,
                            run->account->mailbase,
                            wish,
                            &run->work,
                            run->stats ? &run->stats->net : NULL,
                            error);
  base_secret_unref (connect.password);
  return good;
}

static gboolean
collect_once (Run *run, GError **error)
{
  EnginePop3Wish wish = { .headers_only = run->options->headers_only };

  return collect_for (run, &wish, error);
}

static gboolean
wait_until (Run *run, gint64 until, GError **error)
{
  GPollFD poll_fd = { .fd = -1 };
  gint64 left = until - net_clock_now ();

  if (left <= 0)
    return TRUE;
  if (!run->options->cancellable ||
      !g_cancellable_make_pollfd (run->options->cancellable, &poll_fd))
    {
      /* Nobody can end it early, and nothing else is to be waited for. */
      g_usleep ((gulong) left);
      return TRUE;
    }
  g_poll (&poll_fd, 1, (int) (left / 1000) + 1);
  g_cancellable_release_fd (run->options->cancellable);
  return !g_cancellable_set_error_if_cancelled (run->options->cancellable, error);
}

static gboolean
run_pop3 (Run *run, gint64 until, GError **error)
{
  char **names = run->options->folders;

  /* POP3 knows one mailbox, and no names. */
  for (guint i = 0; names && names[i]; i++)
    if (g_ascii_strcasecmp (names[i], "INBOX") != 0)
      return set_no_folder (run, names[i], error);
  if (!collect_once (run, error))
    return FALSE;
  send_due (run);
  while (until > 0 && net_clock_now () < until)
    {
      gint64 next = engine_pop3_next_visit (run->account->mailbase);
      gint64 pause = next ? next - store_mailbase_now (run->account->mailbase) + 1 : 0;

      if (!wait_until (run, MIN (until, net_clock_now () + MAX (pause, COLLECT_EVERY)), error) ||
          (net_clock_now () < until && !collect_once (run, error)))
        return FALSE;
    }
  return TRUE;
}

/* --- the whole --- */

gboolean
engine_run_sync (EngineAccount *account,
                 const EngineSyncOptions *options,
                 const BaseCause *cause,
                 EngineSyncStats *stats,
                 GError **error)
{
  static const EngineSyncOptions defaults = { 0 };
  gint64 start = net_clock_now ();
  guint64 syncs = store_mailbase_syncs (account->mailbase);
  Run run = { account, options ? options : &defaults, cause, stats };
  gint64 until = run.options->watch > 0 ? start + run.options->watch * G_USEC_PER_SEC : 0;
  gboolean good;

  if (stats)
    {
      *stats = (EngineSyncStats){ 0 };
      run.work.messages = &stats->messages;
      run.work.bodies = &stats->bodies;
    }
  run.work.progress = run.options->progress;
  run.work.data = run.options->progress_data;
  if (!engine_account_must_own (account, error) ||
      !engine_outbox_recover (account->mailbase, error))
    return FALSE;
  good = engine_account_is_imap (account) ? run_imap (&run, until, error)
                                          : run_pop3 (&run, until, error);
  /* A server that nothing can be collected from is no reason to keep letters here. */
  if (!g_cancellable_is_cancelled (run.options->cancellable))
    send_due (&run);
  if (good && run.unsent)
    {
      g_propagate_error (error, g_steal_pointer (&run.unsent));
      good = FALSE;
    }
  g_clear_error (&run.unsent);
  if (stats)
    {
      stats->seconds = (double) (net_clock_now () - start) / G_USEC_PER_SEC;
      stats->syncs = store_mailbase_syncs (account->mailbase) - syncs;
    }
  return good;
}

/* A session that does one thing. */
static EngineImap *
open_imap (Run *run, GError **error)
{
  NetSession *session;
  EngineImap *imap;

  if (!engine_account_must_own (run->account, error))
    return NULL;
  session = connect_incoming (run, error);
  imap =
      session
          ? engine_imap_new (run->account->info, run->account->mailbase, session, &run->work, error)
          : NULL;
  if (imap)
    imap->cause = run->cause;
  return imap;
}

gboolean
engine_run_journal (EngineAccount *account, GCancellable *cancellable, GError **error)
{
  EngineSyncOptions options = { .cancellable = cancellable };
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
  Run run = { account, &options, cause, NULL };
  g_autoptr (GPtrArray) entries = store_reader_journal (account->reader, error);
  g_autoptr (EngineImap) imap = NULL;
  GError *later = NULL;

  if (!entries)
    return FALSE;
  if (entries->len == 0)
    return TRUE;
  if (!engine_account_is_imap (account))
    return engine_account_must_own (account, error) && run_pop3 (&run, 0, error);
  imap = open_imap (&run, error);
  if (!imap || !engine_imap_folders (imap, error) || !engine_imap_journal (imap, &later, error))
    return FALSE;
  if (!later)
    return TRUE;
  g_propagate_error (error, later);
  return FALSE;
}

/* The rest of a letter of which only headers were collected; POP3 gives it while it is listed. */
static gboolean
collect_body (Run *run, gint64 message, GError **error)
{
  EnginePop3Wish wish = { .message = message };
  g_autoptr (GPtrArray) rows = NULL;

  if (!engine_account_must_own (run->account, error) || !collect_for (run, &wish, error))
    return FALSE;
  rows = store_reader_placements (run->account->reader, message, error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (((StoreRow *) g_ptr_array_index (rows, i))->has_source)
      return TRUE;
  if (rows)
    g_set_error_literal (error,
                         ENGINE_ERROR,
                         ENGINE_ERROR_NOT_FOUND,
                         _ ("The server no longer has this letter: synchronise to see what "
                            "changed"));
  return FALSE;
}

static gboolean
fetch_body (EngineImap *imap, gint64 message, guint *got, GError **error)
{
  g_autoptr (GPtrArray) rows = store_reader_placements (imap->reader, message, error);

  for (guint i = 0; rows && i < rows->len && *got == 0; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      g_autoptr (StoreFolder) folder = NULL;
      StoreMissing missing = { row->uid, message, row->size, store_missing_name (row->message_id) };

      if (row->uid == 0)
        continue;
      folder = store_reader_folder (imap->reader, row->folder, error);
      if (!folder || !engine_imap_select (imap, folder, error))
        return FALSE;
      if (imap->uidvalidity == folder->uidvalidity && !imap->rebuilt &&
          !engine_imap_bodies (imap, &missing, 1, got, error))
        return FALSE;
      if (imap->rebuilt && !engine_imap_sync (imap, NULL, error))
        return FALSE;
    }
  return rows != NULL;
}

gboolean
engine_run_body (EngineAccount *account, gint64 message, const BaseCause *cause, GError **error)
{
  EngineSyncOptions options = { 0 };
  Run run = { account, &options, cause, NULL };
  g_autoptr (EngineImap) imap = NULL;
  guint got = 0;

  if (!engine_account_is_imap (account))
    return collect_body (&run, message, error);
  imap = open_imap (&run, error);
  if (!imap || !fetch_body (imap, message, &got, error))
    return FALSE;
  /* It has another UID by now, or none. */
  if (got == 0 && imap->rebuilds > 0 && !fetch_body (imap, message, &got, error))
    return FALSE;
  if (got > 0)
    return TRUE;
  g_set_error_literal (error,
                       ENGINE_ERROR,
                       ENGINE_ERROR_NOT_FOUND,
                       _ ("The server no longer has this letter: synchronise to see what changed"));
  return FALSE;
}

static GBytes *
part_of (GBytes *source, const char *section, GError **error)
{
  g_autoptr (MailMessage) letter = mail_message_parse (source, error);
  const char *rest = "";
  MailPart *part = letter ? mail_message_find_section (letter, section, &rest) : NULL;

  if (part && *rest == '\0')
    return mail_part_decode (part);
  if (letter)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NOT_FOUND,
                 _ ("This letter has no part %s: “show --structure” tells which it has"),
                 section);
  return NULL;
}

/* Without the account's ownership, too: nothing is written. */
static EngineImap *
open_reading (Run *run, GError **error)
{
  NetSession *session = connect_incoming (run, error);
  EngineImap *imap =
      session
          ? engine_imap_new (run->account->info, run->account->mailbase, session, &run->work, error)
          : NULL;

  if (!imap)
    return NULL;
  imap->cause = run->cause;
  engine_imap_only_read (imap, STORE_PRIORITY_CLICK);
  engine_imap_begin (imap);
  return imap;
}

static GBytes *
fetch_part (Run *run, gint64 message, const char *section, GError **error)
{
  g_autoptr (EngineImap) imap = open_reading (run, error);
  g_autoptr (GPtrArray) rows = imap ? store_reader_placements (imap->reader, message, error) : NULL;

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      g_autoptr (StoreFolder) folder = NULL;

      if (row->uid == 0)
        continue;
      folder = store_reader_folder (imap->reader, row->folder, error);
      if (!folder || !engine_imap_select (imap, folder, error))
        return NULL;
      if (imap->uidvalidity == row->uidvalidity)
        return engine_imap_part (imap, row->uid, section, error);
    }
  if (rows)
    g_set_error_literal (
        error,
        ENGINE_ERROR,
        ENGINE_ERROR_NOT_FOUND,
        _ ("The server no longer has this letter: synchronise to see what changed"));
  return NULL;
}

GBytes *
engine_run_part (EngineAccount *account,
                 gint64 message,
                 const char *section,
                 const BaseCause *cause,
                 GError **error)
{
  EngineSyncOptions options = { 0 };
  Run run = { account, &options, cause, NULL };
  g_autoptr (GBytes) source = store_reader_source (account->reader, message, NULL);

  if (!source && engine_account_is_imap (account))
    return fetch_part (&run, message, section, error);
  if (!source && engine_run_body (account, message, cause, error))
    source = store_reader_source (account->reader, message, error);
  return source ? part_of (source, section, error) : NULL;
}

static GArray *
answer (EngineAccount *account,
        const EngineQuestion *question,
        const BaseCause *cause,
        GError **error)
{
  EngineSyncOptions options = { 0 };
  Run run = { account, &options, cause, NULL };
  NetSession *session = connect_incoming (&run, error);
  g_autoptr (EngineImap) imap =
      session ? engine_imap_new (account->info, account->mailbase, session, &run.work, error)
              : NULL;

  if (!imap)
    return NULL;
  imap->cause = cause;
  if (!store_mailbase_is_owner (account->mailbase))
    engine_imap_only_read (imap, STORE_PRIORITY_CLICK);
  engine_imap_begin (imap);
  return engine_imap_answer (imap, question, error);
}

GArray *
engine_run_find (
    EngineAccount *account, const char *query, guint last, const BaseCause *cause, GError **error)
{
  const EngineQuestion question = { (char *) query, last, 0 };

  return answer (account, &question, cause, error);
}

GArray *
engine_run_conversation (EngineAccount *account,
                         gint64 message,
                         const BaseCause *cause,
                         GError **error)
{
  const EngineQuestion question = { NULL, 0, message };

  return answer (account, &question, cause, error);
}
