/* Starting, asking and ending the real mail servers of tests/peers. */
#include "test-peers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NOT_POSSIBLE 77

struct _TestPeer
{
  GPid pid;
  int input; /* The peer lives as long as this end of the pipe is open. */
  GHashTable *facts;
};

static void
read_facts (TestPeer *peer, int output)
{
  FILE *stream = fdopen (output, "r");
  char *line = NULL;
  size_t room = 0;
  ssize_t length;

  while ((length = getline (&line, &room, stream)) > 0)
    {
      char *equals;

      g_strchomp (line);
      equals = strchr (line, '=');
      if (equals != NULL)
        g_hash_table_replace (
            peer->facts, g_strndup (line, (gsize) (equals - line)), g_strdup (equals + 1));
      else if (g_str_equal (line, "ready"))
        {
          g_hash_table_replace (peer->facts, g_strdup ("ready"), g_strdup (""));
          break;
        }
    }
  free (line);
  fclose (stream);
}

static int
end (TestPeer *peer)
{
  int status = 0;

  close (peer->input);
  while (waitpid (peer->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  g_hash_table_unref (peer->facts);
  g_free (peer);
  return status;
}

TestPeer *
test_peer_start (GError **error, const char *name, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  TestPeer *peer = g_new0 (TestPeer, 1);
  int output;
  va_list options;

  g_ptr_array_add (argv, g_test_build_filename (G_TEST_DIST, "peers", name, NULL));
  va_start (options, name);
  for (const char *option; (option = va_arg (options, const char *)) != NULL;)
    g_ptr_array_add (argv, g_strdup (option));
  va_end (options);
  g_ptr_array_add (argv, NULL);

  if (!g_spawn_async_with_pipes (NULL,
                                 (char **) argv->pdata,
                                 NULL,
                                 G_SPAWN_DO_NOT_REAP_CHILD,
                                 NULL,
                                 NULL,
                                 &peer->pid,
                                 &peer->input,
                                 &output,
                                 NULL,
                                 error))
    {
      g_free (peer);
      return NULL;
    }
  peer->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  read_facts (peer, output);
  if (!g_hash_table_contains (peer->facts, "ready"))
    {
      const char *reason = g_hash_table_lookup (peer->facts, "failed");
      g_autofree char *said = g_strdup (reason != NULL ? reason : "the peer said nothing");
      int status = end (peer);
      gboolean possible = !(WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NOT_POSSIBLE);

      g_set_error_literal (
          error, G_SPAWN_ERROR, possible ? G_SPAWN_ERROR_FAILED : G_SPAWN_ERROR_PERM, said);
      return NULL;
    }
  return peer;
}

gboolean
test_peer_usable (TestPeer *peer, const GError *error)
{
  if (peer != NULL)
    return TRUE;
  if (g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_PERM))
    g_test_skip (error->message);
  else
    g_test_fail_printf ("%s", error->message);
  return FALSE;
}

const char *
test_peer_get (TestPeer *peer, const char *key)
{
  const char *value = g_hash_table_lookup (peer->facts, key);

  if (value == NULL)
    g_error ("the peer has no %s", key);
  return value;
}

guint16
test_peer_get_int (TestPeer *peer, const char *key)
{
  return (guint16) g_ascii_strtoull (test_peer_get (peer, key), NULL, 10);
}

void
test_peer_stop (TestPeer *peer)
{
  if (peer != NULL)
    end (peer);
}
