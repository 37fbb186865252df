/* Moments of the start that ./dev bench asks for with RESTANTE_BENCH=first-rows; silent otherwise.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void app_bench_start (void);
/* Prints "bench NAME MICROSECONDS", counted from the start of the process, once for each name. */
void app_bench_mark (const char *name);

G_END_DECLS
