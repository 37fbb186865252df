/* The row names itself and the list item around it, so that it can be read aloud and found. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-message-row.h"

#include <glib/gi18n.h>

#include "app-format.h"

struct _AppMessageRow
{
  GtkWidget parent_instance;

  GtkLabel *from, *date, *subject, *preview;
  GtkWidget *pending, *answered, *attachment, *star;
  AppMessage *message;
  gulong changed;
  gboolean to;
};

G_DEFINE_FINAL_TYPE (AppMessageRow, app_message_row, GTK_TYPE_WIDGET)

static void
set_class (GtkWidget *widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* The list item cannot be given a name in GTK 4.8, but it is a widget like any. */
static void
name_item (AppMessageRow *self, const char *from, const char *subject, const char *date)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *state = app_message_is_unread (self->message) ? _ ("unread") : _ ("read");
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, %s", from, subject, date, state);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update (AppMessageRow *self)
{
  const StoreRow *row = app_message_get_row (self->message);
  const char *from = row->from_name[0] != '\0' ? row->from_name : row->from_address;
  const char *subject = row->subject[0] != '\0' ? row->subject : _ ("(no subject)");
  g_autofree char *date = app_format_date_short (row->date_utc != 0 ? row->date_utc : row->arrived);

  if (self->to && row->to_text[0] != '\0')
    from = row->to_text;
  gtk_label_set_text (self->from, from);
  gtk_label_set_text (self->subject, subject);
  gtk_label_set_text (self->date, date);
  gtk_label_set_text (self->preview,
                      row->preview != NULL ? row->preview : _ ("Only its header is here"));
  set_class (GTK_WIDGET (self->preview), "absent", row->preview == NULL);
  set_class (GTK_WIDGET (self), "unread", app_message_is_unread (self->message));
  gtk_widget_set_visible (self->pending, row->pending != 0);
  gtk_widget_set_visible (self->answered, (row->flags & STORE_FLAG_ANSWERED) != 0);
  gtk_widget_set_visible (self->attachment, row->attachments > 0);
  gtk_widget_set_visible (self->star, (row->flags & STORE_FLAG_FLAGGED) != 0);
  name_item (self, from, subject, date);
}

void
app_message_row_bind (AppMessageRow *self, AppMessage *message, gboolean to)
{
  if (self->message != NULL)
    g_signal_handler_disconnect (self->message, self->changed);
  g_set_object (&self->message, message);
  self->to = to;
  if (message == NULL)
    return;
  self->changed = g_signal_connect_swapped (message, "changed", G_CALLBACK (update), self);
  update (self);
}

static void
app_message_row_dispose (GObject *object)
{
  AppMessageRow *self = APP_MESSAGE_ROW (object);

  GtkWidget *child;

  app_message_row_bind (self, NULL, FALSE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_MESSAGE_ROW);
  /* The grid is no template child with a name, and a plain widget keeps its children by itself. */
  while (gtk_widget_get_first_child (GTK_WIDGET (self)) != NULL)
    gtk_widget_unparent (gtk_widget_get_first_child (GTK_WIDGET (self)));
  G_OBJECT_CLASS (app_message_row_parent_class)->dispose (object);
}

static void
app_message_row_class_init (AppMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_message_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, from);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, date);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, subject);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, preview);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, pending);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, answered);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, attachment);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, star);
}

static void
app_message_row_init (AppMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
app_message_row_new (void)
{
  return g_object_new (APP_TYPE_MESSAGE_ROW, NULL);
}
