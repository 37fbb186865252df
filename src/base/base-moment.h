/* A session at one moment, as somebody needs to know it who types into it: what may be said now,
 * and what would come of it. Plain data; whoever fills it in says how long it lives. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *protocol; /* "imap", "pop3", "smtp" */
  const char *state;    /* base_core_state() */
  gboolean encrypted;
  char **offers;       /* base_core_dup_offers() (nullable) */
  char *mailbox;       /* IMAP: the one selected (nullable) */
  guint leaving;       /* POP3: letters marked in this session, which QUIT removes */
  gboolean wants_more; /* the server waits for the rest of a command: text, or an answer */
} BaseMoment;

G_END_DECLS
