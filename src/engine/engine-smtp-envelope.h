/* The envelope of one transaction: whom it is for, and what its MAIL and RCPT say to a server that
 * offers this and that. Without I/O, but for what it reads of the session's state. */
#pragma once

#include "engine-smtp.h"
#include "smtp-core.h"

G_BEGIN_DECLS

/* Whom of @entry's recipients this transaction is for, as @core's server limits it (RFC 9422):
 * those who neither have the letter nor were refused for good. *@more: some are left for another
 * one. (transfer container) (element-type utf8, of @entry) */
GPtrArray *engine_smtp_targets (SmtpCore *core, const StoreOutboxEntry *entry, gboolean *more);
/* Whether the server takes no more letters over this session after @letters (MAILMAX). */
gboolean engine_smtp_is_full (SmtpCore *core, guint letters);
/* Whether a refused line of the outbox is final: 5yz. */
gboolean engine_smtp_is_final (const char *refused);

/* Whether the server can take it at all; ENGINE_ERROR_REFUSED says what to do. */
gboolean engine_smtp_check (SmtpCore *core,
                            const StoreOutboxEntry *entry,
                            const EngineSmtpNeeds *needs,
                            guint64 size,
                            const char *server,
                            GError **error);

/* (transfer full) */
SmtpCommand *engine_smtp_mail (SmtpCore *core,
                               const StoreOutboxEntry *entry,
                               const EngineSmtpNeeds *needs,
                               guint64 size);
SmtpCommand *
engine_smtp_rcpt (SmtpCore *core, const StoreOutboxEntry *entry, const char *recipient);

G_END_DECLS
