/* The row names itself and the list item around it, so that it can be read aloud and found. A list
 * makes some two hundred of them for the twenty that are seen: so all rows are of one height, which
 * is measured once, and a mark is made when a letter has it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-message-row.h"

#include <glib/gi18n.h>

#include "app-format.h"

/* In the order in which they stand before the date. */
enum
{
  PENDING,
  ANSWERED,
  ATTACHMENT,
  STAR,
  MARKS
};

static const struct
{
  const char *icon, *css_class;
} marks[MARKS] = {
  [PENDING] = { "content-loading-symbolic", "dim-label" },
  [ANSWERED] = { "mail-replied-symbolic", "dim-label" },
  [ATTACHMENT] = { "mail-attachment-symbolic", "dim-label" },
  [STAR] = { "starred-symbolic", "star" },
};

#define MARK_PIXELS 12
/* Less than the narrowest pane gives; what is said first keeps to it by ellipses. */
#define NATURAL_WIDTH 240

struct _AppMessageRow
{
  GtkWidget parent_instance;

  GtkWidget *grid;
  GtkBox *marks;
  GtkLabel *from, *date, *subject, *preview;
  GtkWidget *mark[MARKS]; /* nullable: it was never needed */
  AppMessage *message;
  gulong changed;
  gboolean to;
};

G_DEFINE_FINAL_TYPE (AppMessageRow, app_message_row, GTK_TYPE_WIDGET)

/* Of every row; 0: to be measured. */
static int row_height;

static void
show_mark (AppMessageRow *self, guint which, gboolean shown)
{
  GtkWidget *before = NULL;

  if (self->mark[which] == NULL && shown)
    {
      self->mark[which] = gtk_image_new_from_icon_name (marks[which].icon);
      gtk_image_set_pixel_size (GTK_IMAGE (self->mark[which]), MARK_PIXELS);
      gtk_widget_add_css_class (self->mark[which], marks[which].css_class);
      for (guint i = 0; i < which; i++)
        before = self->mark[i] != NULL ? self->mark[i] : before;
      gtk_box_insert_child_after (self->marks, self->mark[which], before);
    }
  if (self->mark[which] != NULL)
    gtk_widget_set_visible (self->mark[which], shown);
}

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
  /* A server may have said how the letter begins; it is not here for that. */
  set_class (GTK_WIDGET (self->preview), "absent", !row->has_source);
  set_class (GTK_WIDGET (self), "unread", app_message_is_unread (self->message));
  show_mark (self, PENDING, row->pending != 0);
  show_mark (self, ANSWERED, (row->flags & STORE_FLAG_ANSWERED) != 0);
  show_mark (self, ATTACHMENT, row->attachments > 0);
  show_mark (self, STAR, (row->flags & STORE_FLAG_FLAGGED) != 0);
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
app_message_row_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  AppMessageRow *self = APP_MESSAGE_ROW (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      *natural = NATURAL_WIDTH;
      return;
    }
  if (row_height == 0)
    gtk_widget_measure (self->grid, orientation, -1, &row_height, NULL, NULL, NULL);
  *minimum = *natural = row_height;
}

static void
app_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  const GtkAllocation whole = { 0, 0, width, height };

  gtk_widget_size_allocate (APP_MESSAGE_ROW (widget)->grid, &whole, baseline);
}

/* Another font is another height. */
static void
app_message_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (app_message_row_parent_class)->css_changed (widget, change);
  row_height = 0;
}

AppMessage *
app_message_row_get_message (AppMessageRow *self)
{
  return self->message;
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
  widget_class->measure = app_message_row_measure;
  widget_class->size_allocate = app_message_row_size_allocate;
  widget_class->css_changed = app_message_row_css_changed;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, grid);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, marks);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, from);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, date);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, subject);
  gtk_widget_class_bind_template_child (widget_class, AppMessageRow, preview);
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
