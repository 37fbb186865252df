/* What offering a letter and showing the offer share. */
#pragma once

#include "app-take-back.h"

G_BEGIN_DECLS

/* Taken back elsewhere, it is a draft; it may be on its way too. @entry: (nullable) */
gboolean app_take_back_waits (const StoreOutboxEntry *entry);
/* (nullable) (transfer full) */
EngineAccount *app_take_back_account (AppApplication *application, const char *uuid);

G_END_DECLS
