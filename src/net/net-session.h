/* Drives a core over a connection: connect, TLS, and one blocking place to wait. Used by one
 * thread. Everything read and written is reported to the tap by the core's spans. */
#pragma once

#include "base-core.h"
#include "net-error.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef enum {
  NET_SECURITY_NONE,
  NET_SECURITY_TLS,      /* immediate TLS (RFC 8314) */
  NET_SECURITY_STARTTLS  /* upgraded; never falls back */
} NetSecurity;

const char *net_security_name (NetSecurity security); /* "none", "tls", "starttls" */
int net_security_from_name (const char *name);        /* -1: unknown */

typedef struct {
  const char *host;      /* a name or an address, IPv6 without brackets */
  guint16 port;
  NetSecurity security;
  const char *ca_file;   /* PEM, trusted besides the system's store (nullable) */
} NetEndpoint;

/* The clock every `now` and deadline is of: boot time, microseconds. */
gint64 net_clock_now (void);

/* Wakes a waiting session from any thread: for jobs, for "the writer has room". Level-triggered
 * until net_waker_clear(). */
typedef struct _NetWaker NetWaker;
NetWaker *net_waker_new (void);
NetWaker *net_waker_ref (NetWaker *waker);
void net_waker_unref (NetWaker *waker);
void net_waker_wake (NetWaker *waker);
void net_waker_clear (NetWaker *waker);

typedef struct _NetSession NetSession;

typedef struct {
  WireTap *tap;            /* (nullable) */
  const char *account, *account_name; /* for the tap (nullable) */
  GCancellable *cancellable; /* ends every wait with NET_ERROR_CANCELLED (nullable) */
  NetWaker *waker;         /* (nullable) */
  gint64 connect_timeout;  /* microseconds, 0: 30 s */
  gboolean public_secrets; /* both ends are ours: the practice post office */
} NetSessionOptions;

/* Connects (IPv6 and IPv4, happy eyeballs), does immediate TLS if asked, and starts @core.
 * @core is (transfer full) also on failure. */
NetSession *net_session_connect (const NetEndpoint *endpoint, BaseCore *core, const NetSessionOptions *options, GError **error);
/* The server side: an accepted socket (transfer full); TLS when the core asks for it, or at once. */
typedef struct _NetIdentity NetIdentity; /* a certificate with its key: net-ca.h */
NetSession *net_session_accept (int fd, BaseCore *core, NetIdentity *identity, gboolean tls_now, const NetSessionOptions *options, GError **error);
/* Ends the connection (TLS close_notify sent if that takes no time) and frees the core. */
void net_session_free (NetSession *session);

BaseCore *net_session_core (NetSession *session);
gboolean net_session_is_encrypted (NetSession *session);
guint64 net_session_connection (NetSession *session); /* the tap's id, 0 without tap */

typedef enum {
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
NetStep net_session_step (NetSession *session, gboolean wake, gint64 until, BaseEvent **event, GError **error);

/* Upgrades after the core's "start TLS now" event (STARTTLS/STLS). */
gboolean net_session_start_tls (NetSession *session, GError **error);

/* Tells the tap that the core holds a command at the gate / that it goes on. */
void net_session_report_held (NetSession *session);
void net_session_release (NetSession *session);

/* Totals for --stats. */
typedef struct {
  guint64 bytes_in, bytes_out;           /* after TLS */
  guint64 wire_bytes_in, wire_bytes_out; /* on the socket */
  guint64 round_trips;                   /* times it waited for the server with something outstanding */
} NetTotals;
void net_session_totals (NetSession *session, NetTotals *totals);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetSession, net_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetWaker, net_waker_unref)

G_END_DECLS
