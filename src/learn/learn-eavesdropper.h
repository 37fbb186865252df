/* What somebody on the network sees of an exchange: the café's Wi-Fi, a provider, whoever owns a
 * cable. Told from what was recorded, and never more than could be read there. */
#pragma once

#include "learn-dialogue.h"

G_BEGIN_DECLS

typedef enum
{
  LEARN_SEEN_FACT,      /* who talks to whom, and what can be concluded from it */
  LEARN_SEEN_WORDS,     /* a line, readable as it is */
  LEARN_SEEN_HANDSHAKE, /* a message of TLS; @readable says whether its content is, too */
  LEARN_SEEN_RECORDS,   /* bytes that mean nothing to them: how many, when */
  LEARN_SEEN_NOTHING    /* what they do not see, in words */
} LearnSeenKind;

typedef struct
{
  LearnSeenKind kind;
  BaseDirection direction; /* WORDS, HANDSHAKE, RECORDS */
  gint64 when;             /* UTC, microseconds; 0: not said */
  gboolean readable;       /* HANDSHAKE */
  gboolean masked; /* WORDS: they read a secret that is hidden here, because it is a real one */
  guint64 bytes;   /* RECORDS, HANDSHAKE; WORDS: of a letter's body that could be read with them */
  char *text;      /* valid UTF-8 without control characters */
} LearnSeen;
void learn_seen_free (LearnSeen *seen);

/* Element: LearnSeen, in order of time; what is known of the connection comes first. (transfer
 * full) */
GPtrArray *learn_eavesdropper_see (const LearnExchange *exchange);
/* The same of several exchanges of one connection, the connection's facts once. @exchanges:
 * LearnExchange, in order. (transfer full) */
GPtrArray *learn_eavesdropper_see_all (GPtrArray *exchanges);
/* All of it as text for reading and copying, a line each. (transfer full) */
char *learn_eavesdropper_text (GPtrArray *seen);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnSeen, learn_seen_free)

G_END_DECLS
