/* What a person types to a server: cut into its spans as it goes out, over as many pieces as it
 * comes in, so that a literal is a body or a secret as it is in the program's own commands. */
#pragma once

#include "base-core-class.h"
#include "imap-command.h"

G_BEGIN_DECLS

/* A command that is being typed. */
typedef struct
{
  GString *line;   /* with its literals, but for those that are letters; %NULL: none yet */
  guint64 left;    /* of the literal whose bytes come next */
  gboolean body;   /* it is a letter, … */
  gboolean secret; /* … or a password */
  gboolean inside; /* the line goes on: behind a literal's mark … */
  gboolean waits;  /* … and the server's "+" */
} ImapTyped;

/* Adds @bytes to the line, after its end to a new one. With @core they are written for @exchange.
 */
void
imap_typed_feed (ImapTyped *typed, const char *bytes, gsize len, BaseCore *core, guint64 exchange);
/* Nothing of it is going to come any more: the server refused. */
void imap_typed_clear (ImapTyped *typed);

/* What the line says; one that says nothing, or not yet, is a command of the verb alone. (transfer
 * full) */
ImapCommand *imap_typed_command (const ImapTyped *typed, const BaseLimits *limits);
/* The same of @bytes alone. (transfer full) */
ImapCommand *imap_typed_read (GBytes *bytes, const BaseLimits *limits);

G_END_DECLS
