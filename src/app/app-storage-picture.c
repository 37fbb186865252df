/* Drawn with cairo in the theme's own colours, as the drawings of the choice are. What is
 * provisional is not in it: it still is where it is. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-storage-picture.h"

#include <glib/gi18n.h>

#include "learn-before.h"
#include "learn-wording.h"

#define HEIGHT 148
#define BOX_Y 48
#define BOX_HEIGHT 52
#define LEAST_WIDTH 46
#define GAP 3
#define RADIUS 7

typedef enum
{
  THERE,
  BOTH,
  HERE,
  N_BOXES
} Box;

struct _AppStoragePicture
{
  GtkWidget parent_instance;
  gint64 letters[N_BOXES];
  char *there, *here; /* what stands over and under the boxes */
};

G_DEFINE_FINAL_TYPE (AppStoragePicture, app_storage_picture, GTK_TYPE_WIDGET)

typedef struct
{
  AppStoragePicture *self;
  cairo_t *cr;
  GdkRGBA ink, server, both, computer;
  double x[N_BOXES], width[N_BOXES];
} Pen;

static void
colour_named (GtkStyleContext *style, const char *name, GdkRGBA *colour, const GdkRGBA *otherwise)
{
  if (!gtk_style_context_lookup_color (style, name, colour))
    *colour = *otherwise;
}

/* Each box has room for its number; the rest is shared out by what they hold. */
static void
place_boxes (Pen *pen, double width)
{
  gint64 all = 0;
  guint shown = 0;
  double rest;
  double x = 0;

  for (int i = 0; i < N_BOXES; i++)
    {
      all += pen->self->letters[i];
      shown += pen->self->letters[i] > 0;
    }
  rest = MAX (0, width - shown * LEAST_WIDTH - GAP * (shown > 0 ? shown - 1 : 0));
  for (int i = 0; i < N_BOXES; i++)
    {
      double share = all > 0 ? (double) pen->self->letters[i] / (double) all : 0;

      pen->x[i] = x;
      pen->width[i] = pen->self->letters[i] > 0 ? LEAST_WIDTH + rest * share : 0;
      x += pen->width[i] + (pen->width[i] > 0 ? GAP : 0);
    }
}

static void
rounded (cairo_t *cr, double x, double y, double w, double h)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + w - RADIUS, y + RADIUS, RADIUS, -G_PI / 2, 0);
  cairo_arc (cr, x + w - RADIUS, y + h - RADIUS, RADIUS, 0, G_PI / 2);
  cairo_arc (cr, x + RADIUS, y + h - RADIUS, RADIUS, G_PI / 2, G_PI);
  cairo_arc (cr, x + RADIUS, y + RADIUS, RADIUS, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

static void
draw_text (Pen *pen, double from, double to, double y, const char *text, gboolean bold)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (pen->self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width, height;

  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, (int) (to - from) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, &width, &height);
  gdk_cairo_set_source_rgba (pen->cr, &pen->ink);
  cairo_move_to (pen->cr, from, y - height / 2.0);
  pango_cairo_show_layout (pen->cr, layout);
}

static void
draw_box (Pen *pen, Box box, const GdkRGBA *colour)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, pen->self->letters[box]);
  GdkRGBA fill = *colour;

  if (pen->width[box] <= 0)
    return;
  fill.alpha = 0.28F;
  rounded (pen->cr, pen->x[box] + 1, BOX_Y, pen->width[box] - 2, BOX_HEIGHT);
  gdk_cairo_set_source_rgba (pen->cr, &fill);
  cairo_fill_preserve (pen->cr);
  gdk_cairo_set_source_rgba (pen->cr, colour);
  cairo_stroke (pen->cr);
  draw_text (
      pen, pen->x[box], pen->x[box] + pen->width[box], BOX_Y + BOX_HEIGHT / 2.0, number, TRUE);
}

static double
width_of (Pen *pen, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (pen->self), text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* A bracket from the first box of a side to its last, with its words in the middle. */
static void
draw_side (Pen *pen, Box first, Box last, double width, gboolean above, const char *text)
{
  double from = pen->width[first] > 0 ? pen->x[first] : pen->x[last];
  double to =
      pen->width[last] > 0 ? pen->x[last] + pen->width[last] : pen->x[first] + pen->width[first];
  double y = above ? BOX_Y - 8 : BOX_Y + BOX_HEIGHT + 8;
  double end = above ? y + 5 : y - 5;
  double middle, half;

  if (to - from < LEAST_WIDTH)
    return;
  gdk_cairo_set_source_rgba (pen->cr, &pen->ink);
  cairo_move_to (pen->cr, from + 1, end);
  cairo_line_to (pen->cr, from + 1, y);
  cairo_line_to (pen->cr, to - 1, y);
  cairo_line_to (pen->cr, to - 1, end);
  cairo_stroke (pen->cr);
  /* A narrow bracket's words stand beside it too, inside the picture. */
  middle = (from + to) / 2;
  half = MIN (width_of (pen, text) / 2 + 1, width / 2);
  middle = CLAMP (middle, half, width - half);
  draw_text (pen, middle - half, middle + half, above ? y - 18 : y + 18, text, FALSE);
}

static void
app_storage_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AppStoragePicture *self = APP_STORAGE_PICTURE (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  double width = gtk_widget_get_width (widget);
  Pen pen = { .self = self };

  pen.cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, HEIGHT));
  gtk_style_context_get_color (style, &pen.ink);
  colour_named (style, "blue_3", &pen.server, &pen.ink);
  colour_named (style, "green_4", &pen.both, &pen.ink);
  colour_named (style, "orange_3", &pen.computer, &pen.ink);
  cairo_set_line_width (pen.cr, 2);
  place_boxes (&pen, width);
  draw_box (&pen, THERE, &pen.server);
  draw_box (&pen, BOTH, &pen.both);
  draw_box (&pen, HERE, &pen.computer);
  draw_side (&pen, THERE, BOTH, width, TRUE, self->there);
  draw_side (&pen, BOTH, HERE, width, FALSE, self->here);
  cairo_destroy (pen.cr);
}

static void
app_storage_picture_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 520 : HEIGHT;
}

static char *
side_text (const char *words, gint64 letters, gint64 bytes)
{
  g_autofree char *size = learn_size_text ((guint64) bytes);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (words, (int) letters, size);
#pragma GCC diagnostic pop
}

void
app_storage_picture_set (AppStoragePicture *self, const StoreSurvey *survey)
{
  g_autofree char *text = NULL;

  self->letters[THERE] = learn_loss_provider_letters (survey);
  self->letters[BOTH] = survey->both.letters;
  self->letters[HERE] = survey->only_here.letters;
  g_free (self->there);
  g_free (self->here);
  self->there = side_text (_ ("On the server: %1$d · %2$s"),
                           self->letters[THERE] + self->letters[BOTH],
                           survey->only_there.bytes + survey->both.bytes);
  self->here = side_text (_ ("On this computer: %1$d · %2$s"),
                          self->letters[HERE] + self->letters[BOTH],
                          survey->only_here.bytes + survey->both.bytes);
  text = g_strdup_printf (
      _ ("%1$s. %2$s. On both: %3$d."), self->there, self->here, (int) self->letters[BOTH]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
app_storage_picture_finalize (GObject *object)
{
  AppStoragePicture *self = APP_STORAGE_PICTURE (object);

  g_free (self->there);
  g_free (self->here);
  G_OBJECT_CLASS (app_storage_picture_parent_class)->finalize (object);
}

static void
app_storage_picture_class_init (AppStoragePictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_storage_picture_finalize;
  widget_class->snapshot = app_storage_picture_snapshot;
  widget_class->measure = app_storage_picture_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
app_storage_picture_init (AppStoragePicture *self)
{
}

GtkWidget *
app_storage_picture_new (void)
{
  return g_object_new (APP_TYPE_STORAGE_PICTURE, NULL);
}
