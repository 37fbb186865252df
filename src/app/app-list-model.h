/* The messages of a folder, or the results of a search: ids whole, rows windowed. A row is read
 * from the store when it is asked for, with its neighbours, and forgotten when it has not been used
 * for a while; a million messages cost 16 MB. */
#pragma once

#include <gio/gio.h>

#include "app-message.h"
#include "engine-account.h"

G_BEGIN_DECLS

#define APP_TYPE_LIST_MODEL (app_list_model_get_type ())
G_DECLARE_FINAL_TYPE (AppListModel, app_list_model, APP, LIST_MODEL, GObject)

AppListModel *app_list_model_new (void);
/* Shows @folder of @account (NULL: nothing); follows its changes. The newest are there when this
 * returns, as many as a window shows at once; app_list_model_complete() brings all. "loaded" is
 * emitted when all ids are here, and after each later change of them. */
void app_list_model_set_folder (AppListModel *self, EngineAccount *account, gint64 folder);
/* Reads the rest, once: to be called when the first rows have been painted, since a list view makes
 * two hundred widgets for a long model and few for a short one. */
void app_list_model_complete (AppListModel *self);
/* Shows the results of a search in @account instead, until set_folder(). */
void app_list_model_set_query (AppListModel *self, EngineAccount *account, const char *query);
/* While a query is shown: also these (gint64, copied), which somebody else found; how many of them
 * can be shown. */
guint app_list_model_add_found (AppListModel *self, const GArray *messages);
gboolean app_list_model_is_loaded (AppListModel *self);
/* Search: rows not indexed yet. */
gint64 app_list_model_get_missing (AppListModel *self);
gint64 app_list_model_get_folder (AppListModel *self);
EngineAccount *app_list_model_get_account (AppListModel *self); /* (nullable) */

/* Without loading any row. */
gint64 app_list_model_get_placement (AppListModel *self, guint position);
guint app_list_model_find (AppListModel *self, gint64 placement); /* G_MAXUINT: not there */
/* How many rows are in memory; bounded, whatever the folder holds. */
guint app_list_model_get_n_rows (AppListModel *self);

G_END_DECLS
