/* One client at one of the counters: a thread, a session, and the protocol's own way of answering.
 * The three protocols implement PracticeProtocol; nobody else includes this but the office. */
#pragma once

#include "net-session.h"
#include "practice-shared.h"

G_BEGIN_DECLS

typedef struct _PracticeConnection PracticeConnection;

typedef struct
{
  const char *name; /* "imap", as faults have it */
  gint64 silence;   /* microseconds that a client may say nothing (RFC 5321, 1939 and 3501 each name
                       how long) */
  gsize size;       /* of the protocol's struct, which starts with PracticeConnection */
  BaseCore *(*open) (PracticeConnection *connection, const BaseLimits *limits);
  void (*greet) (PracticeConnection *connection);
  void (*event) (PracticeConnection *connection, const BaseEvent *event);
  void (*woken) (PracticeConnection *connection); /* a mailbox it watches changed (nullable) */
  void (*close) (PracticeConnection *connection); /* frees what the protocol holds */
} PracticeProtocol;

struct _PracticeConnection
{
  const PracticeProtocol *protocol;
  const PracticeShared *shared;
  const PracticeDomain *domain; /* whose host this is, for the other's; %NULL: for people */
  guint64 visit;                /* another number for each connection */
  guint16 port;                 /* of the counter */
  char *peer;                   /* from which IP address */
  BaseCore *core;
  NetSession *session;
  NetWaker *waker;
  gboolean idle;          /* wants woken() */
  gboolean start_tls;     /* the protocol asks for the handshake */
  gboolean start_deflate; /* … or for compression, once what it said is out */
  gboolean deflated;
  gboolean hides_tls; /* STARTTLS is not offered: a fault */
  guint changes;      /* of the faults, as far as this session keeps to them */
  gboolean loses;     /* the answer to the command that comes next is lost: a fault */
  gboolean over;
  PracticeAccount *account; /* %NULL: not signed in */
};

extern const PracticeProtocol practice_smtp;
extern const PracticeProtocol practice_mx;
extern const PracticeProtocol practice_pop3;
extern const PracticeProtocol practice_imap;

/* Serves one client until it leaves; @fd is (transfer full); @port: the counter's; @domain:
 * (nullable). */
void practice_connection_serve (const PracticeProtocol *protocol,
                                const PracticeShared *shared,
                                const PracticeDomain *domain,
                                guint16 port,
                                int fd,
                                gboolean tls_now);

/* What people may sign in by, strongest first; %NULL-terminated. */
extern const char *const practice_mechanism_names[];
/* Those of the mechanisms that may be offered now, strongest first, separated by spaces. @offers
 * asks the core. (transfer full) */
char *practice_mechanisms (gboolean (*offers) (gconstpointer core, const char *name),
                           gconstpointer core,
                           const char *prefix);

G_END_DECLS
