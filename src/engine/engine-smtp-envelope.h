/* The envelope of one transaction: whom it is for, and what its MAIL and RCPT say to a server that
 * offers this and that: as it is said, and as it is foreseen (engine-foreseen.h). Without I/O. */
#pragma once

#include "engine-smtp-body.h"
#include "smtp-core.h"

G_BEGIN_DECLS

typedef struct
{
  const char *host;         /* for errors */
  const char *const *offer; /* smtp-offer.h (nullable) */
  gboolean encrypted;
} EngineSmtpServer;

/* The server of a session, after EHLO; valid until the next one. */
EngineSmtpServer engine_smtp_server (const StoreAccountInfo *info, const SmtpCore *core);

/* Whom of @entry's recipients this transaction is for, as @server limits it (RFC 9422):
 * those who neither have the letter nor were refused for good. *@more: some are left for another
 * one. (transfer container) (element-type utf8, of @entry) */
GPtrArray *
engine_smtp_targets (const EngineSmtpServer *server, const StoreOutboxEntry *entry, gboolean *more);
/* Whether the server takes no more letters over this session after @letters (MAILMAX). */
gboolean engine_smtp_is_full (const EngineSmtpServer *server, guint letters);
/* Whether a refused line of the outbox is final: 5yz. */
gboolean engine_smtp_is_final (const char *refused);

/* Whether the server can take it at all; ENGINE_ERROR_REFUSED says what to do. */
gboolean engine_smtp_check (const EngineSmtpServer *server,
                            const StoreOutboxEntry *entry,
                            guint64 size,
                            GError **error);

/* (transfer full) */
SmtpCommand *engine_smtp_mail (const EngineSmtpServer *server,
                               const StoreOutboxEntry *entry,
                               const EngineSmtpNeeds *needs,
                               guint64 size);
SmtpCommand *engine_smtp_rcpt (const EngineSmtpServer *server,
                               const StoreOutboxEntry *entry,
                               const char *recipient);

G_END_DECLS
