/* One function an action. */
#include "config.h"

#include "lesson-act.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine-draft.h"
#include "engine-run.h"
#include "lesson-letter.h"
#include "net-error.h"

typedef struct
{
  LessonWorld *world;
  const LearnLesson *lesson;
  const LearnLessonAction *action;
  LessonDevice *device; /* (nullable) */
  BaseCause *cause;
  GCancellable *cancellable;
} Act;

/* --- devices --- */

static gboolean
is_online (const Act *act)
{
  return strcmp (act->device->plan->protocol, "imap") == 0;
}

static gboolean
sync_device (const Act *act, GError **error)
{
  const StoreAccountInfo *info = engine_account_info (act->device->account);
  EngineSyncOptions options = { .headers_only = strcmp (info->keep_policy, "headers") == 0,
                                .cancellable = act->cancellable };

  return engine_run_sync (act->device->account, &options, act->cause, NULL, error);
}

/* What is done on an IMAP device is said at once; a POP3 device waits for its next visit. */
static gboolean
settle (const Act *act, GError **error)
{
  return !is_online (act) || sync_device (act, error);
}

/* The newest letter of that subject that a person sees there. (transfer full) */
static StoreRow *
find_row (const Act *act, const char *subject, GError **error)
{
  StoreReader *reader = engine_account_reader (act->device->account);
  g_autoptr (GPtrArray) folders = store_reader_folders (reader, NULL);

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      const StoreFolder *folder = folders->pdata[i];
      g_autoptr (GArray) listed = store_reader_list (reader, folder->id, NULL);

      for (guint j = 0; listed != NULL && j < listed->len && folder->role != STORE_ROLE_MAILDROP;
           j++)
        {
          gint64 placement = g_array_index (listed, StoreListed, j).placement;
          g_autoptr (GPtrArray) rows = store_reader_rows (reader, &placement, 1, NULL);
          StoreRow *row = rows != NULL ? rows->pdata[0] : NULL;

          if (row != NULL && strcmp (row->subject, subject) == 0)
            return store_row_ref (row);
        }
    }
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_NOT_FOUND,
               /* Translators: a device, and the subject of a letter. */
               _ ("%1$s: there is no “%2$s” in any list"),
               learn_lesson_device_text (act->device->plan->name),
               subject);
  return NULL;
}

static gboolean
open_letter (const Act *act, GError **error)
{
  g_autoptr (StoreRow) row = find_row (act, act->action->subject, error);

  if (row == NULL || (!row->has_source &&
                      !engine_run_body (act->device->account, row->message, act->cause, error)))
    return FALSE;
  return engine_account_flag (
             act->device->account, &row->placement, 1, STORE_FLAG_SEEN, 0, act->cause, error) &&
         settle (act, error);
}

static gboolean
mark_letter (const Act *act, GError **error)
{
  const char *what = act->action->what;
  guint add = strcmp (what, "read") == 0      ? STORE_FLAG_SEEN
              : strcmp (what, "starred") == 0 ? STORE_FLAG_FLAGGED
              : strcmp (what, "deleted") == 0 ? STORE_FLAG_DELETED
                                              : 0;
  guint remove = strcmp (what, "unread") == 0      ? STORE_FLAG_SEEN
                 : strcmp (what, "unstarred") == 0 ? STORE_FLAG_FLAGGED
                                                   : 0;
  g_autoptr (StoreRow) row = find_row (act, act->action->subject, error);

  return row != NULL &&
         engine_account_flag (
             act->device->account, &row->placement, 1, add, remove, act->cause, error) &&
         settle (act, error);
}

static gboolean
move_letter (const Act *act, GError **error)
{
  g_autoptr (StoreRow) row = find_row (act, act->action->subject, error);
  g_autoptr (StoreFolder) folder = NULL;

  if (row == NULL)
    return FALSE;
  folder = store_reader_folder_by_name (
      engine_account_reader (act->device->account), act->action->what, error);
  if (folder == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error,
                     STORE_ERROR,
                     STORE_ERROR_NOT_FOUND,
                     _ ("There is no folder “%s” there"),
                     act->action->what);
      return FALSE;
    }
  return engine_account_move (
             act->device->account, &row->placement, 1, folder->id, act->cause, error) &&
         settle (act, error);
}

static gboolean
delete_letter (const Act *act, GError **error)
{
  g_autoptr (StoreRow) row = find_row (act, act->action->subject, error);

  return row != NULL &&
         engine_account_delete (act->device->account,
                                &row->placement,
                                1,
                                act->action->kind == LEARN_ACTION_ERASE,
                                act->cause,
                                error) &&
         settle (act, error);
}

static gboolean
send_letter (const Act *act, GError **error)
{
  const StoreAccountInfo *info = engine_account_info (act->device->account);
  g_autoptr (MailAddress) from = mail_address_new (info->full_name, info->email);
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (GBytes) letter = lesson_letter_compose (act->action, from, &recipients, error);
  gint64 id = 0;

  if (letter == NULL)
    return FALSE;
  g_ptr_array_add (recipients, NULL);
  /* As from the window: what does not go out now waits in the outbox. */
  return engine_draft_put (act->device->account,
                           STORE_OUTBOX_QUEUED,
                           letter,
                           info->email,
                           (const char *const *) recipients->pdata,
                           0,
                           0,
                           NULL,
                           act->cause,
                           &id,
                           error) &&
         engine_run_outbox (act->device->account,
                            engine_account_reader (act->device->account),
                            act->cancellable,
                            NULL,
                            error) &&
         settle (act, error);
}

/* What waits, or was refused, as if somebody had pressed “Try again”. */
static gboolean
retry (const Act *act, GError **error)
{
  EngineAccount *account = act->device->account;
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (account), error);

  if (outbox == NULL)
    return FALSE;
  for (guint i = 0; i < outbox->len; i++)
    {
      const StoreOutboxEntry *entry = outbox->pdata[i];

      if ((entry->state == STORE_OUTBOX_QUEUED || entry->state == STORE_OUTBOX_FAILED ||
           entry->state == STORE_OUTBOX_UNKNOWN) &&
          !engine_account_send_again (account, entry->id, act->cause, error))
        return FALSE;
    }
  return engine_run_outbox (
      account, engine_account_reader (account), act->cancellable, NULL, error);
}

/* --- settings --- */

static void
replace (char **field, const char *value)
{
  if (value == NULL)
    return;
  g_free (*field);
  *field = g_strdup (value);
}

static void
set_security (const Act *act, StoreAccountInfo *info, const char *security)
{
  const PracticeOffice *office = act->world->office;
  gboolean tls = strcmp (security, "tls") == 0;
  gboolean pop3 = strcmp (info->protocol, "pop3") == 0;

  replace (&info->security, security);
  replace (&info->smtp_security, security);
  info->port = practice_office_port (office,
                                     pop3 ? (tls ? PRACTICE_PORT_POP3S : PRACTICE_PORT_POP3)
                                          : (tls ? PRACTICE_PORT_IMAPS : PRACTICE_PORT_IMAP));
  info->smtp_port =
      practice_office_port (office, tls ? PRACTICE_PORT_SUBMISSIONS : PRACTICE_PORT_SUBMISSION);
}

static gboolean
set_device (const Act *act, GError **error)
{
  g_autoptr (StoreAccountInfo) info =
      store_account_info_copy (engine_account_info (act->device->account));
  const char *security = learn_lesson_action_named (act->action, "security");
  const char *sign = learn_lesson_action_named (act->action, "sign");
  const char *password = learn_lesson_action_named (act->action, "password");
  const PracticeUser *user = practice_user_find (act->device->plan->user);

  replace (&info->leave_policy, learn_lesson_action_named (act->action, "leave"));
  replace (&info->keep_policy, learn_lesson_action_named (act->action, "keep"));
  if (security != NULL)
    set_security (act, info, security);
  if (sign != NULL)
    replace (&info->sign_in, strcmp (sign, "token") == 0 ? "token" : "");
  if (password != NULL &&
      !g_file_set_contents_full (act->device->password_file,
                                 strcmp (password, "wrong") == 0 ? "wrong" : user->password,
                                 -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600,
                                 error))
    return FALSE;
  return engine_service_update (act->world->service, info, NULL, error);
}

static gboolean
type_lines (const Act *act, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  const char *as = learn_lesson_action_named (act->action, "as");

  for (guint i = 3; i < learn_lesson_words_count (act->action->words); i++)
    g_ptr_array_add (lines, (gpointer) learn_lesson_words_get (act->action->words, i));
  return lesson_console_type (act->world,
                              act->device,
                              act->action->what,
                              lines,
                              g_strcmp0 (as, "stranger") == 0,
                              act->cancellable,
                              error);
}

/* --- the world --- */

static gboolean
bring_letter (const Act *act, GError **error)
{
  const char *to = learn_lesson_action_named (act->action, "to");
  const PracticeUser *user = practice_user_find (to != NULL ? to : "ada");
  PracticeStore *store = practice_office_store (act->world->office);
  g_autoptr (MailAddress) from = lesson_address ("grace");
  g_autoptr (GBytes) letter = lesson_letter_compose (act->action, from, NULL, error);
  g_autoptr (PracticeMessage) message = NULL;
  gboolean good;

  if (letter == NULL)
    return FALSE;
  if (user == NULL)
    return learn_lesson_fail (
        error, act->action->line, _ ("“%s” does not live at the practice post office"), to);
  message = practice_message_new (letter, practice_store_now (store) / G_USEC_PER_SEC);
  practice_store_lock (store);
  practice_mailbox_add (
      practice_account_inbox (practice_store_account (store, user)), message, NULL);
  good = practice_store_commit (store, error);
  practice_store_unlock (store);
  return good;
}

static gboolean
make_room (const Act *act)
{
  PracticeStore *store = practice_office_store (act->world->office);

  practice_store_lock (store);
  practice_store_set_quota (store, act->action->size);
  practice_store_unlock (store);
  return TRUE;
}

static gboolean
set_fault (const Act *act, GError **error)
{
  PracticeFaults *faults = practice_office_faults (act->world->office);
  g_autoptr (GError) local = NULL;

  if (strcmp (act->action->what, "none") == 0)
    practice_faults_clear (faults);
  else if (!practice_faults_add (faults, act->action->what, &local))
    return learn_lesson_fail (error, act->action->line, "%s", local->message);
  return TRUE;
}

/* Nothing is made up: clocks are put forward, and what programs and hosts do by themselves when the
 * time has come is done. */
static gboolean
let_pass (const Act *act, GError **error)
{
  LessonWorld *world = act->world;
  gint64 time = (gint64) act->action->size * G_USEC_PER_SEC;

  for (guint i = 0; i < world->devices->len; i++)
    store_mailbase_put_forward (
        engine_account_mailbase (((LessonDevice *) world->devices->pdata[i])->account), time);
  world->facts->ahead += time;
  practice_office_put_forward (world->office, time);
  for (guint i = 0; i < world->devices->len; i++)
    {
      const LessonDevice *device = world->devices->pdata[i];
      g_autoptr (GError) local = NULL;

      if (!engine_run_outbox (device->account,
                              engine_account_reader (device->account),
                              act->cancellable,
                              NULL,
                              &local))
        learn_facts_set_failed (world->facts, device->plan->name, local->message);
    }
  return !g_cancellable_set_error_if_cancelled (act->cancellable, error);
}

/* --- all of them --- */

static gboolean
do_it (const Act *act, GError **error)
{
  switch (act->action->kind)
    {
    case LEARN_ACTION_SYNC:
      return sync_device (act, error);
    case LEARN_ACTION_OPEN:
      return open_letter (act, error);
    case LEARN_ACTION_MARK:
      return mark_letter (act, error);
    case LEARN_ACTION_MOVE:
      return move_letter (act, error);
    case LEARN_ACTION_DELETE:
    case LEARN_ACTION_ERASE:
      return delete_letter (act, error);
    case LEARN_ACTION_SEND:
      return send_letter (act, error);
    case LEARN_ACTION_RETRY:
      return retry (act, error);
    case LEARN_ACTION_SET:
      return set_device (act, error);
    case LEARN_ACTION_TYPES:
      return type_lines (act, error);
    case LEARN_ACTION_LETTER:
      return bring_letter (act, error);
    case LEARN_ACTION_ROOM:
      return make_room (act);
    case LEARN_ACTION_FAULT:
      return set_fault (act, error);
    case LEARN_ACTION_LATER:
      return let_pass (act, error);
    case LEARN_ACTION_REPLAY:
    default:
      return lesson_replay (act->world, act->lesson, act->action->what);
    }
}

/* Lines that break are what lessons are about; a lesson that makes no sense is not. */
static gboolean
is_of_the_lesson (const GError *error)
{
  return error->domain == LEARN_LESSON_ERROR ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, NET_ERROR, NET_ERROR_CANCELLED);
}

gboolean
lesson_act (LessonWorld *world,
            const LearnLesson *lesson,
            const LearnLessonAction *action,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *text = learn_lesson_action_text (action);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, text);
  Act act = { .world = world,
              .lesson = lesson,
              .action = action,
              .device = action->device != NULL ? lesson_world_device (world, action->device) : NULL,
              .cause = cause,
              .cancellable = cancellable };
  GError *local = NULL;
  gboolean good = do_it (&act, &local);

  lesson_world_look (world);
  if (!good && (action->device == NULL || is_of_the_lesson (local)))
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (action->device != NULL)
    learn_facts_set_failed (world->facts, action->device, good ? NULL : local->message);
  g_clear_error (&local);
  return TRUE;
}
