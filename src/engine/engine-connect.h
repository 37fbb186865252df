/* Reaches a server and signs in: connection, encryption, capabilities, the strongest mechanism.
 * The password never goes where others could read it: with security "none" only mechanisms that do
 * not show it are used, except to this computer itself (a loopback address, for tests and for
 * servers behind a tunnel). Nothing ever falls back to an open line by itself. */
#pragma once

#include "engine-check-step.h"
#include "engine-side.h"
#include "net-session.h"
#include "sasl-mechanism.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

typedef struct
{
  const StoreAccountInfo *info;
  BaseSecret *password;      /* or token */
  guint proofs;              /* SaslProof: what can be proved, with @password or by TLS */
  WireTap *tap;              /* (nullable) */
  NetGate *gate;             /* (nullable) */
  GCancellable *cancellable; /* (nullable) */
  NetWaker *waker;           /* (nullable) */
  const BaseCause *cause;
  StoreMailbase *mailbase; /* keeps in mind that a server ties sign-ins (nullable) */
  gboolean by_hand;        /* the way ends at the server's greeting: a person types the rest */
  gboolean beside; /* another one stands: that this is refused says nothing of the password */
  guint *pause;    /* POP3: seconds the server wants between two visits, 0: none said (nullable) */
  /* Told of each step as it begins and ends (nullable); @session is %NULL before there is one. */
  void (*step) (EngineCheckStep step,
                gboolean done,
                NetSession *session,
                const char *detail,
                const GError *error,
                gpointer data);
  gpointer step_data;
} EngineConnect;

/* Signed in and ready for commands; capabilities are known. (transfer full) */
NetSession *engine_connect_imap (const EngineConnect *connect, GError **error);
NetSession *engine_connect_pop3 (const EngineConnect *connect, GError **error);
NetSession *engine_connect_smtp (const EngineConnect *connect, GError **error);

/* Goodbye (LOGOUT, QUIT) was submitted as @exchange: waits for its answer, a second at most, which
 * is not needed. @heard (nullable) is told of what comes before it. */
typedef void (*EngineConnectHeard) (BaseEvent *event, gpointer data);
void
engine_connect_bye (NetSession *session, guint64 exchange, EngineConnectHeard heard, gpointer data);

/* What follows is shared by the three; for the files engine-connect-*.c only. */

/* One try to sign in. */
typedef struct
{
  const BaseBinding *binding;      /* tied to this connection; NULL: not tied */
  guint without;                   /* SaslProof that is not to be used: it was refused */
  gboolean proof_only;             /* no mechanism that shows the password, whatever the line is */
  const SaslMechanism *mechanism;  /* what was chosen; NULL: another command */
  guint steps;                     /* of the mechanism, as far as it came */
  char failure[SASL_FAILURE_SIZE]; /* why a token was refused; "": not said */
} EngineSignIn;

/* A protocol's words on the way in. Each gives %FALSE, %NULL or 0 with the error set. */
typedef struct
{
  EngineSide side;
  EngineCheckStep sign_in_step;
  BaseCore *(*new_core) (void);
  /* The server's greeting: whether we are welcome. @later: TLS is still to be asked for. */
  gboolean (*greet) (const EngineConnect *connect,
                     NetSession *session,
                     gboolean later,
                     GError **error);
  /* Asks what the server can, unless that is known. */
  gboolean (*learn) (const EngineConnect *connect, NetSession *session, GError **error);
  const char *tls; /* the capability that offers STARTTLS */
  gboolean (*has) (NetSession *session, const char *capability);
  guint64 (*submit_tls) (const EngineConnect *connect, NetSession *session);
  gboolean (*sign_in) (const EngineConnect *connect,
                       NetSession *session,
                       EngineSignIn *attempt,
                       GError **error);
} EngineConnectWords;

/* Connects and goes the whole way; where a token is refused that can be renewed, once more with a
 * new one. (transfer full) */
NetSession *engine_connect_enter (const EngineConnect *connect,
                                  const EngineConnectWords *words,
                                  GError **error);
/* Whether a password may be shown on this connection. */
gboolean
engine_connect_may_show (const EngineConnect *connect, EngineSide side, NetSession *session);
/* Whether one of @offered is known here, and could be used with what @attempt may prove. */
gboolean engine_connect_knows_any (const EngineConnect *connect,
                                   const EngineSignIn *attempt,
                                   char **offered);
/* Whether USER and PASS, or LOGIN, may be said: there is a password, and it may be shown. */
gboolean
engine_connect_may_login (const EngineConnect *connect, EngineSide side, NetSession *session);
/* Chooses the strongest of @offered for @attempt; %NULL with the error set. (transfer full) */
SaslClient *engine_connect_client (const EngineConnect *connect,
                                   EngineSide side,
                                   NetSession *session,
                                   char **offered,
                                   EngineSignIn *attempt,
                                   GError **error);
typedef enum
{
  ENGINE_REFUSAL_BARE,     /* it gave no reason */
  ENGINE_REFUSAL_PASSWORD, /* it said that it is the password, or who signs in with it */
  ENGINE_REFUSAL_FOR_NOW   /* it said that it is not */
} EngineRefusal;

/* The server's no to a sign-in. */
void engine_connect_set_refused (const EngineConnect *connect,
                                 EngineSide side,
                                 EngineRefusal refusal,
                                 const char *said,
                                 GError **error);
void engine_connect_tell (const EngineConnect *connect,
                          EngineCheckStep step,
                          gboolean done,
                          NetSession *session,
                          const char *detail,
                          const GError *error);

G_END_DECLS
