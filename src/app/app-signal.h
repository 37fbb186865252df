/* Signals of this program's own classes: emitted last, without a default, with no answer. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A signal @name of @klass (a GObjectClass) with @n arguments, whose GType follow. Returns its id.
 */
guint app_signal_new (gpointer klass, const char *name, guint n, ...);

G_END_DECLS
