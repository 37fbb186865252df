/* What happens in a lesson: one line of words for each action, done by a device or by the world.
 * data/learn/lessons/README.md has the words for teachers. There is none by which a host, a file or
 * a command could be named: all of it happens at a post office that the lesson has for itself. */
#pragma once

#include "learn-lesson-words.h"

G_BEGIN_DECLS

/* A program for mail with a store of its own. */
typedef struct
{
  char *name;     /* one of learn_lesson_device_names() */
  char *protocol; /* "imap" or "pop3" */
  char *user;     /* whose mailbox: "ada" */
  char *leave;    /* POP3: "all", "none", "until-deleted", "days:14" */
  char *keep;     /* IMAP: "all", "headers" */
  char *security; /* "tls", "starttls", "none" */
  char *sign;     /* in with: "password", "token" */
} LearnLessonDevice;

typedef enum
{
  /* By a device. */
  LEARN_ACTION_SYNC,   /* sync | collect: looks, and does what waits */
  LEARN_ACTION_OPEN,   /* open "SUBJECT": reads it */
  LEARN_ACTION_MARK,   /* mark "SUBJECT" read|unread|starred|deleted */
  LEARN_ACTION_MOVE,   /* move "SUBJECT" FOLDER */
  LEARN_ACTION_DELETE, /* delete "SUBJECT": to the Trash */
  LEARN_ACTION_ERASE,  /* erase "SUBJECT": for good */
  LEARN_ACTION_SEND,   /* send "SUBJECT" to= cc= bcc= from= text= size=; envelope=: recipients that
                          the headers do not name */
  LEARN_ACTION_RETRY,  /* retry: sends at once what could not be sent */
  LEARN_ACTION_SET,    /* set leave= keep= security= sign= password=wrong|right */
  LEARN_ACTION_TYPES,  /* types imap|pop3|smtp "LINE" …: said as they are, in a session of their
                          own, signed in unless as=stranger */
  /* By the world. */
  LEARN_ACTION_LETTER, /* letter "SUBJECT" from= to= text= size=: one arrives */
  LEARN_ACTION_ROOM,   /* room SIZE|all: what everybody may have */
  LEARN_ACTION_FAULT,  /* fault "WORDS"|none, as practice-fault.h has them */
  LEARN_ACTION_LATER,  /* later N minutes|hours|days: the practice clock is put forward */
  LEARN_ACTION_REPLAY  /* replay [VERB]: the recording, up to the end of that exchange */
} LearnActionKind;

typedef struct
{
  LearnActionKind kind;
  char *device;     /* NULL: the world */
  char *subject;    /* of the letter (nullable) */
  char *what;       /* mark, folder, protocol, fault, verb (nullable) */
  GPtrArray *words; /* all of them, LearnLessonWord: for the named ones and for lines */
  guint64 size;     /* LETTER, SEND: bytes, 0: as it comes; ROOM: bytes, 0: as they like; LATER:
                       seconds */
  guint line;       /* of the file */
} LearnLessonAction;

/* No letter is larger. */
#define LEARN_LESSON_MAX_SIZE (5 * 1024 * 1024)

/* "laptop pop3 leave=none". (transfer full) */
LearnLessonDevice *learn_lesson_device_parse (const char *text, guint line, GError **error);
void learn_lesson_device_free (LearnLessonDevice *device);
/* NULL-terminated; static. */
const char *const *learn_lesson_device_names (void);
/* "Laptop"; translated, static. The name itself where there is no better word. */
const char *learn_lesson_device_text (const char *name);

/* @devices: LearnLessonDevice. (transfer full) */
LearnLessonAction *
learn_lesson_action_parse (const char *text, GPtrArray *devices, guint line, GError **error);
void learn_lesson_action_free (LearnLessonAction *action);
/* (nullable) */
const char *learn_lesson_action_named (const LearnLessonAction *action, const char *name);
/* In people's words, translated: "Laptop: collect mail". (transfer full) */
char *learn_lesson_action_text (const LearnLessonAction *action);

/* "300", "40K", "3M": bytes, at most @max. */
gboolean
learn_lesson_parse_size (const char *text, guint64 max, guint64 *size, guint line, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnLessonDevice, learn_lesson_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnLessonAction, learn_lesson_action_free)

G_END_DECLS
