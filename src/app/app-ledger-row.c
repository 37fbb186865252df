/* The rows of a ledger's table, and the list that makes them as they are looked at. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-ledger-table.h"

struct _AppLedgerRow
{
  GObject parent_instance;
  gint64 id;
  char *title, *subtitle;
  GPtrArray *cells; /* LearnCell */
};

G_DEFINE_FINAL_TYPE (AppLedgerRow, app_ledger_row, G_TYPE_OBJECT)

static void
app_ledger_row_finalize (GObject *object)
{
  AppLedgerRow *self = APP_LEDGER_ROW (object);

  g_free (self->title);
  g_free (self->subtitle);
  g_ptr_array_unref (self->cells);
  G_OBJECT_CLASS (app_ledger_row_parent_class)->finalize (object);
}

static void
app_ledger_row_class_init (AppLedgerRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_ledger_row_finalize;
}

static void
app_ledger_row_init (AppLedgerRow *self)
{
}

AppLedgerRow *
app_ledger_row_new (gint64 id, const char *title, const char *subtitle, GPtrArray *cells)
{
  AppLedgerRow *self = g_object_new (APP_TYPE_LEDGER_ROW, NULL);

  self->id = id;
  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle);
  self->cells = cells;
  return self;
}

gint64
app_ledger_row_get_id (AppLedgerRow *self)
{
  return self->id;
}

const char *
app_ledger_row_get_title (AppLedgerRow *self)
{
  return self->title;
}

const char *
app_ledger_row_get_subtitle (AppLedgerRow *self)
{
  return self->subtitle;
}

const LearnCell *
app_ledger_row_get_cell (AppLedgerRow *self, guint column)
{
  return self->cells->pdata[column];
}

/* The list */

struct _AppLedgerModel
{
  GObject parent_instance;
  GArray *ids;
  GHashTable *rows; /* position → AppLedgerRow: those that were looked at */
  AppLedgerFill fill;
  gpointer data;
};

static GType
get_item_type (GListModel *list)
{
  return APP_TYPE_LEDGER_ROW;
}

static guint
get_n_items (GListModel *list)
{
  return APP_LEDGER_MODEL (list)->ids->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  AppLedgerModel *self = APP_LEDGER_MODEL (list);
  AppLedgerRow *row;

  if (position >= self->ids->len)
    return NULL;
  row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (position));
  if (row == NULL)
    {
      row = self->fill (g_array_index (self->ids, gint64, position), self->data);
      g_hash_table_insert (self->rows, GUINT_TO_POINTER (position), row);
    }
  return g_object_ref (row);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AppLedgerModel,
                               app_ledger_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
app_ledger_model_finalize (GObject *object)
{
  AppLedgerModel *self = APP_LEDGER_MODEL (object);

  g_hash_table_unref (self->rows);
  g_clear_pointer (&self->ids, g_array_unref);
  G_OBJECT_CLASS (app_ledger_model_parent_class)->finalize (object);
}

static void
app_ledger_model_class_init (AppLedgerModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_ledger_model_finalize;
}

static void
app_ledger_model_init (AppLedgerModel *self)
{
  self->rows = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

AppLedgerModel *
app_ledger_model_new (GArray *ids, AppLedgerFill fill, gpointer data)
{
  AppLedgerModel *self = g_object_new (APP_TYPE_LEDGER_MODEL, NULL);

  self->ids = ids;
  self->fill = fill;
  self->data = data;
  return self;
}

guint
app_ledger_model_find (AppLedgerModel *self, gint64 id)
{
  for (guint i = 0; i < self->ids->len; i++)
    if (g_array_index (self->ids, gint64, i) == id)
      return i;
  return G_MAXUINT;
}
