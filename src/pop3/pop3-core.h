/* One POP3 session, client or server role (RFC 1939, 2449, 2595, 5034). See base-core.h for how to
 * drive it; the server role's own calls are in pop3-server.h. */
#pragma once

#include "pop3-event.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef struct _Pop3Core Pop3Core;

Pop3Core *pop3_core_new (BaseRole role, const BaseLimits *limits);
Pop3State pop3_core_get_state (const Pop3Core *core);
gboolean pop3_core_is_encrypted (const Pop3Core *core);

/* Client, after CAPA. "UIDL", "TOP", "PIPELINING", "STLS"; a prefix of the line's words. */
gboolean pop3_core_has_capability (const Pop3Core *core, const char *name);
/* What a capability says beside its name, "900 USER"; "" if nothing, %NULL if it is not there. */
const char *pop3_core_capability (const Pop3Core *core, const char *name);
gboolean pop3_core_knows_capabilities (const Pop3Core *core);
/* What SASL offers; empty when it is not offered or not known. (transfer full) */
char **pop3_core_mechanisms (const Pop3Core *core);
/* The APOP timestamp of the greeting, "<…>" (nullable). */
const char *pop3_core_timestamp (const Pop3Core *core);

/* Client. Commands are pipelined when PIPELINING is offered, else one at a time; never across
 * PASS, APOP, AUTH, STLS and QUIT. A command that cannot be said in POP3 (a line end in a name) is
 * not sent: its DONE says %BASE_OUTCOME_BAD. @command is (transfer none). */
guint64 pop3_core_submit (Pop3Core *core, Pop3Command *command, const BaseCause *cause);
/* AUTH with @client (transfer full) doing the steps. A server that claims success without proof
 * fails the session with %SASL_ERROR_SERVER_PROOF. */
guint64 pop3_core_authenticate (Pop3Core *core,
                                SaslClient *client,
                                const SaslMechanism *mechanism,
                                const BaseCause *cause);
/* USER and PASS as one exchange each; returns that of PASS, which is not sent if USER fails: its
 * DONE then has USER's status. */
guint64
pop3_core_login (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause);
/* APOP; only after a greeting with a timestamp. */
guint64
pop3_core_apop (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause);

G_END_DECLS
