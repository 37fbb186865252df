/* Real mail servers for tests: starts one of the programs in tests/peers, reads what it says about
 * itself, and ends it. As root nothing is missing; elsewhere a test skips, with the reason given.
 *
 *   g_autoptr (GError) error = NULL;
 *   g_autoptr (TestPeer) peer = test_peer_start (&error, "dovecot", NULL);
 *   if (!test_peer_usable (peer, error))
 *     return;
 *   port = test_peer_get_int (peer, "imaps");
 *   ca_file = test_peer_get (peer, "ca");
 *
 * The keys are those of tests/peers/peer.py: host, imap, imaps, pop3, pop3s, smtp, submission,
 * submissions, ca, domain, users, password.NAME, address.NAME, maildir.NAME, log. */
#pragma once

#include <glib.h>

typedef struct _TestPeer TestPeer;

/* Starts tests/peers/NAME ("dovecot" or "postfix") with the options that follow, up to NULL, and
 * waits until it serves. NULL with the error set when it can't: G_SPAWN_ERROR_PERM means that this
 * machine cannot run one (not root), anything else is a failure. */
TestPeer *test_peer_start (GError **error, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* TRUE when there is a peer. Otherwise marks the running test skipped where it cannot be run, or
 * failed, saying why. */
gboolean test_peer_usable (TestPeer *peer, const GError *error);

/* The value of a key (transfer none), valid as long as the peer; the test fails if there is none.
 */
const char *test_peer_get (TestPeer *peer, const char *key);
guint16 test_peer_get_int (TestPeer *peer, const char *key);

/* Ends the servers and waits until all of their processes are gone. */
void test_peer_stop (TestPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPeer, test_peer_stop)
