/* Access tokens that others make: a command that the account names, or GNOME Online Accounts. Both
 * renew what has expired by themselves. Blocking; any thread. Nothing here logs or keeps them. */
#pragma once

#include <gio/gio.h>

#include "base-secret.h"

G_BEGIN_DECLS

/* A token's length in bytes, at most. */
#define ENGINE_TOKEN_MAX (64 * 1024)

/* The first line that @command prints. It is run without a shell (words as a shell would split
 * them), gets no input, what it says on its error stream goes nowhere, and it has half a minute.
 * %NULL with %ENGINE_ERROR_NO_PASSWORD. (transfer full) */
BaseSecret *engine_token_run (const char *command, GError **error);

/* An account of the desktop that has mail. */
typedef struct
{
  char *id;       /* "account_1551…" */
  char *provider; /* "Google", in the person's words */
  char *email, *full_name;
  char *host, *security, *user; /* IMAP; "tls", "starttls", "none" */
  guint16 port;
  char *smtp_host, *smtp_security, *smtp_user; /* "": it does not send */
  guint16 smtp_port;
} EngineDesktopAccount;
void engine_desktop_account_free (EngineDesktopAccount *account);

/* Those that GNOME Online Accounts has; none where it is not running. (transfer container: free
 * func set) */
GPtrArray *engine_token_desktop_accounts (void);
/* The token of such an account, or its password: *@is_token says which. @again: the last one was
 * refused, so that a new one is asked for. (transfer full) */
BaseSecret *
engine_token_of_desktop (const char *id, gboolean again, gboolean *is_token, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineDesktopAccount, engine_desktop_account_free)

G_END_DECLS
