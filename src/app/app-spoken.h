/* What a screen reader is told where the toolkit's own words are missing, or come twice. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The keyboard stands on a button inside of a drop-down: that it has the drop-down's name, and that
 * what is chosen is told with it. Call it once, for each drop-down. */
void app_spoken_drop_down (GtkDropDown *drop_down);
/* The row has the keyboard itself, and a name: what is chosen is told with it. */
void app_spoken_combo_row (AdwComboRow *row);
/* A button whose label has an underscore for its key: GTK would say it with it, and once more. */
void app_spoken_button (GtkButton *button);
/* A row that presses @button: the keyboard stops at the row alone, which is told with its subtitle,
 * and not once more at a button of the same name. */
void app_spoken_row_button (AdwActionRow *row, GtkWidget *button);
/* The eye of a password's row is called by its tooltip: GTK 4.8 has the class of its picture. */
void app_spoken_password (AdwPasswordEntryRow *row);
/* @name alone, where an AdwActionRow would add its title to it. */
void app_spoken_row (GtkWidget *row, const char *name);

G_END_DECLS
