/* What is said on one connection, told to a real tap as net tells it, and gathered from there. */
#pragma once

#include "learn-dialogue.h"

typedef struct
{
  WireTap *tap;
  WireConnection *connection;
  LearnDialogue *dialogue;
  guint64 offset[2]; /* of what was said, by BaseDirection */
  guint64 exchange;  /* the last one that began */
} Stage;

/* A client's connection by @protocol to @host, for who sets the table: fields may be changed. */
WireConnection stage_like (const char *protocol, const char *host, guint16 port);

/* Begins a tap of @size bytes (0: as usual) and a dialogue of @max exchanges, with a connection
 * like @like. @func, @data: the dialogue's (nullable). */
void stage_init (Stage *stage,
                 const WireConnection *like,
                 gsize size,
                 guint max,
                 LearnDialogueFunc func,
                 gpointer data);
/* Another connection, on which what follows is said. */
void stage_open (Stage *stage, const WireConnection *like);
void stage_clear (Stage *stage);
/* The dialogue has all that was said. */
void stage_pull (Stage *stage);

/* Some bytes of the exchange that began last. */
void stage_say (Stage *stage,
                BaseDirection direction,
                BaseSpanKind kind,
                const char *text,
                gsize len,
                gboolean ends);
/* A whole line, to which CRLF is added. */
void stage_line (Stage *stage, BaseDirection direction, const char *text);
/* The next exchange. @cause: (nullable) */
void stage_begin (Stage *stage, const char *verb, BaseCause *cause);
void stage_end (Stage *stage, BaseOutcome outcome);
/* A line asked, a line answered. */
void stage_exchange (Stage *stage,
                     const char *verb,
                     BaseCause *cause,
                     const char *asked,
                     const char *answered,
                     BaseOutcome outcome);
