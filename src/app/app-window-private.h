/* What app-window.c and app-window-actions.c share. */
#pragma once

#include "app-message-list.h"
#include "app-pane.h"
#include "app-panel.h"
#include "app-reader.h"
#include "app-sidebar.h"
#include "app-window.h"

G_BEGIN_DECLS

struct _AppWindow
{
  AdwApplicationWindow parent_instance;

  GtkStack *root; /* "welcome" or "mail" */
  AdwBin *welcome;
  GtkWidget *practice_banner;
  AdwToastOverlay *toasts;
  GtkDrawingArea *measure; /* of no height: tells how wide this is */
  GtkPaned *split;
  AdwLeaflet *outer, *inner;
  AppPane *sidebar_pane, *list_pane, *reader_pane;
  AppSidebar *sidebar;
  AppMessageList *list;
  AppReader *reader;
  AppPanel *panel;
  GtkButton *footer;
  GtkLabel *footer_text;
  GtkRevealer *problem_bar;
  GtkLabel *problem_text;
  GtkButton *problem_action, *problem_exchange;
  guint64 problem_cause; /* whose exchange is behind it; 0: the newest that failed */

  AppApplication *application;
  EngineAccount *account; /* whose folder is shown (nullable) */
  guint status_watch, change_watch, service_watch;
  guint folding;
  gboolean folded;      /* the lists or the reader */
  gboolean first_sight; /* the practice inbox opens with Welcome's FETCH held */
  guint64 last_cause;   /* for undo; 0: nothing to take back */
  AdwToast *undo;       /* which offers it; weak (nullable) */
  char *last_account;   /* UUID it belongs to */
};

/* A toast; with @undo not 0 it offers to take that cause back. */
void app_window_tell (AppWindow *self, const char *text, guint64 undo);
/* What last offered to undo offers it no more. */
void app_window_end_undo (AppWindow *self);
/* The bar that says what is wrong, or what was noticed. */
void app_window_update_problem (AppWindow *self);
void app_window_set_panel_open (AppWindow *self, gboolean open);

/* app-window-exchange.c */
void app_window_install_exchange_actions (GtkWidgetClass *widget_class);
/* Selects the folder and the letter in it. */
void app_window_show_letter (AppWindow *self, const char *uuid, gint64 message);

/* app-window-actions.c */
void app_window_install_actions (GtkWidgetClass *widget_class);
/* Which actions make sense now. */
void app_window_update_actions (AppWindow *self);
/* Opens the letter that is read to be written on, if it is a draft. */
gboolean app_window_edit_draft (AppWindow *self);

G_END_DECLS
