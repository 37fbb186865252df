/* What the files of the SMTP core share: the session, and how its roles and the annotator hang
 * together. Nobody else includes this. */
#pragma once

#include "base-pending.h"
#include "sasl-sign-in.h"
#include "smtp-core.h"
#include "smtp-server.h"

G_BEGIN_DECLS

/* How far the client's letter is. */
typedef enum
{
  SMTP_BODY_NONE,
  SMTP_BODY_SENDING,  /* 354 has come, the body is on its way */
  SMTP_BODY_AT_DOT,   /* all but the dot is out; all but the last chunk */
  SMTP_BODY_OUT,      /* the dot too; the last chunk may leave */
  SMTP_BODY_ABANDONED /* the dot without the body: nobody was to get it */
} SmtpBodyState;

struct _SmtpCore
{
  union
  {
    BaseCore base;
    BaseLines lines; /* state: SmtpState; commands: SmtpCommand */
  };

  /* client */
  char **keywords;  /* of EHLO: "SIZE 1000" */
  SmtpReply reply;  /* under way: code and status */
  GPtrArray *texts; /* of its lines; %NULL: none is under way */
  gsize reply_size;
  SmtpBodyState body;
  guint64 letter; /* the exchange that the dot, or the last chunk, belongs to; since AT_DOT */
  guint accepted; /* recipients of this letter */
  gboolean chunk_failed; /* one of its chunks was refused */
  guint64 chunk_left;    /* bytes of a chunk that somebody types */

  /* server */
  SmtpServerOptions options;
  char *host;
  char **mechanisms;
  SaslServer *sasl;
  SmtpCommand *sasl_command; /* the AUTH that @sasl serves */
  char *user;
  guint64 data_exchange;
  SmtpCommand *data_command; /* DATA, or the BDAT whose chunk is coming */
  guint8 last_byte;
  guint refusal; /* why the letter is refused; 0: it is not */
  const char *refusal_enhanced;
  const char *refusal_text;

  /* annotator */
  gboolean in_data;  /* 354 has been said */
  guint reply_lines; /* of the reply under way */
};

static inline const SmtpCommand *
smtp_pending_command (const BasePending *pending)
{
  return pending->command;
}

/* smtp-client.c */
void smtp_client_pump (BaseCore *base);
gpointer smtp_client_read (const guint8 *line, gsize len, BaseSecretSpan *secret);
BaseGroup smtp_client_group (const BasePending *pending);
gboolean smtp_client_pipelines (const BaseLines *lines);
void smtp_client_said (BaseLines *lines, const BasePending *pending);
gboolean
smtp_client_step (BaseLines *lines, const BasePending *asked, const guint8 *raw, gsize len);
gboolean smtp_client_is_leaving (const BaseLines *lines);

/* smtp-letter.c: the letter on the client's side, as it goes out */
void smtp_letter_pump (SmtpCore *core);
void smtp_letter_begin (SmtpCore *core, const BasePending *pending);
void smtp_letter_said (SmtpCore *core, const BasePending *pending);
gboolean smtp_letter_answered (SmtpCore *core, const BasePending *pending, SmtpEvent *event);
void smtp_letter_drop (SmtpCore *core, const SmtpReply *reply);

/* smtp-answer.c */
void smtp_answer_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);

/* smtp-server.c */
void smtp_server_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);
void smtp_server_overlong (BaseLines *lines);
void smtp_server_text_end (BaseLines *lines);

/* smtp-receive.c: the letter on the server's side, as it comes in */
void smtp_receive_begin (SmtpCore *core);
void smtp_receive_chunk (SmtpCore *core, guint64 exchange, SmtpCommand *command);
void smtp_receive_refuse (SmtpCore *core, guint code, const char *enhanced, const char *text);
void smtp_receive_text (BaseLines *lines, GByteArray *content);

/* smtp-annotate.c */
void smtp_annotate_command (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);
void smtp_annotate_answer (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);

G_END_DECLS
