/* A gate that sessions share: while it is closed, each of their commands waits in front of it until
 * somebody lets it go, or puts another line in its place. For step mode: the person's thread
 * closes, steps and edits, the sessions' threads wait in net_session_step(), where nothing else
 * waits.
 *
 * Only what begins after the gate was closed waits; no deadline of the server runs meanwhile. A
 * line that was edited is shown, and so is its answer; then the session ends with
 * %NET_ERROR_EDITED, because what was answered to another question must not be taken for the answer
 * to the program's. What the answer brings reaches nobody but the tap. */
#pragma once

#include "base-core.h"
#include "net-waker.h"

G_BEGIN_DECLS

typedef struct _NetGate NetGate;

NetGate *net_gate_new (void); /* open */
NetGate *net_gate_ref (NetGate *gate);
void net_gate_unref (NetGate *gate);

/* From any thread. @passing: verbs that need not wait, CAPABILITY and NOOP for instance
 * (NULL-terminated; nullable; copied). */
void net_gate_close (NetGate *gate, const char *const *passing);
void net_gate_open (NetGate *gate);
gboolean net_gate_is_closed (NetGate *gate);
/* @connection: as the tap counts them (net_session_connection()). Lets the command that is held
 * there go, and no other. %FALSE: none is held. */
gboolean net_gate_step (NetGate *gate, guint64 connection);
/* Lets commands go until one with one of these verbs is held ("DATA|BDAT": stop after RCPT). */
gboolean net_gate_run_to (NetGate *gate, guint64 connection, const char *verbs);
/* Says @line, with its CRLF, instead of what is held. %FALSE: @exchange is not held there. Where
 * the line cannot stand there (base_core_edit_held()), nothing goes out, and the watcher is told.
 */
gboolean net_gate_edit (NetGate *gate, guint64 connection, guint64 exchange, GBytes *line);

/* @func (nullable) is called on a session's thread when a line was refused; it must only wake
 * somebody up, and must not call the gate. */
typedef void (*NetGateFunc) (guint64 connection, guint64 exchange, gpointer data);
void net_gate_watch (NetGate *gate, NetGateFunc func, gpointer data);

/* For net-session: one session's place at the gate, used by its thread. */
typedef struct _NetGateSeat NetGateSeat;

NetGateSeat *net_gate_seat_new (NetGate *gate, BaseCore *core, guint64 connection);
void net_gate_seat_free (NetGateSeat *seat);
NetWaker *net_gate_seat_waker (NetGateSeat *seat);

typedef enum
{
  NET_GATE_NOTHING,
  NET_GATE_WAIT,    /* something is held: say so to the tap */
  NET_GATE_RELEASE, /* let what is held go, and nothing behind it */
  NET_GATE_OPEN     /* let all of it go */
} NetGateTurn;
/* What is to be done with what the core holds now. On RELEASE *edited is the exchange that is let
 * go if its line is not the program's own any more, else 0. */
NetGateTurn net_gate_seat_turn (NetGateSeat *seat, guint64 *edited);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetGate, net_gate_unref)

G_END_DECLS
