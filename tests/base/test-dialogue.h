/* Drives a core in memory, checks what holds for every core (spans without gap, no secret in plain
 * ones), and writes down what happened as text, so that a test is a dialogue to be read. */
#pragma once

#include "base-core.h"

typedef void (*DialogueDescribe) (const BaseEvent *event, GString *out);

typedef struct
{
  BaseCore *core;
  DialogueDescribe describe;
  const char *const *secrets; /* must never stand in plain bytes (nullable) */
  gint64 now;
  GString *events;     /* one line an event, as describe() says */
  GPtrArray *kept;     /* BaseEvent, in order */
  GByteArray *fed;     /* all received bytes */
  GString *spans;      /* 'p', 's' or 'b' for each received byte that is understood */
  GByteArray *sent;    /* all bytes sent */
  GString *sent_spans; /* as spans */
  gsize taken;         /* bytes of sent that dialogue_take_sent() has given */
  GError *error;
  gboolean closed;
  gpointer data; /* the test's own */
} Dialogue;

/* @core is (transfer full). */
Dialogue *dialogue_new (BaseCore *core, DialogueDescribe describe, const char *const *secrets);
void dialogue_free (Dialogue *dialogue);
/* Gives @bytes in pieces of @piece (0: a line each), each in memory of exactly its size. */
void dialogue_feed (Dialogue *dialogue, const void *bytes, gsize len, gsize piece);
void dialogue_say (Dialogue *dialogue, const char *text);
void dialogue_eof (Dialogue *dialogue);
/* Takes events and output after something was submitted. */
void dialogue_turn (Dialogue *dialogue);
/* What was sent since the last call, with secrets as they are. (transfer full) */
char *dialogue_take_sent (Dialogue *dialogue);
/* The events written down since the last call. (transfer full) */
char *dialogue_take_events (Dialogue *dialogue);

/* That these are what was taken. */
void dialogue_assert_sent (Dialogue *dialogue, const char *expected);
void dialogue_assert_events (Dialogue *dialogue, const char *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dialogue, dialogue_free)
