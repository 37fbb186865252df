/* A scrolled window does not ask its child how high it is at this width: that is done for it, when
 * widgets have taken their places. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-attachments.h"

#include "app-attachment.h"
#include "app-wrap.h"

/* Pixels. */
#define THREE_LINES 144
#define SPACING 8

struct _AppAttachments
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkWidget *wrap;
  guint fitting;
};

G_DEFINE_FINAL_TYPE (AppAttachments, app_attachments, ADW_TYPE_BIN)

static gboolean
fit (gpointer data)
{
  AppAttachments *self = data;
  int width = gtk_widget_get_width (GTK_WIDGET (self->scroller));
  int height = 0;

  self->fitting = 0;
  if (width > 0)
    gtk_widget_measure (self->wrap, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  height = MIN (height, THREE_LINES);
  if (height > 0 && height != gtk_scrolled_window_get_min_content_height (self->scroller))
    gtk_scrolled_window_set_min_content_height (self->scroller, height);
  return G_SOURCE_REMOVE;
}

static void
on_placed (AppAttachments *self)
{
  if (self->fitting == 0)
    self->fitting = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit, self, NULL);
}

void
app_attachments_show (AppAttachments *self, MailMessage *letter)
{
  GtkWidget *child;
  GPtrArray *parts = letter != NULL ? mail_message_get_attachments (letter) : NULL;
  guint count = parts != NULL ? parts->len : 0;

  while ((child = gtk_widget_get_first_child (self->wrap)) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < count; i++)
    gtk_widget_set_parent (app_attachment_new (letter, parts->pdata[i]), self->wrap);
  gtk_widget_set_visible (GTK_WIDGET (self), count > 0);
  on_placed (self);
}

static void
app_attachments_dispose (GObject *object)
{
  AppAttachments *self = APP_ATTACHMENTS (object);

  g_clear_handle_id (&self->fitting, g_source_remove);
  G_OBJECT_CLASS (app_attachments_parent_class)->dispose (object);
}

static void
app_attachments_class_init (AppAttachmentsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_attachments_dispose;
}

static void
app_attachments_init (AppAttachments *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->scroller = GTK_SCROLLED_WINDOW (scroller);
  self->wrap = g_object_new (APP_TYPE_WRAP, "spacing", SPACING, NULL);
  gtk_widget_add_css_class (self->wrap, "attachments");
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (self->scroller, self->wrap);
  adw_bin_set_child (ADW_BIN (self), scroller);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller),
                           "changed",
                           G_CALLBACK (on_placed),
                           self,
                           G_CONNECT_SWAPPED);
}
