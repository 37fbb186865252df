/* The highest bar has its value above it, which is all the scale that so few bars need. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-chart.h"

#define HEIGHT 150
#define TOP 26
#define BOTTOM 24

struct _AppChart
{
  GtkWidget parent_instance;
  GArray *values; /* gint64 */
  GStrv labels, words;
};

G_DEFINE_FINAL_TYPE (AppChart, app_chart, GTK_TYPE_WIDGET)

static void
draw_text (AppChart *self, GtkSnapshot *snapshot, double middle, double top, const char *text)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  double x, most = gtk_widget_get_width (GTK_WIDGET (self));
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (middle - width / 2.0, 0, MAX (0, most - width));
  gtk_snapshot_render_layout (snapshot, style, x, top, layout);
}

static void
app_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AppChart *self = APP_CHART (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  double step =
      self->values->len > 0 ? (double) gtk_widget_get_width (widget) / self->values->len : 0;
  double width = MIN (48, step * 0.6);
  double room = HEIGHT - TOP - BOTTOM;
  gint64 most = 0;
  GdkRGBA colour, line;

  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &colour))
    gtk_style_context_get_color (style, &colour);
  /* Days on which nothing was said stand on it, too. */
  gtk_style_context_get_color (style, &line);
  line.alpha *= 0.3f;
  gtk_snapshot_append_color (
      snapshot,
      &line,
      &GRAPHENE_RECT_INIT (0, (float) (TOP + room), (float) gtk_widget_get_width (widget), 1));
  for (guint i = 0; i < self->values->len; i++)
    most = MAX (most, g_array_index (self->values, gint64, i));
  for (guint i = 0; i < self->values->len; i++)
    {
      gint64 value = g_array_index (self->values, gint64, i);
      double middle = step * (i + 0.5);
      /* What is not nothing can be seen. */
      double height = value > 0 ? MAX (2, room * (double) value / (double) most) : 0;

      gtk_snapshot_append_color (snapshot,
                                 &colour,
                                 &GRAPHENE_RECT_INIT ((float) (middle - width / 2),
                                                      (float) (TOP + room - height),
                                                      (float) width,
                                                      (float) height));
      draw_text (self, snapshot, middle, HEIGHT - BOTTOM + 4, self->labels[i]);
      if (value > 0 && value == most)
        draw_text (self, snapshot, middle, TOP - 20, self->words[i]);
    }
}

static void
app_chart_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 480 : HEIGHT;
}

void
app_chart_set (AppChart *self,
               const gint64 *values,
               const char *const *labels,
               const char *const *words,
               guint n)
{
  GString *text = g_string_new (NULL);

  g_array_set_size (self->values, 0);
  g_array_append_vals (self->values, values, n);
  g_strfreev (self->labels);
  g_strfreev (self->words);
  self->labels = g_new0 (char *, n + 1);
  self->words = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      self->labels[i] = g_strdup (labels[i]);
      self->words[i] = g_strdup (words[i]);
      g_string_append_printf (text, "%s%s: %s", i > 0 ? ", " : "", labels[i], words[i]);
    }
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
  g_string_free (text, TRUE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
app_chart_finalize (GObject *object)
{
  AppChart *self = APP_CHART (object);

  g_array_unref (self->values);
  g_strfreev (self->labels);
  g_strfreev (self->words);
  G_OBJECT_CLASS (app_chart_parent_class)->finalize (object);
}

static void
app_chart_class_init (AppChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_chart_finalize;
  widget_class->snapshot = app_chart_snapshot;
  widget_class->measure = app_chart_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
app_chart_init (AppChart *self)
{
  self->values = g_array_new (FALSE, FALSE, sizeof (gint64));
}

GtkWidget *
app_chart_new (void)
{
  return g_object_new (APP_TYPE_CHART, NULL);
}
