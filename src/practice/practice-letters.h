/* The letters of the first day, in English and in French: who wrote to whom, what, when, and what
 * is attached. Plain data; practice-seed.c makes letters of them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PRACTICE_ATTACH_NOTHING,
  PRACTICE_ATTACH_MAP,      /* a small PNG */
  PRACTICE_ATTACH_PROOF,    /* a small PDF */
  PRACTICE_ATTACH_CALENDAR, /* a text/calendar invitation */
} PracticeAttachment;

typedef struct
{
  const char *folder; /* of ada */
  guint flags;        /* ImapFlag */
  guint minutes;      /* before now */
  const char *from, *from_address;
  const char *from_french; /* nullable: the same name in both languages */
  const char *to, *to_address;
  const char *id;          /* left of the Message-ID's "@" */
  const char *in_reply_to; /* an id of this table (nullable) */
  const char *list;        /* a List-Id's name (nullable) */
  PracticeAttachment attachment;
  gboolean html; /* the text is for a newsletter, which gets an HTML side with remote images */
  const char *subject[2]; /* English, French */
  const char *text[2];
} PracticeLetter;

const PracticeLetter *practice_letters (guint *n_letters);

G_END_DECLS
