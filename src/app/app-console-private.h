/* What the console is, for the files that make it up. */
#pragma once

#include <adwaita.h>

#include "app-console.h"
#include "engine-console.h"
#include "learn-console.h"

G_BEGIN_DECLS

struct _AppConsole
{
  GtkBox parent_instance;

  GtkDropDown *accounts, *side;
  GtkCheckButton *by_hand;
  GtkButton *link, *say;
  GtkLabel *state, *warning, *meaning;
  GtkEntry *entry;
  GtkWidget *text_area, *help;
  GtkTextView *text;
  GtkListBox *suggestions;

  EngineService *service;
  AppPanelModel *model;
  guint service_watch;
  GPtrArray *offered; /* EngineAccount, as in the drop-down */
  EngineConsole *console;
  EngineAccount *account; /* whom the session is with; what is chosen may change (nullable) */
  gboolean removed;       /* the session ended with its account … */
  gboolean began_anew;    /* … which was one for practice */
  guint64 last;           /* the connection of the session before; 0: none */
  gboolean own;           /* accounts that are not for practice are offered too */
  guint number;           /* of commands, for IMAP's tags */
  GBytes *rest;           /* of a literal, after the server's "+" (nullable) */
  gboolean saying;        /* the text went out, and its answer is due … */
  guint64 answers;        /* … when so many had come */
  GPtrArray *history;     /* char * */
  guint at;               /* in the history; its length: a new line */
  char *begun;            /* the new line, while another is looked at (nullable) */
};

/* The session now; until the main context is back. */
const BaseMoment *app_console_now (AppConsole *self);
gboolean app_console_is_open (AppConsole *self);
/* SMTP: what is said next is the letter. */
gboolean app_console_wants_letter (AppConsole *self);
/* The session's account is one for practice, whose passwords are public. */
gboolean app_console_is_practice (AppConsole *self);
/* What the line would do to letters; NULL: nothing. The session is open. (transfer full) */
char *app_console_warning (AppConsole *self, const char *typed);

/* app-console-help.c: says again what the typed line means, and what may be said. */
void app_console_help (AppConsole *self);
/* Completes the word that is being typed by the first that may be said. */
gboolean app_console_complete (AppConsole *self);

/* app-console-say.c: sends what is typed, after a question where letters of a real account would
 * go. */
void app_console_say (AppConsole *self);
/* The server asked for more: the rest of a literal goes by itself. */
void app_console_go_on (AppConsole *self);

G_END_DECLS
