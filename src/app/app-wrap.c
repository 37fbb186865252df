/* First come, first placed, computed anew for each size, which for a handful of children is cheaper
 * than remembering. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-wrap.h"

#define SPACING 6

struct _AppWrap
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (AppWrap, app_wrap, GTK_TYPE_WIDGET)

/* From @first to before @after, all of them visible or skipped. */
typedef struct
{
  GtkWidget *first, *after;
  int width, height;
  guint expanding;
} Line;

/* What expands takes what is left, and asks for no more than it needs. @most < 0: any. */
static int
width_of (GtkWidget *child, int most)
{
  gboolean expands = gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  if (most < 0)
    return natural;
  return expands ? least : MAX (least, MIN (natural, most));
}

/* What a line is high once those that expand have what is left; @most < 0: there is nothing left.
 */
static int
height_of (const Line *line, int most)
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
      width = width_of (child, most);
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
next_line (GtkWidget *first, int most)
{
  Line line = { .first = first };
  GtkWidget *child;

  for (child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int width;

      if (!gtk_widget_should_layout (child))
        continue;
      width = width_of (child, most);
      if (line.width > 0 && most >= 0 && line.width + SPACING + width > most)
        break;
      line.width += (line.width > 0 ? SPACING : 0) + width;
      line.expanding += gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
    }
  line.after = child;
  line.height = height_of (&line, most);
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
  GtkWidget *child = gtk_widget_get_first_child (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *natural = next_line (child, -1).width;
      for (; child != NULL; child = gtk_widget_get_next_sibling (child))
        if (gtk_widget_should_layout (child))
          {
            int width = width_of (child, 0);

            *minimum = MAX (*minimum, width);
          }
      return;
    }
  while (child != NULL)
    {
      Line line = next_line (child, for_size);

      *natural += (*natural > 0 && line.height > 0 ? SPACING : 0) + line.height;
      child = line.after;
    }
  *minimum = *natural;
}

static void
place (const Line *line, int top, int width, gboolean mirrored)
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
      area.width = width_of (child, width);
      if (expanding > 0 && gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
        {
          int more = spare / (int) expanding--;

          area.width += more;
          spare -= more;
        }
      area.x = mirrored ? width - x - area.width : x;
      gtk_widget_size_allocate (child, &area, -1);
      x += area.width + SPACING;
    }
}

static void
app_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int top = 0;

  while (child != NULL)
    {
      Line line = next_line (child, width);

      place (&line, top, width, mirrored);
      top += line.height > 0 ? line.height + SPACING : 0;
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
app_wrap_class_init (AppWrapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_wrap_dispose;
  widget_class->get_request_mode = app_wrap_get_request_mode;
  widget_class->measure = app_wrap_measure;
  widget_class->size_allocate = app_wrap_size_allocate;
}

static void
app_wrap_init (AppWrap *self)
{
}
