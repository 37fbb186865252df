/* The only file with socket calls and with SSL_read and SSL_write. OpenSSL reaches the socket
 * through a BIO of our own, which counts, and which never raises SIGPIPE. */
#include "config.h"

#include "net-link.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <openssl/err.h>

#include "net-clock.h"
#include "net-deflate.h"

/* Four records of TLS, which have 16 KB each at most. */
#define READ_AHEAD (64 * 1024 + 1024)

struct _NetLink
{
  int fd;
  int timer; /* on the boot-time clock: poll's own clock stands still while the machine sleeps */
  gint64 timer_set;
  SSL *ssl;
  GCancellable *cancellable;
  GPollFD cancelled;
  gboolean has_cancelled;
  NetWaker *waker;
  NetWaker *gate; /* (nullable) */
  gboolean read_wants_write;
  gboolean write_wants_read;
  NetDeflate *deflate;  /* (nullable) */
  const guint8 *packed; /* with @deflate: what of the last write has not gone out, and … */
  gsize packed_len;
  gsize packed_for; /* … how many of the caller's bytes it stands for */
  gboolean broken;  /* after a fatal error TLS must not be shut down */
  guint64 bytes_in, bytes_out;
  gint64 waited; /* microseconds */
};

/* The socket */

static NetLinkResult
socket_result (gssize n, gsize *done)
{
  if (n > 0)
    {
      *done = (gsize) n;
      return NET_LINK_OK;
    }
  if (n == 0)
    return NET_LINK_EOF;
  return errno == EAGAIN ? NET_LINK_AGAIN : NET_LINK_ERROR;
}

static NetLinkResult
socket_read (NetLink *link, void *bytes, gsize len, gsize *done)
{
  gssize n;

  do
    n = recv (link->fd, bytes, len, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    link->bytes_in += (guint64) n;
  return socket_result (n, done);
}

static NetLinkResult
socket_write (NetLink *link, const void *bytes, gsize len, gsize *done)
{
  gssize n;

  do
    n = send (link->fd, bytes, len, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    link->bytes_out += (guint64) n;
  return socket_result (n, done);
}

static gboolean
set_cut (GError **error)
{
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CUT,
               _ ("The connection was cut (%s). Try again."),
               g_strerror (errno));
  return FALSE;
}

/* The BIO between OpenSSL and the socket */

static int
bio_read (BIO *bio, char *bytes, size_t len, size_t *done)
{
  NetLinkResult result = socket_read (BIO_get_data (bio), bytes, len, done);

  BIO_clear_retry_flags (bio);
  if (result == NET_LINK_AGAIN)
    BIO_set_retry_read (bio);
  if (result == NET_LINK_EOF)
    BIO_set_flags (bio, BIO_FLAGS_IN_EOF);
  return result == NET_LINK_OK;
}

static int
bio_write (BIO *bio, const char *bytes, size_t len, size_t *done)
{
  NetLinkResult result = socket_write (BIO_get_data (bio), bytes, len, done);

  BIO_clear_retry_flags (bio);
  if (result == NET_LINK_AGAIN)
    BIO_set_retry_write (bio);
  return result == NET_LINK_OK;
}

static long
bio_ctrl (BIO *bio, int command, long number, void *data)
{
  switch (command)
    {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags (bio, BIO_FLAGS_IN_EOF) != 0;
    default:
      return 0;
    }
}

static const BIO_METHOD *
bio_method (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      BIO_METHOD *method =
          BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "restante link");

      if (method == NULL || !BIO_meth_set_read_ex (method, bio_read) ||
          !BIO_meth_set_write_ex (method, bio_write) || !BIO_meth_set_ctrl (method, bio_ctrl))
        g_error ("out of memory for a BIO");
      g_once_init_leave (&once, GPOINTER_TO_SIZE (method));
    }
  return GSIZE_TO_POINTER (once);
}

/* Life */

/* A line that only waits notices within three minutes that nobody is at its other end any more. */
static void
watch_for_death (int fd)
{
  static const struct
  {
    int level, option, value;
  } options[] = {
    { SOL_SOCKET, SO_KEEPALIVE, 1 },
    { IPPROTO_TCP, TCP_KEEPIDLE, 90 },        /* seconds of silence */
    { IPPROTO_TCP, TCP_KEEPINTVL, 20 },       /* seconds */
    { IPPROTO_TCP, TCP_KEEPCNT, 4 },          /* unanswered */
    { IPPROTO_TCP, TCP_USER_TIMEOUT, 60000 }, /* milliseconds unacknowledged */
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    (void) setsockopt (
        fd, options[i].level, options[i].option, &options[i].value, sizeof options[i].value);
}

NetLink *
net_link_new (int fd, GCancellable *cancellable, NetWaker *waker)
{
  NetLink *link = g_new0 (NetLink, 1);
  int one = 1;

  link->fd = fd;
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  /* Fails on what is not TCP, where nothing is delayed either. */
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch_for_death (fd);
  link->timer = timerfd_create (CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (link->timer < 0)
    g_error ("no file descriptors left");
  link->timer_set = G_MAXINT64;
  if (cancellable != NULL)
    {
      link->cancellable = g_object_ref (cancellable);
      link->has_cancelled = g_cancellable_make_pollfd (cancellable, &link->cancelled);
    }
  link->waker = waker != NULL ? net_waker_ref (waker) : NULL;
  return link;
}

void
net_link_free (NetLink *link)
{
  if (link->ssl != NULL)
    {
      if (!link->broken && SSL_is_init_finished (link->ssl))
        (void) SSL_shutdown (link->ssl);
      ERR_clear_error ();
      SSL_free (link->ssl);
    }
  close (link->fd);
  close (link->timer);
  if (link->has_cancelled)
    g_cancellable_release_fd (link->cancellable);
  g_clear_pointer (&link->deflate, net_deflate_free);
  g_clear_object (&link->cancellable);
  g_clear_pointer (&link->waker, net_waker_unref);
  g_clear_pointer (&link->gate, net_waker_unref);
  g_free (link);
}

void
net_link_break (NetLink *link)
{
  link->broken = TRUE;
}

void
net_link_set_tls (NetLink *link, SSL *ssl)
{
  BIO *bio = BIO_new (bio_method ());

  if (bio == NULL)
    g_error ("out of memory for a BIO");
  BIO_set_data (bio, link);
  BIO_set_init (bio, 1);
  SSL_set_bio (ssl, bio, bio);
  /* What could not be sent at once is kept in a buffer that may move. */
  SSL_set_mode (ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  /* Several records with one call of the kernel's, instead of two calls a record. What OpenSSL
   * holds then is drained before anyone waits, as always. */
  SSL_set_read_ahead (ssl, 1);
  SSL_set_default_read_buffer_len (ssl, READ_AHEAD);
  link->ssl = ssl;
}

SSL *
net_link_tls (NetLink *link)
{
  return link->ssl;
}

/* What became of a call of OpenSSL's. */
static NetLinkResult
tls_result (NetLink *link, int done, gboolean *wants_other, int other)
{
  int reason;

  *wants_other = FALSE;
  if (done > 0)
    return NET_LINK_OK;
  reason = SSL_get_error (link->ssl, done);
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
    {
      *wants_other = reason == other;
      return NET_LINK_AGAIN;
    }
  if (reason == SSL_ERROR_ZERO_RETURN)
    return NET_LINK_EOF;
  link->broken = TRUE;
  return NET_LINK_ERROR;
}

static gboolean
is_unexpected_eof (unsigned long code)
{
  return ERR_GET_LIB (code) == ERR_LIB_SSL &&
         ERR_GET_REASON (code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

static void
set_tls_error (GError **error)
{
  unsigned long code = ERR_peek_error ();

  if (code == 0)
    {
      set_cut (error);
      return;
    }
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_TLS,
               _ ("The encrypted connection broke (%s). Try again; if it happens again, somebody "
                  "may be changing what is sent."),
               ERR_reason_error_string (code));
}

static NetLinkResult
read_line (NetLink *link, guint8 *bytes, gsize len, gsize *n, GError **error)
{
  NetLinkResult result;

  if (link->ssl == NULL)
    {
      result = socket_read (link, bytes, len, n);
      if (result == NET_LINK_ERROR)
        set_cut (error);
      return result;
    }
  ERR_clear_error ();
  result = tls_result (
      link, SSL_read_ex (link->ssl, bytes, len, n), &link->read_wants_write, SSL_ERROR_WANT_WRITE);
  if (result != NET_LINK_ERROR)
    return result;
  /* Many servers close without saying goodbye first. Whether something is missing then is for the
   * core to say: each protocol marks its ends itself. */
  if (is_unexpected_eof (ERR_peek_error ()))
    {
      ERR_clear_error ();
      return NET_LINK_EOF;
    }
  set_tls_error (error);
  ERR_clear_error ();
  return result;
}

static NetLinkResult
write_line (NetLink *link, const guint8 *bytes, gsize len, gsize *n, GError **error)
{
  NetLinkResult result;

  if (link->ssl == NULL)
    {
      result = socket_write (link, bytes, len, n);
      if (result == NET_LINK_ERROR)
        set_cut (error);
      return result;
    }
  ERR_clear_error ();
  result = tls_result (
      link, SSL_write_ex (link->ssl, bytes, len, n), &link->write_wants_read, SSL_ERROR_WANT_READ);
  if (result == NET_LINK_ERROR || result == NET_LINK_EOF)
    {
      set_tls_error (error);
      ERR_clear_error ();
      result = NET_LINK_ERROR;
    }
  return result;
}

/* Compression */

void
net_link_set_deflate (NetLink *link)
{
  link->deflate = net_deflate_new ();
}

gboolean
net_link_is_deflated (NetLink *link)
{
  return link->deflate != NULL;
}

NetLinkResult
net_link_read (NetLink *link, guint8 *bytes, gsize len, gsize *n, GError **error)
{
  if (link->deflate == NULL)
    return read_line (link, bytes, len, n, error);
  for (;;)
    {
      NetLinkResult result;
      guint8 *room;
      gsize space;
      gsize came = 0;

      if (!net_deflate_unpack (link->deflate, bytes, len, n))
        {
          g_set_error (
              error,
              NET_ERROR,
              NET_ERROR_TLS,
              _ ("What came over the compressed connection cannot be expanded. Try again later."));
          return NET_LINK_ERROR;
        }
      if (*n > 0)
        return NET_LINK_OK;
      room = net_deflate_room (link->deflate, &space);
      result = read_line (link, room, space, &came, error);
      if (result != NET_LINK_OK)
        return result;
      net_deflate_filled (link->deflate, came);
    }
}

/* The caller's bytes count as written when all that they were packed into is. Until then it repeats
 * them, which the packer has had already. */
NetLinkResult
net_link_write (NetLink *link, const guint8 *bytes, gsize len, gsize *n, GError **error)
{
  if (link->deflate == NULL)
    return write_line (link, bytes, len, n, error);
  if (link->packed_len == 0)
    {
      link->packed = net_deflate_pack (link->deflate, bytes, len, &link->packed_len);
      link->packed_for = len;
    }
  while (link->packed_len > 0)
    {
      gsize done = 0;
      NetLinkResult result = write_line (link, link->packed, link->packed_len, &done, error);

      if (result != NET_LINK_OK)
        return result;
      link->packed += done;
      link->packed_len -= done;
    }
  *n = link->packed_for;
  return NET_LINK_OK;
}

NetLinkResult
net_link_handshake (NetLink *link, const char **reason, GError **error)
{
  gboolean wants_write;
  NetLinkResult result;
  unsigned long code;

  *reason = NULL;
  ERR_clear_error ();
  errno = 0;
  result = tls_result (link, SSL_do_handshake (link->ssl), &wants_write, SSL_ERROR_WANT_WRITE);
  link->read_wants_write = wants_write;
  if (result != NET_LINK_ERROR && result != NET_LINK_EOF)
    return result;
  link->broken = TRUE;
  code = ERR_peek_error ();
  if (code == 0 || is_unexpected_eof (code))
    {
      if (errno == 0)
        errno = ECONNRESET;
      set_cut (error);
    }
  else
    {
      *reason = ERR_reason_error_string (code);
    }
  ERR_clear_error ();
  return NET_LINK_ERROR;
}

/* Waiting */

static void
set_timer (NetLink *link, gint64 until)
{
  struct itimerspec spec = { 0 };

  if (link->timer_set == until)
    return;
  if (until != G_MAXINT64)
    {
      /* Zero would switch the timer off. */
      gint64 at = MAX (until, 1);

      spec.it_value.tv_sec = at / G_USEC_PER_SEC;
      spec.it_value.tv_nsec = at % G_USEC_PER_SEC * 1000;
    }
  (void) timerfd_settime (link->timer, TFD_TIMER_ABSTIME, &spec, NULL);
  link->timer_set = until;
}

NetWait
net_link_check (NetLink *link, gboolean wake)
{
  if (link->cancellable != NULL && g_cancellable_is_cancelled (link->cancellable))
    return NET_WAIT_CANCELLED;
  if (wake && link->waker != NULL && net_waker_is_woken (link->waker))
    return NET_WAIT_WOKEN;
  return NET_WAIT_READY;
}

NetWait
net_link_wait (NetLink *link, gboolean read, gboolean write, gboolean wake, gint64 until)
{
  NetWait now = net_link_check (link, wake);
  struct pollfd fds[5] = { 0 };
  nfds_t n = 2;
  nfds_t woken = 0;
  gint64 from;

  if (now != NET_WAIT_READY)
    return now;
  from = net_clock_now ();
  if (until <= from)
    return NET_WAIT_LATER;
  set_timer (link, until);
  fds[0] = (struct pollfd){ .fd = link->fd };
  if (read || link->write_wants_read)
    fds[0].events |= POLLIN;
  if ((write && !link->write_wants_read) || link->read_wants_write)
    fds[0].events |= POLLOUT;
  fds[1] = (struct pollfd){ .fd = link->timer, .events = POLLIN };
  if (link->has_cancelled)
    fds[n++] = (struct pollfd){ .fd = link->cancelled.fd, .events = POLLIN };
  if (wake && link->waker != NULL)
    {
      woken = n;
      fds[n++] = (struct pollfd){ .fd = net_waker_fd (link->waker), .events = POLLIN };
    }
  if (link->gate != NULL)
    fds[n++] = (struct pollfd){ .fd = net_waker_fd (link->gate), .events = POLLIN };
  (void) poll (fds, n, -1);
  link->waited += net_clock_now () - from;
  if (link->cancellable != NULL && g_cancellable_is_cancelled (link->cancellable))
    return NET_WAIT_CANCELLED;
  if (fds[0].revents != 0)
    return NET_WAIT_READY;
  if (woken != 0 && fds[woken].revents != 0)
    return NET_WAIT_WOKEN;
  return until <= net_clock_now () ? NET_WAIT_LATER : NET_WAIT_READY;
}

gboolean
net_link_is_hung_up (NetLink *link)
{
  struct pollfd fd = { .fd = link->fd, .events = POLLRDHUP };

  return poll (&fd, 1, 0) > 0 && (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void
net_link_set_gate (NetLink *link, NetWaker *gate)
{
  g_clear_pointer (&link->gate, net_waker_unref);
  link->gate = net_waker_ref (gate);
}

guint64
net_link_bytes_in (NetLink *link)
{
  return link->bytes_in;
}

guint64
net_link_bytes_out (NetLink *link)
{
  return link->bytes_out;
}

gint64
net_link_waited (NetLink *link)
{
  return link->waited;
}
