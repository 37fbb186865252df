/* What is related to an entry of the catalogue, as links: each is called by its word and its title,
 * and is a stop of the keyboard. */
#pragma once

#include <gtk/gtk.h>

#include "learn-catalogue.h"

G_BEGIN_DECLS

#define APP_TYPE_CARD_RELATED (app_card_related_get_type ())
G_DECLARE_FINAL_TYPE (AppCardRelated, app_card_related, APP, CARD_RELATED, GtkBox)

/* Signal: "opened" (LearnEntry *entry, guint link): that entry is asked for, by that link. */
GtkWidget *app_card_related_new (void);
/* Hidden while there is nothing. @entry: whose. (nullable) */
void app_card_related_show (AppCardRelated *self, const LearnEntry *entry);
/* To link @link of what is shown now. */
void app_card_related_focus (AppCardRelated *self, guint link);

G_END_DECLS
