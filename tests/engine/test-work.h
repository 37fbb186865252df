/* A short piece of work of one protocol, between an account and a practice post office, that may be
 * broken off anywhere: what is to be on both sides in the end is known, letter by letter. All
 * letters are numbered; none may be lost, and none be there twice. */
#pragma once

#include "engine-service.h"
#include "practice-office.h"

G_BEGIN_DECLS

typedef struct
{
  const char *protocol; /* "imap", "pop3" or "smtp"; what is read besides sending is IMAP */
  char *dir;
  PracticeOffice *office;
  guint16 port;      /* where the protocol's own server is reached; 0: the office's */
  gboolean large;    /* some letters are */
  gboolean many;     /* so many at a time go out that some are marked ahead */
  gboolean joined;   /* each wish for a letter is one of its own, and one command serves several */
  const char *leave; /* POP3: the policy (nullable: "none") */
  char *data;        /* the directory of the service */
  EngineService *service;
  EngineAccount *account;
  guint made, first;   /* letters so far; those before this account */
  GHashTable *alive;   /* numbers of those nobody has removed */
  GHashTable *perhaps; /* of those that somebody asked to remove, and was told that it failed */
  char *draft;         /* the last words of it that were saved (nullable) */
  char *draft_perhaps; /* those of which saving failed (nullable) */
  gint64 draft_id;
} TestWork;

/* An office whose mailboxes are empty. @only_data: SMTP without chunks. */
void test_work_open (TestWork *work, const char *protocol, gboolean only_data);
void test_work_close (TestWork *work);
/* A new account in a new directory, reached at work->port; the letters that are there stay. */
void test_work_begin (TestWork *work);
/* The program ends, and may be started again. */
void test_work_leave (TestWork *work);
void test_work_resume (TestWork *work);
/* Puts work before both sides: letters, flags, moves, a draft. */
void test_work_ask (TestWork *work);
/* One session in which it is done, as far as it goes. */
gboolean test_work_do (TestWork *work, GError **error);
/* Another one, in which nothing goes wrong: does what is left, and asserts that all is well. */
void test_work_check (TestWork *work);

G_END_DECLS
