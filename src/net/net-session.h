/* Drives a core over a connection: connect, TLS, and one blocking place to wait. Used by one
 * thread. Everything read and written is reported to the tap by the core's spans. */
#pragma once

#include "base-core.h"
#include "net-clock.h"
#include "net-endpoint.h"
#include "net-error.h"
#include "net-gate.h"
#include "net-identity.h"
#include "net-waker.h"
#include "wire-tap.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _NetSession NetSession;

typedef struct
{
  WireTap *tap;                       /* (nullable) */
  const char *account, *account_name; /* for the tap (nullable) */
  const WireConnection *between; /* @caller, @cause, @letter and @original of a connection that is
                                    not this program's own, for the tap (nullable) */
  GCancellable *cancellable;     /* ends every wait with NET_ERROR_CANCELLED (nullable) */
  NetWaker *waker;               /* (nullable) */
  gint64 connect_timeout;  /* microseconds for the connection, and again for the TLS handshake;
                              0: 30 s */
  NetGate *gate;           /* commands wait here while it is closed (nullable) */
  gboolean public_secrets; /* both ends are ours: the practice post office */
  NetReachedFunc reached;  /* how far the connection has come, on its own thread (nullable) */
  gpointer reached_data;
} NetSessionOptions;

/* Connects (IPv6 and IPv4, happy eyeballs), does immediate TLS if asked, and starts @core. @core is
 * (transfer full) also on failure. @options may be %NULL. */
NetSession *net_session_connect (const NetEndpoint *endpoint,
                                 BaseCore *core,
                                 const NetSessionOptions *options,
                                 GError **error);
/* The server side: an accepted socket (transfer full); TLS when the core asks for it, or at once.
 * @identity: what TLS shows (nullable without TLS). */
NetSession *net_session_accept (int fd,
                                BaseCore *core,
                                NetIdentity *identity,
                                gboolean tls_now,
                                const NetSessionOptions *options,
                                GError **error);
/* Ends the connection (TLS close_notify sent if that takes no time) and frees the core. */
void net_session_free (NetSession *session);

/* After NET_STEP_CLOSED, NET_STEP_ERROR or a failed handshake: there is no further step. */
gboolean net_session_is_over (NetSession *session);
/* The server has closed its side, although what it said before that may not have been read: nothing
 * that is said now can be answered. */
gboolean net_session_is_hung_up (NetSession *session);
BaseCore *net_session_core (NetSession *session);
gboolean net_session_is_encrypted (NetSession *session);
guint64 net_session_connection (NetSession *session); /* the tap's id, 0 without tap */

typedef enum
{
  NET_STEP_EVENT,  /* *event is set (transfer full) */
  NET_STEP_WOKEN,  /* the waker was woken */
  NET_STEP_CLOSED, /* ended in good order */
  NET_STEP_LATER,  /* @until has come */
  NET_STEP_ERROR   /* *error is set; the session is over */
} NetStep;

/* Sends what the core has, reads while it writes, and returns with the next event. The one place
 * where a connection's thread waits. @until: microseconds of net_clock_now(), G_MAXINT64: none (the
 * core's own deadlines hold anyway). Reading pauses while events are not taken: that is the
 * backpressure. With @wake, a woken waker returns NET_STEP_WOKEN. */
NetStep net_session_step (
    NetSession *session, gboolean wake, gint64 until, BaseEvent **event, GError **error);

/* Upgrades after the core's "start TLS now" event (STARTTLS/STLS): sends what is queued, then does
 * the handshake in the role of the core. Bytes that the other side had said before are found by the
 * core, and the next step says so. */
gboolean net_session_start_tls (NetSession *session, GError **error);

/* Compresses both directions from now on (IMAP's COMPRESS): sends what is queued as it is first.
 * What the core reads and says, and what the tap records, stays plain; the totals count both sizes.
 * The other side must not have said anything more before. */
gboolean net_session_start_deflate (NetSession *session, GError **error);

/* Tells the tap that the core holds a command at the gate; once for each command held. */
void net_session_report_held (NetSession *session);
/* Opens the gate, and tells the tap that what was held goes on. */
void net_session_release (NetSession *session);

/* What a bad line does, for the practice post office. After so many bytes more of what the core
 * says the line is cut, in the middle of whatever it is, without a goodbye: the step that would say
 * the next one gives NET_ERROR_CUT. */
void net_session_cut_after (NetSession *session, guint64 bytes);
/* No more than so many bytes a second go out; 0: as many as the line takes. */
void net_session_slow_down (NetSession *session, guint bytes_per_second);

/* Totals for --stats. */
typedef struct
{
  guint64 bytes_in, bytes_out;           /* after TLS */
  guint64 wire_bytes_in, wire_bytes_out; /* on the socket */
  guint64 round_trips; /* times the other side spoke after something was said to it */
  gint64 waited;       /* microseconds in which there was nothing to do but wait for the line */
} NetTotals;
void net_session_totals (NetSession *session, NetTotals *totals);
/* Adds @more to *@sum. */
void net_totals_add (NetTotals *sum, const NetTotals *more);

/* Frees what TLS keeps for the calling thread: for a thread that is about to end and that nobody
 * joins, so that the process may end right behind it. */
void net_session_forget_thread (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetSession, net_session_free)

G_END_DECLS
