/* First come, first placed, computed anew for each size, which for a handful of children is cheaper
 * than remembering. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-wrap.h"

struct _AppWrap
{
  GtkWidget parent_instance;
  int spacing;
  gboolean homogeneous;
};

G_DEFINE_FINAL_TYPE (AppWrap, app_wrap, GTK_TYPE_WIDGET)

enum
{
  PROP_SPACING = 1,
  PROP_HOMOGENEOUS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* From @first to before @after, all of them visible or skipped. */
typedef struct
{
  GtkWidget *first, *after;
  int width, height;
  guint expanding;
} Line;

/* What expands takes what is left, and asks for no more than it needs. @most < 0: any. */
static int
own_width_of (GtkWidget *child, int most)
{
  gboolean expands = gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  if (most < 0)
    return natural;
  return expands ? least : MAX (least, MIN (natural, most));
}

static int
width_of (AppWrap *self, GtkWidget *child, int most)
{
  int widest = 0;

  if (!self->homogeneous)
    return own_width_of (child, most);
  for (child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      widest = MAX (widest, own_width_of (child, most));
  return widest;
}

/* What a line is high once those that expand have what is left; @most < 0: there is nothing left.
 */
static int
height_of (AppWrap *self, const Line *line, int most)
{
  int spare = most >= 0 ? MAX (most - line->width, 0) : 0;
  guint expanding = line->expanding;
  int tallest = 0;

  for (GtkWidget *child = line->first; child != line->after;
       child = gtk_widget_get_next_sibling (child))
    {
      int width, height;

      if (!gtk_widget_should_layout (child))
        continue;
      width = width_of (self, child, most);
      if (expanding > 0 && gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
        {
          int more = spare / (int) expanding--;

          width += more;
          spare -= more;
        }
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
      tallest = MAX (tallest, height);
    }
  return tallest;
}

static Line
next_line (AppWrap *self, GtkWidget *first, int most)
{
  Line line = { .first = first };
  GtkWidget *child;

  for (child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int width;

      if (!gtk_widget_should_layout (child))
        continue;
      width = width_of (self, child, most);
      if (line.width > 0 && most >= 0 && line.width + self->spacing + width > most)
        break;
      line.width += (line.width > 0 ? self->spacing : 0) + width;
      line.expanding += gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
    }
  line.after = child;
  line.height = height_of (self, &line, most);
  return line;
}

static GtkSizeRequestMode
app_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
app_wrap_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  AppWrap *self = APP_WRAP (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *natural = next_line (self, child, -1).width;
      for (; child != NULL; child = gtk_widget_get_next_sibling (child))
        if (gtk_widget_should_layout (child))
          {
            int width = width_of (self, child, 0);

            *minimum = MAX (*minimum, width);
          }
      return;
    }
  while (child != NULL)
    {
      Line line = next_line (self, child, for_size);

      *natural += (*natural > 0 && line.height > 0 ? self->spacing : 0) + line.height;
      child = line.after;
    }
  *minimum = *natural;
}

static void
place (AppWrap *self, const Line *line, int top, int width, gboolean mirrored)
{
  int spare = MAX (width - line->width, 0);
  guint expanding = line->expanding;
  int x = 0;

  for (GtkWidget *child = line->first; child != line->after;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation area = { 0, top, 0, line->height };

      if (!gtk_widget_should_layout (child))
        continue;
      area.width = width_of (self, child, width);
      if (expanding > 0 && gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
        {
          int more = spare / (int) expanding--;

          area.width += more;
          spare -= more;
        }
      area.x = mirrored ? width - x - area.width : x;
      gtk_widget_size_allocate (child, &area, -1);
      x += area.width + self->spacing;
    }
}

static void
app_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AppWrap *self = APP_WRAP (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int top = 0;

  while (child != NULL)
    {
      Line line = next_line (self, child, width);

      place (self, &line, top, width, mirrored);
      top += line.height > 0 ? line.height + self->spacing : 0;
      child = line.after;
    }
}

static void
app_wrap_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (app_wrap_parent_class)->dispose (object);
}

static void
app_wrap_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppWrap *self = APP_WRAP (object);

  if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else
    self->homogeneous = g_value_get_boolean (value);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
app_wrap_class_init (AppWrapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->dispose = app_wrap_dispose;
  G_OBJECT_CLASS (klass)->set_property = app_wrap_set_property;
  props[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT, 6, flags);
  props[PROP_HOMOGENEOUS] = g_param_spec_boolean ("homogeneous", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  widget_class->get_request_mode = app_wrap_get_request_mode;
  widget_class->measure = app_wrap_measure;
  widget_class->size_allocate = app_wrap_size_allocate;
}

static void
app_wrap_init (AppWrap *self)
{
}
