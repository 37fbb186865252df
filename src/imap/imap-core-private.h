/* What the files of the core share: the session's state, and what the roles do with it. */
#pragma once

#include "base-core-class.h"
#include "imap-core.h"
#include "imap-typed.h"
#include "sasl-sign-in.h"

G_BEGIN_DECLS

/* A command of the client role: waiting, or said and not yet answered. */
typedef struct
{
  ImapCommand *command;
  guint64 exchange;
  SaslSignIn *sign_in; /* AUTHENTICATE (nullable) */
  ImapLine *line;      /* what is left to write; %NULL: all is written */
  guint next_piece;
  GBytes *raw;          /* typed by hand: written instead of @line */
  gboolean idling;      /* IDLE: "+" has come */
  gboolean done_wanted; /* IDLE: to be ended */
  gboolean done_sent;
} ImapJob;

/* A command of the server role that has not been answered. */
typedef struct
{
  guint64 exchange;
  ImapCommand *command; /* of a line that is none, only its tag (nullable) */
  char *mistake;        /* why the line is no command; %NULL: it is one */
  gboolean ended;       /* IDLE: the line that ends it has come, maybe before the "+" */
  gboolean well_ended;  /* by DONE */
} ImapTask;

struct _ImapCore
{
  BaseCore base;
  ImapState state;
  ImapFramer *framer;
  GHashTable *capabilities;    /* upper-case words; %NULL: not known */
  gboolean capabilities_fresh; /* learned since the sign-in began */
  GHashTable *enabled;         /* upper-case words that ENABLED named; %NULL: none */
  gboolean utf8;               /* mailbox names are UTF-8: IMAP4rev2 or UTF8=ACCEPT is enabled */
  GHashTable *wire_names;      /* client: name → bytes, where these are no modified UTF-7 */
  char *mailbox;
  guint32 exists;
  gboolean encrypted;
  gboolean starting_tls; /* nothing may come before the handshake */
  guint64 line_exchange; /* whose the line is that is being read */
  gboolean in_line;
  GQueue flight; /* ImapJob: client: said, in order; annotator: seen */

  /* Client */
  guint last_tag;
  ImapTyped typed;
  GQueue waiting; /* ImapJob */
  gboolean bye;   /* the server said goodbye */
  guint64 said;   /* weight of what came since a command was last answered */

  /* Server */
  ImapServerOptions options;
  GQueue tasks; /* ImapTask, in order */
  SaslServer *sasl;
  guint64 sasl_exchange; /* AUTHENTICATE that waits for a response */
  guint64 idle_exchange; /* IDLE that waits for DONE */
  gboolean closing;      /* close when everything is sent */
};

/* imap-session.c: the state, and what both roles and the annotator do with it */
void imap_core_add_event (ImapCore *core, ImapEvent *event);

/* The one place where the state changes. */
void imap_core_enter (ImapCore *core, ImapState state);
void imap_core_set_mailbox (ImapCore *core, const char *mailbox);
void imap_core_learn_capabilities (ImapCore *core, char **words);
void imap_core_forget_capabilities (ImapCore *core);

/* Span and events of the framer's steps, which both roles share. @exchange: whose the line is.
 * %FALSE: @step is not one of those. */
gboolean imap_core_take_step (ImapCore *core, ImapFramerStep step, const ImapFramed *framed);
/* Pieces of @line from *@next on are queued, up to one that has to be waited for. %TRUE: all are.
 */
gboolean imap_core_write_line (ImapCore *core, guint64 exchange, ImapLine *line, guint *next);

ImapJob *imap_job_new (ImapCommand *command);
void imap_job_free (ImapJob *job);
/* What an answer tells about the session, whoever asked. */
void imap_core_follow_response (ImapCore *core, const ImapResponse *response);
/* What the end of a command tells. */
void imap_core_follow_done (ImapCore *core, const ImapCommand *command, const ImapResponse *done);
ImapJob *imap_core_find_job (ImapCore *core, const char *tag, gsize len);

void imap_client_receive (ImapCore *core, const guint8 *bytes, gsize len);
void imap_client_receive_eof (ImapCore *core);
void imap_client_tls_started (ImapCore *core);
void imap_client_pump (ImapCore *core);
guint64 imap_client_submit_raw (BaseCore *base, GBytes *bytes, const BaseCause *cause);
gboolean imap_client_edit (BaseCore *base, guint64 exchange, GBytes *line);

void imap_server_receive (ImapCore *core, const guint8 *bytes, gsize len);
void imap_server_receive_eof (ImapCore *core);
void imap_server_pump (ImapCore *core);
void imap_server_finalize (ImapCore *core);

GVariant *imap_annotate_checkpoint (const BaseCore *base);
gboolean imap_annotate_restore (BaseCore *base, GVariant *checkpoint, GError **error);
void imap_annotate_line (
    BaseCore *base, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);

G_END_DECLS
