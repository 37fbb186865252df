/* The office: its listeners, and the threads behind them. */
#include "config.h"

#include "practice-office.h"

#include <string.h>

#include "net-ca.h"
#include "net-listener.h"
#include "practice-connection.h"
#include "practice-correspondent.h"
#include "practice-relay.h"
#include "practice-seed.h"

#define DEFAULT_DELAY (G_USEC_PER_SEC + G_USEC_PER_SEC / 2)
/* Seconds; the certificate is made at each start. */
#define CERTIFICATE_LIFE (90 * 24 * 60 * 60)
/* Bytes that everybody may have. */
#define QUOTA (100 * 1024 * 1024)
#define N_PORTS (PRACTICE_PORT_LAST + 1)

typedef struct
{
  PracticeOffice *office;
  const PracticeProtocol *protocol;
  gboolean tls_now;
  const PracticeDomain *domain; /* (nullable) */
  NetListener *listener;
  GThread *thread;
} Counter;

struct _PracticeOffice
{
  PracticeShared shared;
  Counter counters[N_PORTS];
  guint64 seed;
  guint extra_messages;

  GMutex lock;
  GCond all_gone;
  guint clients; /* threads that serve one */
};

static const struct
{
  const char *name;
  const PracticeProtocol *protocol;
  gboolean tls_now;
} ports[N_PORTS] = {
  [PRACTICE_PORT_SUBMISSION] = { "submission", &practice_smtp, FALSE },
  [PRACTICE_PORT_SUBMISSIONS] = { "submissions", &practice_smtp, TRUE },
  [PRACTICE_PORT_POP3] = { "pop3", &practice_pop3, FALSE },
  [PRACTICE_PORT_POP3S] = { "pop3s", &practice_pop3, TRUE },
  [PRACTICE_PORT_IMAP] = { "imap", &practice_imap, FALSE },
  [PRACTICE_PORT_IMAPS] = { "imaps", &practice_imap, TRUE },
  [PRACTICE_PORT_MX] = { "mx", &practice_mx, FALSE },
  [PRACTICE_PORT_MX_OTHER] = { "mx-other", &practice_mx, FALSE },
};

/* A client's thread. */
typedef struct
{
  Counter *counter;
  int fd;
} Visit;

static gpointer
serve (gpointer data)
{
  g_autofree Visit *visit = data;
  PracticeOffice *office = visit->counter->office;

  practice_connection_serve (visit->counter->protocol,
                             &office->shared,
                             visit->counter->domain,
                             net_listener_port (visit->counter->listener),
                             visit->fd,
                             visit->counter->tls_now);
  net_session_forget_thread ();
  g_mutex_lock (&office->lock);
  if (--office->clients == 0)
    g_cond_signal (&office->all_gone);
  g_mutex_unlock (&office->lock);
  return NULL;
}

/* A counter's thread. */
static gpointer
receive_clients (gpointer data)
{
  Counter *counter = data;
  PracticeOffice *office = counter->office;

  while (!g_cancellable_is_cancelled (office->shared.cancellable))
    {
      int fd = net_listener_accept (counter->listener, office->shared.cancellable, NULL);
      Visit *visit;

      if (fd < 0)
        continue;
      visit = g_new0 (Visit, 1);
      *visit = (Visit){ counter, fd };
      g_mutex_lock (&office->lock);
      office->clients++;
      g_mutex_unlock (&office->lock);
      g_thread_unref (g_thread_new ("practice client", serve, visit));
    }
  return NULL;
}

static gboolean
listen_all (PracticeOffice *office, guint16 port_base, GError **error)
{
  for (guint i = 0; i < N_PORTS; i++)
    {
      Counter *counter = &office->counters[i];

      counter->office = office;
      counter->protocol = ports[i].protocol;
      counter->tls_now = ports[i].tls_now;
      counter->listener = net_listener_new (port_base != 0 ? (guint16) (port_base + i) : 0, error);
      if (counter->listener == NULL)
        return FALSE;
    }
  for (guint i = 0; i < PRACTICE_DOMAINS_SERVED; i++)
    {
      Counter *counter = &office->counters[PRACTICE_PORT_MX + i];

      counter->domain = &practice_domains (NULL)[i];
      office->shared.mx_ports[i] = net_listener_port (counter->listener);
    }
  return TRUE;
}

static gboolean
is_french (const char *language)
{
  const char *const *languages = g_get_language_names ();

  return g_str_has_prefix (language != NULL ? language : languages[0], "fr");
}

/* Letters that are there are left alone. */
static gboolean
open_store (PracticeOffice *office, const char *directory, GError **error)
{
  g_autoptr (PracticeDns) dns = practice_dns_new ();
  gboolean found = FALSE;

  office->shared.store =
      directory != NULL ? practice_store_open (directory, &found, error) : practice_store_new ();
  if (office->shared.store == NULL)
    return FALSE;
  practice_store_set_faults (office->shared.store, office->shared.faults);
  practice_store_set_dns (office->shared.store, dns);
  /* Those who measure with thousands of letters are not asked to make room. */
  practice_store_set_quota (office->shared.store, office->extra_messages > 0 ? 0 : QUOTA);
  return found || practice_office_reset (office, error);
}

PracticeOffice *
practice_office_new (const PracticeOptions *options, GError **error)
{
  static const char *const names[] = { "localhost",           "127.0.0.1",    "::1",
                                       "mx.practice.example", "mx.b.example", NULL };
  g_autoptr (PracticeOffice) office = g_new0 (PracticeOffice, 1);

  g_mutex_init (&office->lock);
  g_cond_init (&office->all_gone);
  office->seed = options->seed;
  office->extra_messages = options->extra_messages;
  office->shared.french = is_french (options->language);
  office->shared.cancellable = g_cancellable_new ();
  office->shared.faults = practice_faults_new (options->seed);
  office->shared.plaintext_login = options->plaintext_login;
  office->shared.only_data = options->only_data;
  office->shared.tap = options->tap != NULL ? wire_tap_ref (options->tap) : NULL;
  office->shared.hop_tap = options->hop_tap != NULL ? wire_tap_ref (options->hop_tap) : NULL;
  office->shared.greylist = practice_greylist_new ();
  office->shared.sessions = practice_sessions_new ();
  office->shared.ca = net_ca_open (options->dir, error);
  if (office->shared.ca == NULL || !open_store (office, options->directory, error))
    return NULL;
  office->shared.identity =
      net_ca_issue (office->shared.ca, names, -60 * 60, CERTIFICATE_LIFE, error);
  if (office->shared.identity == NULL || !listen_all (office, options->port_base, error))
    return NULL;
  office->shared.relay = practice_relay_new (&office->shared);
  office->shared.correspondent =
      practice_correspondent_new (office->shared.store,
                                  office->shared.relay,
                                  options->answer_delay > 0 ? options->answer_delay : DEFAULT_DELAY,
                                  office->shared.french);
  for (guint i = 0; i < N_PORTS; i++)
    office->counters[i].thread =
        g_thread_new ("practice counter", receive_clients, &office->counters[i]);
  return g_steal_pointer (&office);
}

void
practice_office_free (PracticeOffice *office)
{
  g_cancellable_cancel (office->shared.cancellable);
  for (guint i = 0; i < N_PORTS; i++)
    g_clear_pointer (&office->counters[i].thread, g_thread_join);
  g_mutex_lock (&office->lock);
  while (office->clients > 0)
    g_cond_wait (&office->all_gone, &office->lock);
  g_mutex_unlock (&office->lock);
  for (guint i = 0; i < N_PORTS; i++)
    g_clear_pointer (&office->counters[i].listener, net_listener_free);
  g_clear_pointer (&office->shared.correspondent, practice_correspondent_free);
  g_clear_pointer (&office->shared.relay, practice_relay_free);
  g_clear_pointer (&office->shared.greylist, practice_greylist_free);
  g_clear_pointer (&office->shared.sessions, practice_sessions_free);
  g_clear_pointer (&office->shared.identity, net_identity_unref);
  g_clear_pointer (&office->shared.tap, wire_tap_unref);
  g_clear_pointer (&office->shared.hop_tap, wire_tap_unref);
  g_clear_pointer (&office->shared.store, practice_store_unref);
  g_clear_pointer (&office->shared.faults, practice_faults_free);
  g_clear_pointer (&office->shared.ca, net_ca_unref);
  g_object_unref (office->shared.cancellable);
  g_cond_clear (&office->all_gone);
  g_mutex_clear (&office->lock);
  g_free (office);
}

gboolean
practice_office_reset (PracticeOffice *office, GError **error)
{
  return practice_seed (
      office->shared.store, office->seed, office->extra_messages, office->shared.french, error);
}

guint16
practice_office_port (const PracticeOffice *office, PracticePort port)
{
  return net_listener_port (office->counters[port].listener);
}

const char *
practice_port_name (PracticePort port)
{
  return ports[port].name;
}

const char *
practice_office_host (const PracticeOffice *office)
{
  return "localhost";
}

const char *
practice_office_ca_file (const PracticeOffice *office)
{
  return net_ca_file (office->shared.ca);
}

PracticeFaults *
practice_office_faults (const PracticeOffice *office)
{
  return office->shared.faults;
}

char **
practice_office_list_dns (PracticeOffice *office)
{
  return practice_dns_list (practice_store_dns (office->shared.store));
}

GPtrArray *
practice_office_list_sessions (PracticeOffice *office)
{
  return practice_sessions_list (office->shared.sessions);
}

void
practice_office_put_forward (PracticeOffice *office, gint64 microseconds)
{
  practice_store_put_forward (office->shared.store, microseconds);
  practice_relay_wake (office->shared.relay);
}

void
practice_office_settle (PracticeOffice *office, gint64 timeout)
{
  practice_relay_settle (office->shared.relay, timeout);
}

PracticeStore *
practice_office_store (const PracticeOffice *office)
{
  return office->shared.store;
}
