/* Which exchanges the panel shows: of one account, of one protocol, with some words in them, only
 * those that failed or took long. */
#pragma once

#include "learn-dialogue.h"

G_BEGIN_DECLS

typedef enum
{
  APP_PANEL_ONLY_FAILED = 1 << 0, /* refused, or ended otherwise than well */
  APP_PANEL_ONLY_SLOW = 1 << 1,   /* took a second or more; waiting for news is not slow */
  APP_PANEL_NO_KEEP_ALIVES = 1 << 2
} AppPanelOnly;

typedef struct
{
  char *account;    /* UUID; NULL: all */
  gboolean between; /* only what hosts of the practice world say to each other */
  char *protocol;   /* "imap", "pop3", "smtp"; NULL: all */
  char **words;     /* casefolded; NULL: none */
  char *command;    /* casefolded; NULL: all */
  AppPanelOnly only;
} AppPanelFilter;

void app_panel_filter_clear (AppPanelFilter *filter);
/* Words are parted by spaces, and all have to be found: in the title, the command, the outcome or
 * a line. What begins with "=" names a command, and that one alone is meant: "=UID FETCH". */
void app_panel_filter_set_text (AppPanelFilter *filter, const char *text);
gboolean app_panel_filter_passes (const AppPanelFilter *filter, const LearnExchange *exchange);
/* Whether something particular is looked for: then what is found is not folded away. */
gboolean app_panel_filter_is_search (const AppPanelFilter *filter);

/* It ended, and not well. */
gboolean app_panel_filter_failed (const LearnExchange *exchange);

G_END_DECLS
