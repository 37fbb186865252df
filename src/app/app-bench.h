/* Moments that ./dev bench asks for with RESTANTE_BENCH=first-rows; silent otherwise. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void app_bench_start (void);
/* Prints "bench NAME MICROSECONDS", counted from the start of the process, once for each name. */
void app_bench_mark (const char *name);
/* The same when @widget as it is now has been painted, and each time. @name is static. */
void app_bench_mark_painted (GtkWidget *widget, const char *name);

G_END_DECLS
