/* A GtkColumnView: its columns are places, and follow them; its rows are named for those who hear
 * them, with every place that has something. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-ledger-table.h"

#include <glib/gi18n.h>

#include "app-leave.h"
#include "app-signal.h"

#define LETTER_WIDTH 180
/* Room for “headers only” in either language. */
#define PLACE_WIDTH 168
/* Of another account's cells, which have a folder's name: “entière · Boîte de réception”. */
#define FOLDER_WIDTH 232

struct _AppLedgerTable
{
  GtkBox parent_instance;
  GtkColumnView *view;
  GtkSingleSelection *selection;
  GPtrArray *places; /* LearnPlace */
};

G_DEFINE_FINAL_TYPE (AppLedgerTable, app_ledger_table, GTK_TYPE_BOX)

enum
{
  SELECTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

const char *
app_ledger_cell_icon (LearnCellState state)
{
  switch (state)
    {
    case LEARN_CELL_WHOLE:
      return "mail-unread-symbolic";
    case LEARN_CELL_HEADERS:
      return "view-list-symbolic";
    case LEARN_CELL_COMING:
      return "go-jump-symbolic";
    case LEARN_CELL_LEAVING:
      return "edit-delete-symbolic";
    case LEARN_CELL_UNKNOWN:
      return "dialog-question-symbolic";
    case LEARN_CELL_GONE:
      return "window-close-symbolic";
    case LEARN_CELL_NOT_LISTED:
      return "view-conceal-symbolic";
    case LEARN_CELL_REFUSED:
      return "action-unavailable-symbolic";
    case LEARN_CELL_ABSENT:
    default:
      return NULL;
    }
}

const char *
app_ledger_place_icon (LearnPlaceKind kind)
{
  switch (kind)
    {
    case LEARN_PLACE_HERE:
      return "computer-symbolic";
    case LEARN_PLACE_OUTBOX:
      return "restante-outbox-symbolic";
    case LEARN_PLACE_ON_THE_WAY:
      return "mail-send-symbolic";
    case LEARN_PLACE_ELSEWHERE:
      return "phone-symbolic";
    case LEARN_PLACE_SERVER:
    default:
      return "network-server-symbolic";
    }
}

/* Cells */

static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "ledger-cell");
  gtk_list_item_set_child (item, box);
}

static void
show_cell (GtkWidget *box, const LearnCell *cell)
{
  GtkWidget *image = gtk_widget_get_first_child (box);
  const char *classes[] = { "ledger-cell", learn_cell_state_name (cell->state), NULL, NULL };
  const char *icon = app_ledger_cell_icon (cell->state);

  if (learn_cell_is_provisional (cell))
    classes[2] = "provisional";
  gtk_widget_set_css_classes (box, classes);
  gtk_widget_set_visible (image, icon != NULL);
  gtk_image_set_from_icon_name (GTK_IMAGE (image), icon);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)),
                      cell->state == LEARN_CELL_ABSENT ? "–" : cell->text);
  gtk_widget_set_tooltip_text (box, cell->why[0] != '\0' ? cell->why : NULL);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  AppLedgerRow *row = gtk_list_item_get_item (item);

  show_cell (gtk_list_item_get_child (item),
             app_ledger_row_get_cell (row, GPOINTER_TO_UINT (column)));
}

static void
setup_letter (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (int i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_add_css_class (gtk_widget_get_last_child (box), "caption");
  gtk_widget_add_css_class (gtk_widget_get_last_child (box), "dim-label");
  gtk_list_item_set_child (item, box);
}

/* "“lunch?”, Grace Hopper. This computer: whole. Server: leaves at QUIT." */
static char *
row_name (AppLedgerTable *self, AppLedgerRow *row, const char *subtitle)
{
  GString *name = g_string_new (app_ledger_row_get_title (row));

  if (subtitle != NULL && *subtitle != '\0')
    g_string_append_printf (name, ", %s", subtitle);
  g_string_append_c (name, '.');
  for (guint i = 0; i < self->places->len; i++)
    {
      const LearnPlace *place = self->places->pdata[i];
      const LearnCell *cell = app_ledger_row_get_cell (row, i);

      if (cell->state != LEARN_CELL_ABSENT)
        /* Translators: a place and what it has of a letter: "Server: leaves at QUIT." */
        g_string_append_printf (name, _ (" %1$s: %2$s."), place->title, cell->text);
    }
  return g_string_free (name, FALSE);
}

static void
bind_letter (GtkSignalListItemFactory *factory, GtkListItem *item, AppLedgerTable *self)
{
  AppLedgerRow *row = gtk_list_item_get_item (item);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *cell = gtk_widget_get_parent (box);
  GtkWidget *line = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  const char *subtitle = app_ledger_row_get_subtitle (row);
  g_autofree char *name = NULL;

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (box)), app_ledger_row_get_title (row));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)), subtitle);
  gtk_widget_set_visible (gtk_widget_get_last_child (box), subtitle != NULL && *subtitle != '\0');
  if (line == NULL)
    return;
  name = row_name (self, row, subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* Columns */

static void
add_column (AppLedgerTable *self,
            const char *title,
            GtkListItemFactory *factory,
            int width,
            gboolean expand)
{
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  gtk_column_view_column_set_fixed_width (column, width);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_append_column (self->view, column);
}

static gboolean
same_places (const GPtrArray *a, const GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const LearnPlace *x = a->pdata[i];
      const LearnPlace *y = b->pdata[i];

      if (!g_str_equal (x->id, y->id) || !g_str_equal (x->title, y->title))
        return FALSE;
    }
  return TRUE;
}

void
app_ledger_table_set_places (AppLedgerTable *self, GPtrArray *places)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);
  gboolean same = same_places (self->places, places);
  GtkListItemFactory *factory;

  g_clear_pointer (&self->places, g_ptr_array_unref);
  self->places = places;
  if (same)
    return;
  /* Rows of the old columns have no cells for the new ones. */
  gtk_single_selection_set_model (self->selection, NULL);
  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_letter), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_letter), self);
  add_column (self, _ ("Letter"), factory, LETTER_WIDTH, TRUE);
  for (guint i = 0; i < places->len; i++)
    {
      const LearnPlace *place = places->pdata[i];

      factory = gtk_signal_list_item_factory_new ();
      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), GUINT_TO_POINTER (i));
      add_column (self,
                  place->title,
                  factory,
                  place->kind == LEARN_PLACE_ELSEWHERE ? FOLDER_WIDTH : PLACE_WIDTH,
                  FALSE);
    }
}

GPtrArray *
app_ledger_table_get_places (AppLedgerTable *self)
{
  return self->places;
}

AppLedgerRow *
app_ledger_table_get_selected (AppLedgerTable *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

void
app_ledger_table_set_rows (AppLedgerTable *self, GListModel *rows)
{
  AppLedgerRow *before = app_ledger_table_get_selected (self);
  gint64 id = before != NULL ? app_ledger_row_get_id (before) : 0;
  guint found = G_MAXUINT;

  gtk_single_selection_set_model (self->selection, rows);
  if (id != 0 && APP_IS_LEDGER_MODEL (rows))
    found = app_ledger_model_find (APP_LEDGER_MODEL (rows), id);
  gtk_single_selection_set_selected (self->selection,
                                     found != G_MAXUINT ? found : GTK_INVALID_LIST_POSITION);
  g_signal_emit (self, signals[SELECTED], 0, app_ledger_table_get_selected (self));
}

static void
on_selected (GObject *object, GParamSpec *pspec, AppLedgerTable *self)
{
  g_signal_emit (self, signals[SELECTED], 0, app_ledger_table_get_selected (self));
}

static void
app_ledger_table_finalize (GObject *object)
{
  AppLedgerTable *self = APP_LEDGER_TABLE (object);

  g_clear_pointer (&self->places, g_ptr_array_unref);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (app_ledger_table_parent_class)->finalize (object);
}

static void
app_ledger_table_class_init (AppLedgerTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_ledger_table_finalize;
  signals[SELECTED] = app_signal_new (klass, "selected", 1, APP_TYPE_LEDGER_ROW);
}

static void
app_ledger_table_init (AppLedgerTable *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->view =
      GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection))));
  gtk_column_view_set_show_row_separators (self->view, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "ledger");
  /* Its rows are in a list of their own, which has no name. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_last_child (GTK_WIDGET (self->view))),
      GTK_ACCESSIBLE_PROPERTY_LABEL,
      _ ("Letters and where they are"),
      -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  app_leave_by_tab (gtk_widget_get_last_child (GTK_WIDGET (self->view)));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self), scroller);
  g_signal_connect_object (
      self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, 0);
}

GtkWidget *
app_ledger_table_new (void)
{
  return g_object_new (APP_TYPE_LEDGER_TABLE, NULL);
}
