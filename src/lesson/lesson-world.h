/* The world of one lesson: a practice post office on ports of its own, and devices that are real
 * accounts of the engine, each with its own store, all in a temporary folder. Nothing in it knows
 * of the person's own accounts, and nothing leaves this computer. The folders of programs that were
 * killed in the middle of a lesson go with the next one's opening.
 *
 * Used by one thread, the one that made it. mail_init() comes first. */
#pragma once

#include <gio/gio.h>

#include "engine-service.h"
#include "learn-lesson.h"
#include "practice-office.h"

G_BEGIN_DECLS

typedef struct
{
  const LearnLessonDevice *plan; /* of the lesson */
  EngineAccount *account;
  char *password_file;
  gint64 ledger_seen;   /* ledger entries up to this id are in the facts */
  GHashTable *subjects; /* gint64 message → its subject, also when it is gone */
} LessonDevice;

typedef struct
{
  char *dir;
  int lock; /* of the folder, while somebody is in it; -1: none */
  PracticeOffice *office;
  WireTap *tap;  /* of the devices, and of the domains' hosts where they call at each other */
  WireTap *line; /* of the post office: what goes over the line, with its passwords */
  EngineService *service;
  GPtrArray *devices; /* LessonDevice */
  LearnFacts *facts;
  WireLines *lines;      /* of @tap */
  WireLines *line_lines; /* of @line */
  GHashTable *encrypted; /* connections of @line that nobody can read any more */
  guint64 tap_seen, line_seen;
  GHashTable *replays; /* connections of the recording → those of @tap */
  guint replayed;      /* events of the lesson's recording so far */
} LessonWorld;

/* @language: of the letters. */
LessonWorld *lesson_world_new (const LearnLesson *lesson, const char *language, GError **error);
/* The post office closes, and the folder goes. */
void lesson_world_free (LessonWorld *world);

LessonDevice *lesson_world_device (LessonWorld *world, const char *name);
/* What was said and noted since the last time, and where the letters are now. */
void lesson_world_look (LessonWorld *world);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonWorld, lesson_world_free)

G_END_DECLS
