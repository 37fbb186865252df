/* What the panel's model is tested with: a tap, somebody who speaks on one line of it, and a copy
 * of the list. */
#pragma once

#include "app-panel-model.h"
#include "test-app.h"

typedef struct
{
  WireTap *tap;
  WireConnection *connection;
  AppPanelModel *model;
  Copy copy;
  guint64 offset[2]; /* of each direction */
  guint64 exchange;
} PanelFix;

/* What is kept is bounded; how many that are changes nothing but the time it takes to say them. */
#define PANEL_FIX_MANY 4000

/* The tap's ring as it is, or small; the model keeps as much as in the program, or PANEL_FIX_MANY
 * exchanges. */
void panel_fix_setup (PanelFix *fix, gconstpointer data);
void panel_fix_setup_small (PanelFix *fix, gconstpointer data);
void panel_fix_setup_many (PanelFix *fix, gconstpointer data);
void panel_fix_teardown (PanelFix *fix, gconstpointer data);
/* (transfer full) */
WireConnection *panel_fix_open_line (WireTap *tap, const char *account, const char *protocol);

/* An exchange begins with what we say, ends with what the server says; or both. */
void panel_fix_begin (PanelFix *fix, const char *verb, BaseCause *cause, const char *line);
void panel_fix_end (PanelFix *fix, const char *line, BaseOutcome outcome);
void panel_fix_exchange (PanelFix *fix, const char *verb, BaseCause *cause);
/* The model takes what was said. */
void panel_fix_pull (PanelFix *fix);

/* The list in short: C cause, E exchange, L line, F fold, D dropped; a dot after what is open.
 * (transfer full) */
char *panel_fix_shape (PanelFix *fix);
void panel_fix_assert_shape (PanelFix *fix, const char *expected);
AppPanelRow *panel_fix_row_at (PanelFix *fix, guint position);
/* For a row's "changed". @data: (guint *) one more. */
void panel_fix_count_change (AppPanelRow *row, gpointer data);
