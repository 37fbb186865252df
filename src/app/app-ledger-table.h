/* Rows and columns of a ledger: one row a letter, one column a place, in each cell what is known of
 * that letter in that place. What is provisional is drawn dashed. Its words are the learn folder's
 * (learn-storage.h); whoever has letters and places, of one account or of two devices, can show
 * them in it. */
#pragma once

#include <gtk/gtk.h>

#include "learn-storage.h"

G_BEGIN_DECLS

/* A letter. Immutable. */
#define APP_TYPE_LEDGER_ROW (app_ledger_row_get_type ())
G_DECLARE_FINAL_TYPE (AppLedgerRow, app_ledger_row, APP, LEDGER_ROW, GObject)

/* @id: the caller's. @title: the letter's subject, @subtitle: who wrote it (nullable). @cells:
 * LearnCell, as many as there are columns and in their order (transfer full). */
AppLedgerRow *
app_ledger_row_new (gint64 id, const char *title, const char *subtitle, GPtrArray *cells);
gint64 app_ledger_row_get_id (AppLedgerRow *self);
const char *app_ledger_row_get_title (AppLedgerRow *self);
const char *app_ledger_row_get_subtitle (AppLedgerRow *self); /* (nullable) */
const LearnCell *app_ledger_row_get_cell (AppLedgerRow *self, guint column);

/* A list of rows that are made when they are looked at, from ids that are known whole. */
#define APP_TYPE_LEDGER_MODEL (app_ledger_model_get_type ())
G_DECLARE_FINAL_TYPE (AppLedgerModel, app_ledger_model, APP, LEDGER_MODEL, GObject)

/* (transfer full); never %NULL. */
typedef AppLedgerRow *(*AppLedgerFill) (gint64 id, gpointer data);
/* @ids: gint64 (transfer full); @fill is called on the app's thread, and must be quick. */
AppLedgerModel *app_ledger_model_new (GArray *ids, AppLedgerFill fill, gpointer data);
guint app_ledger_model_find (AppLedgerModel *self, gint64 id); /* G_MAXUINT: not there */

#define APP_TYPE_LEDGER_TABLE (app_ledger_table_get_type ())
G_DECLARE_FINAL_TYPE (AppLedgerTable, app_ledger_table, APP, LEDGER_TABLE, GtkBox)

/* Signal: "selected" (the row that is selected, %NULL: none). */
GtkWidget *app_ledger_table_new (void);
/* @places: LearnPlace (transfer full), which the columns are made of. */
void app_ledger_table_set_places (AppLedgerTable *self, GPtrArray *places);
/* @rows: of AppLedgerRow (nullable). The row that was selected stays so where it is there. */
void app_ledger_table_set_rows (AppLedgerTable *self, GListModel *rows);
AppLedgerRow *app_ledger_table_get_selected (AppLedgerTable *self); /* (nullable) */
GPtrArray *app_ledger_table_get_places (AppLedgerTable *self);      /* LearnPlace */

/* The icon of a cell's state, and of a kind of place. */
const char *app_ledger_cell_icon (LearnCellState state);
const char *app_ledger_place_icon (LearnPlaceKind kind);

G_END_DECLS
