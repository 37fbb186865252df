/* An account at work in a room of tests, and what is asked of it until it is so. */
#pragma once

#include "test-room.h"

/* Ada's account, started. (transfer full) */
EngineAccount *
test_account_add (TestRoom *room, const char *protocol, const char *keep, const char *leave);

typedef gboolean (*TestAccountQuestion) (EngineAccount *account);

/* Runs the main loop until the answer is yes, or patience is at its end. */
gboolean test_account_within (EngineAccount *account, TestAccountQuestion question);
gboolean test_account_is_idle (EngineAccount *account);
gboolean test_account_needs_user (EngineAccount *account);

/* The message of the next two questions: its bytes are here; the server has heard of its star. */
extern gint64 test_account_wanted;
gboolean test_account_is_here (EngineAccount *account);
gboolean test_account_is_starred (EngineAccount *account);

StoreFolder *test_account_inbox (EngineAccount *account);
/* The newest row of a folder. (transfer full) (nullable) */
StoreRow *test_account_newest (EngineAccount *account, const char *name);

/* How often a command began. */
guint test_room_count_verb (WireTap *tap, const char *verb);
/* See practice-fault.h. */
void test_room_fault (TestRoom *room, const char *fault);
/* Another program puts a letter into the server's Archive; how many are there now. */
gint64 test_room_put_into_archive (TestRoom *room);
/* The computer was asleep. */
void test_account_wake_up (void);
