/* The commands of the client role that have not been answered: those said, then those that wait
 * until they may be said. Answers belong to the first. For the core folders only. */
#pragma once

#include "base-lines.h"

G_BEGIN_DECLS

struct _BasePending
{
  guint64 exchange;
  gpointer command;    /* the protocol's; counted */
  GBytes *raw;         /* the console's own bytes, instead of what the command would be */
  gpointer sign_in;    /* AUTH: a SaslSignIn (nullable) */
  gboolean after_last; /* not said if the one before it fails */
  gboolean held;       /* not said until this is cleared */
  gboolean said;
};

/* Puts @command (transfer none) at the end. What is returned may be completed before
 * base_pending_pump() says it. */
BasePending *base_pending_add (BaseLines *lines, gpointer command, const BaseCause *cause);
/* The one whose answer comes next; %NULL: nothing was asked. */
BasePending *base_pending_current (const BaseLines *lines);
/* Its exchange, or 0. */
guint64 base_pending_exchange (const BaseLines *lines);
/* The first that waits; %NULL: none does. */
BasePending *base_pending_next (const BaseLines *lines);
/* Whether it could be said now, were it not held. */
gboolean base_pending_is_due (const BaseLines *lines);
/* The current one is answered. */
void base_pending_pop (BaseLines *lines);
/* The first that waits will not be said. */
void base_pending_drop_next (BaseLines *lines);
/* For the protocol's finalize(). */
void base_pending_clear (BaseLines *lines);

/* For BaseLinesClass.core */
/* Says what may be said, asks for TLS where it is due, and knows whether the server has to speak.
 */
void base_pending_pump (BaseCore *core);
guint64 base_pending_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause);
gboolean base_pending_edit (BaseCore *core, guint64 exchange, GBytes *line);

G_END_DECLS
