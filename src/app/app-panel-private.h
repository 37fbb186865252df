/* What the panel is, for the files that make it up: app-panel.c and its app-panel-*.c. */
#pragma once

#include <adwaita.h>

#include "app-card.h"
#include "app-console.h"
#include "app-panel-model.h"
#include "app-panel-pace.h"
#include "app-panel-scrubber.h"
#include "app-panel.h"
#include "app-step.h"
#include "app-strip.h"

G_BEGIN_DECLS

struct _AppPanel
{
  GtkBox parent_instance;

  GtkLabel *heading;
  GtkDropDown *accounts, *depth;
  GtkSearchEntry *filter;
  GtkToggleButton *pause;
  GtkToggleButton *step_toggle, *console_toggle;
  GtkWidget *close, *filters;
  GtkDrawingArea *measure; /* of no height: tells how wide this is */
  GtkPaned *split;
  GtkScrolledWindow *scroller, *card_scroller;
  GtkListView *view;
  GMenuModel *row_menu_model;
  GtkWidget *row_menu;
  GtkButton *news, *recording;
  GtkWidget *nothing, *nothing_narrowed; /* in place of the list's rows, and a button there */
  GtkLabel *nothing_why;
  GMenu *filter_accounts;
  AppPanelScrubber *scrubber;
  AppCard *card;
  AppStrip *strip;
  AppStep *step;
  AppConsole *console;
  GtkStack *side; /* the card, or what helps to type */
  GtkScrolledWindow *console_side;
  gboolean unfinished; /* what the card tells of was under way when it was shown */
  guint64 typed;       /* the newest exchange that was looked at for being typed */

  EngineService *service;
  WireTap *tap;
  AppPanelModel *model;
  GtkSingleSelection *selection;
  GSource *source;
  guint tap_watch, service_watch, change_watch;
  EngineAccount *account;
  GPtrArray *uuids; /* of the accounts' drop-down, after "all" */
  GSimpleActionGroup *actions;
  gboolean open, follows;
  gboolean replays; /* a recording, in place of a tap */
  guint unseen;
  /* Until the list is laid out, its rows' heights are not known. */
  guint settling, frames; /* a tick callback, 0: none */
  gboolean reveals;       /* what is selected is brought into view then */
  gboolean placed;
  guint resized;
  int width;
  AppPanelPace pace;
  gboolean behind;              /* the tap has more than was taken */
  gint64 look_ended, next_look; /* app-panel-follow.c: this thread's time, and monotonic */

  /* What is being recorded */
  char *record_path; /* NULL: nothing */
  gint64 record_since;
  guint record_timer;
  GtkFileChooserNative *chooser;

  /* The question about a held command */
  guint64 held_connection, held_exchange;
  gboolean predicted_keeps, predicted;
};

/* app-panel-list.c */
void app_panel_init_list (AppPanel *self);
/* The keyboard on the row that is chosen, where it is in sight. */
gboolean app_panel_focus_selected (AppPanel *self);
void app_panel_scroll_to (AppPanel *self, guint position);
/* Shows the newest and goes on with what comes. */
void app_panel_go_on (AppPanel *self);
void app_panel_show_news (AppPanel *self);
/* Explains what is selected, and tells on the strip what it changed. */
void app_panel_show_selected (AppPanel *self);
void app_panel_show_effect (AppPanel *self, const LearnExchange *exchange); /* (nullable) */
void app_panel_select (AppPanel *self, guint64 connection, guint64 exchange);
void app_panel_select_key (AppPanel *self, guint64 key);

/* app-panel-links.c: puts ways to the letters of an exchange on its card. */
void app_panel_show_letters (AppPanel *self, const LearnExchange *exchange);
/* The command by which the ledger knows it: a letter sent is told of once, whichever commands
 * carried its envelope and itself. */
const char *app_panel_ledger_word (const LearnExchange *exchange);
/* Whether the ledger names a letter of the exchange that is here; and to the first such. */
gboolean app_panel_has_letter (AppPanel *self, const LearnExchange *exchange);
void app_panel_open_letter (AppPanel *self, const LearnExchange *exchange);

/* Shows it whatever is filtered, folded or scrubbed away. */
void app_panel_show_exchange (AppPanel *self, const LearnExchange *exchange);
/* A way to the letter, if it lies in a folder. */
void app_panel_add_letter (AppPanel *self, EngineAccount *account, gint64 message);

/* app-panel-hop.c: ways from a letter's exchange to what hosts said to each other about it … */
void app_panel_add_hops (AppPanel *self, EngineAccount *account, gint64 message);
/* … and back from there: to the letters, and to the exchange that handed them over. */
void app_panel_add_hop_letters (AppPanel *self, const LearnExchange *exchange);
/* The letter that hosts speak about, and in which account it is (transfer full); 0: none. */
gint64
app_panel_find_hop_letter (AppPanel *self, const LearnExchange *exchange, EngineAccount **account);

/* app-panel-menu.c; the actions are there already. */
void app_panel_init_menu (AppPanel *self);

/* app-panel-letter.c: an AppCardLetterFunc; @data: the panel. */
GBytes *app_panel_find_letter (const LearnExchange *exchange, const WireLine *line, gpointer data);

/* app-panel-bar.c; the model, the list and the actions are there already. */
void app_panel_init_bar (AppPanel *self);
void app_panel_name_accounts (gpointer self);
/* Those that were spoken for in a recording: its connections, by id. */
void app_panel_name_recorded (AppPanel *self, GHashTable *recorded);
void app_panel_forget_filters (AppPanel *self);
/* The list goes on, if it was paused. */
void app_panel_end_pause (AppPanel *self);

/* app-panel-empty.c; the model is there already. */
void app_panel_init_empty (AppPanel *self);
void app_panel_show_empty (AppPanel *self);

/* app-panel-actions.c */
void app_panel_init_actions (AppPanel *self);

/* app-panel-record.c; the actions are there already. */
void app_panel_init_recording (AppPanel *self);
void app_panel_update_recording (AppPanel *self);
/* @say: tells what became of it. */
void app_panel_stop_recording (AppPanel *self, gboolean say);

/* app-panel-question.c */
LearnExchange *app_panel_find_held (AppPanel *self); /* (nullable) */
/* This is the one that waits now. */
void app_panel_take_held (AppPanel *self, const LearnExchange *held);
void app_panel_answer (AppPanel *self, gboolean keeps);
void app_panel_tell_verdict (AppPanel *self);

/* app-panel-follow.c */
void app_panel_follow_tap (AppPanel *self, WireTap *tap);
void app_panel_leave_tap (AppPanel *self);
/* Takes what the tap has, unless the panel is paused. */
void app_panel_pull (AppPanel *self);
/* The same for who looks for something in particular: a pause ends. */
void app_panel_catch_up (AppPanel *self);

G_END_DECLS
