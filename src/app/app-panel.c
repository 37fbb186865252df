/* The panel follows the tap: a thread that adds to the tap only sets the time at which this thread
 * looks, a tenth of a second later. While the panel is closed it looks once a second, for the
 * footer. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app-card.h"
#include "app-panel-cell.h"
#include "app-panel-export.h"
#include "app-panel-model.h"
#include "app-panel-shown.h"
#include "app-panel-summary.h"
#include "app-strip.h"
#include "learn-wording.h"

#define OPEN_INTERVAL (G_USEC_PER_SEC / 10)
#define CLOSED_INTERVAL G_USEC_PER_SEC
#define NARROW_WIDTH 700

struct _AppPanel
{
  GtkBox parent_instance;

  GtkDropDown *accounts, *depth;
  GtkSearchEntry *filter;
  GtkToggleButton *pause;
  GtkWidget *close, *filters;
  GtkPaned *split;
  GtkScrolledWindow *scroller, *card_scroller;
  GtkListView *view;
  GtkButton *news;
  AppCard *card;
  AppStrip *strip;

  EngineService *service;
  WireTap *tap;
  AppPanelModel *model;
  GtkSingleSelection *selection;
  GSource *source;
  guint tap_watch, service_watch, change_watch;
  EngineAccount *account;
  GPtrArray *uuids; /* of the accounts' drop-down, after "all" */
  GSimpleActionGroup *actions;
  gboolean open, follows;
  guint unseen;
  gboolean placed;
  guint resized;
  int width;
  gint open_now; /* atomic: read by the tap's threads */

  /* The question about a held command */
  guint64 held_connection, held_exchange;
  gboolean predicted_keeps, predicted;
};

G_DEFINE_FINAL_TYPE (AppPanel, app_panel, GTK_TYPE_BOX)

enum
{
  CLOSE,
  RELEASE,
  SUMMARY_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* The list */

static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, app_panel_cell_new ());
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  AppPanelRow *row = gtk_list_item_get_item (item);
  AppPanelRowType kind = app_panel_row_get_kind (row);

  app_panel_cell_bind (APP_PANEL_CELL (gtk_list_item_get_child (item)), row);
  gtk_list_item_set_selectable (item, kind == APP_PANEL_EXCHANGE || kind == APP_PANEL_LINE);
  gtk_list_item_set_activatable (item, kind == APP_PANEL_EXCHANGE || kind == APP_PANEL_FOLD);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  app_panel_cell_bind (APP_PANEL_CELL (gtk_list_item_get_child (item)), NULL);
}

static void
scroll_to (AppPanel *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

static void
show_news (AppPanel *self)
{
  g_autofree char *text = g_strdup_printf (_ ("%d new ↓"), (int) self->unseen);

  gtk_button_set_label (self->news, text);
  gtk_widget_set_visible (GTK_WIDGET (self->news), self->unseen > 0);
}

static void
follow (AppPanel *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  self->follows = TRUE;
  self->unseen = 0;
  show_news (self);
  if (n > 0)
    scroll_to (self, n - 1);
}

static void
on_news (GtkButton *button, AppPanel *self)
{
  follow (self);
}

static gboolean
is_at_end (AppPanel *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  return gtk_adjustment_get_value (adjustment) >= end - 24;
}

/* Scrolling away from the end stops following; coming back to it goes on. */
static void
on_scrolled (GtkAdjustment *adjustment, AppPanel *self)
{
  gboolean at_end = is_at_end (self);

  if (at_end && self->unseen > 0)
    {
      self->unseen = 0;
      show_news (self);
    }
  if (at_end)
    self->follows =
        gtk_single_selection_get_selected_item (self->selection) == NULL || self->follows;
  else if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->follows = FALSE;
}

/* The list has been laid out again: only now is it known whether what is new can be seen. */
static void
on_laid_out (AppPanel *self)
{
  if (is_at_end (self))
    self->unseen = 0;
  show_news (self);
}

/* The card */

/* The strip tells of one account: another account's exchange did nothing to it. */
static void
show_effect (AppPanel *self, const LearnExchange *exchange)
{
  gboolean ours =
      exchange != NULL && self->account != NULL &&
      g_strcmp0 (exchange->info->account, engine_account_info (self->account)->uuid) == 0;
  g_autofree char *effect = ours ? learn_exchange_effect (exchange) : NULL;

  app_strip_set_effect (self->strip, effect);
}

static void
show_selected (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  LearnExchange *exchange = row != NULL ? app_panel_row_get_exchange (row) : NULL;
  guint line = row != NULL ? app_panel_row_get_line (row) : 0;

  if (exchange == NULL)
    return;
  app_card_show (self->card, exchange, line);
  app_card_ask (self->card, exchange->held);
  if (exchange->connection != self->held_connection || exchange->exchange != self->held_exchange)
    app_card_tell (self->card, NULL, FALSE);
  show_effect (self, exchange);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (selection);

  if (row == NULL)
    {
      app_card_clear (self->card);
      app_strip_set_effect (self->strip, NULL);
      return;
    }
  self->follows = FALSE;
  if (app_panel_row_get_kind (row) == APP_PANEL_EXCHANGE &&
      app_panel_row_get_exchange (row) != NULL)
    app_panel_model_open (self->model, app_panel_row_get_exchange (row)->key);
  show_selected (self);
}

static void
on_activated (GtkListView *view, guint position, AppPanel *self)
{
  g_autoptr (AppPanelRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  app_panel_model_toggle (self->model, row);
}

static void
on_clicked (GtkGestureClick *gesture, int n_press, double x, double y, AppPanel *self)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GtkWidget *cell = widget != NULL ? gtk_widget_get_ancestor (widget, APP_TYPE_PANEL_CELL) : NULL;

  if (cell != NULL && gtk_widget_has_css_class (cell, "panel-fold"))
    app_panel_model_toggle (self->model, app_panel_cell_get_row (APP_PANEL_CELL (cell)));
}

/* The question: a command held at the gate */

static LearnExchange *
find_held (AppPanel *self)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);

  for (guint i = learn_dialogue_count (dialogue); i-- > 0;)
    if (learn_dialogue_get (dialogue, i)->held)
      return learn_dialogue_get (dialogue, i);
  return NULL;
}

static void
select_exchange (AppPanel *self, guint64 connection, guint64 exchange)
{
  guint position = app_panel_model_find (self->model, connection, exchange);

  if (position == G_MAXUINT)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  scroll_to (self, position);
}

static void
on_answered (AppCard *card, gboolean keeps, AppPanel *self)
{
  LearnExchange *held = find_held (self);

  if (held == NULL)
    return;
  self->predicted = TRUE;
  self->predicted_keeps = keeps;
  self->held_connection = held->connection;
  self->held_exchange = held->exchange;
  app_card_ask (self->card, FALSE);
  g_signal_emit (self, signals[RELEASE], 0, held->info->account);
}

/* Once it has run, the account's own counters say what became of the letter. */
static void
tell_verdict (AppPanel *self)
{
  guint position = app_panel_model_find (self->model, self->held_connection, self->held_exchange);
  g_autoptr (AppPanelRow) row =
      position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (self->model), position) : NULL;
  LearnExchange *exchange = row != NULL ? app_panel_row_get_exchange (row) : NULL;
  StoreStrip strip;
  const char *words;
  g_autofree char *text = NULL;

  if (exchange == NULL || !exchange->done || self->account == NULL)
    return;
  if (exchange->outcome != BASE_OUTCOME_OK)
    {
      self->predicted = FALSE;
      return;
    }
  if (!store_reader_strip (engine_account_reader (self->account), &strip, NULL) ||
      strip.copies_here == 0)
    return; /* not committed yet */
  self->predicted = FALSE;
  words = self->predicted_keeps
              ? ngettext ("As you said: the server still has %1$d, and %2$d copy is here now.",
                          "As you said: the server still has %1$d, and %2$d copies are here now.",
                          (gulong) strip.copies_here)
              : ngettext ("It does: the server still has %1$d, and %2$d copy is here now. IMAP "
                          "shows; it does not carry away.",
                          "It does: the server still has %1$d, and %2$d copies are here now. IMAP "
                          "shows; it does not carry away.",
                          (gulong) strip.copies_here);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (words, (int) strip.server_total, (int) strip.copies_here);
#pragma GCC diagnostic pop
  app_card_tell (self->card, text, self->predicted_keeps);
  /* It was the panel that chose this exchange, not the person: the list goes on. */
  self->follows = TRUE;
}

/* Following the tap */

static void
refresh_selected (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  LearnExchange *held;

  if (row != NULL && app_panel_row_get_exchange (row) != NULL &&
      !app_panel_row_get_exchange (row)->done)
    show_selected (self);
  held = find_held (self);
  if (held != NULL &&
      (held->connection != self->held_connection || held->exchange != self->held_exchange))
    {
      self->held_connection = held->connection;
      self->held_exchange = held->exchange;
      select_exchange (self, held->connection, held->exchange);
      show_selected (self);
    }
  if (self->predicted)
    {
      show_selected (self);
      tell_verdict (self);
    }
}

static void
pull (AppPanel *self)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint after;

  if (gtk_toggle_button_get_active (self->pause))
    return;
  app_panel_model_pull (self->model, self->tap);
  after = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  g_signal_emit (self, signals[SUMMARY_CHANGED], 0);
  if (!self->open)
    return;
  refresh_selected (self);
  if (after > before && self->follows)
    follow (self);
  else if (after > before)
    self->unseen += after - before;
}

static gboolean
on_source (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static gboolean
on_news_time (gpointer data)
{
  pull (data);
  return G_SOURCE_CONTINUE;
}

/* On the thread that added to the tap. */
static void
on_tap (gpointer data)
{
  AppPanel *self = data;
  gint64 delay = g_atomic_int_get (&self->open_now) ? OPEN_INTERVAL : CLOSED_INTERVAL;

  g_source_set_ready_time (self->source, g_get_monotonic_time () + delay);
}

static void
make_source (AppPanel *self)
{
  static GSourceFuncs funcs = { NULL, NULL, on_source, NULL, NULL, NULL };

  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->source, on_news_time, self, NULL);
  g_source_set_ready_time (self->source, -1);
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT_IDLE);
  g_source_attach (self->source, NULL);
}

/* The bar */

static void
on_accounts_changed (gpointer data)
{
  AppPanel *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("All accounts"));
  g_ptr_array_set_size (self->uuids, 0);
  for (guint i = 0; i < accounts->len; i++)
    {
      const StoreAccountInfo *info = engine_account_info (accounts->pdata[i]);
      g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
      g_autofree char *name = g_strdup_printf ("%s · %s", info->email, protocol);

      gtk_string_list_append (names, name);
      g_ptr_array_add (self->uuids, g_strdup (info->uuid));
    }
  gtk_drop_down_set_model (self->accounts, G_LIST_MODEL (names));
  app_strip_update (self->strip);
}

static void
on_account_filter (AppPanel *self)
{
  guint selected = gtk_drop_down_get_selected (self->accounts);

  app_panel_model_set_account (
      self->model,
      selected == 0 || selected > self->uuids->len ? NULL : self->uuids->pdata[selected - 1]);
}

static void
on_filter (GtkSearchEntry *entry, AppPanel *self)
{
  app_panel_model_set_filter (self->model, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* What is routine is folded for newcomers; everyone else sees all there is. */
static void
on_depth (AppPanel *self)
{
  AppCardDepth depth = (AppCardDepth) gtk_drop_down_get_selected (self->depth);

  if (depth > APP_CARD_ENGINEER)
    return;
  app_panel_model_set_everything (self->model, depth != APP_CARD_NEWCOMER);
  app_card_set_depth (self->card, depth);
  if (gtk_single_selection_get_selected_item (self->selection) != NULL)
    show_selected (self);
}

static void
forget_filters (AppPanel *self)
{
  gtk_drop_down_set_selected (self->accounts, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->filter), "");
  app_panel_model_set_filter (self->model, "");
  app_panel_shown_reset (G_ACTION_GROUP (self->actions));
}

static void
on_pause (GtkToggleButton *button, AppPanel *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (button),
                            gtk_toggle_button_get_active (button)
                                ? "media-playback-start-symbolic"
                                : "media-playback-pause-symbolic");
  pull (self);
}

static void
on_close (GtkButton *button, AppPanel *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  const LearnExchange *selected = row != NULL ? app_panel_row_get_exchange (row) : NULL;

  gtk_window_present (GTK_WINDOW (app_panel_export_new (GTK_WIDGET (self),
                                                        self->model,
                                                        app_panel_model_dup_shown (self->model),
                                                        selected != NULL ? selected->key : 0)));
}

/* For the window */

/* Beside each other where there is room, else the card under the list. */
static void
arrange (AppPanel *self, int width)
{
  gboolean narrow = width < NARROW_WIDTH;
  GtkOrientation orientation = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
  /* In a window that became smaller the exchanges keep at least half. */
  gboolean squeezed = !narrow && gtk_paned_get_position (self->split) < width / 2;

  if (!self->placed || squeezed ||
      orientation != gtk_orientable_get_orientation (GTK_ORIENTABLE (self->split)))
    {
      gtk_orientable_set_orientation (GTK_ORIENTABLE (self->split), orientation);
      gtk_paned_set_position (self->split,
                              narrow ? MAX (gtk_widget_get_height (GTK_WIDGET (self)) / 3, 110)
                                     : width - CLAMP (width / 3, 300, 460));
      self->placed = TRUE;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->depth), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->accounts), !narrow);
  app_strip_set_narrow (self->strip, narrow);
}

static gboolean
on_resized (gpointer data)
{
  AppPanel *self = data;

  self->resized = 0;
  arrange (self, gtk_widget_get_width (GTK_WIDGET (self)));
  return G_SOURCE_REMOVE;
}

/* The split's own limits change with its size, and nothing else tells of that. */
static void
on_split_sized (AppPanel *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  if (width != self->width && self->resized == 0)
    self->resized = g_idle_add (on_resized, self);
  self->width = width;
}

void
app_panel_set_service (AppPanel *self, EngineService *service)
{
  self->service = service;
  self->tap = wire_tap_ref (engine_service_tap (service));
  make_source (self);
  self->tap_watch = wire_tap_watch (self->tap, on_tap, self);
  self->service_watch = engine_service_watch (service, on_accounts_changed, self);
  on_accounts_changed (self);
}

static void
on_store_change (StoreChange *change, gpointer data)
{
  AppPanel *self = data;

  app_strip_update (self->strip);
  if (self->predicted)
    tell_verdict (self);
}

void
app_panel_set_account (AppPanel *self, EngineAccount *account)
{
  AppPanelRow *row;

  if (self->account != NULL)
    store_mailbase_unwatch (engine_account_mailbase (self->account), self->change_watch);
  g_clear_pointer (&self->account, engine_account_unref);
  if (account != NULL)
    {
      self->account = engine_account_ref (account);
      self->change_watch =
          store_mailbase_watch (engine_account_mailbase (account), NULL, on_store_change, self);
    }
  app_strip_set_account (self->strip, account);
  row = gtk_single_selection_get_selected_item (self->selection);
  show_effect (self, row != NULL ? app_panel_row_get_exchange (row) : NULL);
  g_signal_emit (self, signals[SUMMARY_CHANGED], 0);
}

void
app_panel_set_closable (AppPanel *self, gboolean closable)
{
  gtk_widget_set_visible (self->close, closable);
}

void
app_panel_set_open (AppPanel *self, gboolean open)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  /* Before it takes its place: in a narrow window it must not ask for more width than there is. */
  if (open && root != NULL && gtk_widget_get_width (root) > 0)
    arrange (self, gtk_widget_get_width (root));
  self->open = open;
  g_atomic_int_set (&self->open_now, open);
  if (open && self->tap != NULL)
    pull (self);
  if (open && self->follows)
    follow (self);
}

void
app_panel_show_serial (AppPanel *self, guint64 serial)
{
  g_autoptr (GPtrArray) events = wire_tap_read (self->tap, serial, 64);

  pull (self);
  forget_filters (self);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (event->connection == 0 ||
          app_panel_model_find (self->model, event->connection, event->exchange) == G_MAXUINT)
        continue;
      select_exchange (self, event->connection, event->exchange);
      return;
    }
}

char *
app_panel_dup_summary (AppPanel *self)
{
  return app_panel_summary_text (self->account, app_panel_model_count (self->model));
}

static void
app_panel_dispose (GObject *object)
{
  AppPanel *self = APP_PANEL (object);

  g_clear_handle_id (&self->resized, g_source_remove);
  if (self->tap_watch != 0)
    wire_tap_unwatch (self->tap, self->tap_watch);
  self->tap_watch = 0;
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->service_watch != 0)
    engine_service_unwatch (self->service, self->service_watch);
  self->service_watch = 0;
  if (self->strip != NULL)
    app_panel_set_account (self, NULL);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_pointer (&self->uuids, g_ptr_array_unref);
  g_clear_pointer (&self->tap, wire_tap_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_PANEL);
  G_OBJECT_CLASS (app_panel_parent_class)->dispose (object);
}

static void
app_panel_class_init (AppPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_panel_dispose;
  signals[CLOSE] = g_signal_new (
      "close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RELEASE] = g_signal_new ("release",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
  signals[SUMMARY_CHANGED] = g_signal_new ("summary-changed",
                                           G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           0);
  g_type_ensure (APP_TYPE_CARD);
  g_type_ensure (APP_TYPE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-panel.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppPanel, name)
  BIND (accounts);
  BIND (depth);
  BIND (filter);
  BIND (filters);
  BIND (pause);
  BIND (close);
  BIND (split);
  BIND (scroller);
  BIND (card_scroller);
  BIND (view);
  BIND (news);
  BIND (card);
  BIND (strip);
#undef BIND
}

/* An enumeration's nick in the settings, a position in the list. */
static const char *const depths[] = { "newcomer", "user", "engineer" };

static gboolean
depth_from_setting (GValue *value, GVariant *variant, gpointer data)
{
  guint position = 0;

  while (position < G_N_ELEMENTS (depths) - 1 &&
         !g_str_equal (depths[position], g_variant_get_string (variant, NULL)))
    position++;
  g_value_set_uint (value, position);
  return TRUE;
}

static GVariant *
depth_to_setting (const GValue *value, const GVariantType *type, gpointer data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (depths[MIN (position, G_N_ELEMENTS (depths) - 1)]);
}

static void
app_panel_init (AppPanel *self)
{
  static const GActionEntry entries[] = {
    { .name = "export", .activate = on_export },
  };
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->follows = TRUE;
  self->uuids = g_ptr_array_new_with_free_func (g_free);
  self->model = app_panel_model_new ();
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  app_panel_shown_add (G_ACTION_MAP (self->actions), self->model, self->filters);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "panel", G_ACTION_GROUP (self->actions));
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activated), self);
  g_signal_connect (click, "released", G_CALLBACK (on_clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (gtk_scrolled_window_get_vadjustment (self->scroller),
                    "value-changed",
                    G_CALLBACK (on_scrolled),
                    self);
  g_signal_connect_swapped (self->split, "notify::max-position", G_CALLBACK (on_split_sized), self);
  g_signal_connect_swapped (gtk_scrolled_window_get_vadjustment (self->scroller),
                            "changed",
                            G_CALLBACK (on_laid_out),
                            self);
  g_signal_connect (self->news, "clicked", G_CALLBACK (on_news), self);
  g_signal_connect (self->card, "answered", G_CALLBACK (on_answered), self);
  g_signal_connect (self->filter, "search-changed", G_CALLBACK (on_filter), self);
  g_signal_connect (self->pause, "toggled", G_CALLBACK (on_pause), self);
  g_signal_connect (self->close, "clicked", G_CALLBACK (on_close), self);
  g_signal_connect_swapped (
      self->accounts, "notify::selected", G_CALLBACK (on_account_filter), self);
  g_signal_connect_swapped (self->depth, "notify::selected", G_CALLBACK (on_depth), self);
  g_settings_bind_with_mapping (settings,
                                "explanations",
                                self->depth,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                depth_from_setting,
                                depth_to_setting,
                                NULL,
                                NULL);
  on_depth (self);
}
