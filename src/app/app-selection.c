/* GtkMultiSelection asks for every item when all are selected; this one keeps positions only. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-selection.h"

struct _AppSelection
{
  GObject parent_instance;
  AppListModel *model;
  GtkBitset *selected;
};

static void selection_list_init (GListModelInterface *iface);
static void selection_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AppSelection,
                               app_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, selection_list_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_init))

static GType
get_item_type (GListModel *list)
{
  return APP_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (APP_SELECTION (list)->model));
}

static gpointer
get_item (GListModel *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (APP_SELECTION (list)->model), position);
}

static void
selection_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  return gtk_bitset_contains (APP_SELECTION (model)->selected, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_bitset_ref (APP_SELECTION (model)->selected);
}

/* Takes @selected and tells what changed. (transfer full) */
static void
replace (AppSelection *self, GtkBitset *selected)
{
  g_autoptr (GtkBitset) changed = gtk_bitset_copy (self->selected);

  gtk_bitset_difference (changed, selected);
  gtk_bitset_unref (self->selected);
  self->selected = selected;
  if (!gtk_bitset_is_empty (changed))
    {
      guint first = gtk_bitset_get_minimum (changed);

      gtk_selection_model_selection_changed (
          GTK_SELECTION_MODEL (self), first, gtk_bitset_get_maximum (changed) - first + 1);
    }
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  AppSelection *self = APP_SELECTION (model);
  GtkBitset *selected = unselect_rest ? gtk_bitset_new_empty () : gtk_bitset_copy (self->selected);

  gtk_bitset_add_range (selected, position, n_items);
  replace (self, selected);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  AppSelection *self = APP_SELECTION (model);
  GtkBitset *selected = gtk_bitset_copy (self->selected);

  gtk_bitset_remove_range (selected, position, n_items);
  replace (self, selected);
  return TRUE;
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  return select_range (model, position, 1, unselect_rest);
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  return unselect_range (model, position, 1);
}

static gboolean
select_all (GtkSelectionModel *model)
{
  return select_range (model, 0, g_list_model_get_n_items (G_LIST_MODEL (model)), TRUE);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  replace (APP_SELECTION (model), gtk_bitset_new_empty ());
  return TRUE;
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  AppSelection *self = APP_SELECTION (model);
  GtkBitset *result = gtk_bitset_copy (self->selected);
  g_autoptr (GtkBitset) wanted = gtk_bitset_copy (selected);

  gtk_bitset_subtract (result, mask);
  gtk_bitset_intersect (wanted, mask);
  gtk_bitset_union (result, wanted);
  replace (self, result);
  return TRUE;
}

static void
selection_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
  iface->set_selection = set_selection;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, AppSelection *self)
{
  guint64 before = gtk_bitset_get_size (self->selected);

  gtk_bitset_splice (self->selected, position, removed, added);
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (gtk_bitset_get_size (self->selected) != before && get_n_items (G_LIST_MODEL (self)) > 0)
    gtk_selection_model_selection_changed (
        GTK_SELECTION_MODEL (self), 0, get_n_items (G_LIST_MODEL (self)));
}

guint
app_selection_count (AppSelection *self)
{
  return (guint) gtk_bitset_get_size (self->selected);
}

guint
app_selection_first (AppSelection *self)
{
  return gtk_bitset_is_empty (self->selected) ? G_MAXUINT : gtk_bitset_get_minimum (self->selected);
}

GArray *
app_selection_placements (AppSelection *self)
{
  GArray *placements = g_array_new (FALSE, FALSE, sizeof (gint64));
  GtkBitsetIter iter;
  guint position;

  if (gtk_bitset_iter_init_first (&iter, self->selected, &position))
    {
      do
        {
          gint64 placement = app_list_model_get_placement (self->model, position);

          g_array_append_val (placements, placement);
        }
      while (gtk_bitset_iter_next (&iter, &position));
    }
  return placements;
}

static void
app_selection_dispose (GObject *object)
{
  AppSelection *self = APP_SELECTION (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (app_selection_parent_class)->dispose (object);
}

static void
app_selection_finalize (GObject *object)
{
  AppSelection *self = APP_SELECTION (object);

  gtk_bitset_unref (self->selected);
  G_OBJECT_CLASS (app_selection_parent_class)->finalize (object);
}

static void
app_selection_class_init (AppSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_selection_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_selection_finalize;
}

static void
app_selection_init (AppSelection *self)
{
  self->selected = gtk_bitset_new_empty ();
}

AppSelection *
app_selection_new (AppListModel *model)
{
  AppSelection *self = g_object_new (APP_TYPE_SELECTION, NULL);

  self->model = g_object_ref (model);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  return self;
}
