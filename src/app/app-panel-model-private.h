/* What the model is, for the files that make it up: app-panel-model.c, app-panel-flatten.c and
 * app-panel-rows.c. */
#pragma once

#include "app-panel-model.h"
#include "app-panel-row-private.h"

G_BEGIN_DECLS

/* A run of the same command for the same reason is folded from this length on. */
#define APP_PANEL_RUN_LENGTH 8

struct _AppPanelModel
{
  GObject parent_instance;
  LearnDialogue *dialogue;
  GArray *rows;         /* AppPanelEntry */
  GHashTable *made;     /* AppPanelRow, those that somebody has; not owned */
  GHashTable *open;     /* keys of exchanges whose lines are shown */
  GHashTable *unfolded; /* keys of the first exchange of folds that are open */
  GHashTable *changed;  /* keys touched since the last rebuild */
  GArray *marks;        /* AppPanelMark of each exchange, from the dialogue's first on */
  guint64 first_key;    /* of the exchange that marks[0] is of */
  gboolean dropped;     /* the dialogue forgot some */
  guint counted;        /* exchanges with MARK_COUNTS */
  GArray *held;         /* guint64: keys of those that wait at a gate, or did */
  guint64 work;         /* rows made and exchanges looked at, ever */
  AppPanelFilter filter;
  gboolean everything;
  gint64 until; /* what is later is not shown; 0: nothing is */

  /* While the filter is another: how many marks are by the new one; rows are by the old one. */
  gboolean looking;
  guint looked;
  guint idle;

  /* While others are told of new rows: the list is @told of them, and then what is left of these.
   */
  GArray *before; /* AppPanelEntry; NULL: all are told */
  guint told, gone;
  AppPanelRow *kept; /* weak: is not to be lost by telling of too much at once */
};

/* What of an exchange decides where it stands. */
typedef enum
{
  MARK_PASSES = 1 << 0,   /* the filter */
  MARK_FOLDABLE = 1 << 1, /* it is folded away where it can be */
  MARK_RUNS = 1 << 2,     /* it may go on a run of its like */
  MARK_COUNTS = 1 << 3,   /* the footer counts it */
  MARK_HELD = 1 << 4,     /* it waits at the gate, and is open */
  MARK_LOST = 1 << 5      /* it is none: events are missing here */
} Mark;

/* All that has to be known of an exchange to place it: exchanges themselves lie all over the
 * memory, and a hundred thousand of them are not looked at in one frame. */
typedef struct
{
  guint64 connection;
  guint64 cause;    /* id; 0: none */
  const char *verb; /* interned */
  gint64 when;
  guint mark; /* Mark */
} AppPanelMark;

/* Whether the set of keys has it. */
gboolean app_panel_model_has (GHashTable *set, guint64 key);
AppPanelMark app_panel_model_mark_of (AppPanelModel *self, const LearnExchange *exchange);
/* Entries (AppPanelEntry) of the exchanges from position @from on; @heading: the cause above them.
 * (transfer full) */
GArray *app_panel_model_flatten (AppPanelModel *self, guint from, guint64 heading);
/* The same for what comes directly after a fold, which takes what belongs to it: its entry grows,
 * and what it shows, if it is open, is at the beginning. (transfer full) */
GArray *app_panel_model_flatten_after (AppPanelModel *self, AppPanelEntry *fold, guint from);
/* What stands below an exchange or a fold, which learns whether it is open now: its lines, or its
 * exchanges; nothing, if it is closed. (transfer full) */
GArray *app_panel_model_flatten_below (AppPanelModel *self, AppPanelEntry *entry);

/* What stands in the list, and who is told of it: app-panel-rows.c */

void app_panel_rows_init (AppPanelModel *self);
void app_panel_rows_free (AppPanelModel *self);
void app_panel_rows_init_list (GListModelInterface *iface);
AppPanelEntry *app_panel_rows_at (AppPanelModel *self, guint index);
/* The first row that is not of an exchange before @key. */
guint app_panel_rows_find_from (AppPanelModel *self, guint64 key);
/* The row of this kind and key; G_MAXUINT: it is not shown. */
guint app_panel_rows_find (AppPanelModel *self, AppPanelRowType kind, guint64 key);
/* @after (AppPanelEntry) takes the place of all rows from @at on; what is equal at its ends stays.
 */
void app_panel_rows_replace (AppPanelModel *self, guint at, const GArray *after);
/* @n rows from @at on make way for @fresh. */
void app_panel_rows_splice (
    AppPanelModel *self, guint at, guint n, const AppPanelEntry *fresh, guint added);
/* Rows of this exchange stay where they are, and say something else. */
void app_panel_rows_touch (AppPanelModel *self, guint64 key);
/* Rows that somebody has, of exchanges from @from on, say what their entries say now. */
void app_panel_rows_renew (AppPanelModel *self, guint64 from);
/* Exchanges before this are no more. */
void app_panel_rows_forget (AppPanelModel *self, guint64 before);

G_END_DECLS
