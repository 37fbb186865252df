/* Drawn with cairo in the theme's own colours, so that it follows light, dark and high contrast. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-choice-drawing.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define WIDTH 340
#define HEIGHT 136
#define ICON_Y 12
#define LETTER_Y 84
#define LABEL_Y 112

struct _AppChoiceDrawing
{
  GtkWidget parent_instance;
  gboolean imap;
  gboolean server_keeps;
};

G_DEFINE_FINAL_TYPE (AppChoiceDrawing, app_choice_drawing, GTK_TYPE_WIDGET)

typedef struct
{
  cairo_t *cr;
  GdkRGBA ink, accent;
} Pen;

static void
set_colour (Pen *pen, const GdkRGBA *colour)
{
  gdk_cairo_set_source_rgba (pen->cr, colour);
}

static void
rectangle (Pen *pen, double x, double y, double w, double h)
{
  cairo_rectangle (pen->cr, x, y, w, h);
  cairo_stroke (pen->cr);
}

static void
draw_phone (Pen *pen, double x)
{
  set_colour (pen, &pen->ink);
  rectangle (pen, x - 14, ICON_Y, 28, 48);
  cairo_move_to (pen->cr, x - 4, ICON_Y + 42);
  cairo_line_to (pen->cr, x + 4, ICON_Y + 42);
  cairo_stroke (pen->cr);
}

static void
draw_server (Pen *pen, double x)
{
  set_colour (pen, &pen->ink);
  for (int i = 0; i < 3; i++)
    {
      rectangle (pen, x - 26, ICON_Y + i * 17, 52, 14);
      cairo_arc (pen->cr, x + 18, ICON_Y + i * 17 + 7, 1.6, 0, 2 * G_PI);
      cairo_fill (pen->cr);
    }
}

static void
draw_computer (Pen *pen, double x)
{
  set_colour (pen, &pen->ink);
  rectangle (pen, x - 32, ICON_Y, 64, 40);
  cairo_move_to (pen->cr, x, ICON_Y + 40);
  cairo_line_to (pen->cr, x, ICON_Y + 49);
  cairo_move_to (pen->cr, x - 14, ICON_Y + 49);
  cairo_line_to (pen->cr, x + 14, ICON_Y + 49);
  cairo_stroke (pen->cr);
}

static void
flap (Pen *pen, double x, double y, double w, double h)
{
  cairo_move_to (pen->cr, x, y);
  cairo_line_to (pen->cr, x + w / 2, y + h * 0.55);
  cairo_line_to (pen->cr, x + w, y);
  cairo_stroke (pen->cr);
}

static void
draw_letter (Pen *pen, double x, gboolean solid)
{
  static const double dashes[] = { 3, 3 };
  double w = 34;
  double h = 22;
  double left = x - w / 2;
  double top = LETTER_Y - h / 2;
  GdkRGBA white = { 1, 1, 1, 1 };

  set_colour (pen, &pen->accent);
  if (solid)
    {
      cairo_rectangle (pen->cr, left, top, w, h);
      cairo_fill (pen->cr);
      set_colour (pen, &white);
      flap (pen, left + 2, top + 2, w - 4, h);
      return;
    }
  cairo_set_dash (pen->cr, dashes, G_N_ELEMENTS (dashes), 0);
  rectangle (pen, left, top, w, h);
  flap (pen, left, top, w, h);
  cairo_set_dash (pen->cr, NULL, 0, 0);
}

static void
draw_cross (Pen *pen, double x)
{
  set_colour (pen, &pen->ink);
  cairo_move_to (pen->cr, x - 20, LETTER_Y - 14);
  cairo_line_to (pen->cr, x + 20, LETTER_Y + 14);
  cairo_move_to (pen->cr, x + 20, LETTER_Y - 14);
  cairo_line_to (pen->cr, x - 20, LETTER_Y + 14);
  cairo_stroke (pen->cr);
}

static void
draw_arrow (Pen *pen, double from, double to, gboolean both)
{
  double direction = from < to ? 1 : -1;

  set_colour (pen, &pen->accent);
  cairo_move_to (pen->cr, from, LETTER_Y);
  cairo_line_to (pen->cr, to, LETTER_Y);
  cairo_move_to (pen->cr, to - 6 * direction, LETTER_Y - 5);
  cairo_line_to (pen->cr, to, LETTER_Y);
  cairo_line_to (pen->cr, to - 6 * direction, LETTER_Y + 5);
  if (both)
    {
      cairo_move_to (pen->cr, from + 6 * direction, LETTER_Y - 5);
      cairo_line_to (pen->cr, from, LETTER_Y);
      cairo_line_to (pen->cr, from + 6 * direction, LETTER_Y + 5);
    }
  cairo_stroke (pen->cr);
}

static void
draw_text (AppChoiceDrawing *self, Pen *pen, double x, double y, const char *text, double scale)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width;
  int height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  set_colour (pen, &pen->ink);
  cairo_move_to (pen->cr, x - width / 2.0, y - (scale > 1 ? height / 2.0 : 0));
  pango_cairo_show_layout (pen->cr, layout);
}

static void
app_choice_drawing_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AppChoiceDrawing *self = APP_CHOICE_DRAWING (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  double width = gtk_widget_get_width (widget);
  double middle = width / 2;
  double step = MIN (130, width / 2 - 44);
  double phone = middle - step;
  double computer = middle + step;
  Pen pen;

  pen.cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, HEIGHT));
  gtk_style_context_get_color (style, &pen.ink);
  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &pen.accent))
    pen.accent = pen.ink;
  cairo_set_line_width (pen.cr, 2);
  cairo_set_line_cap (pen.cr, CAIRO_LINE_CAP_ROUND);
  draw_phone (&pen, phone);
  draw_server (&pen, middle);
  draw_computer (&pen, computer);
  draw_text (self, &pen, phone, LABEL_Y, _ ("Phone"), 0.85);
  draw_text (self, &pen, middle, LABEL_Y, _ ("Server"), 0.85);
  draw_text (self, &pen, computer, LABEL_Y, _ ("This computer"), 0.85);
  if (self->imap)
    {
      draw_letter (&pen, phone, FALSE);
      draw_letter (&pen, middle, TRUE);
      draw_letter (&pen, computer, FALSE);
      draw_arrow (&pen, phone + 26, middle - 26, TRUE);
      draw_arrow (&pen, middle + 26, computer - 26, TRUE);
    }
  else
    {
      draw_text (self, &pen, phone, LETTER_Y, "?", 1.5);
      draw_letter (&pen, middle, self->server_keeps);
      if (!self->server_keeps)
        draw_cross (&pen, middle);
      draw_letter (&pen, computer, TRUE);
      draw_arrow (&pen, middle + 28, computer - 26, FALSE);
    }
  cairo_destroy (pen.cr);
}

static void
app_choice_drawing_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 250 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

/* What the drawing shows, in words. */
static void
describe (AppChoiceDrawing *self)
{
  const char *text;

  if (self->imap)
    text = _ ("The letter is on the server; the phone and this computer show copies of it.");
  else if (self->server_keeps)
    text = _ ("The letter is on this computer; the server keeps its own; what the phone has is not "
              "known.");
  else
    text = _ ("The letter is on this computer; the server’s is removed; what the phone has is not "
              "known.");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
app_choice_drawing_set (AppChoiceDrawing *self, gboolean imap, gboolean server_keeps)
{
  self->imap = imap;
  self->server_keeps = server_keeps;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
app_choice_drawing_class_init (AppChoiceDrawingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = app_choice_drawing_snapshot;
  widget_class->measure = app_choice_drawing_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
app_choice_drawing_init (AppChoiceDrawing *self)
{
  self->imap = TRUE;
}

GtkWidget *
app_choice_drawing_new (void)
{
  return g_object_new (APP_TYPE_CHOICE_DRAWING, NULL);
}
