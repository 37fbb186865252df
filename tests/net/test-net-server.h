/* A server in a thread of this test: our own listener and session around the toy core, or a script
 * of raw bytes. */
#pragma once

#include "net-ca.h"
#include "net-listener.h"
#include "net-session.h"
#include "toy-core.h"

/* The authority of this test run, in a directory of its own. */
NetCa *test_ca (void);
/* Good for localhost, 127.0.0.1 and ::1. */
NetIdentity *test_identity (void);

typedef struct _TestServer TestServer;

/* Serves one connection as the toy does: SAY is answered "OK words", PASS "OK", GET by that many
 * 'x', PUT "OK n" after counting n bytes. (transfer none) @identity */
TestServer *test_server_toy (NetIdentity *identity, gboolean tls_now);
/* Serves one connection with a function that gets the accepted socket, nonblocking like any of
 * GIO's, and need not close it. */
typedef void (*TestScript) (GSocket *socket, gpointer data);
TestServer *test_server_script (TestScript script, gpointer data);

guint16 test_server_port (TestServer *server);
/* Lines that arrived, joined by LF; to be called after free has been prepared by join. */
char *test_server_join (TestServer *server);
void test_server_free (TestServer *server);

/* A client session of the toy core to that server. */
NetSession *test_connect (TestServer *server,
                          const char *host,
                          NetSecurity security,
                          const BaseLimits *limits,
                          const NetSessionOptions *options,
                          GError **error);
/* Steps until an event of @type comes; fails the test on anything else. Data is passed over while
 * waiting for lines. (transfer full) */
ToyEvent *test_expect (NetSession *session, ToyEventType type);
/* Steps until an error comes. */
void test_expect_error (NetSession *session, GQuark domain, int code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)
