/* Pango sets a hyphen where it breaks a word; in an address or a command it would be read as part
 * of it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-verbatim.h"

void
app_verbatim (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
}
