/* An eventfd with a flag beside it, so that neither asking nor clearing what nobody woke costs a
 * system call: sessions do both at every step. */
#include "config.h"

#include "net-waker.h"

#include <sys/eventfd.h>
#include <unistd.h>

struct _NetWaker
{
  gatomicrefcount ref_count;
  int fd;
  gint woken;
};

NetWaker *
net_waker_new (void)
{
  NetWaker *waker = g_new0 (NetWaker, 1);

  g_atomic_ref_count_init (&waker->ref_count);
  waker->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (waker->fd < 0)
    g_error ("no file descriptors left");
  return waker;
}

NetWaker *
net_waker_ref (NetWaker *waker)
{
  g_atomic_ref_count_inc (&waker->ref_count);
  return waker;
}

void
net_waker_unref (NetWaker *waker)
{
  if (!g_atomic_ref_count_dec (&waker->ref_count))
    return;
  close (waker->fd);
  g_free (waker);
}

void
net_waker_wake (NetWaker *waker)
{
  guint64 one = 1;

  /* In this order: who clears in between leaves the descriptor readable, or drains what was
   * published before it was written. The only error is a counter that is full, and that wakes too.
   */
  if (write (waker->fd, &one, sizeof one) < 0)
    g_debug ("The waker is woken already");
  g_atomic_int_set (&waker->woken, TRUE);
}

void
net_waker_clear (NetWaker *waker)
{
  guint64 count;

  if (!g_atomic_int_get (&waker->woken))
    return;
  /* In this order: a wake in between leaves the flag set, or the descriptor readable. */
  g_atomic_int_set (&waker->woken, FALSE);
  if (read (waker->fd, &count, sizeof count) < 0)
    return;
}

gboolean
net_waker_is_woken (NetWaker *waker)
{
  return g_atomic_int_get (&waker->woken);
}

int
net_waker_fd (NetWaker *waker)
{
  return waker->fd;
}
