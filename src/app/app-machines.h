/* The two state machines of each open session with the practice post office: the client's, followed
 * line by line from what the tap has, and the office's own word. */
#pragma once

#include "practice-sessions.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _AppMachines AppMachines;

typedef struct
{
  const char *protocol; /* "imap"; static */
  char *user;           /* (nullable: nobody has signed in) */
  char *caller, *host;  /* where hosts speak to each other, which (nullable) */
  const char *ours;     /* the client's state (nullable: it is not seen); static */
  const char *theirs;   /* the office's; static */
} AppMachine;

AppMachines *app_machines_new (WireTap *tap);
void app_machines_free (AppMachines *machines);

/* @sessions: PracticeSession. AppMachine, one for each. A session is found by its counter's port;
 * of several at one counter the first to call was the first to be let in. (transfer full) */
GPtrArray *app_machines_pair (AppMachines *machines, GPtrArray *sessions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppMachines, app_machines_free)

G_END_DECLS
