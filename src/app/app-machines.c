/* The client's side is a core of our own that only listens. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-machines.h"

#include <string.h>

#include "base-core.h"
#include "imap-core.h"
#include "pop3-core.h"
#include "smtp-core.h"
#include "wire-lines.h"

#define EVENTS_AT_ONCE 1000

/* One connection of ours that is open. */
typedef struct
{
  guint64 connection;
  guint16 port;
  char *caller, *host; /* (nullable) */
  BaseCore *core;
} Follower;

struct _AppMachines
{
  WireTap *tap;
  WireLines *lines;
  GPtrArray *followers; /* Follower, the first to be opened first */
  guint64 next;         /* serial of the event to read next */
};

static void
follower_free (gpointer data)
{
  Follower *follower = data;

  base_core_free (follower->core);
  g_free (follower->caller);
  g_free (follower->host);
  g_free (follower);
}

static void
machine_free (gpointer data)
{
  AppMachine *machine = data;

  g_free (machine->user);
  g_free (machine->caller);
  g_free (machine->host);
  g_free (machine);
}

AppMachines *
app_machines_new (WireTap *tap)
{
  AppMachines *machines = g_new0 (AppMachines, 1);

  machines->tap = wire_tap_ref (tap);
  machines->lines = wire_lines_new ();
  machines->followers = g_ptr_array_new_with_free_func (follower_free);
  machines->next = 1;
  return machines;
}

void
app_machines_free (AppMachines *machines)
{
  g_ptr_array_unref (machines->followers);
  wire_lines_free (machines->lines);
  wire_tap_unref (machines->tap);
  g_free (machines);
}

static BaseCore *
new_core (const char *protocol)
{
  if (strcmp (protocol, "imap") == 0)
    return BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, NULL));
  if (strcmp (protocol, "pop3") == 0)
    return BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL));
  return strcmp (protocol, "smtp") == 0 ? BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)) : NULL;
}

static Follower *
find (AppMachines *machines, guint64 connection)
{
  for (guint i = 0; i < machines->followers->len; i++)
    {
      Follower *follower = machines->followers->pdata[i];

      if (follower->connection == connection)
        return follower;
    }
  return NULL;
}

static void
add (AppMachines *machines, guint64 id)
{
  g_autoptr (WireConnection) connection = wire_tap_connection (machines->tap, id);
  BaseCore *core = connection != NULL && connection->role == BASE_ROLE_CLIENT
                       ? new_core (connection->protocol)
                       : NULL;
  Follower *follower;

  if (core == NULL)
    return;
  follower = g_new0 (Follower, 1);
  follower->connection = id;
  follower->port = connection->port;
  follower->caller = g_strdup (connection->caller);
  follower->host = connection->caller != NULL ? g_strdup (connection->host) : NULL;
  follower->core = core;
  g_ptr_array_add (machines->followers, follower);
}

static void
take_event (AppMachines *machines, const WireEvent *event)
{
  WireLine *line = wire_lines_feed (machines->lines, event);
  Follower *follower;

  if (event->type == WIRE_OPENED)
    add (machines, event->connection);
  follower = find (machines, line != NULL ? line->connection : event->connection);
  if (line != NULL && follower != NULL && !line->held && line->bytes != NULL)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (line->bytes, &len);
      g_autoptr (BaseParts) parts = base_parts_new ();

      if (len > 0)
        base_core_annotate (follower->core, line->direction, bytes, len, parts);
    }
  if (follower != NULL && event->type == WIRE_CLOSED)
    g_ptr_array_remove (machines->followers, follower);
  g_clear_pointer (&line, wire_line_free);
}

static void
follow (AppMachines *machines)
{
  for (;;)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (machines->tap, machines->next, EVENTS_AT_ONCE);

      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = events->pdata[i];

          machines->next = event->serial + 1;
          take_event (machines, event);
        }
      if (events->len < EVENTS_AT_ONCE)
        return;
    }
}

/* The one opened as the @nth of those at that port. */
static const Follower *
find_nth (AppMachines *machines, guint16 port, guint nth)
{
  for (guint i = 0; i < machines->followers->len; i++)
    {
      const Follower *follower = machines->followers->pdata[i];

      if (follower->port == port && nth-- == 0)
        return follower;
    }
  return NULL;
}

GPtrArray *
app_machines_pair (AppMachines *machines, GPtrArray *sessions)
{
  GPtrArray *pairs = g_ptr_array_new_with_free_func (machine_free);

  follow (machines);
  for (guint i = 0; i < sessions->len; i++)
    {
      const PracticeSession *session = sessions->pdata[i];
      AppMachine *machine = g_new0 (AppMachine, 1);
      const Follower *follower;
      guint nth = 0;

      for (guint j = 0; j < i; j++)
        nth += ((PracticeSession *) sessions->pdata[j])->port == session->port;
      follower = find_nth (machines, session->port, nth);
      machine->protocol = session->counter;
      machine->user = g_strdup (session->user);
      machine->caller = follower != NULL ? g_strdup (follower->caller) : NULL;
      machine->host = follower != NULL ? g_strdup (follower->host) : NULL;
      machine->ours = follower != NULL ? base_core_state (follower->core) : NULL;
      machine->theirs = session->state;
      g_ptr_array_add (pairs, machine);
    }
  return pairs;
}
