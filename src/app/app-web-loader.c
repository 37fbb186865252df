/* Finds and opens the module once. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-web.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gmodule.h>

#include "app-paths.h"

const AppWebModule *
app_web_open (GError **error)
{
  static const AppWebModule *opened;
  g_autofree char *path = g_build_filename (app_paths_modules (), "app-web." G_MODULE_SUFFIX, NULL);
  GModule *module;
  gpointer symbol;

  if (opened != NULL)
    return opened;
  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (module == NULL || !g_module_symbol (module, APP_WEB_SYMBOL, &symbol))
    {
      g_set_error (
          error,
          G_IO_ERROR,
          G_IO_ERROR_NOT_FOUND,
          _ ("The part that shows HTML letters is not installed; letters are shown as text."));
      return NULL;
    }
  /* WebKitGTK registers types that cannot be taken back. */
  g_module_make_resident (module);
  opened = ((AppWebSymbol) symbol) ();
  return opened;
}
