/* The draft on disk follows what is typed by a second and a half, and by nothing when the window
 * closes: a crash costs a few words at most. Sending hands that draft to the outbox. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-composer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-format.h"
#include "app-later.h"
#include "app-take-back.h"
#include "learn-wording.h"
#include "mail-compose.h"
#include "mail-draft.h"
#include "mail-mailto.h"
#include "mail-reply.h"

#define SAVE_MS 1500

struct _AppComposer
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkWidget *from_label;
  GtkDropDown *from;
  GtkEditable *to, *cc, *bcc, *subject;
  GtkToggleButton *more;
  GtkTextView *text;
  GtkWidget *attachments_scroller, *attachments;

  AppApplication *application;
  GPtrArray *accounts; /* EngineAccount that can send, as in the drop-down */
  EngineAccount *account;
  MailDraft *draft;
  EngineSendWish wish;
  gint64 outbox; /* id of the saved draft, 0: not saved yet */
  gint64 adopts; /* placement of another client's draft that this one goes on with, 0: none */
  gint64 answers;
  int answer_kind;
  gboolean changed;
  gboolean over; /* sent or discarded: nothing is saved any more */
  guint save_source;
  GSimpleActionGroup *actions;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (AppComposer, app_composer, ADW_TYPE_WINDOW)

static void
tell (AppComposer *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

/* Fields to draft and back */

static void
take_addresses (GPtrArray **list, GtkEditable *entry)
{
  g_ptr_array_unref (*list);
  *list = mail_address_parse_list (gtk_editable_get_text (entry));
}

static void
take_fields (AppComposer *self)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;
  GtkTextIter end;

  g_clear_pointer (&self->draft->from, mail_address_unref);
  self->draft->from = mail_address_new (info->full_name, info->email);
  take_addresses (&self->draft->to, self->to);
  take_addresses (&self->draft->cc, self->cc);
  take_addresses (&self->draft->bcc, self->bcc);
  g_free (self->draft->subject);
  self->draft->subject = g_strdup (gtk_editable_get_text (self->subject));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_free (self->draft->text);
  self->draft->text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
show_addresses (GtkEditable *entry, GPtrArray *list)
{
  g_autofree char *text = mail_address_list_to_text (list);

  gtk_editable_set_text (entry, text);
}

static void
update_title (AppComposer *self)
{
  const char *subject = gtk_editable_get_text (self->subject);

  adw_window_title_set_title (self->title, *subject != '\0' ? subject : _ ("New letter"));
  gtk_window_set_title (GTK_WINDOW (self), *subject != '\0' ? subject : _ ("New letter"));
}

/* Saving */

static gboolean
save (AppComposer *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->save_source, g_source_remove);
  take_fields (self);
  bytes = mail_compose (self->draft, MAIL_COMPOSE_DRAFT, error);
  if (bytes == NULL ||
      !engine_account_save_draft (
          self->account, &self->outbox, bytes, self->answers, self->answer_kind, error) ||
      (self->adopts != 0 &&
       !engine_account_adopt_draft (self->account, self->outbox, self->adopts, error)))
    return FALSE;
  self->adopts = 0;
  self->changed = FALSE;
  time = app_format_date_short (g_get_real_time () / G_USEC_PER_SEC);
  text = g_strdup_printf (_ ("Draft saved %s"), time);
  adw_window_title_set_subtitle (self->title, text);
  return TRUE;
}

static gboolean
on_save_time (gpointer data)
{
  AppComposer *self = data;
  g_autoptr (GError) error = NULL;

  self->save_source = 0;
  if (!save (self, &error))
    tell (self, error->message);
  return G_SOURCE_REMOVE;
}

static void
on_changed (AppComposer *self)
{
  update_title (self);
  if (self->over)
    return;
  self->changed = TRUE;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_MS, on_save_time, self);
}

/* Attachments */

static void on_detach (GtkButton *button, AppComposer *self);

static void
show_attachments (AppComposer *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->attachments)) != NULL)
    gtk_box_remove (GTK_BOX (self->attachments), child);
  for (guint i = 0; i < self->draft->attachments->len; i++)
    {
      const MailAttachment *attachment = self->draft->attachments->pdata[i];
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *label = gtk_label_new (attachment->name);
      GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
      g_autofree char *name = g_strdup_printf (_ ("Remove “%s”"), attachment->name);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
      gtk_widget_add_css_class (box, "attachment-chip");
      gtk_widget_add_css_class (remove, "flat");
      gtk_widget_add_css_class (remove, "circular");
      gtk_widget_set_tooltip_text (remove, name);
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data (G_OBJECT (remove), "index", GUINT_TO_POINTER (i));
      g_signal_connect (remove, "clicked", G_CALLBACK (on_detach), self);
      gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("mail-attachment-symbolic"));
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (box), remove);
      gtk_box_append (GTK_BOX (self->attachments), box);
    }
  gtk_widget_set_visible (self->attachments_scroller, self->draft->attachments->len > 0);
}

static void
on_detach (GtkButton *button, AppComposer *self)
{
  g_ptr_array_remove_index (self->draft->attachments,
                            GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index")));
  show_attachments (self);
  on_changed (self);
}

static void
attach_file (AppComposer *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  /* Read now: a file that changes or goes away later must not change the letter. */
  if (path == NULL || !g_file_get_contents (path, &contents, &len, &error))
    {
      text = g_strdup_printf (_ ("“%1$s” cannot be attached: %2$s"),
                              name,
                              error != NULL ? error->message
                                            : _ ("it is not a file on this computer"));
      tell (self, text);
      return;
    }
  {
    g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&contents), len);

    g_ptr_array_add (self->draft->attachments, mail_attachment_new_for_bytes (bytes, name, NULL));
  }
  show_attachments (self);
  on_changed (self);
}

static void
on_attach_response (GtkNativeDialog *dialog, int response, AppComposer *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          attach_file (self, file);
        }
    }
  g_clear_object (&self->chooser);
}

static void
on_attach (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Attach Files"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("_Attach"),
                                               _ ("_Cancel"));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_attach_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* A file by its path: for drops, and for scripts that drive the window. */
static void
on_attach_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  attach_file (data, file);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, AppComposer *self)
{
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *l = files; l != NULL; l = l->next)
    attach_file (self, l->data);
  g_slist_free (files);
  return TRUE;
}

/* Sending and discarding */

static const char *
bad_address (AppComposer *self)
{
  GPtrArray *lists[] = { self->draft->to, self->draft->cc, self->draft->bcc };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        const MailAddress *address = lists[i]->pdata[j];

        if (!mail_address_is_valid (address->address))
          return address->address;
      }
  return NULL;
}

static void
remember_addresses (AppComposer *self)
{
  StoreBook *book = engine_service_book (app_application_get_service (self->application));
  GPtrArray *lists[] = { self->draft->to, self->draft->cc, self->draft->bcc };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        const MailAddress *address = lists[i]->pdata[j];

        store_book_used_address (book, address->address, address->name, NULL);
      }
}

/* Nothing goes to the server while it can be taken back. */
static guint
undo_seconds (AppComposer *self)
{
  return self->wish.when > 0 ? 0
                             : (guint) g_settings_get_int (
                                   app_application_get_settings (self->application), "undo-send");
}

static void
send_letter (AppComposer *self)
{
  guint seconds = undo_seconds (self);
  EngineSendWish wish = self->wish;
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, self->draft->subject);

  if (seconds > 0)
    wish.when = g_get_real_time () + seconds * G_USEC_PER_SEC;
  if (!save (self, &error) ||
      !engine_account_send_draft (self->account, self->outbox, &wish, cause, &error))
    {
      tell (self, error->message);
      return;
    }
  self->over = TRUE;
  remember_addresses (self);
  if (seconds > 0)
    app_take_back_offer (self->application, self->account, self->outbox, seconds);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_no_subject (AdwMessageDialog *dialog, const char *response, AppComposer *self)
{
  if (g_str_equal (response, "send"))
    send_letter (self);
}

static void
on_send (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  GtkWidget *dialog;
  const char *bad;
  g_autofree char *text = NULL;

  /* The button means now. */
  if (action != NULL)
    self->wish.when = 0;
  take_fields (self);
  bad = bad_address (self);
  if (self->draft->to->len + self->draft->cc->len + self->draft->bcc->len == 0)
    {
      tell (self, _ ("Who should get this letter? Fill in To."));
      gtk_widget_grab_focus (GTK_WIDGET (self->to));
      return;
    }
  if (bad != NULL)
    {
      text = g_strdup_printf (_ ("“%s” is not a mail address."), bad);
      tell (self, text);
      return;
    }
  if (*self->draft->subject != '\0')
    {
      send_letter (self);
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (self),
                                   _ ("Send without a subject?"),
                                   _ ("A subject helps people find your letter again."));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "send", _ ("_Send"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_no_subject), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_send_later (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->wish.when = app_later_time (g_variant_get_string (parameter, NULL), now);
  on_send (NULL, NULL, self);
}

static void
on_option (GSimpleAction *action, GVariant *state, gpointer data)
{
  AppComposer *self = data;
  guint option = g_str_equal (g_action_get_name (G_ACTION (action)), "reports")
                     ? STORE_SEND_REPORTS
                     : STORE_SEND_REQUIRE_TLS;

  self->wish.options =
      g_variant_get_boolean (state) ? self->wish.options | option : self->wish.options & ~option;
  g_simple_action_set_state (action, state);
}

/* Here and on the server. */
static void
remove_from (AppComposer *self, EngineAccount *account, gint64 outbox, gint64 adopted)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DELETE, self->draft->subject);

  if (outbox != 0)
    engine_account_discard_draft (account, outbox, NULL);
  if (adopted != 0)
    engine_account_delete (account, &adopted, 1, FALSE, cause, NULL);
}

static void
remove_saved (AppComposer *self)
{
  remove_from (self, self->account, self->outbox, self->adopts);
  self->outbox = self->adopts = 0;
}

static void
discard (AppComposer *self)
{
  self->over = TRUE;
  g_clear_handle_id (&self->save_source, g_source_remove);
  remove_saved (self);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_discard_response (AdwMessageDialog *dialog, const char *response, AppComposer *self)
{
  if (g_str_equal (response, "discard"))
    discard (self);
}

static void
on_discard (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  GtkWidget *dialog;

  take_fields (self);
  if (mail_draft_is_empty (self->draft))
    {
      discard (self);
      return;
    }
  dialog = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Discard this draft?"), _ ("What you wrote will be gone."));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Keep"), "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_discard_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
app_composer_close_request (GtkWindow *window)
{
  AppComposer *self = APP_COMPOSER (window);
  g_autoptr (GError) error = NULL;

  if (!self->over)
    {
      take_fields (self);
      if (mail_draft_is_empty (self->draft))
        {
          remove_saved (self);
        }
      else if (self->changed && !save (self, &error))
        {
          /* What was typed stays on screen until it can be kept. */
          tell (self, error->message);
          return TRUE;
        }
    }
  g_clear_handle_id (&self->save_source, g_source_remove);
  return GTK_WINDOW_CLASS (app_composer_parent_class)->close_request (window);
}

/* From */

static void
on_from (AppComposer *self)
{
  EngineAccount *account = self->accounts->pdata[gtk_drop_down_get_selected (self->from)];
  g_autoptr (EngineAccount) before = NULL;
  g_autoptr (GError) error = NULL;
  gint64 outbox = self->outbox;
  gint64 adopted = self->adopts;
  guint position;

  if (account == self->account)
    return;
  before = g_steal_pointer (&self->account);
  self->account = engine_account_ref (account);
  self->outbox = self->adopts = 0;
  self->answers = 0;
  self->answer_kind = 0;
  if (outbox == 0 && adopted == 0)
    {
      on_changed (self);
      return;
    }
  /* The draft lives with its account: it moves, and is nowhere removed before it is elsewhere. */
  if (save (self, &error))
    {
      remove_from (self, before, outbox, adopted);
      return;
    }
  tell (self, error->message);
  engine_account_unref (self->account);
  self->account = g_steal_pointer (&before);
  self->outbox = outbox;
  self->adopts = adopted;
  if (g_ptr_array_find (self->accounts, self->account, &position))
    gtk_drop_down_set_selected (self->from, position);
}

static void
fill_from (AppComposer *self)
{
  g_autoptr (GPtrArray) all =
      engine_service_accounts (app_application_get_service (self->application));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; i < all->len; i++)
    {
      const StoreAccountInfo *info = engine_account_info (all->pdata[i]);
      g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
      g_autofree char *text = NULL;

      if (*info->smtp_host == '\0')
        continue;
      if (g_str_equal (info->uuid, engine_account_info (self->account)->uuid))
        selected = self->accounts->len;
      text = *info->full_name != '\0'
                 ? g_strdup_printf ("%s <%s> · %s", info->full_name, info->email, protocol)
                 : g_strdup_printf ("%s · %s", info->email, protocol);
      gtk_string_list_append (names, text);
      g_ptr_array_add (self->accounts, engine_account_ref (all->pdata[i]));
    }
  gtk_drop_down_set_model (self->from, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->from, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->from), self->accounts->len > 1);
  gtk_widget_set_visible (self->from_label, self->accounts->len > 1);
  g_signal_connect_swapped (self->from, "notify::selected", G_CALLBACK (on_from), self);
}

static void
app_composer_dispose (GObject *object)
{
  AppComposer *self = APP_COMPOSER (object);

  g_clear_handle_id (&self->save_source, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->account, engine_account_unref);
  g_clear_pointer (&self->draft, mail_draft_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_COMPOSER);
  G_OBJECT_CLASS (app_composer_parent_class)->dispose (object);
}

static void
app_composer_class_init (AppComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_composer_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_composer_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-composer.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppComposer, name)
  BIND (toasts);
  BIND (title);
  BIND (from_label);
  BIND (from);
  BIND (to);
  BIND (cc);
  BIND (bcc);
  BIND (subject);
  BIND (more);
  BIND (text);
  BIND (attachments_scroller);
  BIND (attachments);
#undef BIND
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "composer.send", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
app_composer_init (AppComposer *self)
{
  static const GActionEntry entries[] = {
    { .name = "send", .activate = on_send },
    { .name = "send-later", .activate = on_send_later, .parameter_type = "s" },
    { .name = "reports", .state = "false", .change_state = on_option },
    { .name = "require-tls", .state = "false", .change_state = on_option },
    { .name = "discard", .activate = on_discard },
    { .name = "attach", .activate = on_attach },
    { .name = "attach-path", .activate = on_attach_path, .parameter_type = "s" },
  };
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_account_unref);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "composer", G_ACTION_GROUP (self->actions));
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

static void
watch_fields (AppComposer *self)
{
  GtkEditable *entries[] = { self->to, self->cc, self->bcc, self->subject };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (entries[i], "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (
      gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (on_changed), self);
}

/* (transfer full) for @draft */
static AppComposer *
composer_new (AppApplication *application, EngineAccount *account, MailDraft *draft)
{
  AppComposer *self = g_object_new (APP_TYPE_COMPOSER, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;

  self->application = application;
  self->account = engine_account_ref (account);
  self->draft = draft;
  fill_from (self);
  show_addresses (self->to, draft->to);
  show_addresses (self->cc, draft->cc);
  show_addresses (self->bcc, draft->bcc);
  gtk_toggle_button_set_active (self->more, draft->cc->len + draft->bcc->len > 0);
  gtk_editable_set_text (self->subject, draft->subject != NULL ? draft->subject : "");
  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  gtk_text_buffer_set_text (buffer, draft->text != NULL ? draft->text : "", -1);
  gtk_text_buffer_set_enable_undo (buffer, TRUE);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  show_attachments (self);
  update_title (self);
  watch_fields (self);
  gtk_window_set_focus (GTK_WINDOW (self),
                        draft->to->len == 0 ? GTK_WIDGET (self->to) : GTK_WIDGET (self->text));
  return self;
}

AppComposer *
app_composer_new (AppApplication *application, EngineAccount *account, const char *mailto)
{
  MailDraft *draft = mailto != NULL ? mail_mailto_parse (mailto) : NULL;

  return composer_new (application, account, draft != NULL ? draft : mail_draft_new ());
}

AppComposer *
app_composer_new_answer (AppApplication *application,
                         EngineAccount *account,
                         gint64 message,
                         MailMessage *letter,
                         AppAnswer answer)
{
  const StoreAccountInfo *info = engine_account_info (account);
  g_autoptr (GPtrArray) own = mail_address_list_new ();
  AppComposer *self;
  MailDraft *draft;

  g_ptr_array_add (own, mail_address_new (info->full_name, info->email));
  if (answer == APP_ANSWER_FORWARD)
    draft = mail_forward (letter, own, MAIL_FORWARD_INLINE);
  else
    draft = mail_reply (
        letter, own, answer == APP_ANSWER_REPLY_ALL ? MAIL_REPLY_ALL : MAIL_REPLY_SENDER);
  self = composer_new (application, account, draft);
  self->answers = message;
  self->answer_kind = answer == APP_ANSWER_FORWARD ? 2 : 1;
  return self;
}

/* Who has the letter already does not get it again. */
static void
drop_recipients (GPtrArray *list, const StoreOutboxEntry *entry)
{
  for (guint i = list->len; i > 0; i--)
    for (guint j = 0; entry->accepted[j] != NULL; j++)
      if (mail_address_equal (((MailAddress *) list->pdata[i - 1])->address, entry->accepted[j]))
        {
          g_ptr_array_remove_index (list, i - 1);
          break;
        }
}

AppComposer *
app_composer_new_draft (AppApplication *application,
                        EngineAccount *account,
                        gint64 outbox,
                        GError **error)
{
  StoreReader *reader = engine_account_reader (account);
  g_autoptr (GPtrArray) entries = store_reader_outbox (reader, error);

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];
      g_autoptr (GBytes) source = NULL;
      MailDraft *draft;
      AppComposer *self;

      if (entry->id != outbox)
        continue;
      source = store_reader_source (reader, entry->message, error);
      draft = source != NULL ? mail_draft_from_bytes (source, error) : NULL;
      if (draft == NULL)
        return NULL;
      drop_recipients (draft->to, entry);
      drop_recipients (draft->cc, entry);
      drop_recipients (draft->bcc, entry);
      self = composer_new (application, account, draft);
      self->outbox = outbox;
      self->answers = entry->answers;
      self->answer_kind = entry->answer_kind;
      return self;
    }
  g_set_error_literal (
      error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("This draft is no longer here."));
  return NULL;
}

AppComposer *
app_composer_new_from_letter (AppApplication *application,
                              EngineAccount *account,
                              const StoreRow *row,
                              GError **error)
{
  gint64 own = engine_account_draft_of (account, row->placement);
  g_autoptr (GBytes) source = NULL;
  MailDraft *draft;
  AppComposer *self;

  if (own != 0)
    return app_composer_new_draft (application, account, own, error);
  source = store_reader_source (engine_account_reader (account), row->message, error);
  draft = source != NULL ? mail_draft_from_bytes (source, error) : NULL;
  if (draft == NULL)
    return NULL;
  self = composer_new (application, account, draft);
  self->adopts = row->placement;
  return self;
}
