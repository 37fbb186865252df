/* Moments that ./dev bench asks for with RESTANTE_BENCH; silent otherwise. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void app_bench_start (void);
/* Whether RESTANTE_BENCH is @what. */
gboolean app_bench_wants (const char *what);
/* Prints "bench NAME MICROSECONDS", counted from the start of the process, once for each name. */
void app_bench_mark (const char *name);
/* The same when @widget as it is now has been painted, and each time. @name is static. */
void app_bench_mark_painted (GtkWidget *widget, const char *name);
/* Prints how many microseconds after @clock (boot-time) the next frame of @widget has been painted;
 * while one is waited for, others are passed over. */
void app_bench_mark_since (GtkWidget *widget, const char *name, gint64 clock);

G_END_DECLS
