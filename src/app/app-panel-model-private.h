/* What the model is, for the files that make it up: app-panel-model.c and app-panel-flatten.c. */
#pragma once

#include "app-panel-model.h"

G_BEGIN_DECLS

/* A run of the same command for the same reason is folded from this length on. */
#define APP_PANEL_RUN_LENGTH 8

struct _AppPanelModel
{
  GObject parent_instance;
  LearnDialogue *dialogue;
  GPtrArray *rows;      /* AppPanelRow */
  GHashTable *open;     /* keys of exchanges whose lines are shown */
  GHashTable *unfolded; /* keys of the first exchange of folds that are open */
  GHashTable *changed;  /* keys touched since the last rebuild */
  GByteArray *marks;    /* Mark of each exchange, from the dialogue's first on */
  guint64 first_key;    /* of the exchange that marks[0] is of */
  gboolean dropped;     /* the dialogue forgot some: nothing that stands can be trusted */
  guint counted;        /* exchanges with MARK_COUNTS */
  guint64 held;         /* key of the newest that was held; 0: none */
  guint64 work;         /* rows made and exchanges looked at, ever */
  AppPanelFilter filter;
  gboolean everything;
  gint64 until; /* what is later is not shown; 0: nothing is */
};

/* What of an exchange decides where it stands. */
typedef enum
{
  MARK_PASSES = 1 << 0,   /* the filter */
  MARK_FOLDABLE = 1 << 1, /* it is folded away where it can be */
  MARK_RUNS = 1 << 2,     /* it may go on a run of its like */
  MARK_COUNTS = 1 << 3,   /* the footer counts it */
  MARK_HELD = 1 << 4      /* it waits at the gate, and is open */
} Mark;

/* Whether the set of keys has it. */
gboolean app_panel_model_has (GHashTable *set, guint64 key);
guint8 app_panel_model_mark_of (AppPanelModel *self, const LearnExchange *exchange);
/* The rows of the exchanges from @from on; @heading: the cause above them. (transfer full) */
GPtrArray *app_panel_model_flatten (AppPanelModel *self, guint from, guint64 heading);
/* The same for one exchange and its lines. (transfer full) */
GPtrArray *app_panel_model_flatten_one (AppPanelModel *self, LearnExchange *exchange);
/* What an open fold shows: the @count exchanges from this one on that are shown. (transfer full) */
GPtrArray *
app_panel_model_flatten_fold (AppPanelModel *self, const LearnExchange *first, guint64 count);

G_END_DECLS
