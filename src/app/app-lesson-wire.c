/* A list and a card. A lesson is short: nothing is filtered, and routine stays folded. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-lesson-wire.h"

#include "app-card.h"
#include "app-leave.h"
#include "app-panel-cell.h"
#include "lesson-exchange.h"

#define SETTLED_MS 80

struct _AppLessonWire
{
  GtkBox parent_instance;
  GtkListView *view;
  AppCard *card;
  AppPanelModel *model;
  GtkSingleSelection *selection;
  guint position, lines; /* of the exchange that is looked at */
  guint scrolling;
};

G_DEFINE_FINAL_TYPE (AppLessonWire, app_lesson_wire, GTK_TYPE_BOX)

/* --- rows --- */

static void
on_activated (GtkListView *view, guint position, AppLessonWire *self)
{
  g_autoptr (AppPanelRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  app_panel_model_toggle (self->model, row);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, AppLessonWire *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (selection);
  LearnExchange *exchange = row != NULL ? app_panel_row_get_exchange (row) : NULL;

  if (exchange == NULL)
    {
      app_card_clear (self->card);
      return;
    }
  if (app_panel_row_get_kind (row) == APP_PANEL_EXCHANGE)
    app_panel_model_open (self->model, exchange->key);
  app_card_turn_back (self->card);
  app_card_show (self->card, exchange, app_panel_row_get_line (row));
}

static void
scroll_to (AppLessonWire *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

static gboolean
on_scrolled (gpointer data)
{
  AppLessonWire *self = data;

  self->scrolling = 0;
  scroll_to (self, self->position);
  return G_SOURCE_REMOVE;
}

/* Its lines, and then itself: from wherever one comes, it is in sight with as many of them as there
 * is room for. */
static gboolean
on_laid_out (gpointer data)
{
  AppLessonWire *self = data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  scroll_to (self, MIN (self->position + self->lines, n - 1));
  self->scrolling = g_timeout_add (SETTLED_MS, on_scrolled, self);
  return G_SOURCE_REMOVE;
}

/* Its lines unfold and the devices above it grow, which takes a frame: the row has to be in sight
 * after that. */
static void
scroll_later (AppLessonWire *self, guint position)
{
  self->position = position;
  if (self->scrolling == 0)
    self->scrolling = g_timeout_add (SETTLED_MS, on_laid_out, self);
}

/* --- from outside --- */

void
app_lesson_wire_forget (AppLessonWire *self)
{
  g_clear_handle_id (&self->scrolling, g_source_remove);
  g_clear_object (&self->model);
  self->model = app_panel_model_new ();
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  app_card_clear (self->card);
}

void
app_lesson_wire_pull (AppLessonWire *self, WireTap *tap)
{
  guint n;

  app_panel_model_pull (self->model, tap);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  if (n > 0 && gtk_single_selection_get_selected_item (self->selection) == NULL)
    scroll_to (self, n - 1);
}

void
app_lesson_wire_look (AppLessonWire *self, const LearnStep *step, guint64 from, guint64 until)
{
  const LearnExchange *exchange =
      lesson_exchange_find (app_panel_model_get_dialogue (self->model), step, from, until);
  guint position;

  if (exchange == NULL)
    return;
  position = app_panel_model_find (self->model, exchange->connection, exchange->exchange);
  if (position == G_MAXUINT)
    {
      /* It is folded away as routine; here it is what is looked at. */
      app_panel_model_set_everything (self->model, TRUE);
      position = app_panel_model_find (self->model, exchange->connection, exchange->exchange);
    }
  if (position == G_MAXUINT)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  self->lines = exchange->lines->len;
  scroll_later (self, position);
}

static void
app_lesson_wire_dispose (GObject *object)
{
  AppLessonWire *self = APP_LESSON_WIRE (object);

  g_clear_handle_id (&self->scrolling, g_source_remove);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_LESSON_WIRE);
  G_OBJECT_CLASS (app_lesson_wire_parent_class)->dispose (object);
}

static void
app_lesson_wire_class_init (AppLessonWireClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_lesson_wire_dispose;
  g_type_ensure (APP_TYPE_CARD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-lesson-wire.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppLessonWire, name)
  BIND (view);
  BIND (card);
#undef BIND
}

static void
app_lesson_wire_init (AppLessonWire *self)
{
  g_autoptr (GtkListItemFactory) factory = app_panel_cell_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->model = app_panel_model_new ();
  self->selection = app_panel_cell_selection_new (self->model);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  app_leave_by_tab (GTK_WIDGET (self->view));
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activated), self);
}
