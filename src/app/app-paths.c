/* A program that was not installed is recognised by where its file is. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-paths.h"

static char *locale_dir;
static char *module_dir;

void
app_paths_init (const char *argv0)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (self != NULL && g_str_has_prefix (self, BUILD_ROOT G_DIR_SEPARATOR_S))
    {
      g_autofree char *schemas = g_build_filename (BUILD_ROOT, "data", NULL);
      g_autofree char *share = g_build_filename (BUILD_ROOT, "data", "share", NULL);
      const char *before = g_getenv ("XDG_DATA_DIRS");
      g_autofree char *dirs =
          g_strjoin (":",
                     share,
                     before != NULL && *before != '\0' ? before : "/usr/local/share:/usr/share",
                     NULL);

      g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, FALSE);
      g_setenv ("XDG_DATA_DIRS", dirs, TRUE);
      locale_dir = g_build_filename (BUILD_ROOT, "po", NULL);
      module_dir = g_build_filename (BUILD_ROOT, "src", "app", NULL);
      return;
    }
  locale_dir = g_strdup (LOCALEDIR);
  module_dir = g_strdup (PKGLIBDIR);
}

const char *
app_paths_locale (void)
{
  return locale_dir;
}

const char *
app_paths_modules (void)
{
  return module_dir;
}
