/* Registered with the first question, whoever asks it. */
#include "config.h"

#include "learn-data.h"

#include <gio/gio.h>

#include "learn-resources.h"

#define RESOURCES "/org/restante/Restante/learn/"

GBytes *
learn_data_load (const char *name)
{
  static gsize registered;
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);

  if (g_once_init_enter (&registered))
    {
      learn_register_resource ();
      g_once_init_leave (&registered, 1);
    }
  return g_resource_lookup_data (learn_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}
