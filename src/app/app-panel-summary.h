/* What the footer says of the selected account while the Protocol panel is closed. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* "IMAP · idle · 3 exchanges". @account is nullable. (transfer full) */
char *app_panel_summary_text (EngineAccount *account, guint exchanges);

G_END_DECLS
