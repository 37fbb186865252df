/* What is shown of a letter depends on what is here: its header at once, its body when it has come.
 * HTML is made safe by mail-html before the web module sees it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-reader.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app-attachment.h"
#include "app-bench.h"
#include "app-delivery.h"
#include "app-envelope.h"
#include "app-format.h"
#include "app-leave.h"
#include "app-signal.h"
#include "app-web.h"
#include "app-wrap.h"
#include "learn-wording.h"
#include "mail-html.h"
#include "mail-text.h"
#include "net-gate.h"

/* The readable width, margins included; the template has it too. */
#define COLUMN 836

/* Characters: the head may show an end of what is longer, and then the tooltip has the whole. */
#define LONG 60

/* Pixels: of attachments; what is more is scrolled to. */
#define THREE_LINES 144

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
  GtkTextView *text;
  GtkWidget *attachments_place, *attachments; /* AppWrap */
  GtkScrolledWindow *attachments_scroller;
  guint fitting;
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

/* Text */

static void
ensure_tags (GtkTextBuffer *buffer)
{
  if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "quote-1") != NULL)
    return;
  gtk_text_buffer_create_tag (buffer, "quote-1", "foreground", "#1c71d8", "left-margin", 30, NULL);
  gtk_text_buffer_create_tag (buffer, "quote-2", "foreground", "#813d9c", "left-margin", 42, NULL);
  gtk_text_buffer_create_tag (buffer, "quote-3", "foreground", "#26a269", "left-margin", 54, NULL);
  gtk_text_buffer_create_tag (buffer, "signature", "foreground", "#77767b", NULL);
  gtk_text_buffer_create_tag (buffer, "link", "underline", PANGO_UNDERLINE_SINGLE, NULL);
}

/* libadwaita's accent and quote colours differ between light and dark. */
static void
colour_tags (GtkTextBuffer *buffer)
{
  static const char *const names[] = { "quote-1", "quote-2", "quote-3" };
  static const char *const light[] = { "#1a5fb4", "#613583", "#1a7a47" };
  static const char *const dark[] = { "#78aeed", "#c995e3", "#6fcf97" };
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  ensure_tags (buffer);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_set (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), names[i]),
                  "foreground",
                  is_dark ? dark[i] : light[i],
                  NULL);
  g_object_set (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "signature"),
                "foreground",
                is_dark ? "#9a9996" : "#5e5c64",
                NULL);
}

static void
show_text (AppReader *self, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autoptr (GArray) runs = mail_text_runs (text);

  gtk_text_buffer_set_text (buffer, "", 0);
  colour_tags (buffer);
  for (guint i = 0; i < runs->len; i++)
    {
      const MailTextRun *run = &g_array_index (runs, MailTextRun, i);
      GtkTextIter end;
      int start;
      GtkTextIter from;

      gtk_text_buffer_get_end_iter (buffer, &end);
      start = gtk_text_iter_get_offset (&end);
      gtk_text_buffer_insert (buffer, &end, text + run->offset, (int) run->length);
      gtk_text_buffer_get_iter_at_offset (buffer, &from, start);
      gtk_text_buffer_get_end_iter (buffer, &end);
      if (run->quote_level > 0)
        {
          g_autofree char *name = g_strdup_printf ("quote-%u", (run->quote_level - 1) % 3 + 1);

          gtk_text_buffer_apply_tag_by_name (buffer, name, &from, &end);
        }
      if (run->signature)
        gtk_text_buffer_apply_tag_by_name (buffer, "signature", &from, &end);
      if (run->uri != NULL)
        {
          GtkTextTag *tag = gtk_text_buffer_create_tag (buffer, NULL, NULL);

          g_object_set_data_full (G_OBJECT (tag), "uri", g_strdup (run->uri), g_free);
          gtk_text_buffer_apply_tag (buffer, tag, &from, &end);
          gtk_text_buffer_apply_tag_by_name (buffer, "link", &from, &end);
        }
    }
  gtk_stack_set_visible_child_name (self->body, "text");
}

static const char *
uri_at (AppReader *self, double x, double y)
{
  GtkTextIter iter;
  int bx;
  int by;
  const char *uri = NULL;
  GSList *tags;

  gtk_text_view_window_to_buffer_coords (
      self->text, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &bx, &by);
  if (!gtk_text_view_get_iter_at_location (self->text, &iter, bx, by))
    return NULL;
  tags = gtk_text_iter_get_tags (&iter);
  for (GSList *l = tags; l != NULL && uri == NULL; l = l->next)
    uri = g_object_get_data (G_OBJECT (l->data), "uri");
  g_slist_free (tags);
  return uri;
}

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
on_text_released (GtkGestureClick *gesture, int n_press, double x, double y, AppReader *self)
{
  const char *uri = gtk_text_buffer_get_has_selection (gtk_text_view_get_buffer (self->text))
                        ? NULL
                        : uri_at (self, x, y);

  if (uri != NULL)
    open_link (uri, self);
}

static void
on_text_motion (GtkEventControllerMotion *motion, double x, double y, AppReader *self)
{
  const char *uri = uri_at (self, x, y);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->text), uri != NULL ? "pointer" : "text");
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

      show_text (self, text);
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

/* Attachments */

/* A scrolled window does not ask its child how high it is at this width. */
static gboolean
fit_attachments (gpointer data)
{
  AppReader *self = data;
  int width = gtk_widget_get_width (GTK_WIDGET (self->attachments_scroller));
  int height = 0;

  self->fitting = 0;
  if (width > 0)
    gtk_widget_measure (
        self->attachments, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  height = MIN (height, THREE_LINES);
  if (height > 0 &&
      height != gtk_scrolled_window_get_min_content_height (self->attachments_scroller))
    gtk_scrolled_window_set_min_content_height (self->attachments_scroller, height);
  return G_SOURCE_REMOVE;
}

/* Told while widgets take their places. */
static void
on_attachments_placed (AppReader *self)
{
  if (self->fitting == 0)
    self->fitting = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_attachments, self, NULL);
}

static void
show_attachments (AppReader *self)
{
  GtkWidget *child;
  GPtrArray *parts = self->letter != NULL ? mail_message_get_attachments (self->letter) : NULL;
  guint count = parts != NULL ? parts->len : 0;

  while ((child = gtk_widget_get_first_child (self->attachments)) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < count; i++)
    gtk_widget_set_parent (app_attachment_new (self->letter, parts->pdata[i]), self->attachments);
  gtk_widget_set_visible (self->attachments_place, count > 0);
  on_attachments_placed (self);
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
  show_attachments (self);
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
  show_attachments (self);
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
  show_attachments (self);
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
  GBytes *source = self->letter != NULL ? mail_message_get_source (self->letter) : NULL;
  GtkWidget *window;
  GtkWidget *view;
  GtkWidget *scroller;
  GtkWidget *box;
  g_autofree char *text = NULL;

  if (source == NULL)
    return;
  window = adw_window_new ();
  view = gtk_text_view_new ();
  scroller = gtk_scrolled_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  text = g_utf8_make_valid (g_bytes_get_data (source, NULL), (gssize) g_bytes_get_size (source));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 8);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Source"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Source"), -1);
  app_leave_by_escape (GTK_WINDOW (window));
  gtk_window_set_default_size (GTK_WINDOW (window), 760, 560);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_dark_changed (AdwStyleManager *manager, GParamSpec *pspec, AppReader *self)
{
  colour_tags (gtk_text_view_get_buffer (self->text));
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

  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  forget (self);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_READER);
  g_clear_handle_id (&self->fitting, g_source_remove);
  G_OBJECT_CLASS (app_reader_parent_class)->dispose (object);
}

static void
app_reader_class_init (AppReaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_reader_dispose;
  g_type_ensure (APP_TYPE_WRAP);
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
  BIND (attachments_place);
  BIND (attachments);
  BIND (attachments_scroller);
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
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "reader", G_ACTION_GROUP (self->actions));
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->remote_show, "clicked", G_CALLBACK (on_remote_show), self);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->attachments_scroller),
                           "changed",
                           G_CALLBACK (on_attachments_placed),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (click, "released", G_CALLBACK (on_text_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "motion", G_CALLBACK (on_text_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text), motion);
  g_signal_connect (
      adw_style_manager_get_default (), "notify::dark", G_CALLBACK (on_dark_changed), self);
  app_reader_show_none (self, 0);
}
