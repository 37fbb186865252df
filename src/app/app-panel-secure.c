/* Each column is a connection from its beginning until a little after the handshake. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-secure.h"

#include <glib/gi18n.h>

#include "app-application.h"
#include "app-card-network.h"
#include "app-card-tls.h"
#include "engine-check.h"
#include "learn-eavesdropper.h"

/* What follows the handshake all looks alike. */
#define AFTER 3
#define NARROW_WIDTH 620

struct _AppPanelSecure
{
  AdwWindow parent_instance;
  GtkBox *columns;
  GtkLabel *where[2]; /* 0: immediate, 1: STARTTLS */
  GtkBox *network[2];
  GtkBox *steps[2];
  GtkWidget *steps_title[2];
  GtkWidget *record[2]; /* buttons */
  AppPanelModel *model;
  WireTap *tap; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AppPanelSecure, app_panel_secure, ADW_TYPE_WINDOW)

/* The newest handshake that came to an end, begun the one way or the other. */
static const LearnExchange *
find (LearnDialogue *dialogue, gboolean asked)
{
  for (guint i = learn_dialogue_count (dialogue); i-- > 0;)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (g_str_equal (exchange->verb, LEARN_TLS) && exchange->tls != NULL &&
          exchange->tls->version != NULL && (exchange->tls->asked != NULL) == asked)
        return exchange;
    }
  return NULL;
}

/* All of its connection, from the beginning, until shortly after it. */
static GPtrArray *
around (LearnDialogue *dialogue, const LearnExchange *handshake)
{
  GPtrArray *exchanges = g_ptr_array_new ();
  guint after = 0;

  for (guint i = 0; i < learn_dialogue_count (dialogue) && after < AFTER; i++)
    {
      LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (exchange->connection != handshake->connection)
        continue;
      g_ptr_array_add (exchanges, exchange);
      if (exchange->key > handshake->key)
        after++;
    }
  return exchanges;
}

/* The practice post office, reached so; NULL: it cannot be. */
static StoreAccountInfo *
dup_practice (AppPanelSecure *self, guint column)
{
  return self->tap != NULL ? app_application_dup_practice (app_application_get (),
                                                           column == 1 ? "starttls" : "tls")
                           : NULL;
}

static void
show_column (AppPanelSecure *self, guint column)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  const LearnExchange *handshake = find (dialogue, column == 1);
  g_autoptr (GPtrArray) exchanges = NULL;
  g_autoptr (GPtrArray) seen = NULL;
  g_autofree char *where = NULL;
  g_autofree char *protocol = NULL;

  g_autoptr (StoreAccountInfo) practice = dup_practice (self, column);

  gtk_widget_set_visible (self->steps_title[column], handshake != NULL);
  gtk_widget_set_visible (self->record[column], handshake == NULL && practice != NULL);
  if (handshake == NULL)
    {
      gtk_label_set_text (
          self->where[column],
          column == 1
              ? _ ("No connection that asked for encryption by STARTTLS or STLS has been recorded "
                   "yet. Set an account’s security to STARTTLS, or its SMTP’s, and receive or "
                   "send.")
              : _ ("No connection that was encrypted from its first byte has been recorded yet. "
                   "Set "
                   "an account’s security to TLS, and receive or send."));
      return;
    }
  exchanges = around (dialogue, handshake);
  seen = learn_eavesdropper_see_all (exchanges);
  protocol = g_ascii_strup (handshake->info->protocol, -1);
  where = g_strdup_printf ("%s · %s:%u", protocol, handshake->info->host, handshake->info->port);
  gtk_label_set_text (self->where[column], where);
  app_card_network_fill (self->network[column], seen, handshake->info);
  app_card_tls_fill (self->steps[column], handshake->tls, FALSE);
}

/* Recording one */

static void
record_free (gpointer data)
{
  store_account_info_unref (data);
}

/* Nothing of it is wanted but that it happened. */
static void
ignore (const EngineCheckResult *result, gpointer data)
{
}

static void
record_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (engine_check_account (
          data, NULL, APP_PANEL_SECURE (source)->tap, cancellable, ignore, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_recorded (GObject *object, GAsyncResult *result, gpointer data)
{
  AppPanelSecure *self = APP_PANEL_SECURE (object);
  g_autoptr (GError) error = NULL;

  (void) g_task_propagate_boolean (G_TASK (result), &error);
  if (self->columns == NULL)
    return;
  /* The button that has the focus is about to go. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  app_panel_model_pull (self->model, self->tap);
  for (guint i = 0; i < 2; i++)
    {
      gtk_widget_set_sensitive (self->record[i], TRUE);
      show_column (self, i);
      if (error != NULL && gtk_widget_get_visible (self->record[i]))
        gtk_label_set_text (self->where[i], error->message);
    }
}

static void
on_record (GtkButton *button, AppPanelSecure *self)
{
  guint column = GTK_WIDGET (button) == self->record[1] ? 1 : 0;
  StoreAccountInfo *info = dup_practice (self, column);
  g_autoptr (GTask) task = NULL;

  if (info == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  task = g_task_new (self, NULL, on_recorded, NULL);
  g_task_set_task_data (task, info, record_free);
  g_task_run_in_thread (task, record_thread);
}

static GtkWidget *
add_label (GtkBox *box, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css);
  gtk_box_append (box, label);
  return label;
}

static GtkBox *
add_box (GtkBox *parent)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_box_append (parent, box);
  return GTK_BOX (box);
}

static void
make_column (AppPanelSecure *self, guint column)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 8));

  gtk_widget_set_hexpand (GTK_WIDGET (box), TRUE);
  gtk_box_append (self->columns, GTK_WIDGET (box));
  add_label (box, column == 0 ? _ ("Immediate TLS") : _ ("STARTTLS"), "title-3");
  self->where[column] = GTK_LABEL (add_label (box, "", "dim-label"));
  self->record[column] = gtk_button_new_with_label (_ ("Record One at the Practice Post Office"));
  gtk_widget_set_halign (self->record[column], GTK_ALIGN_START);
  g_signal_connect (self->record[column], "clicked", G_CALLBACK (on_record), self);
  gtk_box_append (box, self->record[column]);
  self->network[column] = add_box (box);
  self->steps_title[column] = add_label (box, _ ("What the two of them did"), "heading");
  self->steps[column] = add_box (box);
}

static void
app_panel_secure_dispose (GObject *object)
{
  AppPanelSecure *self = APP_PANEL_SECURE (object);

  self->columns = NULL;
  g_clear_object (&self->model);
  g_clear_pointer (&self->tap, wire_tap_unref);
  G_OBJECT_CLASS (app_panel_secure_parent_class)->dispose (object);
}

static void
app_panel_secure_class_init (AppPanelSecureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_panel_secure_dispose;
  gtk_widget_class_add_binding_action (
      GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

/* Below each other where there is no room beside each other. */
static void
on_width (AppPanelSecure *self)
{
  int width, height;

  /* GTK writes both without asking whether both are wanted. */
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->columns),
                                  width > 0 && width < NARROW_WIDTH ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
}

static void
app_panel_secure_init (AppPanelSecure *self)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  GtkBox *inside = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->columns = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24));
  gtk_box_set_homogeneous (self->columns, TRUE);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Immediate TLS and STARTTLS"));
  gtk_window_set_default_size (GTK_WINDOW (self), 900, 640);
  gtk_widget_set_size_request (GTK_WIDGET (self), 360, 294);
  gtk_box_append (box, adw_header_bar_new ());
  add_label (inside,
             _ ("What somebody on the network saw of two connections that this computer made."),
             "dim-label");
  gtk_box_append (inside, GTK_WIDGET (self->columns));
  make_column (self, 0);
  make_column (self, 1);
  gtk_widget_add_css_class (GTK_WIDGET (inside), "panel-card");
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (inside));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (box, scroller);
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (box));
  /* It is read from its beginning: no line of it has a cursor, and keys scroll. */
  gtk_widget_set_focusable (scroller, TRUE);
  gtk_window_set_focus (GTK_WINDOW (self), scroller);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (on_width), NULL);
}

GtkWidget *
app_panel_secure_new (GtkWidget *parent, AppPanelModel *model, WireTap *tap)
{
  AppPanelSecure *self = g_object_new (APP_TYPE_PANEL_SECURE,
                                       "transient-for",
                                       gtk_widget_get_root (parent),
                                       "destroy-with-parent",
                                       TRUE,
                                       NULL);

  self->model = g_object_ref (model);
  self->tap = tap != NULL ? wire_tap_ref (tap) : NULL;
  show_column (self, 0);
  show_column (self, 1);
  return GTK_WIDGET (self);
}
