/* A protocol small enough to be seen through, for testing what all cores share and what drives
 * them. Lines end with CRLF; every command is answered, in order, by a line that starts with OK or
 * NO. The server may say "* anything" at any time.
 *
 *   SAY words               a command as it is
 *   PASS secret             the secret is one
 *   PUT n, then n bytes     a body to the server
 *   GET n                   answered by "BODY n", n bytes, "OK"
 *   STARTTLS                after its OK TLS begins
 *   QUIT                    after its OK both are done */
#pragma once

#include "base-body.h"
#include "base-core.h"

typedef enum
{
  TOY_LINE, /* client: a reply; server: a command */
  TOY_DATA, /* a piece of a body */
  TOY_START_TLS
} ToyEventType;

typedef struct
{
  BaseEvent base;
  char *line;   /* TOY_LINE: without CRLF */
  GBytes *data; /* TOY_DATA */
} ToyEvent;

BaseCore *toy_core_new (BaseRole role, const BaseLimits *limits);

/* Client. Each returns the exchange. */
guint64 toy_say (BaseCore *core, const char *words, const BaseCause *cause);
guint64 toy_pass (BaseCore *core, BaseSecret *secret);
guint64 toy_put (BaseCore *core, BaseBody *body);
guint64 toy_get (BaseCore *core, guint64 size);
guint64 toy_starttls (BaseCore *core);
guint64 toy_quit (BaseCore *core);

/* Server: a line, without CRLF; and a body with its announcement and its OK. */
void toy_reply (BaseCore *core, const char *line);
void toy_reply_body (BaseCore *core, BaseBody *body);
