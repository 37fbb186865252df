/* A small chart: a bar for each day, drawn in the theme's colours, and said in words. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CHART (app_chart_get_type ())
G_DECLARE_FINAL_TYPE (AppChart, app_chart, APP, CHART, GtkWidget)

GtkWidget *app_chart_new (void);
/* @n values, with a label under each bar, and what it is in words for the highest and for those who
 * hear the chart. All are copied. */
void app_chart_set (AppChart *self,
                    const gint64 *values,
                    const char *const *labels,
                    const char *const *words,
                    guint n);

G_END_DECLS
