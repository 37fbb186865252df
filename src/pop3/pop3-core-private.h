/* What the files of the POP3 core share: the session, and how its roles and the annotator hang
 * together. Nobody else includes this. */
#pragma once

#include "base-pending.h"
#include "pop3-core.h"
#include "pop3-server.h"
#include "sasl-sign-in.h"

G_BEGIN_DECLS

struct _Pop3Core
{
  union
  {
    BaseCore base;
    BaseLines lines; /* state: Pop3State; commands: Pop3Command */
  };
  char *stamp; /* APOP's timestamp */

  /* client */
  char **capabilities;
  gboolean knows_capabilities;
  Pop3Status status; /* of the multi-line answer under way */
  GPtrArray *words;
  guint entries;
  gsize listed;     /* bytes of its lines */
  gboolean in_list; /* lines come, up to a lone dot */

  /* server */
  Pop3ServerOptions options;
  char *host;
  char **mechanisms;
  char *user; /* of USER, until PASS */
  SaslServer *sasl;
  Pop3Command *sasl_command; /* the AUTH that @sasl serves */

  /* annotator */
  Pop3Command *answering; /* whose lines are being read */
};

static inline const Pop3Command *
pop3_pending_command (const BasePending *pending)
{
  return pending->command;
}

/* pop3-client.c */
gpointer pop3_client_read (const guint8 *line, gsize len, BaseSecretSpan *secret);
BaseGroup pop3_client_group (const BasePending *pending);
gboolean pop3_client_pipelines (const BaseLines *lines);
void pop3_client_said (BaseLines *lines, const BasePending *pending);
gboolean
pop3_client_step (BaseLines *lines, const BasePending *asked, const guint8 *raw, gsize len);
gboolean pop3_client_is_leaving (const BaseLines *lines);

/* pop3-answer.c */
void pop3_answer_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);
void pop3_answer_text (BaseLines *lines, GByteArray *content);
void pop3_answer_text_end (BaseLines *lines);

/* pop3-server.c */
void pop3_server_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);
void pop3_server_overlong (BaseLines *lines);

/* pop3-annotate.c */
void pop3_annotate_command (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);
void pop3_annotate_answer (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);

G_END_DECLS
