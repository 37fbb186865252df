/* What the person can do in the window. Each action makes its cause, tells the engine, and says in
 * a toast what happened, with Undo where it can be taken back. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-window-private.h"

#include <glib/gi18n.h>

#include "app-composer.h"
#include "app-conversation.h"
#include "app-office.h"
#include "app-storage.h"
#include "app-storage-twin.h"
#include "app-take-back.h"
#include "app-wizard.h"
#include "learn-before.h"
#include "learn-wording.h"
#include "engine-refused.h"
#include "mail-mailto.h"

static BaseCause *
cause_of_selection (AppWindow *self, BaseCauseKind kind, const GArray *placements)
{
  g_autofree char *many = NULL;
  g_autoptr (AppMessage) message = app_message_list_get_message (self->list);

  if (message != NULL)
    return base_cause_new (kind, app_message_get_row (message)->subject);
  many = g_strdup_printf (ngettext ("%d letter", "%d letters", placements->len),
                          (int) placements->len);
  return base_cause_new (kind, many);
}

static const gint64 *
ids (const GArray *placements)
{
  return (const gint64 *) (const void *) placements->data;
}

static void
remember (AppWindow *self, const BaseCause *cause, const char *text)
{
  self->last_cause = cause->id;
  g_free (self->last_account);
  self->last_account = g_strdup (engine_account_info (self->account)->uuid);
  app_window_tell (self, text, cause->id);
  app_window_update_actions (self);
}

/* The letter after those that leave is selected, so that reading goes on. */
static void
select_next (AppWindow *self)
{
  AppSelection *selection = app_message_list_get_selection (self->list);
  AppListModel *model = app_message_list_get_model (self->list);
  guint first = app_selection_first (selection);
  guint count = app_selection_count (selection);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));
  gint64 next = 0;

  if (first == G_MAXUINT)
    return;
  if (first + count < n)
    next = app_list_model_get_placement (model, first + count);
  else if (first > 0)
    next = app_list_model_get_placement (model, first - 1);
  if (next != 0)
    app_message_list_select_placement (self->list, next);
}

/* Writing */

static void
show_composer (AppWindow *self, AppComposer *composer)
{
  gtk_window_set_application (GTK_WINDOW (composer), GTK_APPLICATION (self->application));
  gtk_window_present (GTK_WINDOW (composer));
}

static void
on_compose (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  show_composer (self, app_composer_new (self->application, self->account, NULL));
}

static gboolean
can_send (EngineAccount *account)
{
  return account != NULL && engine_account_info (account)->smtp_host[0] != '\0';
}

/* Who writes a letter that nobody chose an account for: the one on screen, or the first that sends.
 */
static EngineAccount *
dup_sender (AppWindow *self)
{
  g_autoptr (GPtrArray) accounts = NULL;

  if (can_send (self->account))
    return engine_account_ref (self->account);
  accounts = engine_service_accounts (app_application_get_service (self->application));
  for (guint i = 0; i < accounts->len; i++)
    if (can_send (accounts->pdata[i]))
      return engine_account_ref (accounts->pdata[i]);
  return NULL;
}

static void
on_no_sender_response (AdwMessageDialog *dialog, const char *response, AppWindow *self)
{
  if (g_str_equal (response, "add"))
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "add-account", NULL);
}

/* A dialog, since the link was clicked in another program's window. */
static void
say_no_sender (AppWindow *self)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self),
                              _ ("No Account Can Send Yet"),
                              _ ("To write letters, add an account that sends mail, or try the "
                                 "practice post office; then click the link again."));

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"), "add", _ ("_Add My Account"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "add", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_no_sender_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_mailto (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  const char *uri = g_variant_get_string (parameter, NULL);
  g_autoptr (EngineAccount) account = dup_sender (self);

  if (!mail_mailto_is (uri))
    app_window_tell (self, _ ("This is no address to write to"), 0);
  else if (account == NULL)
    say_no_sender (self);
  else
    show_composer (self, app_composer_new (self->application, account, uri));
}

static void
answer (AppWindow *self, AppAnswer kind)
{
  AppMessage *message = app_reader_get_message (self->reader);
  MailMessage *letter = app_reader_get_letter (self->reader);

  if (message != NULL && letter != NULL)
    show_composer (self,
                   app_composer_new_answer (self->application,
                                            app_reader_get_account (self->reader),
                                            app_message_get_row (message)->message,
                                            letter,
                                            kind));
}

gboolean
app_window_edit_draft (AppWindow *self)
{
  AppMessage *message = app_reader_get_message (self->reader);
  const StoreRow *row = message != NULL ? app_message_get_row (message) : NULL;
  g_autoptr (GError) error = NULL;
  AppComposer *composer;

  /* Of a letter that is still on its way there is nothing to go on with. */
  if (row == NULL || (row->flags & STORE_FLAG_DRAFT) == 0 || !row->has_source)
    return FALSE;
  composer = app_composer_new_from_letter (
      self->application, app_reader_get_account (self->reader), row, &error);
  if (composer != NULL)
    show_composer (self, composer);
  else
    app_window_tell (self, error->message, 0);
  return TRUE;
}

static void
on_reply (GtkWidget *widget, const char *name, GVariant *parameter)
{
  answer (APP_WINDOW (widget), APP_ANSWER_REPLY);
}

static void
on_reply_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  answer (APP_WINDOW (widget), APP_ANSWER_REPLY_ALL);
}

static void
on_forward (GtkWidget *widget, const char *name, GVariant *parameter)
{
  answer (APP_WINDOW (widget), APP_ANSWER_FORWARD);
}

/* Moving and deleting */

static void
move_to (AppWindow *self, gint64 folder_id)
{
  g_autoptr (GArray) placements =
      app_selection_placements (app_message_list_get_selection (self->list));
  g_autoptr (StoreFolder) folder =
      store_reader_folder (engine_account_reader (self->account), folder_id, NULL);
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (placements->len == 0 || folder == NULL)
    return;
  cause = cause_of_selection (self, BASE_CAUSE_MOVE, placements);
  select_next (self);
  if (!engine_account_move (
          self->account, ids (placements), placements->len, folder_id, cause, &error))
    {
      app_window_tell (self, error->message, 0);
      return;
    }
  title = learn_folder_title (folder);
  text = g_strdup_printf (
      ngettext ("%1$d letter moved to %2$s", "%1$d letters moved to %2$s", placements->len),
      (int) placements->len,
      title);
  remember (self, cause, text);
}

static void
on_move_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  move_to (APP_WINDOW (widget), g_variant_get_int64 (parameter));
}

static void
on_archive (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  StoreReader *reader = engine_account_reader (self->account);
  g_autoptr (StoreFolder) archive = store_reader_folder_by_role (reader, STORE_ROLE_ARCHIVE, NULL);

  /* Where all letters are kept in one folder, to archive is to leave them only there. */
  if (archive == NULL)
    archive = store_reader_folder_by_role (reader, STORE_ROLE_ALL, NULL);
  if (archive == NULL)
    app_window_tell (
        self,
        _ ("This account has no Archive folder. Move the letter to a folder of your choice."),
        0);
  else if (archive->id != app_message_list_get_folder (self->list))
    move_to (self, archive->id);
}

static gboolean
deletes_for_good (AppWindow *self)
{
  g_autoptr (StoreFolder) trash =
      store_reader_folder_by_role (engine_account_reader (self->account), STORE_ROLE_TRASH, NULL);

  return trash == NULL || trash->id == app_message_list_get_folder (self->list);
}

static void
delete_selected (AppWindow *self, gboolean expunge)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  g_autoptr (GArray) placements =
      app_selection_placements (app_message_list_get_selection (self->list));
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (placements->len == 0)
    return;
  cause = cause_of_selection (self, BASE_CAUSE_DELETE, placements);
  select_next (self);
  if (!engine_account_delete (
          self->account, ids (placements), placements->len, expunge, cause, &error))
    {
      app_window_tell (self, error->message, 0);
      return;
    }
  text =
      expunge || deletes_for_good (self)
          ? g_strdup_printf (ngettext ("%d letter deleted", "%d letters deleted", placements->len),
                             (int) placements->len)
          : learn_after_trash (info->protocol, engine_account_asks_server (info), placements->len);
  remember (self, cause, text);
}

static void
on_delete_response (AdwMessageDialog *dialog, const char *response, AppWindow *self)
{
  if (g_str_equal (response, "delete"))
    delete_selected (self, TRUE);
}

/* With the ledger's numbers; what cannot be read is not claimed. */
static char *
before_delete (AppWindow *self, const GArray *placements)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  StoreDeletion deletion;

  if (!store_reader_foresee_deletion (engine_account_reader (self->account),
                                      ids (placements),
                                      placements->len,
                                      &deletion,
                                      NULL))
    return g_strdup (_ ("This cannot be undone."));
  return learn_before_delete (
      info->protocol,
      engine_account_asks_server (info),
      &deletion,
      app_storage_twin_copies (app_application_get_service (self->application),
                               self->account,
                               ids (placements),
                               placements->len));
}

static void
ask_delete (AppWindow *self)
{
  g_autoptr (GArray) placements =
      app_selection_placements (app_message_list_get_selection (self->list));
  g_autofree char *body = before_delete (self, placements);
  g_autofree char *heading = g_strdup_printf (
      ngettext ("Delete %d Letter for Good?", "Delete %d Letters for Good?", placements->len),
      (int) placements->len);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "delete", _ ("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_delete_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_delete (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  /* To the Trash it is one click: it can be taken back. */
  if (deletes_for_good (self))
    ask_delete (self);
  else
    delete_selected (self, FALSE);
}

/* Flags */

static void
flag_selected (AppWindow *self, guint add, guint remove)
{
  g_autoptr (GArray) placements =
      app_selection_placements (app_message_list_get_selection (self->list));
  g_autoptr (BaseCause) cause = cause_of_selection (self, BASE_CAUSE_MARK, placements);
  g_autoptr (GError) error = NULL;

  if (placements->len == 0)
    return;
  if (!engine_account_flag (
          self->account, ids (placements), placements->len, add, remove, cause, &error))
    app_window_tell (self, error->message, 0);
  self->last_cause = cause->id;
  g_free (self->last_account);
  self->last_account = g_strdup (engine_account_info (self->account)->uuid);
  app_window_update_actions (self);
}

static gboolean
first_has_flag (AppWindow *self, guint flag)
{
  AppSelection *selection = app_message_list_get_selection (self->list);
  g_autoptr (AppMessage) message = NULL;

  if (app_selection_count (selection) == 0)
    return FALSE;
  message = g_list_model_get_item (G_LIST_MODEL (selection), app_selection_first (selection));
  return message != NULL && (app_message_get_row (message)->flags & flag) != 0;
}

static void
on_star (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  gboolean starred = first_has_flag (self, STORE_FLAG_FLAGGED);

  flag_selected (self, starred ? 0 : STORE_FLAG_FLAGGED, starred ? STORE_FLAG_FLAGGED : 0);
}

static void
on_mark_read (GtkWidget *widget, const char *name, GVariant *parameter)
{
  flag_selected (APP_WINDOW (widget), STORE_FLAG_SEEN, 0);
}

static void
on_mark_unread (GtkWidget *widget, const char *name, GVariant *parameter)
{
  flag_selected (APP_WINDOW (widget), 0, STORE_FLAG_SEEN);
}

static void
on_undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_UNDO, NULL);
  g_autoptr (GError) error = NULL;

  if (self->last_cause == 0)
    return;
  app_window_end_undo (self);
  account = engine_service_account (
      app_application_get_service (self->application), self->last_account, FALSE, &error);
  if (account == NULL || !engine_account_undo (account, self->last_cause, cause, &error))
    app_window_tell (self, error->message, 0);
  self->last_cause = 0;
  app_window_update_actions (self);
}

/* The rest */

static void
on_refresh (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (self->application));
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);

  for (guint i = 0; i < accounts->len; i++)
    engine_account_refresh (accounts->pdata[i], cause);
}

/* To where the account's problem can be mended. */
static void
on_mend (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (EngineStatus) status = NULL;
  const GError *error;

  if (self->account == NULL)
    return;
  status = engine_account_status (self->account);
  error = status->error != NULL ? status->error : status->send_error;
  if (error != NULL)
    gtk_window_present (GTK_WINDOW (app_wizard_new_edit (self->application,
                                                         GTK_WINDOW (self),
                                                         engine_account_info (self->account),
                                                         app_wizard_start_for (error))));
}

static void
on_resume (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (self->account != NULL &&
      !app_application_set_paused (self->application, self->account, FALSE, &error))
    app_window_tell (self, error->message, 0);
}

static void
on_file_again (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (self->account == NULL)
    return;
  if (!engine_refused_again (self->account, &error))
    app_window_tell (self, error->message, 0);
  app_window_update_problem (self);
}

static void
on_put_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (self->account == NULL)
    return;
  if (!engine_refused_understood (self->account, &error))
    app_window_tell (self, error->message, 0);
  app_window_update_problem (self);
}

static void
on_outbox (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  if (self->account != NULL)
    app_sidebar_select_outbox (self->sidebar, engine_account_info (self->account)->uuid);
}

static void
on_search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  app_message_list_search (APP_WINDOW (widget)->list);
}

static void
on_protocol (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  app_window_set_panel_open (self, !gtk_widget_get_visible (GTK_WIDGET (self->panel)));
}

/* Where it is */

static void
on_see_exchange (
    AppStorage *storage, guint64 cause, const char *command, gint64 at, AppWindow *self)
{
  gtk_window_present (GTK_WINDOW (self));
  app_window_set_panel_open (self, TRUE);
  if (!app_panel_show_cause (self->panel, cause, command, at))
    app_window_tell (
        self, _ ("This exchange is no longer recorded: the program was started since."), 0);
}

static void
on_storage (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  GtkWidget *storage;

  if (self->account == NULL)
    return;
  storage = app_storage_new (self->application, GTK_WINDOW (self), self->account);
  g_signal_connect_object (storage, "exchange", G_CALLBACK (on_see_exchange), self, 0);
  gtk_window_present (GTK_WINDOW (storage));
}

static void
on_understood (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (self->account == NULL)
    return;
  if (!app_storage_twin_understood (
          app_application_get_service (self->application), self->account, &error))
    app_window_tell (self, error->message, 0);
  app_window_update_problem (self);
}

static void
on_tell (GtkWidget *widget, const char *name, GVariant *parameter)
{
  app_window_tell (APP_WINDOW (widget), g_variant_get_string (parameter, NULL), 0);
}

static void
on_offer_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  const char *uuid;
  gint64 outbox;
  guint seconds;

  g_variant_get (parameter, "(&sxu)", &uuid, &outbox, &seconds);
  app_take_back_show (self->application, self->toasts, uuid, outbox, seconds);
}

static void
on_show_account (GtkWidget *widget, const char *name, GVariant *parameter)
{
  app_sidebar_select_account (APP_WINDOW (widget)->sidebar, g_variant_get_string (parameter, NULL));
}

/* The post office's IMAP account: its first letter is the first lesson. */
static void
select_practice (AppWindow *self)
{
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (self->application));

  for (guint i = 0; i < accounts->len; i++)
    {
      const StoreAccountInfo *info = engine_account_info (accounts->pdata[i]);

      if (info->practice && g_str_equal (info->protocol, "imap"))
        app_sidebar_select_account (self->sidebar, info->uuid);
    }
}

static void
on_practice (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  self->first_sight = TRUE;
  if (app_application_start_practice (self->application, &error))
    select_practice (self);
  else
    app_window_tell (self, error->message, 0);
}

static void
on_reset_practice (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  self->first_sight = TRUE;
  if (app_application_reset_practice (self->application, &error))
    {
      select_practice (self);
      app_window_tell (self, _ ("The practice post office is as it was at the start."), 0);
    }
  else
    app_window_tell (self, error->message, 0);
}

static void
on_office (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  if (app_application_get_office (self->application) != NULL)
    gtk_window_present (GTK_WINDOW (app_office_new (widget, self->application)));
}

static void
update_move_menu (AppWindow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GPtrArray) folders =
      self->account != NULL ? store_reader_folders (engine_account_reader (self->account), NULL)
                            : NULL;

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      StoreFolder *folder = folders->pdata[i];
      g_autofree char *title = NULL;
      g_autoptr (GString) label = NULL;
      g_autoptr (GMenuItem) item = NULL;

      if (folder->role == STORE_ROLE_MAILDROP || !folder->selectable ||
          folder->id == app_message_list_get_folder (self->list))
        continue;
      title = learn_folder_title (folder);
      label = g_string_new (title);
      /* In a menu an underscore marks a letter. */
      g_string_replace (label, "_", "__", 0);
      item = g_menu_item_new (label->str, NULL);
      g_menu_item_set_action_and_target_value (
          item, "win.move-to", g_variant_new_int64 (folder->id));
      g_menu_append_item (menu, item);
    }
  app_reader_set_move_menu (self->reader,
                            app_selection_count (app_message_list_get_selection (self->list)) > 0
                                ? G_MENU_MODEL (menu)
                                : NULL);
}

void
app_window_update_actions (AppWindow *self)
{
  static const char *const on_selection[] = { "win.delete",    "win.archive",     "win.star",
                                              "win.mark-read", "win.mark-unread", "win.move-to" };
  static const char *const on_letter[] = { "win.reply", "win.reply-all", "win.forward" };
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean selected = self->account != NULL &&
                      app_selection_count (app_message_list_get_selection (self->list)) > 0;
  gboolean sends = can_send (self->account);
  gboolean letter = app_reader_get_letter (self->reader) != NULL;
  gboolean practice = self->account != NULL && engine_account_info (self->account)->practice;

  for (guint i = 0; i < G_N_ELEMENTS (on_selection); i++)
    gtk_widget_action_set_enabled (widget, on_selection[i], selected);
  for (guint i = 0; i < G_N_ELEMENTS (on_letter); i++)
    gtk_widget_action_set_enabled (widget, on_letter[i], letter && sends);
  gtk_widget_action_set_enabled (widget, "win.compose", sends);
  gtk_widget_action_set_enabled (widget, "win.refresh", self->account != NULL);
  gtk_widget_action_set_enabled (widget, "win.storage", self->account != NULL);
  gtk_widget_action_set_enabled (
      widget, "win.conversation", app_reader_get_message (self->reader) != NULL);
  gtk_widget_action_set_enabled (widget, "win.undo", self->last_cause != 0);
  gtk_widget_action_set_enabled (widget, "win.reset-practice", practice);
  gtk_widget_action_set_enabled (widget, "win.office", practice);
  update_move_menu (self);
}

static void
on_conversation (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  AppMessage *message = app_reader_get_message (self->reader);

  if (message != NULL)
    gtk_window_present (GTK_WINDOW (app_conversation_new (
        GTK_WINDOW (self), app_reader_get_account (self->reader), app_message_get_row (message))));
}

void
app_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name, *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.compose", NULL, on_compose },
    { "win.mailto", "s", on_mailto },
    { "win.reply", NULL, on_reply },
    { "win.reply-all", NULL, on_reply_all },
    { "win.forward", NULL, on_forward },
    { "win.archive", NULL, on_archive },
    { "win.delete", NULL, on_delete },
    { "win.move-to", "x", on_move_to },
    { "win.star", NULL, on_star },
    { "win.mark-read", NULL, on_mark_read },
    { "win.mark-unread", NULL, on_mark_unread },
    { "win.undo", NULL, on_undo },
    { "win.refresh", NULL, on_refresh },
    { "win.mend", NULL, on_mend },
    { "win.resume", NULL, on_resume },
    { "win.file-again", NULL, on_file_again },
    { "win.put-back", NULL, on_put_back },
    { "win.outbox", NULL, on_outbox },
    { "win.search", NULL, on_search },
    { "win.protocol", NULL, on_protocol },
    { "win.storage", NULL, on_storage },
    { "win.conversation", NULL, on_conversation },
    { "win.understood", NULL, on_understood },
    { "win.tell", "s", on_tell },
    { "win.offer-back", "(sxu)", on_offer_back },
    { "win.show-account", "s", on_show_account },
    { "win.practice", NULL, on_practice },
    { "win.reset-practice", NULL, on_reset_practice },
    { "win.office", NULL, on_office },
  };
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_n, GDK_CONTROL_MASK, "win.compose" },
    { GDK_KEY_r, GDK_CONTROL_MASK, "win.reply" },
    { GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.reply-all" },
    { GDK_KEY_l, GDK_CONTROL_MASK, "win.forward" },
    { GDK_KEY_Delete, 0, "win.delete" },
    { GDK_KEY_e, GDK_CONTROL_MASK, "win.archive" },
    { GDK_KEY_d, GDK_CONTROL_MASK, "win.star" },
    { GDK_KEY_u, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.mark-unread" },
    { GDK_KEY_z, GDK_CONTROL_MASK, "win.undo" },
    { GDK_KEY_F5, 0, "win.refresh" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "win.search" },
    { GDK_KEY_F12, 0, "win.protocol" },
    { GDK_KEY_i, GDK_CONTROL_MASK, "win.storage" },
    { GDK_KEY_t, GDK_CONTROL_MASK, "win.conversation" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (
        widget_class, actions[i].name, actions[i].parameter, actions[i].activate);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (
        widget_class, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
}
