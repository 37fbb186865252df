/* The edge is a strip over the content, as wide as a pointer finds it without looking. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-pane.h"

#define EDGE 6
#define MAX_WIDTH 4096

struct _AppPane
{
  GtkWidget parent_instance;
  GtkWidget *child; /* (nullable) */
  GtkWidget *edge;
  int min_width;
  int width;
};

G_DEFINE_FINAL_TYPE (AppPane, app_pane, GTK_TYPE_WIDGET)

enum
{
  PROP_CHILD = 1,
  PROP_MIN_WIDTH,
  PROP_WIDTH,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

int
app_pane_get_width (AppPane *self)
{
  return MAX (self->width, self->min_width);
}

void
app_pane_set_width (AppPane *self, int width)
{
  width = CLAMP (width, self->min_width, MAX_WIDTH);
  if (width == self->width)
    return;
  self->width = width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
}

void
app_pane_set_resizable (AppPane *self, gboolean resizable)
{
  gtk_widget_set_child_visible (self->edge, resizable);
}

static void
set_child (AppPane *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  /* Below the edge, which is the first to get the pointer. */
  if (child != NULL)
    gtk_widget_insert_after (child, GTK_WIDGET (self), NULL);
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, AppPane *self)
{
  gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The edge moves with the pane, so offsets are counted from where the pointer is on the pane. */
static void
on_drag_update (GtkGestureDrag *drag, double dx, double dy, AppPane *self)
{
  double x;
  double y;
  double on_pane;
  double unused;
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  if (!gtk_widget_translate_coordinates (
          self->edge, GTK_WIDGET (self), x + dx, y, &on_pane, &unused))
    return;
  app_pane_set_width (self,
                      (int) (rtl ? gtk_widget_get_width (GTK_WIDGET (self)) - on_pane : on_pane));
}

static void
app_pane_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  AppPane *self = APP_PANE (widget);
  int child_minimum = 0;
  int child_natural = 0;

  if (self->child != NULL)
    gtk_widget_measure (
        self->child, orientation, for_size, &child_minimum, &child_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (self->min_width, child_minimum);
      *natural = MAX (app_pane_get_width (self), *minimum);
      return;
    }
  *minimum = child_minimum;
  *natural = child_natural;
}

static void
app_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AppPane *self = APP_PANE (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation whole = { 0, 0, width, height };
  GtkAllocation edge = { 0, 0, EDGE, height };

  if (self->child != NULL)
    gtk_widget_size_allocate (self->child, &whole, baseline);
  if (!rtl)
    edge.x = width - EDGE;
  gtk_widget_size_allocate (self->edge, &edge, -1);
}

static void
app_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AppPane *self = APP_PANE (object);

  if (id == PROP_CHILD)
    g_value_set_object (value, self->child);
  else
    g_value_set_int (value, id == PROP_WIDTH ? self->width : self->min_width);
}

static void
app_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppPane *self = APP_PANE (object);

  if (id == PROP_CHILD)
    set_child (self, g_value_get_object (value));
  else if (id == PROP_MIN_WIDTH)
    self->min_width = g_value_get_int (value);
  else
    app_pane_set_width (self, g_value_get_int (value));
}

static void
app_pane_dispose (GObject *object)
{
  AppPane *self = APP_PANE (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_pointer (&self->edge, gtk_widget_unparent);
  G_OBJECT_CLASS (app_pane_parent_class)->dispose (object);
}

static void
app_pane_class_init (AppPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_pane_dispose;
  object_class->get_property = app_pane_get_property;
  object_class->set_property = app_pane_set_property;
  widget_class->measure = app_pane_measure;
  widget_class->size_allocate = app_pane_size_allocate;
  properties[PROP_CHILD] = g_param_spec_object (
      "child", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIN_WIDTH] = g_param_spec_int (
      "min-width", NULL, NULL, 0, MAX_WIDTH, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WIDTH] = g_param_spec_int (
      "width", NULL, NULL, 0, MAX_WIDTH, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
app_pane_init (AppPane *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->edge = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (self->edge, "pane-edge");
  gtk_widget_set_cursor_from_name (self->edge, "col-resize");
  gtk_widget_set_parent (self->edge, GTK_WIDGET (self));
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (self->edge, GTK_EVENT_CONTROLLER (drag));
}
