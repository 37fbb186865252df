/* Reaches a server and signs in: connection, encryption, capabilities, the strongest mechanism.
 * The password never goes where others could read it: with security "none" only mechanisms that do
 * not show it are used, except to this computer itself (a loopback address, for tests and for
 * servers behind a tunnel). Nothing ever falls back to an open line by itself. */
#pragma once

#include "engine-run.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef struct
{
  const StoreAccountInfo *info;
  BaseSecret *password;
  WireTap *tap;              /* (nullable) */
  GCancellable *cancellable; /* (nullable) */
  NetWaker *waker;           /* (nullable) */
  const BaseCause *cause;
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

/* Says goodbye (LOGOUT, QUIT) and waits for the answer, a second at most; the answer is not needed.
 */
void engine_connect_bye (NetSession *session, guint64 exchange);

/* Shared by the three; for the files engine-connect-*.c only. */
typedef enum
{
  ENGINE_SIDE_INCOMING,
  ENGINE_SIDE_OUTGOING
} EngineSide;

/* Connects with @core (transfer full) and tells the steps up to the certificate. */
NetSession *engine_connect_open (const EngineConnect *connect,
                                 EngineSide side,
                                 BaseCore *core,
                                 NetSecurity *security,
                                 GError **error);
/* After the server agreed to STARTTLS or STLS: does the handshake and tells the step. */
gboolean engine_connect_upgrade (const EngineConnect *connect,
                                 EngineSide side,
                                 NetSession *session,
                                 GError **error);
void engine_connect_set_no_tls (const EngineConnect *connect, EngineSide side, GError **error);
/* Whether a password may be shown on this connection. */
gboolean
engine_connect_may_show (const EngineConnect *connect, EngineSide side, NetSession *session);
/* The strongest of @offered; %NULL with the error set. */
const SaslMechanism *engine_connect_choose (const EngineConnect *connect,
                                            EngineSide side,
                                            NetSession *session,
                                            const char *const *offered,
                                            GError **error);
SaslClient *engine_connect_client (const EngineConnect *connect,
                                   EngineSide side,
                                   const SaslMechanism *mechanism);
/* The server's no to a sign-in; @temporary: it said that it is not the password's fault. */
void engine_connect_set_refused (const EngineConnect *connect,
                                 EngineSide side,
                                 gboolean temporary,
                                 const char *said,
                                 GError **error);
void engine_connect_tell (const EngineConnect *connect,
                          EngineCheckStep step,
                          gboolean done,
                          NetSession *session,
                          const char *detail,
                          const GError *error);
const char *engine_connect_host (const EngineConnect *connect, EngineSide side);

G_END_DECLS
