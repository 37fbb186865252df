/* The C side of the peers: they start, say what they are, and are gone when they are stopped. */
#include "test-peers.h"

#include <errno.h>
#include <signal.h>

static void
test_start_and_stop (void)
{
  g_autoptr (GError) error = NULL;
  TestPeer *peer = test_peer_start (&error, "dovecot", "--auth", "plain", NULL);
  GPid pid;

  if (!test_peer_usable (peer, error))
    return;
  g_assert_cmpint (test_peer_get_int (peer, "imaps"), >, 1024);
  g_assert_cmpint (test_peer_get_int (peer, "pop3"), >, 1024);
  g_assert_true (g_file_test (test_peer_get (peer, "ca"), G_FILE_TEST_IS_REGULAR));
  g_assert_cmpstr (test_peer_get (peer, "password.grace"), ==, "nano\"second\\");
  pid = (GPid) g_ascii_strtoll (test_peer_get (peer, "pid"), NULL, 10);
  g_assert_cmpint (kill (pid, 0), ==, 0);
  test_peer_stop (peer);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

static void
test_wrong_option (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TestPeer) peer = test_peer_start (&error, "dovecot", "--no-such-option", NULL);

  g_assert_null (peer);
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peers/start-and-stop", test_start_and_stop);
  g_test_add_func ("/peers/wrong-option", test_wrong_option);
  return g_test_run ();
}
