/* What the files of the SMTP core share: the session, and how its roles and the annotator hang
 * together. Nobody else includes this. */
#pragma once

#include "base-buffer.h"
#include "base-core-class.h"
#include "base-dot.h"
#include "smtp-core.h"
#include "smtp-server.h"

G_BEGIN_DECLS

/* A command of the client role that has not been answered yet. */
typedef struct
{
  guint64 exchange;
  SmtpCommand *command;
  GBytes *raw;         /* the console's own bytes, instead of what the command would be */
  SaslClient *sasl;    /* AUTH with the core doing the steps */
  BaseSecret *initial; /* its initial response, when it does not fit the command line */
  gboolean sent;
} SmtpPending;

/* How far the client's letter is. */
typedef enum
{
  SMTP_BODY_NONE,
  SMTP_BODY_SENDING,  /* 354 has come, the body is on its way */
  SMTP_BODY_AT_DOT,   /* all but the dot is out */
  SMTP_BODY_OUT,      /* the dot too */
  SMTP_BODY_ABANDONED /* the dot without the body: nobody was to get it */
} SmtpBodyState;

/* What the bytes that come next are. */
typedef enum
{
  SMTP_EXPECT_LINE, /* a line of a reply, or a command */
  SMTP_EXPECT_BODY, /* server: a letter up to a lone dot */
  SMTP_EXPECT_TLS   /* nothing: the handshake comes first */
} SmtpExpect;

struct _SmtpCore
{
  BaseCore base;
  SmtpState state;
  gboolean encrypted;

  /* incoming */
  BaseBuffer *buffer;
  gsize scanned; /* bytes of the buffer known to hold no line end */
  SmtpExpect expect;

  /* client */
  GQueue pending; /* SmtpPending: those sent, then those that wait */
  GList *unsent;  /* the first that waits */
  guint n_sent;
  gboolean barrier;   /* the last one sent must be answered before more is said */
  gboolean tls_asked; /* START_TLS has been added */
  char **keywords;    /* of EHLO: "SIZE 1000" */
  SmtpReply reply;    /* under way: code and status */
  GPtrArray *lines;
  gsize reply_size;
  SmtpBodyState body;
  guint accepted; /* recipients of this letter */

  /* server */
  SmtpServerOptions options;
  char *host;
  char **mechanisms;
  guint64 busy; /* the exchange that waits for its answer; 0: the next command may be read */
  SmtpCommand *busy_command;
  gboolean signing_in;
  gboolean skipping; /* an overlong line is being read past */
  SaslServer *sasl;
  guint64 sasl_exchange;
  SmtpCommand *sasl_command;
  char *user;
  guint64 data_exchange;
  SmtpCommand *data_command;
  BaseDotReader dots;
  gsize body_tail; /* bytes read that may be content or the final dot */
  guint8 last_byte;
  guint64 body_size;
  guint refusal; /* why the letter is refused; 0: it is not */
  const char *refusal_enhanced;
  const char *refusal_text;

  /* annotator */
  GQueue asked;        /* SmtpCommand, not answered yet */
  gboolean challenged; /* the line that comes is an answer to a challenge */
  gboolean in_data;    /* 354 has been said */
  guint reply_lines;   /* of the reply under way */
};

/* smtp-core.c */
void smtp_core_enter (SmtpCore *core, SmtpState state);
SmtpEvent *smtp_core_event (SmtpEventType type, guint64 exchange, SmtpCommand *command);
void smtp_core_add_event (SmtpCore *core, SmtpEvent *event);
/* Reads on in what is buffered, after the role was ready for it. */
void smtp_core_continue (SmtpCore *core);
/* What is buffered may not be there when TLS starts; FALSE: the core has failed. */
gboolean smtp_core_check_injection (SmtpCore *core);
void smtp_core_write_secret_line (SmtpCore *core,
                                  guint64 exchange,
                                  const char *line,
                                  gsize len,
                                  gsize secret_at,
                                  gsize secret_len);

/* smtp-client.c; @len: without the line's end, @with_end: with it */
void smtp_client_pump (SmtpCore *core);
void smtp_client_finalize (SmtpCore *core);
void smtp_client_forget (SmtpCore *core);
guint64 smtp_client_submit_raw (SmtpCore *core, GBytes *bytes, const BaseCause *cause);
SmtpPending *smtp_client_current (const SmtpCore *core); /* (nullable) */
void smtp_client_pop (SmtpCore *core);
gboolean smtp_client_is_leaving (const SmtpCore *core);
SmtpCommand *smtp_client_parse_raw (const guint8 *line, gsize len, SmtpSecretSpan *secret);

/* smtp-answer.c */
void smtp_answer_line (SmtpCore *core, const guint8 *line, gsize len, gsize with_end);

/* smtp-server.c */
void smtp_server_line (SmtpCore *core, const guint8 *line, gsize len, gsize with_end);
void smtp_server_overlong (SmtpCore *core);
gsize smtp_server_line_limit (const SmtpCore *core);
void smtp_server_finalize (SmtpCore *core);
void smtp_server_tls_started (SmtpCore *core);
void smtp_server_refuse (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *text);

/* smtp-receive.c: the letter on the server's side */
gsize smtp_receive_body (SmtpCore *core, const guint8 *bytes, gsize len);
void smtp_receive_begin (SmtpCore *core);

/* smtp-annotate.c */
GVariant *smtp_core_checkpoint (const BaseCore *base);
gboolean smtp_core_restore (BaseCore *base, GVariant *checkpoint, GError **error);
void smtp_core_annotate (
    BaseCore *base, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);
void smtp_annotate_finalize (SmtpCore *core);

G_END_DECLS
