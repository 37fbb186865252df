/* restante: the GTK program. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app-application.h"
#include "app-paths.h"
#include "app-start.h"

int
main (int argc, char *argv[])
{
  g_autoptr (AppApplication) application = NULL;

  setlocale (LC_ALL, "");
  /* As in cli-main.c: read while no other thread is about, the first number is never refused. */
  g_ascii_strtoll ("0", NULL, 10);
  app_paths_init (argv[0]);
  bindtextdomain (GETTEXT_PACKAGE, app_paths_locale ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Restante"));
  application = app_application_new ();
  app_start_prepare (application);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
