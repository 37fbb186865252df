/* Authentication mechanisms as pure steps, client and server side (RFC 4422). No I/O: the protocol
 * cores carry the challenges. Everything exchanged is secret by definition. */
#pragma once

#include "base-core.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define SASL_ERROR (sasl_error_quark ())
GQuark sasl_error_quark (void);

typedef enum
{
  SASL_ERROR_NO_MECHANISM, /* none of those offered may be used here (the text says why) */
  SASL_ERROR_CHALLENGE,    /* the other side's challenge or response is malformed */
  SASL_ERROR_SERVER_PROOF, /* SCRAM: the server does not know the password: not the server we meant
                            */
  SASL_ERROR_REFUSED,      /* server side: user or password is wrong; SCRAM client: it said so */
  SASL_ERROR_BINDING,      /* SCRAM: the two ends are not those of one TLS connection */
  SASL_ERROR_CREDENTIALS   /* the name or the password holds characters that cannot be used */
} SaslError;

/* What somebody has to prove who they are. */
typedef enum
{
  SASL_PROOF_PASSWORD = 1,
  SASL_PROOF_TOKEN = 2,      /* an OAuth 2.0 access token */
  SASL_PROOF_CERTIFICATE = 4 /* TLS has shown it already */
} SaslProof;

typedef struct
{
  const char *name;        /* "SCRAM-SHA-256"; static */
  int strength;            /* higher is better */
  gboolean shows_password; /* whoever reads the line, or the server, learns the password */
  gboolean client_first;   /* the client speaks first: an initial response can be sent */
  gboolean binds;          /* ties the sign-in to its TLS connection: needs a BaseBinding */
  SaslProof proof;         /* what is shown, or known */
} SaslMechanism;

/* PLAIN (4616), LOGIN, CRAM-MD5 (2195), SCRAM-SHA-1 (5802), SCRAM-SHA-256 (7677) and their -PLUS
 * forms, OAUTHBEARER (7628), XOAUTH2, EXTERNAL (4422), in any case; %NULL if unknown. */
const SaslMechanism *sasl_mechanism_find (const char *name);

/* The strongest of @offered (NULL-terminated, any case; unknown ones are passed over) that may be
 * used with the @proofs (SaslProof) at hand: without TLS none that shows the password, without
 * @binding (nullable) none that needs it. %NULL with SASL_ERROR_NO_MECHANISM otherwise. */
const SaslMechanism *sasl_mechanism_choose (const char *const *offered,
                                            guint proofs,
                                            gboolean tls,
                                            const BaseBinding *binding,
                                            GError **error);

typedef struct _SaslClient SaslClient;

/* @user is UTF-8; @password: what is proved with, a token too (EXTERNAL: not looked at). */
SaslClient *
sasl_client_new (const SaslMechanism *mechanism, const char *user, BaseSecret *password);
void sasl_client_free (SaslClient *client);

/* Before the first step: the connection's binding (nullable: there is none), referenced. Also a
 * mechanism that does not bind says that it could have (RFC 5802 §6), so that a server notices when
 * somebody hid what it offers. */
void sasl_client_set_binding (SaslClient *client, const BaseBinding *binding);

/* Where to count the client's steps (nullable); it outlives @client. A server that refuses after
 * one step has seen nothing that depends on the password. */
void sasl_client_count_steps (SaslClient *client, guint *steps);

/* Where OAUTHBEARER is to say that it is (RFC 7628 §3.1); not said otherwise. */
void sasl_client_set_host (SaslClient *client, const char *host, guint16 port);

/* Where to note why a token was refused, as the server's error challenge says it: "invalid_token",
 * "401"; letters, digits and "_" only. It outlives @client. */
#define SASL_FAILURE_SIZE 40
void sasl_client_note_failure (SaslClient *client, char failure[SASL_FAILURE_SIZE]);

/* The password, for the core that masks it in what the server repeats. (transfer none) */
BaseSecret *sasl_client_password (const SaslClient *client);

/* One step: @challenge is the decoded challenge (%NULL before the first: the initial response;
 * only for mechanisms where the client is first). Returns the response to be base64-encoded and
 * sent (possibly empty), or %NULL with @error. After an error every step fails. (transfer full) */
BaseSecret *
sasl_client_step (SaslClient *client, const guint8 *challenge, gsize len, GError **error);
/* Whether the mechanism has all it needs; for SCRAM: the server has proved that it knows the
 * password. A success of the server before that is SASL_ERROR_SERVER_PROOF. */
gboolean sasl_client_is_done (const SaslClient *client);
/* SCRAM: takes @nonce (printable ASCII without comma) instead of a random one. For the RFCs' own
 * examples, which cannot be reproduced otherwise; before the first step. */
void sasl_client_set_nonce (SaslClient *client, const char *nonce);

/* The server side, for the practice post office and the tests. */
typedef struct _SaslServer SaslServer;

/* The password of a user, or %NULL. (transfer full) */
typedef BaseSecret *(*SaslLookup) (const char *user, gpointer data);

typedef enum
{
  SASL_SERVER_CONTINUE, /* send *challenge and wait for a response */
  SASL_SERVER_OK,       /* the user is who they say */
  SASL_SERVER_FAILED    /* @error is set */
} SaslServerStatus;

/* @host: for the challenge of CRAM-MD5. */
SaslServer *sasl_server_new (const SaslMechanism *mechanism,
                             const char *host,
                             SaslLookup lookup,
                             gpointer data);
void sasl_server_free (SaslServer *server);
/* As sasl_client_set_binding(). A server with a binding refuses a client that believes it has none.
 */
void sasl_server_set_binding (SaslServer *server, const BaseBinding *binding);
/* Tokens: %NULL when @token lets @user in, else why not ("invalid_token", "insufficient_scope";
 * static). Without this the token is what lookup says is the password. */
typedef const char *(*SaslTokenCheck) (const char *user, BaseSecret *token, gpointer data);
void sasl_server_set_token_check (SaslServer *server, SaslTokenCheck check, gpointer data);
/* @response: decoded; %NULL at the start when there was no initial response. *challenge is set
 * (transfer full) with SASL_SERVER_CONTINUE alone. */
SaslServerStatus sasl_server_step (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error);
/* What to say to whoever was refused: in a protocol's English, of one line. (static) */
const char *sasl_server_refusal (const SaslServer *server);
/* Who signed in; valid after OK. */
const char *sasl_server_user (const SaslServer *server);
/* SCRAM: as sasl_client_set_nonce(), with the salt (base64) and the iteration count. */
void
sasl_server_set_nonce (SaslServer *server, const char *nonce, const char *salt, guint iterations);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaslClient, sasl_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaslServer, sasl_server_free)

G_END_DECLS
