/* The middle pane: the letters of a folder or the results of a search. */
#pragma once

#include <gtk/gtk.h>

#include "app-selection.h"
#include "store-book.h"

G_BEGIN_DECLS

#define APP_TYPE_MESSAGE_LIST (app_message_list_get_type ())
G_DECLARE_FINAL_TYPE (AppMessageList, app_message_list, APP, MESSAGE_LIST, GtkBox)

/* Signals: "selection-changed" (the messages selected are others), "activated" (a letter was
 * chosen: narrow windows go on to the reader), "back" (narrow windows go back to the folders). */
void app_message_list_show_folder (AppMessageList *self,
                                   EngineAccount *account,
                                   const StoreFolder *folder);
/* The account's letters on their way, in place of the list. @outbox: a widget for it (transfer
 * floating). */
void app_message_list_show_outbox (AppMessageList *self, EngineAccount *account, GtkWidget *outbox);
void app_message_list_clear (AppMessageList *self);
/* The folder's counters changed, or the account's status. */
void app_message_list_update (AppMessageList *self);
/* Whether the list stands in the folders' place, and leads back to them; and in the reader's. At a
 * window's edge it has the window's buttons. */
void app_message_list_set_folded (AppMessageList *self, gboolean folders, gboolean reader);
void app_message_list_search (AppMessageList *self);
/* The folder again, if it was searched. */
void app_message_list_end_search (AppMessageList *self);

EngineAccount *app_message_list_get_account (AppMessageList *self); /* (nullable) */
gint64 app_message_list_get_folder (AppMessageList *self);
AppSelection *app_message_list_get_selection (AppMessageList *self);
AppListModel *app_message_list_get_model (AppMessageList *self);
/* The one selected message; NULL: none or several. (transfer full) */
AppMessage *app_message_list_get_message (AppMessageList *self);
/* Selects the letter at @position (or the last) and shows it. */
void app_message_list_select (AppMessageList *self, guint position);
void app_message_list_select_placement (AppMessageList *self, gint64 placement);

G_END_DECLS
