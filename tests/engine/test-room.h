/* What tests of accounts at work stand in: a practice post office, and a data directory beside it.
 */
#pragma once

#include "engine-service.h"
#include "practice-office.h"

typedef struct
{
  char *dir;
  PracticeOffice *office;
  WireTap *tap;
  EngineService *service;
} TestRoom;

/* @extra: letters in ada's INBOX besides the seeded ones. Correspondents answer at once. */
void test_room_open (TestRoom *room, guint extra);
void test_room_close (TestRoom *room);
/* Ada's account, with SMTP; not started. (transfer full) */
EngineAccount *
test_room_add (TestRoom *room, const char *protocol, const char *keep, const char *leave);
