/* The command's side of engine-token.h. Its output is a secret from the first byte on: it is read
 * into memory that is wiped, and into nothing else. */
#include "config.h"

#include "engine-token.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine-error.h"

#define PATIENCE (30 * G_USEC_PER_SEC)
#define AFTERWARDS (2 * G_USEC_PER_SEC)

static BaseSecret *
set_failed (GError **error, const char *why)
{
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_NO_PASSWORD,
               _ ("The command that is to print the access token did not: %s"),
               why);
  return NULL;
}

/* Up to the end, the room or the deadline. */
static gboolean
read_all (int fd, char *bytes, gsize room, gsize *have, const char **why)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;

  for (*have = 0;;)
    {
      struct pollfd ready = { .fd = fd, .events = POLLIN };
      gint64 left = (until - g_get_monotonic_time ()) / 1000;
      gssize got;

      if (left <= 0 || (poll (&ready, 1, (int) left) == 0))
        {
          *why = _ ("it took too long");
          return FALSE;
        }
      got = read (fd, bytes + *have, room - *have);
      if (got == 0)
        return TRUE;
      if (got < 0 && errno != EINTR && errno != EAGAIN)
        {
          *why = g_strerror (errno);
          return FALSE;
        }
      *have += got > 0 ? (gsize) got : 0;
      if (*have == room)
        {
          *why = _ ("it printed more than a token");
          return FALSE;
        }
    }
}

/* Its exit code; whoever has closed its output and stays is waited for a little, and ended. */
static gboolean
has_succeeded (GPid pid, gboolean good)
{
  gint64 until = g_get_monotonic_time () + (good ? AFTERWARDS : 0);
  int status = 0;

  while (waitpid (pid, &status, WNOHANG) == 0)
    {
      if (g_get_monotonic_time () < until)
        {
          g_usleep (10000);
          continue;
        }
      kill (pid, SIGKILL);
      while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        ;
      break;
    }
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static BaseSecret *
first_line (const char *bytes, gsize have)
{
  const char *end = memchr (bytes, '\n', have);
  gsize len = end ? (gsize) (end - bytes) : have;

  while (len > 0 && g_ascii_isspace (bytes[len - 1]))
    len--;
  return len > 0 ? base_secret_new (bytes, (gssize) len) : NULL;
}

static BaseSecret *
read_token (GPid pid, int fd, GError **error)
{
  char *bytes = g_malloc (ENGINE_TOKEN_MAX);
  const char *why = NULL;
  BaseSecret *token = NULL;
  gsize have;
  gboolean good = read_all (fd, bytes, ENGINE_TOKEN_MAX, &have, &why);

  close (fd);
  if (!has_succeeded (pid, good) && good)
    why = _ ("it ended with an error");
  else if (good && !(token = first_line (bytes, have)))
    why = _ ("it printed nothing");
  base_secret_wipe (bytes, ENGINE_TOKEN_MAX);
  g_free (bytes);
  return token ? token : set_failed (error, why);
}

BaseSecret *
engine_token_run (const char *command, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) words = NULL;
  GPid pid;
  int out;

  if (!g_shell_parse_argv (command, NULL, &words, &local) ||
      !g_spawn_async_with_pipes (NULL,
                                 words,
                                 NULL,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                     G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_CLOEXEC_PIPES,
                                 NULL,
                                 NULL,
                                 &pid,
                                 NULL,
                                 &out,
                                 NULL,
                                 &local))
    return set_failed (error, local->message);
  return read_token (pid, out, error);
}
