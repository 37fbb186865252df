/* The session of a protocol whose dialogue is lines: a command is a line, commands are answered one
 * after the other in the order they were said, and a long text ends with a lone dot. POP3 and SMTP
 * are such; IMAP, with its tags and literals, is not. For the core folders only.
 *
 * Pop3Core and SmtpCore start with a BaseLines, which starts with a BaseCore. It frames what comes,
 * knows the state, stops where TLS begins, keeps the commands of the client role (base-pending.h)
 * and what the annotator has to remember; what the lines mean is behind BaseLinesClass. */
#pragma once

#include "base-buffer.h"
#include "base-core-class.h"
#include "base-dot.h"

G_BEGIN_DECLS

typedef struct _BaseLines BaseLines;
typedef struct _BasePending BasePending;

#define BASE_LINES(core) ((BaseLines *) (core))

/* What the bytes that come next are. */
typedef enum
{
  BASE_EXPECT_LINE,
  BASE_EXPECT_TEXT,  /* up to a lone dot: base_lines_begin_text() */
  BASE_EXPECT_CHUNK, /* so many bytes: base_lines_begin_chunk() */
  BASE_EXPECT_TLS    /* nothing: the handshake comes first */
} BaseExpect;

/* Where a command may stand among those said without waiting for answers (PIPELINING). */
typedef enum
{
  BASE_GROUP_ALONE,
  BASE_GROUP_LAST, /* behind others, but nothing behind it */
  BASE_GROUP_ANYWHERE
} BaseGroup;

/* Lines are given without their end (CRLF or a bare LF); @with_end: the length with it, which is
 * what spans count. Each line's spans are the callee's to add. */
typedef struct
{
  BaseCoreClass core;        /* the base_lines_…() and base_pending_…() functions, or its own */
  const char *const *states; /* their names; 0 is before the greeting */
  guint n_states;

  /* commands, whose type is the protocol's own: counted */
  gpointer (*command_ref) (gpointer command);
  void (*command_unref) (gpointer command);
  const char *(*command_verb) (gconstpointer command);   /* static or interned */
  BaseSecret *(*command_secret) (gconstpointer command); /* (transfer none) (nullable) */
  /* A line typed by hand: some command in any case. (transfer full) */
  gpointer (*command_read) (const guint8 *line, gsize len, BaseSecretSpan *secret);
  GString *(*command_write) (gconstpointer command, BaseSecretSpan *secret); /* with CRLF */

  /* client role */
  void (*answer) (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);
  BaseGroup (*group) (const BasePending *pending);
  gboolean (*pipelines) (const BaseLines *lines);
  /* @pending was written just now. */
  void (*said) (BaseLines *lines, const BasePending *pending);
  /* What is typed while @asked is under way: %TRUE if it was no command, and is written. */
  gboolean (*step) (BaseLines *lines, const BasePending *asked, const guint8 *raw, gsize len);
  /* The server may hang up now. */
  gboolean (*is_leaving) (const BaseLines *lines);
  GDestroyNotify free_sign_in; /* of BasePending.sign_in */

  /* server role */
  void (*command) (BaseLines *lines, const guint8 *line, gsize len, gsize with_end);
  /* A line longer than the limit was read past. */
  void (*overlong) (BaseLines *lines);
  gsize command_max;  /* bytes of a command with its end */
  gsize response_max; /* of a line inside AUTH */

  /* both roles */
  /* A piece of a text, dots undone, or of a chunk (transfer full); may be empty. */
  void (*text) (BaseLines *lines, GByteArray *content);
  /* Its lone dot has come, or the chunk's last byte. */
  void (*text_end) (BaseLines *lines);
  /* What was learned before TLS is forgotten. */
  void (*forget) (BaseLines *lines);
  void (*add_start_tls) (BaseLines *lines); /* the event that asks for the handshake */

  /* annotator: a recorded line without its end */
  void (*annotate_command) (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);
  void (*annotate_answer) (BaseLines *lines, const guint8 *line, gsize len, BaseParts *parts);
} BaseLinesClass;

struct _BaseLines
{
  BaseCore core;
  guint state; /* the protocol's enumeration; changed by base_lines_enter() alone */
  gboolean encrypted;

  /* incoming */
  BaseBuffer *buffer;
  gsize scanned;     /* bytes of the buffer known to hold no line end */
  gboolean skipping; /* an overlong line is being read past */
  BaseExpect expect;
  BaseDotReader dots;
  guint64 text_exchange;
  gsize text_tail;   /* bytes read that may be content or the final dot */
  guint64 text_size; /* bytes of content; of a chunk and those before it */
  guint64 chunk_left;

  /* client */
  GQueue pending; /* BasePending: those said, then those that wait */
  GList *unsaid;  /* the first that waits */
  guint n_said;
  gboolean alone;     /* the last one said must be answered before more is */
  gboolean tls_asked; /* the handshake has been asked for */
  gboolean at_ease;   /* the server waits for us: its silence is no fault */

  /* server */
  guint64 busy; /* the exchange that waits for its answer; 0: the next command may be read */
  gpointer busy_command;
  gboolean signing_in;   /* @busy is an AUTH, PASS or APOP that proved who it is */
  guint64 sasl_exchange; /* AUTH that waits for a response; 0: none */

  /* annotator */
  GQueue asked;        /* commands that have not been answered */
  gboolean challenged; /* the line that comes is an answer to a challenge */
};

/* @size: of the protocol's core. */
gpointer
base_lines_new (const BaseLinesClass *klass, gsize size, BaseRole role, const BaseLimits *limits);
/* For the protocol's finalize(). */
void base_lines_clear (BaseLines *lines);

void base_lines_enter (BaseLines *lines, guint state);
/* Reads on in what is buffered, after the role was ready for it. */
void base_lines_continue (BaseLines *lines);
/* What comes from now on is a text of @exchange. */
void base_lines_begin_text (BaseLines *lines, guint64 exchange);
/* The next @size bytes (not 0) are content of @exchange, whatever they look like. */
void base_lines_begin_chunk (BaseLines *lines, guint64 exchange, guint64 size);
/* Nothing may come before the handshake. */
void base_lines_expect_tls (BaseLines *lines);
/* What is buffered may not be there when TLS starts; %FALSE: the core has failed. */
gboolean base_lines_check_injection (BaseLines *lines);
/* Server: @command waits for the caller's answer; nothing is read until base_lines_answered(). */
void base_lines_ask (BaseLines *lines, guint64 exchange, gpointer command, gboolean signing_in);
/* Server: the command that was waiting (transfer full); %NULL if it was not @exchange. */
gpointer base_lines_answered (BaseLines *lines, guint64 exchange);

/* For BaseLinesClass.core */
const char *base_lines_state (const BaseCore *core);
void base_lines_receive (BaseCore *core, const guint8 *bytes, gsize len);
void base_lines_receive_eof (BaseCore *core);
void base_lines_tls_started (BaseCore *core, const BaseTlsInfo *info);
GVariant *base_lines_checkpoint (const BaseCore *core);
gboolean base_lines_restore (BaseCore *core, GVariant *checkpoint, GError **error);
void base_lines_annotate (
    BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);

G_END_DECLS
