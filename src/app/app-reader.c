/* What is shown of a letter depends on what is here: its header at once, its body when it has come.
 * HTML is made safe by mail-html before the web module sees it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-reader.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app-attachments.h"
#include "app-bench.h"
#include "app-delivery.h"
#include "app-envelope.h"
#include "app-format.h"
#include "app-letter-text.h"
#include "app-signal.h"
#include "app-source.h"
#include "app-web.h"
#include "learn-wording.h"
#include "mail-html.h"
#include "net-gate.h"

/* The readable width, margins included; the template has it too. */
#define COLUMN 836

/* Characters: the head may show an end of what is longer, and then the tooltip has the whole. */
#define LONG 60

struct _AppReader
{
  GtkBox parent_instance;

  AdwHeaderBar *header;
  GtkWidget *back, *reply_all, *forward, *archive;
  GtkMenuButton *move, *more;
  GtkToggleButton *star;
  GtkStack *stack, *body;
  AdwStatusPage *status, *waiting;
  GtkLabel *subject, *from, *address, *to, *date, *where, *remote_text, *hover;
  AdwAvatar *avatar;
  GtkRevealer *remote_bar;
  GtkButton *remote_show;
  AppLetterText *text;
  AppAttachments *attachments;
  GtkWidget *web; /* made with the first HTML letter */

  GtkBox *delivery;

  StoreBook *book;
  EngineAccount *account;
  AppMessage *message;
  gulong message_changed;
  BaseCause *cause; /* of the opening */
  MailMessage *letter;
  gboolean plain_text;
  gboolean remote;
  gboolean wanted; /* the engine was asked for the body */
  gboolean held;
  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (AppReader, app_reader, GTK_TYPE_BOX)

enum
{
  OPENED,
  BACK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* Links */

static void
open_link (const char *uri, gpointer data)
{
  AppReader *self = data;

  if (g_str_has_prefix (uri, "mailto:"))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.mailto", "s", uri);
  else
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME);
}

static void
hover_link (const char *uri, gpointer data)
{
  AppReader *self = data;

  gtk_label_set_text (self->hover, uri != NULL ? uri : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hover), uri != NULL);
}

static void
on_open_link (AppLetterText *text, const char *uri, AppReader *self)
{
  open_link (uri, self);
}

static void
on_hover_link (AppLetterText *text, const char *uri, AppReader *self)
{
  hover_link (uri, self);
}

/* HTML */

static GBytes *
give_part (guint index, char **mime_type, gpointer data)
{
  AppReader *self = data;
  MailPart *part;

  if (self->letter == NULL || index >= mail_message_get_n_parts (self->letter))
    return NULL;
  part = mail_message_get_part (self->letter, index);
  if (!mail_part_is (part, "image", NULL))
    return NULL;
  *mime_type = g_strdup (mail_part_get_mime_type (part));
  return mail_part_decode (part);
}

static void
on_web_shown (gpointer data)
{
  AppReader *self = data;

  app_bench_mark_painted (self->web, "letter-html");
}

static gboolean
show_html (AppReader *self, MailPart *part)
{
  g_autoptr (GError) error = NULL;
  const AppWebModule *module = app_web_open (&error);
  g_autofree char *html = NULL;
  g_autoptr (MailHtml) safe = NULL;

  if (module == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", error->message);
      return FALSE;
    }
  if (self->web == NULL)
    {
      GtkWidget *clamp = adw_clamp_new ();

      /* As wide as the head above it. */
      self->web = module->create (give_part, open_link, hover_link, on_web_shown, self);
      adw_clamp_set_maximum_size (ADW_CLAMP (clamp), COLUMN);
      adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), COLUMN);
      adw_clamp_set_child (ADW_CLAMP (clamp), self->web);
      gtk_stack_add_named (self->body, clamp, "html");
    }
  html = mail_part_dup_text (part, 0);
  safe = mail_html_sanitize (
      html, -1, self->letter, self->remote ? MAIL_HTML_REMOTE_IMAGES : MAIL_HTML_DEFAULT);
  module->load (self->web, safe->html, self->remote);
  gtk_stack_set_visible_child_name (self->body, "html");
  if (safe->remote_images > 0 && !self->remote)
    {
      g_autofree char *text = g_strdup_printf (
          ngettext (
              "%d remote picture is not loaded: loading it tells the sender that you read this.",
              "%d remote pictures are not loaded: loading them tells the sender that you read "
              "this.",
              safe->remote_images),
          (int) safe->remote_images);

      gtk_label_set_text (self->remote_text, text);
      gtk_revealer_set_reveal_child (self->remote_bar, TRUE);
    }
  return TRUE;
}

static void
show_body (AppReader *self)
{
  MailPart *html = mail_message_get_html_body (self->letter);
  GSimpleAction *plain =
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "plain-text"));

  gtk_revealer_set_reveal_child (self->remote_bar, FALSE);
  g_simple_action_set_enabled (plain, html != NULL);
  if (html == NULL || self->plain_text || !show_html (self, html))
    {
      g_autofree char *text = mail_message_dup_body_text (self->letter, 0);

      app_letter_text_show (self->text, text);
      gtk_stack_set_visible_child_name (self->body, "text");
      app_bench_mark_painted (GTK_WIDGET (self->text), "letter-text");
    }
}

static void
on_remote_show (GtkButton *button, AppReader *self)
{
  const StoreRow *row = app_message_get_row (self->message);

  self->remote = TRUE;
  store_book_permit (self->book, row->from_address, "remote-images", TRUE, NULL);
  show_body (self);
}

/* Head */

/* (transfer full): whom it went to, "me" where that is all. */
static char *
own_words (AppReader *self, const StoreRow *row)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  gboolean to_me =
      strchr (row->to_text, ',') == NULL &&
      (strstr (row->to_text, info->email) != NULL || g_str_equal (row->to_text, info->full_name));
  const char *to = row->to_text[0] == '\0' ? _ ("undisclosed recipients")
                   : to_me                 ? _ ("me")
                                           : row->to_text;

  if (row->cc_text[0] != '\0')
    /* Translators: recipients, then those of a copy: "to me, copy to Grace Hopper" */
    return g_strdup_printf (_ ("to %1$s, copy to %2$s"), to, row->cc_text);
  /* Translators: recipients: "to me" */
  return g_strdup_printf (_ ("to %s"), to);
}

static void
show_where (AppReader *self, const StoreRow *row)
{
  StoreReader *reader = engine_account_reader (self->account);
  g_autoptr (GPtrArray) placements = store_reader_placements (reader, row->message, NULL);
  g_autoptr (GPtrArray) folders = store_reader_folders (reader, NULL);
  g_autoptr (GPtrArray) ledger = store_reader_ledger (reader, row->message, NULL);
  g_autofree char *text = NULL;

  if (placements == NULL || folders == NULL || ledger == NULL)
    return;
  text =
      learn_where_text (engine_account_info (self->account)->protocol, placements, folders, ledger);
  gtk_label_set_text (self->where, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->where), text);
  app_delivery_fill (self->delivery, self->account, row->message_id);
}

static void
show_head (AppReader *self)
{
  const StoreRow *row = app_message_get_row (self->message);
  const char *name = row->from_name[0] != '\0' ? row->from_name : row->from_address;
  g_autofree char *to = own_words (self, row);
  g_autofree char *when = app_format_date_long (row->date_utc != 0 ? row->date_utc : row->arrived);
  g_autofree char *date = g_strdup_printf ("· %s", when);

  gtk_label_set_text (self->subject, row->subject[0] != '\0' ? row->subject : _ ("(no subject)"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subject),
                               g_utf8_strlen (row->subject, -1) > LONG ? row->subject : NULL);
  gtk_label_set_text (self->from, name);
  gtk_label_set_text (self->address, row->from_name[0] != '\0' ? row->from_address : "");
  gtk_label_set_text (self->to, to);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->to), g_utf8_strlen (to, -1) > LONG ? to : NULL);
  gtk_label_set_text (self->date, date);
  adw_avatar_set_text (self->avatar, name);
  gtk_button_set_icon_name (GTK_BUTTON (self->star),
                            row->flags & STORE_FLAG_FLAGGED ? "starred-symbolic"
                                                            : "non-starred-symbolic");
  show_where (self, row);
}

/* Body: here, on its way, held, or out of reach */

static void
show_waiting (AppReader *self, const char *icon, const char *title, const char *description)
{
  adw_status_page_set_icon_name (self->waiting, icon);
  adw_status_page_set_title (self->waiting, title);
  adw_status_page_set_description (self->waiting, description);
  gtk_stack_set_visible_child_name (self->body, "waiting");
}

static gboolean
load_letter (AppReader *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) source = store_reader_source (
      engine_account_reader (self->account), app_message_get_row (self->message)->message, &error);

  if (source == NULL)
    return FALSE;
  self->letter = mail_message_parse (source, &error);
  if (self->letter == NULL)
    {
      show_waiting (
          self, "dialog-error-symbolic", _ ("This letter cannot be shown"), error->message);
      return TRUE;
    }
  self->plain_text = FALSE;
  self->remote = store_book_permitted (
      self->book, app_message_get_row (self->message)->from_address, "remote-images");
  show_body (self);
  app_attachments_show (self->attachments, self->letter);
  g_signal_emit (self, signals[OPENED], 0);
  return TRUE;
}

static void
want_letter (AppReader *self, gboolean hold)
{
  self->wanted = TRUE;
  engine_account_want_body (
      self->account, app_message_get_row (self->message)->message, hold, self->cause);
}

/* Nothing may be said of asking before it is done. */
static gboolean
is_stepped (AppReader *self)
{
  NetGate *gate = engine_account_gate (self->account);

  return gate != NULL && net_gate_is_closed (gate);
}

static void
show_progress (AppReader *self)
{
  g_autoptr (EngineStatus) status = engine_account_status (self->account);
  gboolean reachable = status->state != ENGINE_STATE_STOPPED &&
                       status->state != ENGINE_STATE_NEEDS_USER &&
                       status->state != ENGINE_STATE_WAITING;

  /* The engine gives up a letter over which the line breaks twice. It is asked again when it has
   * nothing else to do, so that such a letter is in nobody's way. */
  if (!reachable)
    self->wanted = FALSE;
  else if (!self->wanted && status->state == ENGINE_STATE_IDLE)
    want_letter (self, FALSE);
  if (self->held && status->state == ENGINE_STATE_HELD)
    show_waiting (self,
                  "media-playback-pause-symbolic",
                  _ ("Held at the Gate"),
                  _ ("The command that fetches this letter is ready in the Protocol panel, and has "
                     "not been said yet. Answer its question there."));
  else if (reachable && is_stepped (self))
    show_waiting (self,
                  "media-playback-pause-symbolic",
                  _ ("Step by Step"),
                  _ ("The commands that fetch this letter wait in the Protocol panel until you let "
                     "them go."));
  else if (reachable)
    show_waiting (self,
                  "content-loading-symbolic",
                  _ ("Fetching the letter…"),
                  _ ("Only its header is on this computer; the server is asked for a copy."));
  else
    show_waiting (self,
                  "network-offline-symbolic",
                  _ ("Only its header is here"),
                  status->error != NULL
                      ? status->error->message
                      : _ ("The letter will be fetched when the server can be reached."));
}

void
app_reader_update (AppReader *self)
{
  if (self->message == NULL)
    return;
  show_head (self);
  if (self->letter == NULL && !load_letter (self))
    show_progress (self);
}

static void
forget (AppReader *self)
{
  if (self->message != NULL)
    g_signal_handler_disconnect (self->message, self->message_changed);
  g_clear_object (&self->message);
  g_clear_pointer (&self->letter, mail_message_unref);
  g_clear_pointer (&self->cause, base_cause_unref);
  g_clear_pointer (&self->account, engine_account_unref);
  self->wanted = self->held = FALSE;
}

void
app_reader_show (AppReader *self, EngineAccount *account, AppMessage *message, gboolean hold)
{
  const StoreRow *row = app_message_get_row (message);

  if (self->message == message)
    return;
  forget (self);
  self->account = engine_account_ref (account);
  self->message = g_object_ref (message);
  self->message_changed =
      g_signal_connect_swapped (message, "changed", G_CALLBACK (app_reader_update), self);
  self->cause = base_cause_new (BASE_CAUSE_OPEN, row->subject);
  gtk_revealer_set_reveal_child (self->remote_bar, FALSE);
  app_attachments_show (self->attachments, self->letter);
  gtk_stack_set_visible_child_name (self->stack, "letter");
  show_head (self);
  if (load_letter (self))
    return;
  self->held = hold;
  want_letter (self, hold);
  show_progress (self);
}

static void
show_words (AppReader *self, const char *icon, const char *title, const char *description)
{
  forget (self);
  app_attachments_show (self->attachments, self->letter);
  adw_status_page_set_icon_name (self->status, icon);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
  gtk_stack_set_visible_child_name (self->stack, "status");
}

void
app_reader_show_none (AppReader *self, guint count)
{
  g_autofree char *title = NULL;

  if (count > 1)
    title = g_strdup_printf (ngettext ("%d letter selected", "%d letters selected", count),
                             (int) count);
  show_words (self,
              count > 1 ? "edit-select-all-symbolic" : "mail-read-symbolic",
              count > 1 ? title : _ ("No Letter Selected"),
              count > 1 ? _ ("Move, star or delete them together.")
                        : _ ("Choose one from the list to read it."));
}

void
app_reader_show_outbox (AppReader *self)
{
  show_words (self,
              "mail-send-symbolic",
              _ ("Letters on Their Way"),
              _ ("Beside each stands what can be done with it."));
}

void
app_reader_set_folded (AppReader *self, gboolean folded)
{
  gtk_widget_set_visible (self->back, folded);
  adw_header_bar_set_show_start_title_buttons (self->header, folded);
}

void
app_reader_set_narrow (AppReader *self, gboolean narrow)
{
  GtkWidget *const spare[] = {
    self->reply_all, self->forward, self->archive, GTK_WIDGET (self->star)
  };

  for (guint i = 0; i < G_N_ELEMENTS (spare); i++)
    gtk_widget_set_visible (spare[i], !narrow);
}

void
app_reader_set_move_menu (AppReader *self, GMenuModel *menu)
{
  gtk_menu_button_set_menu_model (self->move, menu);
  gtk_widget_set_sensitive (GTK_WIDGET (self->move), menu != NULL);
}

void
app_reader_set_book (AppReader *self, StoreBook *book)
{
  self->book = book;
}

AppMessage *
app_reader_get_message (AppReader *self)
{
  return self->message;
}

EngineAccount *
app_reader_get_account (AppReader *self)
{
  return self->account;
}

const BaseCause *
app_reader_get_cause (AppReader *self)
{
  return self->cause;
}

MailMessage *
app_reader_get_letter (AppReader *self)
{
  return self->letter;
}

static void
on_back (GtkButton *button, AppReader *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
on_plain_text (GSimpleAction *action, GVariant *value, gpointer data)
{
  AppReader *self = data;

  self->plain_text = g_variant_get_boolean (value);
  g_simple_action_set_state (action, value);
  if (self->letter != NULL)
    show_body (self);
}

static void
on_source (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppReader *self = data;

  if (self->letter != NULL)
    gtk_window_present (app_source_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                        mail_message_get_source (self->letter)));
}

static void
on_envelope (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppReader *self = data;
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  if (self->message == NULL || self->letter == NULL)
    return;
  gtk_window_present (GTK_WINDOW (app_envelope_new (app_application_get (),
                                                    parent,
                                                    self->account,
                                                    app_message_get_row (self->message)->message,
                                                    self->letter)));
}

static void
app_reader_dispose (GObject *object)
{
  AppReader *self = APP_READER (object);

  forget (self);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_READER);
  G_OBJECT_CLASS (app_reader_parent_class)->dispose (object);
}

static void
app_reader_class_init (AppReaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_reader_dispose;
  g_type_ensure (APP_TYPE_ATTACHMENTS);
  g_type_ensure (APP_TYPE_LETTER_TEXT);
  signals[OPENED] = app_signal_new (klass, "opened", 0);
  signals[BACK] = app_signal_new (klass, "back", 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-reader.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppReader, name)
  BIND (header);
  BIND (back);
  BIND (reply_all);
  BIND (forward);
  BIND (archive);
  BIND (move);
  BIND (more);
  BIND (star);
  BIND (stack);
  BIND (body);
  BIND (status);
  BIND (waiting);
  BIND (subject);
  BIND (from);
  BIND (address);
  BIND (to);
  BIND (date);
  BIND (where);
  BIND (delivery);
  BIND (remote_text);
  BIND (hover);
  BIND (avatar);
  BIND (remote_bar);
  BIND (remote_show);
  BIND (text);
  BIND (attachments);
#undef BIND
}

static void
app_reader_init (AppReader *self)
{
  static const GActionEntry entries[] = {
    { .name = "plain-text", .state = "false", .change_state = on_plain_text },
    { .name = "source", .activate = on_source },
    { .name = "envelope", .activate = on_envelope },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "reader", G_ACTION_GROUP (self->actions));
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->remote_show, "clicked", G_CALLBACK (on_remote_show), self);
  g_signal_connect (self->text, "open-link", G_CALLBACK (on_open_link), self);
  g_signal_connect (self->text, "hover-link", G_CALLBACK (on_hover_link), self);
  app_reader_show_none (self, 0);
}
