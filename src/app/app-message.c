/* Rows are immutable; a changed row is another row, and the widgets bound to it are told. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-message.h"

#include "app-signal.h"

struct _AppMessage
{
  GObject parent_instance;
  StoreRow *row;
};

G_DEFINE_FINAL_TYPE (AppMessage, app_message, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* A row that vanished between the list and now. */
static const StoreRow gone = {
  .flags = STORE_FLAG_SEEN,
  .keywords = (char *) "",
  .subject = (char *) "",
  .from_name = (char *) "",
  .from_address = (char *) "",
  .to_text = (char *) "",
  .cc_text = (char *) "",
};

const StoreRow *
app_message_get_row (AppMessage *self)
{
  return self->row != NULL ? self->row : &gone;
}

gboolean
app_message_is_unread (AppMessage *self)
{
  return (app_message_get_row (self)->flags & STORE_FLAG_SEEN) == 0;
}

void
app_message_set_row (AppMessage *self, StoreRow *row)
{
  store_row_ref (row);
  g_clear_pointer (&self->row, store_row_unref);
  self->row = row;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
app_message_finalize (GObject *object)
{
  AppMessage *self = APP_MESSAGE (object);

  g_clear_pointer (&self->row, store_row_unref);
  G_OBJECT_CLASS (app_message_parent_class)->finalize (object);
}

static void
app_message_class_init (AppMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_message_finalize;
  signals[CHANGED] = app_signal_new (klass, "changed", 0);
}

static void
app_message_init (AppMessage *self)
{
}

AppMessage *
app_message_new (StoreRow *row)
{
  AppMessage *self = g_object_new (APP_TYPE_MESSAGE, NULL);

  self->row = row != NULL ? store_row_ref (row) : NULL;
  return self;
}
