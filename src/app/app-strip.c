/* Everything comes from the store's maintained counters; what is not known is said to be unknown.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-strip.h"

#include <glib/gi18n.h>

#include "app-backup.h"
#include "app-format.h"
#include "learn-wording.h"

struct _AppStrip
{
  GtkBox parent_instance;
  GtkLabel *account_name, *server, *here, *rest, *effect, *as_of;
  GtkWidget *arrow, *details;
  EngineAccount *account;
  gboolean narrow;
  gint64 moment; /* 0: now */
};

G_DEFINE_FINAL_TYPE (AppStrip, app_strip, GTK_TYPE_BOX)

/* A narrow window has the numbers alone: an ellipsis in one would be another number. */
static char *
server_text (AppStrip *self, const StoreStrip *strip, gboolean imap)
{
  g_autofree char *size =
      strip->server_size >= 0 ? learn_size_text ((guint64) strip->server_size) : NULL;
  g_autofree char *total = NULL;
  g_autofree char *leaving = NULL;

  if (strip->server_total < 0)
    return g_strdup (_ ("Server: not asked yet"));
  total = size != NULL
              ? g_strdup_printf (_ ("Server <b>%1$d</b> · %2$s"), (int) strip->server_total, size)
              : g_strdup_printf (_ ("Server <b>%d</b>"), (int) strip->server_total);
  if (self->narrow)
    return g_strdup_printf (_ ("Server <b>%d</b>"), (int) strip->server_total);
  if (imap && strip->quota_limit > 0)
    {
      gint64 percent = MIN (strip->quota_used * 100 / strip->quota_limit, 999);

      /* Translators: how much of the room on the server is used: "quota 62 %" */
      leaving = g_strdup_printf (_ ("quota %d %%"), (int) percent);
      return g_strdup_printf ("%s · %s", total, leaving);
    }
  if (strip->leaving_at_quit == 0)
    return g_steal_pointer (&total);
  if (imap)
    {
      leaving = g_strdup_printf (_ ("%d marked \\Deleted"), (int) strip->leaving_at_quit);
      return g_strdup_printf ("%s (%s)", total, leaving);
    }
  leaving = g_strdup_printf (
      ngettext ("%d leaves at QUIT", "%d leave at QUIT", (gulong) strip->leaving_at_quit),
      (int) strip->leaving_at_quit);
  return g_strdup_printf ("%s (%s)", total, leaving);
}

static char *
here_text (AppStrip *self, const StoreStrip *strip, gboolean imap)
{
  g_autofree char *size = learn_size_text ((guint64) MAX (strip->bytes_here, 0));

  if (self->narrow)
    return g_strdup_printf (_ ("Here <b>%d</b>"), (int) strip->copies_here);
  if (imap)
    return g_strdup_printf (_ ("Copies here <b>%1$d</b>, headers <b>%2$d</b>"),
                            (int) strip->copies_here,
                            (int) strip->headers_only);
  if (strip->bytes_here < 0)
    return g_strdup_printf (_ ("Here <b>%d</b>"), (int) strip->copies_here);
  return g_strdup_printf (_ ("Here <b>%1$d</b> · %2$s"), (int) strip->copies_here, size);
}

/* What POP3 brought is nowhere else: whether there is a second copy of it matters. An earlier
 * moment knows of no backup. */
static char *
rest_text (AppStrip *self, const StoreStrip *strip, gboolean imap)
{
  g_autofree char *backup = NULL;
  g_autofree char *only = NULL;

  if (imap)
    return g_strdup_printf (_ ("Waiting <b>%1$d</b> · Only here <b>%2$d</b>"),
                            (int) strip->waiting,
                            (int) strip->only_here);
  only = g_strdup_printf (_ ("Only copy here <b>%d</b>"), (int) strip->only_here);
  if (self->moment != 0)
    return g_steal_pointer (&only);
  backup = app_backup_short_text (self->account);
  return g_strdup_printf ("%s · %s", only, backup);
}

static gboolean
read_strip (AppStrip *self, StoreStrip *strip)
{
  StoreReader *reader = engine_account_reader (self->account);

  return self->moment != 0 ? store_reader_strip_at (reader, self->moment, strip, NULL)
                           : store_reader_strip (reader, strip, NULL);
}

void
app_strip_update (AppStrip *self)
{
  const StoreAccountInfo *info;
  StoreStrip strip;
  gboolean imap;
  g_autofree char *protocol = NULL;
  g_autofree char *name = NULL;
  g_autofree char *server = NULL;
  g_autofree char *here = NULL;
  g_autofree char *counts = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *time = NULL;
  g_autofree char *as_of = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->account != NULL);
  if (self->account == NULL || !read_strip (self, &strip))
    return;
  info = engine_account_info (self->account);
  imap = g_str_equal (info->protocol, "imap");
  protocol = g_ascii_strup (info->protocol, -1);
  name = g_markup_printf_escaped ("<b>%s · %s</b>", info->email, protocol);
  server = server_text (self, &strip, imap);
  here = here_text (self, &strip, imap);
  counts = rest_text (self, &strip, imap);
  rest = g_strdup_printf ("·  %s", counts);
  gtk_label_set_markup (self->account_name, name);
  gtk_label_set_markup (self->server, server);
  gtk_label_set_markup (self->here, here);
  gtk_label_set_markup (self->rest, rest);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow),
                                imap ? "object-flip-horizontal-symbolic" : "go-next-symbolic");
  if (strip.server_as_of > 0)
    {
      time = app_format_date_short (strip.server_as_of / G_USEC_PER_SEC);
      /* Translators: a time: "as of 9:41" */
      as_of = g_strdup_printf (_ ("as of %s"), time);
    }
  gtk_label_set_text (self->as_of, as_of != NULL ? as_of : "");
  /* A narrow window has room for what is not zero. */
  gtk_widget_set_visible (GTK_WIDGET (self->rest),
                          !self->narrow || strip.only_here > 0 || strip.waiting > 0);
}

void
app_strip_set_account (AppStrip *self, EngineAccount *account)
{
  if (account != NULL)
    engine_account_ref (account);
  g_clear_pointer (&self->account, engine_account_unref);
  self->account = account;
  app_strip_update (self);
}

void
app_strip_set_moment (AppStrip *self, gint64 when)
{
  if (when == self->moment)
    return;
  self->moment = when;
  if (when != 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "past");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "past");
  app_strip_update (self);
}

void
app_strip_set_effect (AppStrip *self, const char *effect)
{
  gtk_label_set_text (self->effect, effect != NULL ? effect : "");
  gtk_widget_set_visible (GTK_WIDGET (self->effect), effect != NULL && *effect != '\0');
}

void
app_strip_set_narrow (AppStrip *self, gboolean narrow)
{
  if (narrow == self->narrow)
    return;
  self->narrow = narrow;
  gtk_label_set_ellipsize (self->server, narrow ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_ellipsize (self->here, narrow ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->account_name), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->as_of), !narrow);
  gtk_widget_set_hexpand (self->details, narrow);
  app_strip_update (self);
}

static void
app_strip_dispose (GObject *object)
{
  AppStrip *self = APP_STRIP (object);

  g_clear_pointer (&self->account, engine_account_unref);
  G_OBJECT_CLASS (app_strip_parent_class)->dispose (object);
}

static void
app_strip_class_init (AppStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_strip_dispose;
}

static GtkLabel *
add_label (AppStrip *self, const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (self), label);
  return GTK_LABEL (label);
}

/* The whole strip leads to the storage view; the button is for those who go by keyboard. */
static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, AppStrip *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.storage", NULL);
}

static void
add_details (AppStrip *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("view-more-horizontal-symbolic");
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "details");
  gtk_widget_set_tooltip_text (button, _ ("Where each letter is (Ctrl+I)"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Where each letter is"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.storage");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self), button);
  self->details = button;
  g_signal_connect (click, "released", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
app_strip_init (AppStrip *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 10);
  gtk_widget_add_css_class (GTK_WIDGET (self), "storage-strip");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Where the mail is"), -1);
  self->account_name = add_label (self, NULL);
  gtk_box_append (GTK_BOX (self), gtk_image_new_from_icon_name ("network-server-symbolic"));
  self->server = add_label (self, NULL);
  self->arrow = gtk_image_new ();
  gtk_box_append (GTK_BOX (self), self->arrow);
  gtk_box_append (GTK_BOX (self), gtk_image_new_from_icon_name ("computer-symbolic"));
  self->here = add_label (self, NULL);
  gtk_label_set_ellipsize (self->server, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_ellipsize (self->here, PANGO_ELLIPSIZE_NONE);
  self->rest = add_label (self, NULL);
  self->effect = add_label (self, "effect");
  self->as_of = add_label (self, "dim-label");
  gtk_widget_set_hexpand (GTK_WIDGET (self->as_of), TRUE);
  gtk_widget_set_halign (GTK_WIDGET (self->as_of), GTK_ALIGN_END);
  add_details (self);
}

GtkWidget *
app_strip_new (void)
{
  return g_object_new (APP_TYPE_STRIP, NULL);
}
