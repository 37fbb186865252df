/* The one shape that nearly all signals here have. */
#include "config.h"

#include "app-signal.h"

guint
app_signal_new (gpointer klass, const char *name, guint n, ...)
{
  guint id;
  va_list types;

  va_start (types, n);
  id = g_signal_new_valist (name,
                            G_TYPE_FROM_CLASS (klass),
                            G_SIGNAL_RUN_LAST,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            G_TYPE_NONE,
                            n,
                            types);
  va_end (types);
  return id;
}
