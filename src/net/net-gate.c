/* What the person wishes and what the sessions hold, under one lock that is never held while
 * anybody waits. */
#include "config.h"

#include "net-gate.h"

#include <string.h>

struct _NetGate
{
  gatomicrefcount ref_count;
  GMutex lock; /* guards the rest, seats' own part too */
  gboolean closed;
  char **passing;
  GPtrArray *seats; /* NetGateSeat, not owned */
  NetGateFunc refused;
  gpointer refused_data;
};

struct _NetGateSeat
{
  NetGate *gate;
  BaseCore *core;
  guint64 connection;
  NetWaker *waker;
  gboolean holds; /* the core's gate is closed; of the session's thread */

  /* guarded by the gate's lock */
  guint64 held; /* the exchange that waits; 0: none */
  gboolean go;
  char *run_to; /* (nullable) */
  GBytes *line; /* instead of what is held (nullable) */
};

/* The person's side */

NetGate *
net_gate_new (void)
{
  NetGate *gate = g_new0 (NetGate, 1);

  g_atomic_ref_count_init (&gate->ref_count);
  g_mutex_init (&gate->lock);
  gate->seats = g_ptr_array_new ();
  return gate;
}

NetGate *
net_gate_ref (NetGate *gate)
{
  g_atomic_ref_count_inc (&gate->ref_count);
  return gate;
}

void
net_gate_unref (NetGate *gate)
{
  if (!g_atomic_ref_count_dec (&gate->ref_count))
    return;
  g_mutex_clear (&gate->lock);
  g_strfreev (gate->passing);
  g_ptr_array_unref (gate->seats);
  g_free (gate);
}

static void
set_closed (NetGate *gate, gboolean closed, const char *const *passing)
{
  g_mutex_lock (&gate->lock);
  gate->closed = closed;
  g_strfreev (gate->passing);
  gate->passing = g_strdupv ((char **) passing);
  for (guint i = 0; i < gate->seats->len; i++)
    {
      NetGateSeat *seat = gate->seats->pdata[i];

      g_clear_pointer (&seat->run_to, g_free);
      net_waker_wake (seat->waker);
    }
  g_mutex_unlock (&gate->lock);
}

void
net_gate_close (NetGate *gate, const char *const *passing)
{
  set_closed (gate, TRUE, passing);
}

void
net_gate_open (NetGate *gate)
{
  set_closed (gate, FALSE, NULL);
}

gboolean
net_gate_is_closed (NetGate *gate)
{
  gboolean closed;

  g_mutex_lock (&gate->lock);
  closed = gate->closed;
  g_mutex_unlock (&gate->lock);
  return closed;
}

/* @exchange: 0: whichever is held. */
static gboolean
let_go (NetGate *gate, guint64 connection, guint64 exchange, const char *run_to, GBytes *line)
{
  gboolean found = FALSE;

  g_mutex_lock (&gate->lock);
  for (guint i = 0; i < gate->seats->len && !found; i++)
    {
      NetGateSeat *seat = gate->seats->pdata[i];

      if (seat->connection != connection || seat->held == 0 ||
          (exchange != 0 && seat->held != exchange))
        continue;
      found = TRUE;
      seat->go = TRUE;
      g_free (seat->run_to);
      seat->run_to = g_strdup (run_to);
      g_clear_pointer (&seat->line, g_bytes_unref);
      seat->line = line != NULL ? g_bytes_ref (line) : NULL;
      net_waker_wake (seat->waker);
    }
  g_mutex_unlock (&gate->lock);
  return found;
}

gboolean
net_gate_step (NetGate *gate, guint64 connection)
{
  return let_go (gate, connection, 0, NULL, NULL);
}

gboolean
net_gate_run_to (NetGate *gate, guint64 connection, const char *verbs)
{
  return let_go (gate, connection, 0, verbs, NULL);
}

gboolean
net_gate_edit (NetGate *gate, guint64 connection, guint64 exchange, GBytes *line)
{
  return let_go (gate, connection, exchange, NULL, line);
}

void
net_gate_watch (NetGate *gate, NetGateFunc func, gpointer data)
{
  g_mutex_lock (&gate->lock);
  gate->refused = func;
  gate->refused_data = data;
  g_mutex_unlock (&gate->lock);
}

/* The session's side */

/* Closes and opens the core's gate as the shared one is; %FALSE: nothing is held. */
static gboolean
follow (NetGateSeat *seat)
{
  gboolean closed;

  net_waker_clear (seat->waker);
  closed = net_gate_is_closed (seat->gate);
  if (closed && !base_core_is_held (seat->core))
    base_core_hold (seat->core);
  if (closed)
    seat->holds = TRUE;
  return seat->holds;
}

NetGateSeat *
net_gate_seat_new (NetGate *gate, BaseCore *core, guint64 connection)
{
  NetGateSeat *seat = g_new0 (NetGateSeat, 1);

  seat->gate = net_gate_ref (gate);
  seat->core = core;
  seat->connection = connection;
  seat->waker = net_waker_new ();
  g_mutex_lock (&gate->lock);
  g_ptr_array_add (gate->seats, seat);
  g_mutex_unlock (&gate->lock);
  (void) follow (seat);
  return seat;
}

void
net_gate_seat_free (NetGateSeat *seat)
{
  g_mutex_lock (&seat->gate->lock);
  g_ptr_array_remove (seat->gate->seats, seat);
  g_mutex_unlock (&seat->gate->lock);
  net_gate_unref (seat->gate);
  net_waker_unref (seat->waker);
  g_free (seat->run_to);
  g_clear_pointer (&seat->line, g_bytes_unref);
  g_free (seat);
}

NetWaker *
net_gate_seat_waker (NetGateSeat *seat)
{
  return seat->waker;
}

static gboolean
is_one_of (const char *verbs, const char *verb)
{
  g_auto (GStrv) all = g_strsplit (verbs, "|", -1);

  return g_strv_contains ((const char *const *) all, verb);
}

/* Whether @verb may pass without being asked about. Under the lock. */
static gboolean
passes (NetGateSeat *seat, const char *verb)
{
  const NetGate *gate = seat->gate;

  if (gate->passing != NULL && g_strv_contains ((const char *const *) gate->passing, verb))
    return TRUE;
  if (seat->run_to == NULL)
    return FALSE;
  if (!is_one_of (seat->run_to, verb))
    return TRUE;
  g_clear_pointer (&seat->run_to, g_free);
  return FALSE;
}

/* Takes what the person decided about @exchange; under the lock. *line is (transfer full). */
static NetGateTurn
decide (NetGateSeat *seat, guint64 exchange, const char *verb, GBytes **line)
{
  NetGateTurn turn = NET_GATE_WAIT;

  if (!seat->gate->closed)
    turn = NET_GATE_OPEN;
  else if (seat->held == exchange && seat->go)
    {
      *line = g_steal_pointer (&seat->line);
      turn = NET_GATE_RELEASE;
    }
  else if (passes (seat, verb))
    turn = NET_GATE_RELEASE;
  seat->held = turn == NET_GATE_WAIT ? exchange : 0;
  seat->go = FALSE;
  g_clear_pointer (&seat->line, g_bytes_unref);
  return turn;
}

/* %FALSE: it stays where it is, and waits again. */
static gboolean
put_line (NetGateSeat *seat, guint64 exchange, GBytes *line)
{
  NetGate *gate = seat->gate;

  if (base_core_edit_held (seat->core, exchange, line))
    return TRUE;
  g_mutex_lock (&gate->lock);
  seat->held = exchange;
  if (gate->refused != NULL)
    gate->refused (seat->connection, exchange, gate->refused_data);
  g_mutex_unlock (&gate->lock);
  return FALSE;
}

NetGateTurn
net_gate_seat_turn (NetGateSeat *seat, guint64 *edited)
{
  g_autoptr (BaseChunk) held = NULL;
  g_autoptr (GBytes) line = NULL;
  const char *verb = "";
  NetGateTurn turn;

  *edited = 0;
  if (!follow (seat))
    return NET_GATE_NOTHING;
  held = base_core_peek_held (seat->core);
  if (held != NULL)
    (void) base_core_exchange (seat->core, held->exchange, NULL, &verb);
  g_mutex_lock (&seat->gate->lock);
  if (held != NULL)
    turn = decide (seat, held->exchange, verb, &line);
  else
    {
      turn = seat->gate->closed ? NET_GATE_NOTHING : NET_GATE_OPEN;
      seat->held = 0;
    }
  g_mutex_unlock (&seat->gate->lock);
  if (turn == NET_GATE_OPEN)
    seat->holds = FALSE;
  if (line != NULL && !put_line (seat, held->exchange, line))
    return NET_GATE_WAIT;
  if (line != NULL)
    *edited = held->exchange;
  return turn;
}
