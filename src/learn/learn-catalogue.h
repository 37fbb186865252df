/* The catalogue of explanations, one file per protocol and language, compiled into the program. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *id; /* "imap.command.uid-fetch" */
  const char *kind;
  const char *title;   /* depth 1: a sentence */
  const char *meaning; /* depth 2: a paragraph */
  const char *why, *storage;
  const char *advice; /* (nullable) */
  const char *rfc;    /* "RFC 9051 §6.4.8, RFC 3501 §6.4.8", for display */
  const char *const *see;
  gboolean is_class; /* explains a class of things, not this one */
} LearnEntry;

typedef struct _LearnCatalogue LearnCatalogue;

/* The catalogue in the language of the messages ("fr", else "en"); loaded once for each, kept for
 * the life of the program. NULL: as gettext would choose. */
const LearnCatalogue *learn_catalogue_get (const char *language);
/* (nullable) */
const LearnEntry *learn_catalogue_find (const LearnCatalogue *catalogue, const char *id);
/* Never NULL: falls back to the class of the id ("smtp.reply.457" → its class and category). */
const LearnEntry *learn_catalogue_explain (const LearnCatalogue *catalogue, const char *id);
const char *const *learn_catalogue_ids (const LearnCatalogue *catalogue);

G_END_DECLS
