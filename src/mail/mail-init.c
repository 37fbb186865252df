/* GMime has global tables, which are set up here and never torn down. */
#include "config.h"

#include "mail-init.h"

#include <gmime/gmime.h>

void
mail_init (void)
{
  static gsize once = 0;

  if (!g_once_init_enter (&once))
    return;
  g_mime_init ();
  g_once_init_leave (&once, 1);
}
