/* For the core folders only: what they embed, implement and call. The machinery every core shares
 * is here once: queues of events, spans and output, the gate, the deadline, masks, exchanges. */
#pragma once

#include "base-body.h"
#include "base-core.h"

G_BEGIN_DECLS

typedef struct
{
  const char *protocol;
  const char *(*state) (const BaseCore *core);
  char **(*dup_offers) (const BaseCore *core); /* client role (nullable) */
  void (*finalize) (BaseCore *core);           /* frees what the subclass holds, not @core */
  void (*receive) (BaseCore *core, const guint8 *bytes, gsize len);
  void (*receive_eof) (BaseCore *core);
  void (*tls_started) (BaseCore *core, const BaseTlsInfo *info);
  /* Output was taken or the gate opened: put what was waiting for that into the queue (nullable).
   */
  void (*pump) (BaseCore *core);
  /* client role; what a server is made to say is nobody's command */
  guint64 (*submit_raw) (BaseCore *core, GBytes *bytes, const BaseCause *cause);
  /* client role: the line of @exchange, said as far as the core is concerned, is @line instead;
   * %FALSE, and nothing is changed, where it cannot be. */
  gboolean (*edit) (BaseCore *core, guint64 exchange, GBytes *line);
  GVariant *(*checkpoint) (const BaseCore *core);
  gboolean (*restore) (BaseCore *core, GVariant *checkpoint, GError **error);
  void (*annotate) (
      BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);
} BaseCoreClass;

typedef struct _BaseCorePrivate BaseCorePrivate;

struct _BaseCore
{
  const BaseCoreClass *klass;
  BaseRole role;
  BaseLimits limits;   /* defaults filled in */
  gint64 now;          /* as the last call gave it */
  BaseFaultFunc fault; /* (nullable) */
  gpointer fault_data;
  BaseCorePrivate *priv;
};

/* @size: of the subclass, which starts with a BaseCore; zeroed. @limits may be %NULL. */
gpointer
base_core_new (const BaseCoreClass *klass, gsize size, BaseRole role, const BaseLimits *limits);

/* Events, in the order they are added. An event whose outcome ends its exchange forgets it. */
void base_core_add_event (BaseCore *core, BaseEvent *event); /* (transfer full) */
/* The session is over; events already added are still given. */
void base_core_close (BaseCore *core);
void base_core_fail (BaseCore *core, BaseCoreError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void base_core_fail_error (BaseCore *core, GError *error); /* (transfer full) */
gboolean base_core_is_over (const BaseCore *core);         /* closed or failed */

/* The next @length received bytes are @kind. Adjacent body spans of one exchange are merged. */
void base_core_add_span (
    BaseCore *core, BaseSpanKind kind, gsize length, guint64 exchange, gboolean ends_line);
/* A received line (or the part of it before a literal): plain, but for what the masks find in it.
 */
void base_core_add_line_span (
    BaseCore *core, const guint8 *line, gsize len, guint64 exchange, gboolean ends_line);
/* A received line of @length bytes with its end, all plain but for the secret in it. */
void base_core_add_secret_span (BaseCore *core,
                                const BaseSecretSpan *secret,
                                gsize length,
                                guint64 exchange);
/* This secret is hidden wherever the other side repeats it, raw or in base64. */
void base_core_add_mask (BaseCore *core, BaseSecret *secret);

/* Overwrites with '*' what the masks find in a copy of such a line, before its text goes into an
 * event: people and errors are shown what servers say. */
void base_core_mask (BaseCore *core, char *text, gsize len);

/* A new exchange; chunks that carry its number are held if the gate is closed now. @verb: static
 * or interned. @cause may be %NULL for the server role. */
guint64 base_core_begin_exchange (BaseCore *core, const BaseCause *cause, const char *verb);
/* Forgets an exchange that will get no event of its own. */
void base_core_end_exchange (BaseCore *core, guint64 exchange);

/* Queues bytes to send. A line may be several writes; @ends_line says where it ends. */
void base_core_write (BaseCore *core,
                      BaseSpanKind kind,
                      guint64 exchange,
                      const void *bytes,
                      gsize len,
                      gboolean ends_line);
void
base_core_write_string (BaseCore *core, guint64 exchange, const char *text, gboolean ends_line);
/* A whole line with its end, all plain but for the secret in it. */
void base_core_write_line (
    BaseCore *core, guint64 exchange, const char *line, gsize len, const BaseSecretSpan *secret);
/* Queues a body that is read when there is room. With @dots it is dot-stuffed, and ended so that a
 * lone dot may follow (base-dot.h); the lone dot itself is a line of the dialogue: write it. */
void base_core_write_body (BaseCore *core, guint64 exchange, BaseBody *body, gboolean dots);
/* Nothing is queued (what is held counts as queued). */
gboolean base_core_output_empty (const BaseCore *core);
/* Something of @exchange is queued; FALSE: all that was written of it has been taken. */
gboolean base_core_output_has (const BaseCore *core, guint64 exchange);

/* While %TRUE, silence of the other side for longer than limits.silence is an error. */
void base_core_set_awaiting (BaseCore *core, gboolean awaiting);

G_END_DECLS
