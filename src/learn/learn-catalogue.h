/* The catalogue of explanations, one file per protocol and language, compiled into the program.
 * data/learn/README.md says what an entry holds and how ids are made. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Plain text, valid UTF-8. All of it lives as long as the program. */
typedef struct
{
  const char *id; /* "imap.command.uid-fetch" */
  const char *kind;
  const char *title;   /* depth 1: a sentence */
  const char *meaning; /* depth 2: a paragraph */
  const char *why, *storage;
  const char *advice;   /* (nullable) */
  const char *standard; /* depth 3: what the standard fixes, or whose word it is */
  const char *rfc; /* "RFC 9051 §6.4.8, RFC 3501 §6.4.8", for display; "" if nobody wrote it down */
  const char *titles; /* of those RFCs, a line each: "RFC 9051: Internet Message Access …" */
  const char *const *see;
  gboolean is_class; /* explains a class of things, not this one */
} LearnEntry;

typedef struct _LearnCatalogue LearnCatalogue;

/* The catalogue in the language of the messages ("fr", else "en"); loaded once for each, kept for
 * the life of the program, and the same for all threads. NULL: as gettext would choose. */
const LearnCatalogue *learn_catalogue_get (const char *language);
/* (nullable) */
const LearnEntry *learn_catalogue_find (const LearnCatalogue *catalogue, const char *id);
/* Never NULL: falls back to the class of the id ("smtp.reply.457" → its class and category). */
const LearnEntry *learn_catalogue_explain (const LearnCatalogue *catalogue, const char *id);
/* In the order of the files; NULL-terminated. */
const char *const *learn_catalogue_ids (const LearnCatalogue *catalogue);

G_END_DECLS
