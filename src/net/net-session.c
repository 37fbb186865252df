/* One connection at work: the queue of what goes out, the turn of the step, and TLS at its time. */
#include "config.h"

#include "net-session.h"

#include <openssl/crypto.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "base-buffer.h"
#include "net-connect.h"
#include "net-link.h"
#include "net-report.h"
#include "net-tls.h"

#define DEFAULT_TIMEOUT (30 * G_USEC_PER_SEC)
#define READ_BYTES (64 * 1024)
/* Small chunks are sent together; of a body this much is read ahead. */
#define WRITE_BYTES (64 * 1024)
/* A slow line takes what it takes a second in so many pieces. */
#define PIECES 10

struct _NetSession
{
  BaseCore *core;
  NetReport *report;
  WireTap *tap;
  WireConnection *connection;
  NetLink *link;
  char *host;
  char *ca_file, *client_cert;
  NetSecurity security;
  guint16 port;
  NetIdentity *identity;
  NetTls *tls;
  gint64 timeout;

  guint8 *input;
  gsize input_used; /* the most of it that was ever filled: to be wiped */
  BaseBuffer *output;
  GQueue chunks;         /* of BaseChunk: those whose bytes are in output, first to last */
  gsize first_chunk_out; /* bytes of the first of them that are written */
  gint64 last_write;     /* when the connection last took something */
  GError *write_error;   /* the other side no longer reads; what it said may still be read */
  gboolean eof;
  gboolean over;
  gboolean outstanding; /* something was sent since something last came */
  guint64 bytes_in, bytes_out, round_trips;

  /* step mode */
  NetGateSeat *seat; /* (nullable) */
  guint64 edited;    /* an exchange whose line the person changed; 0: none */

  /* a line that is made bad */
  guint64 cut;       /* of bytes_out; G_MAXUINT64: nowhere */
  guint rate;        /* bytes a second; 0: any */
  gint64 next_write; /* with @rate */
};

/* Life */

static NetSession *
session_new (BaseCore *core, const NetSessionOptions *options)
{
  NetSession *session = g_new0 (NetSession, 1);

  session->core = core;
  session->timeout =
      options != NULL && options->connect_timeout > 0 ? options->connect_timeout : DEFAULT_TIMEOUT;
  session->input = g_malloc (READ_BYTES);
  session->output = base_buffer_new ();
  session->last_write = net_clock_now ();
  session->cut = G_MAXUINT64;
  g_queue_init (&session->chunks);
  return session;
}

/* From here on there is a connection, and the tap knows it. */
static void
session_start (NetSession *session,
               int fd,
               const char *host,
               guint16 port,
               const char *address,
               const NetSessionOptions *options)
{
  if (options != NULL && options->tap != NULL)
    {
      WireConnection like = options->between != NULL ? *options->between : (WireConnection){ 0 };

      like.account = (char *) options->account;
      like.account_name = (char *) options->account_name;
      like.protocol = (char *) base_core_protocol (session->core);
      like.role = base_core_role (session->core);
      like.host = (char *) host;
      like.port = port;
      like.address = (char *) address;
      like.public_secrets = options->public_secrets;
      session->tap = wire_tap_ref (options->tap);
      session->connection = wire_tap_open_like (session->tap, &like);
    }
  session->link = net_link_new (
      fd, options != NULL ? options->cancellable : NULL, options != NULL ? options->waker : NULL);
  session->report =
      net_report_new (session->core, session->tap, session->connection, session->link);
  if (options != NULL && options->gate != NULL)
    {
      session->seat =
          net_gate_seat_new (options->gate, session->core, net_session_connection (session));
      net_link_set_gate (session->link, net_gate_seat_waker (session->seat));
    }
  /* A core knows no clock: from here on the other side's silence counts. */
  base_core_sent (session->core, net_clock_now ());
}

void
net_session_free (NetSession *session)
{
  if (session->report != NULL)
    {
      net_report_closed (session->report, BASE_OUTCOME_LOST, "left");
      net_report_free (session->report);
    }
  g_clear_pointer (&session->link, net_link_free);
  g_clear_pointer (&session->seat, net_gate_seat_free);
  g_clear_pointer (&session->tls, net_tls_free);
  base_core_free (session->core);
  g_clear_pointer (&session->connection, wire_connection_unref);
  g_clear_pointer (&session->tap, wire_tap_unref);
  g_clear_pointer (&session->identity, net_identity_unref);
  g_queue_clear_full (&session->chunks, (GDestroyNotify) base_chunk_unref);
  base_buffer_free (session->output);
  base_secret_wipe (session->input, session->input_used);
  g_free (session->input);
  g_clear_error (&session->write_error);
  g_free (session->host);
  g_free (session->ca_file);
  g_free (session->client_cert);
  g_free (session);
}

/* A core does not know whom it talks to; who reads its error has to. */
static GError *
place (const NetSession *session, GError *reason)
{
  g_autoptr (GError) bare = reason;

  if (reason->domain != BASE_CORE_ERROR || session->host == NULL)
    return g_steal_pointer (&bare);
  /* Translators: a server's name, its port, and a sentence that says what went wrong. */
  return g_error_new (BASE_CORE_ERROR,
                      reason->code,
                      _ ("%s, port %u: %s"),
                      session->host,
                      session->port,
                      reason->message);
}

/* (transfer full) @reason. Always returns NET_STEP_ERROR. */
static NetStep
fail (NetSession *session, GError *reason, GError **error)
{
  session->over = TRUE;
  net_report_failed (session->report, reason);
  g_propagate_error (error, place (session, reason));
  return NET_STEP_ERROR;
}

static GError *
cancelled_error (void)
{
  return g_error_new_literal (NET_ERROR, NET_ERROR_CANCELLED, _ ("Cancelled."));
}

static GError *
stalled_error (const NetSession *session)
{
  return g_error_new (NET_ERROR,
                      NET_ERROR_TIMEOUT,
                      _ ("%s has taken nothing more for %d seconds. Try again later."),
                      session->host != NULL ? session->host : _ ("The client"),
                      (int) (base_core_limits (session->core)->silence / G_USEC_PER_SEC));
}

/* Step mode */

/* Lets through what the person let through. */
static void
mind_gate (NetSession *session)
{
  guint64 edited;

  if (session->seat == NULL)
    return;
  switch (net_gate_seat_turn (session->seat, &edited))
    {
    case NET_GATE_WAIT:
      net_report_held (session->report);
      break;
    case NET_GATE_RELEASE:
      net_report_released (session->report);
      base_core_release_one (session->core, net_clock_now ());
      break;
    case NET_GATE_OPEN:
      net_session_release (session);
      break;
    case NET_GATE_NOTHING:
    default:
      break;
    }
  if (edited != 0)
    session->edited = edited;
}

/* Whether @event, and what came with it, is about a line that is not the program's. */
static gboolean
is_edited (NetSession *session, BaseEvent *event, GError **error)
{
  if (session->edited == 0)
    return FALSE;
  base_event_unref (event);
  if (!base_core_exchange (session->core, session->edited, NULL, NULL))
    g_set_error_literal (error,
                         NET_ERROR,
                         NET_ERROR_EDITED,
                         _ ("A line was changed by hand: this connection ends here, so that its "
                            "answer is taken for no other. It is made anew."));
  return TRUE;
}

/* Output */

/* Takes what the core has to say, as much as fits. */
static void
gather (NetSession *session)
{
  gsize queued;

  mind_gate (session);
  while ((queued = base_buffer_length (session->output)) < WRITE_BYTES)
    {
      BaseChunk *chunk = base_core_take_output (session->core, WRITE_BYTES - queued);
      gsize len;
      const guint8 *bytes;

      if (chunk == NULL)
        break;
      if (queued == 0)
        session->last_write = net_clock_now ();
      net_report_taken (session->report, chunk);
      bytes = g_bytes_get_data (chunk->bytes, &len);
      base_buffer_append (session->output, bytes, len);
      g_queue_push_tail (&session->chunks, chunk);
    }
}

static void
written (NetSession *session, gsize n)
{
  base_buffer_consume (session->output, n);
  session->bytes_out += n;
  session->outstanding = TRUE;
  session->last_write = net_clock_now ();
  base_core_sent (session->core, session->last_write);
  session->first_chunk_out += n;
  while (!g_queue_is_empty (&session->chunks))
    {
      BaseChunk *chunk = g_queue_peek_head (&session->chunks);
      gsize len = g_bytes_get_size (chunk->bytes);

      if (session->first_chunk_out < len)
        break;
      session->first_chunk_out -= len;
      net_report_sent (session->report, chunk);
      base_chunk_unref (g_queue_pop_head (&session->chunks));
    }
}

/* How many of @len bytes a bad line lets pass now; 0: none, for now or for ever. */
static gsize
pass (NetSession *session, gsize len)
{
  if (session->cut != G_MAXUINT64)
    len = (gsize) MIN (len, session->cut - session->bytes_out);
  if (session->rate == 0)
    return len;
  return net_clock_now () < session->next_write ? 0 : MIN (len, MAX (1, session->rate / PIECES));
}

static gboolean
is_cut (NetSession *session)
{
  if (session->bytes_out < session->cut || base_buffer_length (session->output) == 0)
    return FALSE;
  net_link_break (session->link);
  g_set_error_literal (&session->write_error, NET_ERROR, NET_ERROR_CUT, "The line is cut.");
  return TRUE;
}

/* Writes until the connection takes no more or nothing is left; %TRUE if anything went out. */
static gboolean
send_output (NetSession *session)
{
  gboolean any = FALSE;

  while (session->write_error == NULL)
    {
      gsize len;
      gsize n = 0;
      const guint8 *bytes;
      NetLinkResult result;

      gather (session);
      bytes = base_buffer_peek (session->output, &len);
      if (is_cut (session))
        break;
      len = pass (session, len);
      if (len == 0)
        break;
      result = net_link_write (session->link, bytes, len, &n, &session->write_error);
      if (result != NET_LINK_OK)
        break;
      written (session, n);
      if (session->rate > 0)
        session->next_write =
            session->last_write + (gint64) n * G_USEC_PER_SEC / (gint64) session->rate;
      any = TRUE;
    }
  return any;
}

/* Input */

/* Reads once; %FALSE with @error if the connection broke. *any: the core was given something. */
static gboolean
read_input (NetSession *session, gboolean *any, GError **error)
{
  gsize n = 0;
  gint64 now;
  NetLinkResult result;

  *any = FALSE;
  if (session->eof)
    return TRUE;
  result = net_link_read (session->link, session->input, READ_BYTES, &n, error);
  if (result == NET_LINK_ERROR)
    return FALSE;
  if (result == NET_LINK_AGAIN)
    return TRUE;
  *any = TRUE;
  now = net_clock_now ();
  if (result == NET_LINK_EOF)
    {
      session->eof = TRUE;
      base_core_receive_eof (session->core, now);
      net_report_spans (session->report);
      return TRUE;
    }
  session->bytes_in += n;
  if (session->outstanding)
    session->round_trips++;
  session->outstanding = FALSE;
  session->input_used = MAX (session->input_used, n);
  base_core_receive (session->core, session->input, n, now);
  net_report_received (session->report, session->input, n);
  return TRUE;
}

/* Waiting */

/* Whether it is the line that we wait for, or the time at which a slow one takes the next piece. */
static gboolean
waits_for_line (NetSession *session, gint64 *until)
{
  if (base_buffer_length (session->output) == 0 || session->write_error != NULL)
    return FALSE;
  if (session->rate == 0 || net_clock_now () >= session->next_write)
    return TRUE;
  *until = MIN (*until, session->next_write);
  return FALSE;
}

/* While something of ours is under way, silence is measured from when the line last took some. */
static gint64
session_deadline (const NetSession *session)
{
  if (base_buffer_length (session->output) > 0)
    return session->last_write + base_core_limits (session->core)->silence;
  return base_core_next_deadline (session->core);
}

static NetStep
expire (NetSession *session, gint64 now, GError **error)
{
  if (base_buffer_length (session->output) > 0)
    return fail (session, stalled_error (session), error);
  base_core_expire (session->core, now);
  return NET_STEP_EVENT; /* the core's error comes with its next event */
}

/* Waits; NET_STEP_EVENT means: look again. */
static NetStep
wait_for_more (NetSession *session, gboolean wake, gint64 until, GError **error)
{
  gint64 deadline = session_deadline (session);
  gint64 first = MIN (until, deadline);
  gboolean writes = waits_for_line (session, &first);
  gint64 now;

  net_report_idle (session->report);
  switch (net_link_wait (session->link, !session->eof, writes, wake, first))
    {
    case NET_WAIT_WOKEN:
      return NET_STEP_WOKEN;
    case NET_WAIT_CANCELLED:
      return fail (session, cancelled_error (), error);
    case NET_WAIT_LATER:
      now = net_clock_now ();
      if (deadline <= now)
        return expire (session, now, error);
      return until <= now ? NET_STEP_LATER : NET_STEP_EVENT;
    case NET_WAIT_READY:
    default:
      return NET_STEP_EVENT;
    }
}

/* The same when there is nothing else to wait for. */
static NetWait
wait_for_line (NetSession *session, gint64 until)
{
  gint64 first = until;
  gboolean writes = waits_for_line (session, &first);
  NetWait wait = net_link_wait (session->link, FALSE, writes, FALSE, first);

  return wait == NET_WAIT_LATER && first < until ? NET_WAIT_READY : wait;
}

/* The core is content: what it still has to say goes out first. */
static NetStep
finish (NetSession *session, GError **error)
{
  gint64 until = net_clock_now () + base_core_limits (session->core)->silence;

  (void) send_output (session);
  while (base_buffer_length (session->output) > 0 && session->write_error == NULL)
    {
      NetWait wait = wait_for_line (session, until);

      if (wait == NET_WAIT_CANCELLED)
        return fail (session, cancelled_error (), error);
      if (wait == NET_WAIT_LATER)
        return fail (session, stalled_error (session), error);
      (void) send_output (session);
    }
  session->over = TRUE;
  net_report_closed (session->report, BASE_OUTCOME_OK, "closed");
  return NET_STEP_CLOSED;
}

NetStep
net_session_step (
    NetSession *session, gboolean wake, gint64 until, BaseEvent **event, GError **error)
{
  g_return_val_if_fail (!session->over, NET_STEP_CLOSED);

  *event = NULL;
  for (;;)
    {
      GError *reason = NULL;
      gboolean read_any = FALSE;
      gboolean wrote = send_output (session);
      BaseCoreStatus status;
      NetStep step;
      NetWait now;

      if (session->bytes_out >= session->cut && session->write_error != NULL)
        return fail (session, g_steal_pointer (&session->write_error), error);
      status = base_core_next_event (session->core, event, &reason);

      net_report_spans (session->report);
      if (status == BASE_CORE_EVENT)
        {
          net_report_event (session->report, *event);
          if (!is_edited (session, *event, &reason))
            return NET_STEP_EVENT;
          *event = NULL;
          if (reason != NULL)
            return fail (session, reason, error);
          continue;
        }
      if (status == BASE_CORE_FAILED)
        return fail (session, reason, error);
      if (status == BASE_CORE_CLOSED)
        return finish (session, error);
      now = net_link_check (session->link, wake);
      if (now == NET_WAIT_CANCELLED)
        return fail (session, cancelled_error (), error);
      if (now == NET_WAIT_WOKEN)
        return NET_STEP_WOKEN;
      if (!read_input (session, &read_any, &reason))
        return fail (session, reason, error);
      if (read_any)
        continue;
      if (session->write_error != NULL)
        return fail (session, g_steal_pointer (&session->write_error), error);
      if (wrote)
        continue;
      step = wait_for_more (session, wake, until, error);
      if (step != NET_STEP_EVENT)
        return step;
    }
}

/* TLS */

static gboolean
handshake (NetSession *session, GError **error)
{
  gint64 until = net_clock_now () + session->timeout;
  NetLinkResult result;
  const char *reason = NULL;

  while ((result = net_link_handshake (session->link, &reason, error)) == NET_LINK_AGAIN)
    {
      NetWait wait = net_link_wait (session->link, TRUE, FALSE, FALSE, until);

      if (wait == NET_WAIT_CANCELLED)
        {
          g_propagate_error (error, cancelled_error ());
          return FALSE;
        }
      if (wait == NET_WAIT_LATER)
        {
          g_set_error (error,
                       NET_ERROR,
                       NET_ERROR_TIMEOUT,
                       _ ("%s does not answer the TLS handshake on port %u. Check the port and the "
                          "choice between TLS and STARTTLS."),
                       session->host != NULL ? session->host : _ ("The client"),
                       session->port);
          return FALSE;
        }
    }
  if (result == NET_LINK_OK)
    return TRUE;
  if (*error == NULL)
    net_tls_set_error (session->tls, reason, error);
  return FALSE;
}

static NetTls *
new_tls (NetSession *session, GError **error)
{
  NetEndpoint endpoint = { .host = session->host,
                           .port = session->port,
                           .security = session->security,
                           .ca_file = session->ca_file,
                           .client_cert = session->client_cert };

  if (base_core_role (session->core) == BASE_ROLE_SERVER)
    return net_tls_new_server (session->identity, session->tap, session->connection, error);
  return net_tls_new_client (&endpoint, session->tap, session->connection, error);
}

static gboolean
start_tls (NetSession *session, GError **error)
{
  BaseTlsInfo info = { 0 };
  SSL *ssl;
  g_autoptr (GPtrArray) chain = NULL;
  GError *reason = NULL;

  session->tls = new_tls (session, error);
  if (session->tls == NULL)
    return FALSE;
  net_link_set_tls (session->link, net_tls_take_ssl (session->tls));
  if (!handshake (session, &reason))
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  ssl = net_link_tls (session->link);
  info.version = SSL_get_version (ssl);
  info.cipher = SSL_get_cipher_name (ssl);
  info.binding = net_tls_binding (ssl);
  if (session->tap != NULL)
    {
      chain = net_tls_chain (ssl);
      wire_tap_tls_done (session->tap, session->connection, info.version, info.cipher, chain);
    }
  net_report_set_coded (session->report, session->tls);
  base_core_tls_started (session->core, &info, net_clock_now ());
  g_clear_pointer (&info.binding.data, g_bytes_unref);
  net_report_spans (session->report);
  return TRUE;
}

/* Sends all that is queued in plain text, and reads nothing meanwhile. */
static gboolean
drain (NetSession *session, GError **error)
{
  gint64 until = net_clock_now () + session->timeout;

  (void) send_output (session);
  while (base_buffer_length (session->output) > 0 && session->write_error == NULL)
    {
      NetWait wait = wait_for_line (session, until);

      if (wait == NET_WAIT_CANCELLED)
        g_propagate_error (error, cancelled_error ());
      else if (wait == NET_WAIT_LATER)
        g_propagate_error (error, stalled_error (session));
      if (wait == NET_WAIT_CANCELLED || wait == NET_WAIT_LATER)
        return FALSE;
      (void) send_output (session);
    }
  if (session->write_error != NULL)
    g_propagate_error (error, g_steal_pointer (&session->write_error));
  return base_buffer_length (session->output) == 0;
}

gboolean
net_session_start_tls (NetSession *session, GError **error)
{
  GError *reason = NULL;

  g_return_val_if_fail (session->tls == NULL && !session->over, FALSE);
  if (drain (session, &reason) && start_tls (session, &reason))
    return TRUE;
  (void) fail (session, reason, error);
  return FALSE;
}

gboolean
net_session_start_deflate (NetSession *session, GError **error)
{
  GError *reason = NULL;

  g_return_val_if_fail (!session->over && !net_link_is_deflated (session->link), FALSE);
  if (!drain (session, &reason))
    {
      (void) fail (session, reason, error);
      return FALSE;
    }
  net_link_set_deflate (session->link);
  net_report_set_coded (session->report, session->tls);
  if (session->tap != NULL)
    wire_tap_compressed (session->tap, session->connection, "DEFLATE");
  return TRUE;
}

/* Beginning */

NetSession *
net_session_connect (const NetEndpoint *endpoint,
                     BaseCore *core,
                     const NetSessionOptions *options,
                     GError **error)
{
  g_autoptr (NetSession) session = session_new (core, options);
  g_autofree char *address = NULL;
  GError *reason = NULL;
  int fd;

  session->host = g_strdup (endpoint->name != NULL ? endpoint->name : endpoint->host);
  session->port = endpoint->port;
  session->ca_file = g_strdup (endpoint->ca_file);
  session->client_cert = g_strdup (endpoint->client_cert);
  session->security = endpoint->security;
  fd = net_connect (endpoint,
                    session->timeout,
                    options != NULL ? options->cancellable : NULL,
                    options != NULL ? options->reached : NULL,
                    options != NULL ? options->reached_data : NULL,
                    &address,
                    error);
  if (fd < 0)
    return NULL;
  session_start (session, fd, session->host, endpoint->port, address, options);
  if (endpoint->security == NET_SECURITY_TLS && !start_tls (session, &reason))
    {
      (void) fail (session, reason, error);
      return NULL;
    }
  return g_steal_pointer (&session);
}

NetSession *
net_session_accept (int fd,
                    BaseCore *core,
                    NetIdentity *identity,
                    gboolean tls_now,
                    const NetSessionOptions *options,
                    GError **error)
{
  g_autoptr (NetSession) session = session_new (core, options);
  GError *reason = NULL;

  session->identity = identity != NULL ? net_identity_ref (identity) : NULL;
  session_start (session, fd, "", 0, "", options);
  if (tls_now && !start_tls (session, &reason))
    {
      (void) fail (session, reason, error);
      return NULL;
    }
  return g_steal_pointer (&session);
}

/* Asking */

BaseCore *
net_session_core (NetSession *session)
{
  return session->core;
}

gboolean
net_session_is_over (NetSession *session)
{
  return session->over;
}

gboolean
net_session_is_hung_up (NetSession *session)
{
  return session->over || net_link_is_hung_up (session->link);
}

gboolean
net_session_is_encrypted (NetSession *session)
{
  return net_link_tls (session->link) != NULL;
}

guint64
net_session_connection (NetSession *session)
{
  return session->connection != NULL ? session->connection->id : 0;
}

void
net_session_report_held (NetSession *session)
{
  net_report_held (session->report);
}

void
net_session_release (NetSession *session)
{
  net_report_released (session->report);
  base_core_release (session->core, net_clock_now ());
}

void
net_session_totals (NetSession *session, NetTotals *totals)
{
  totals->bytes_in = session->bytes_in;
  totals->bytes_out = session->bytes_out;
  totals->wire_bytes_in = net_link_bytes_in (session->link);
  totals->wire_bytes_out = net_link_bytes_out (session->link);
  totals->round_trips = session->round_trips;
  totals->waited = net_link_waited (session->link);
}

void
net_totals_add (NetTotals *sum, const NetTotals *more)
{
  sum->bytes_in += more->bytes_in;
  sum->bytes_out += more->bytes_out;
  sum->wire_bytes_in += more->wire_bytes_in;
  sum->wire_bytes_out += more->wire_bytes_out;
  sum->round_trips += more->round_trips;
  sum->waited += more->waited;
}

void
net_session_cut_after (NetSession *session, guint64 bytes)
{
  session->cut = session->bytes_out + bytes;
}

void
net_session_slow_down (NetSession *session, guint bytes_per_second)
{
  session->rate = bytes_per_second;
}

void
net_session_forget_thread (void)
{
  OPENSSL_thread_stop ();
}
