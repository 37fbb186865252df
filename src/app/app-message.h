/* One row of the message list: a store row that follows the store's changes. */
#pragma once

#include <glib-object.h>

#include "store-types.h"

G_BEGIN_DECLS

#define APP_TYPE_MESSAGE (app_message_get_type ())
G_DECLARE_FINAL_TYPE (AppMessage, app_message, APP, MESSAGE, GObject)

/* @row %NULL: a letter that vanished while it was looked for, shown empty. */
AppMessage *app_message_new (StoreRow *row);
/* Never NULL; valid until the next app_message_set_row(). */
const StoreRow *app_message_get_row (AppMessage *self);
/* The store changed: emits "changed". */
void app_message_set_row (AppMessage *self, StoreRow *row);
gboolean app_message_is_unread (AppMessage *self);

G_END_DECLS
