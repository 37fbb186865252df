/* The draft on disk follows the last key by a second and a half, the first word that is not there
 * by five at most, and nothing is left out when the window closes: a crash costs a few words. What
 * the title says of it is true of what stands in the window. Sending hands that draft to the
 * outbox. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-composer-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-envelope.h"
#include "app-format.h"
#include "app-spoken.h"
#include "app-wrap.h"
#include "mail-compose.h"
#include "mail-mailto.h"
#include "mail-reply.h"

#define SAVE_MS 1500
/* Whoever types on and on is not waited for. */
#define SAVE_WITHIN ((gint64) 5 * G_USEC_PER_SEC)
#define NARROW_WIDTH 520

G_DEFINE_FINAL_TYPE (AppComposer, app_composer, ADW_TYPE_WINDOW)

void
app_composer_tell (AppComposer *self, const char *text)
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

void
app_composer_take_fields (AppComposer *self)
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

  adw_window_title_set_title (self->title, *subject != '\0' ? subject : _ ("New Letter"));
  gtk_window_set_title (GTK_WINDOW (self), *subject != '\0' ? subject : _ ("New Letter"));
}

/* Saving */

gboolean
app_composer_save (AppComposer *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->save_source, g_source_remove);
  app_composer_take_fields (self);
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
  if (!app_composer_save (self, &error))
    app_composer_tell (self, error->message);
  return G_SOURCE_REMOVE;
}

void
app_composer_changed (AppComposer *self)
{
  update_title (self);
  if (self->over)
    return;
  if (!self->changed)
    {
      self->changed = TRUE;
      self->changed_at = g_get_monotonic_time ();
      adw_window_title_set_subtitle (self->title, _ ("Not saved yet"));
    }
  if (self->save_source != 0 && g_get_monotonic_time () - self->changed_at > SAVE_WITHIN)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_MS, on_save_time, self);
}

/* Discarding */

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

/* What will be said, before it is: of the draft on disk, which is what would be sent. */
static void
on_envelope (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  g_autoptr (GError) error = NULL;

  if (!app_composer_save (self, &error))
    {
      app_composer_tell (self, error->message);
      return;
    }
  app_envelope_show_draft (
      GTK_WINDOW (self), self->account, self->draft, self->outbox, self->wish.options);
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

  app_composer_take_fields (self);
  if (mail_draft_is_empty (self->draft))
    {
      discard (self);
      return;
    }
  dialog = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Discard This Draft?"), _ ("What you wrote will be gone."));
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
      app_composer_take_fields (self);
      if (mail_draft_is_empty (self->draft))
        {
          remove_saved (self);
        }
      else if (self->changed && !app_composer_save (self, &error))
        {
          /* What was typed stays on screen until it can be kept. */
          app_composer_tell (self, error->message);
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
      app_composer_changed (self);
      return;
    }
  /* The draft lives with its account: it moves, and is nowhere removed before it is elsewhere. */
  if (app_composer_save (self, &error))
    {
      remove_from (self, before, outbox, adopted);
      return;
    }
  app_composer_tell (self, error->message);
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

  g_type_ensure (APP_TYPE_WRAP);
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
  BIND (envelope);
#undef BIND
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "composer.send", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

/* Before widgets take their places. A narrow window has the envelope in its menu alone. */
static void
on_width (AppComposer *self)
{
  int width;
  int height; /* GTK 4.8 writes it, wanted or not */

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0)
    gtk_widget_set_visible (self->envelope, width >= NARROW_WIDTH);
}

static void
app_composer_init (AppComposer *self)
{
  static const GActionEntry entries[] = {
    { .name = "discard", .activate = on_discard },
    { .name = "envelope", .activate = on_envelope },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->from);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_account_unref);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "composer", G_ACTION_GROUP (self->actions));
  app_composer_install_attaching (self);
  app_composer_install_sending (self);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (on_width), NULL);
}

static void
watch_fields (AppComposer *self)
{
  GtkEditable *entries[] = { self->to, self->cc, self->bcc, self->subject };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (entries[i], "changed", G_CALLBACK (app_composer_changed), self);
  g_signal_connect_swapped (
      gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (app_composer_changed), self);
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
  app_composer_show_attachments (self);
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
