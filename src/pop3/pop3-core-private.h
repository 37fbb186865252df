/* What the files of the POP3 core share: the session, and how its roles and the annotator hang
 * together. Nobody else includes this. */
#pragma once

#include "base-buffer.h"
#include "base-core-class.h"
#include "base-dot.h"
#include "pop3-core.h"
#include "pop3-server.h"

G_BEGIN_DECLS

/* A command of the client role that has not been answered yet. */
typedef struct
{
  guint64 exchange;
  Pop3Command *command;
  GBytes *raw;         /* the console's own bytes, instead of what the command would be */
  SaslClient *sasl;    /* AUTH with the core doing the steps */
  BaseSecret *initial; /* its initial response, when it does not fit the command line */
  gboolean after_user; /* PASS of pop3_core_login(): not sent if USER fails */
  gboolean sent;
} Pop3Pending;

/* What the bytes that come next are. */
typedef enum
{
  POP3_EXPECT_LINE,  /* a status line, or a command */
  POP3_EXPECT_LINES, /* lines up to a lone dot */
  POP3_EXPECT_BODY,  /* a message up to a lone dot */
  POP3_EXPECT_TLS    /* nothing: the handshake comes first */
} Pop3Expect;

struct _Pop3Core
{
  BaseCore base;
  Pop3State state;
  gboolean encrypted;
  char *stamp; /* APOP's timestamp */

  /* incoming */
  BaseBuffer *buffer;
  gsize scanned; /* bytes of the buffer known to hold no line end */
  Pop3Expect expect;
  BaseDotReader dots;
  gsize body_tail; /* bytes read that may be content or the final dot */
  guint64 body_size;

  /* client */
  GQueue pending; /* Pop3Pending: those sent, then those that wait */
  GList *unsent;  /* the first that waits */
  guint n_sent;
  gboolean barrier;   /* the last one sent must be answered before more is said */
  gboolean tls_asked; /* START_TLS has been added */
  char **capabilities;
  gboolean knows_capabilities;
  Pop3Status status; /* of the multi-line answer under way */
  GPtrArray *words;
  guint entries;

  /* server */
  Pop3ServerOptions options;
  char *host;
  char **mechanisms;
  guint64 busy; /* the exchange that waits for its answer; 0: the next command may be read */
  Pop3Command *busy_command;
  gboolean signing_in;
  gboolean skipping; /* an overlong line is being read past */
  char *user;        /* of USER, until PASS */
  SaslServer *sasl;
  guint64 sasl_exchange;

  /* annotator */
  GQueue asked;           /* Pop3Command, not answered yet */
  Pop3Command *answering; /* whose lines are being read */
  gboolean challenged;    /* the line that comes is an answer to a challenge */
};

/* pop3-core.c */
void pop3_core_enter (Pop3Core *core, Pop3State state);
Pop3Event *pop3_core_event (Pop3EventType type, guint64 exchange, Pop3Command *command);
void pop3_core_add_event (Pop3Core *core, Pop3Event *event);
/* Reads on in what is buffered, after the role was ready for it. */
void pop3_core_continue (Pop3Core *core);
/* What is buffered may not be there when TLS starts; FALSE: the core has failed. */
gboolean pop3_core_check_injection (Pop3Core *core);
void pop3_core_write_secret_line (Pop3Core *core,
                                  guint64 exchange,
                                  const char *line,
                                  gsize len,
                                  gsize secret_at,
                                  gsize secret_len);

/* pop3-client.c */
Pop3Pending *pop3_client_first_sent (const Pop3Core *core); /* (nullable) */
void pop3_client_pop (Pop3Core *core);
/* The first that waits will not be said. */
void pop3_client_drop_unsent (Pop3Core *core);
void pop3_client_pump (Pop3Core *core);
void pop3_client_finalize (Pop3Core *core);
void pop3_client_forget (Pop3Core *core);
Pop3Command *pop3_client_parse_raw (const guint8 *line, gsize len, Pop3SecretSpan *secret);
guint64 pop3_client_submit_raw (Pop3Core *core, GBytes *bytes, const BaseCause *cause);
/* The exchange whose answer is being read, or 0. */
guint64 pop3_client_exchange (const Pop3Core *core);
gboolean pop3_client_is_leaving (const Pop3Core *core);

/* pop3-answer.c: a line without its end; @with_end: its length with it. */
void pop3_answer_line (Pop3Core *core, const guint8 *line, gsize len, gsize with_end);
void pop3_answer_body_data (Pop3Core *core, GByteArray *content);
void pop3_answer_body_done (Pop3Core *core);

/* pop3-server.c */
void pop3_server_line (Pop3Core *core, const guint8 *line, gsize len, gsize with_end);
void pop3_server_overlong (Pop3Core *core);
gsize pop3_server_line_limit (const Pop3Core *core);
void pop3_server_finalize (Pop3Core *core);
void pop3_server_tls_started (Pop3Core *core);

/* pop3-annotate.c */
GVariant *pop3_core_checkpoint (const BaseCore *base);
gboolean pop3_core_restore (BaseCore *base, GVariant *checkpoint, GError **error);
void pop3_core_annotate (
    BaseCore *base, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);
void pop3_annotate_finalize (Pop3Core *core);

G_END_DECLS
