/* Rows move when the list is scrolled, when rows come, go or change their height, and when the list
 * itself changes its size: all of these are told by its model or its adjustment. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-sight.h"

/* Pixels around what is seen. */
#define NEARLY 96

typedef struct
{
  GtkListView *view;
  GPtrArray *cells;   /* of the list; not owned */
  GPtrArray *waiting; /* of them: to be filled */
  void (*fill) (GtkWidget *cell);
  GdkFrameClock *clock; /* while some are waiting */
  GtkAdjustment *adjustment;
  GtkSelectionModel *model;
} Sight;

static void
allocate_again (Sight *sight)
{
  for (guint i = 0; i < sight->cells->len; i++)
    gtk_widget_queue_allocate (sight->cells->pdata[i]);
}

static void
stop_waiting (Sight *sight)
{
  g_ptr_array_set_size (sight->waiting, 0);
  if (sight->clock != NULL)
    g_signal_handlers_disconnect_by_data (sight->clock, sight);
  g_clear_object (&sight->clock);
}

/* All has its place. What changes now is laid out once more before it is painted. */
static void
on_layout (Sight *sight)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_copy (sight->waiting, NULL, NULL);

  stop_waiting (sight);
  for (guint i = 0; i < cells->len; i++)
    {
      sight->fill (cells->pdata[i]);
      gtk_widget_queue_allocate (cells->pdata[i]);
    }
}

static void
follow_adjustment (Sight *sight)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (sight->view));

  if (sight->adjustment == adjustment)
    return;
  if (sight->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (sight->adjustment, sight);
  g_set_object (&sight->adjustment, adjustment);
  if (adjustment == NULL)
    return;
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (allocate_again), sight);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (allocate_again), sight);
}

static void
follow_model (Sight *sight)
{
  GtkSelectionModel *model = gtk_list_view_get_model (sight->view);

  if (sight->model == model)
    return;
  if (sight->model != NULL)
    g_signal_handlers_disconnect_by_data (sight->model, sight);
  g_set_object (&sight->model, model);
  if (model != NULL)
    g_signal_connect_swapped (model, "items-changed", G_CALLBACK (allocate_again), sight);
}

static void
sight_free (gpointer data)
{
  Sight *sight = data;

  if (sight->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (sight->adjustment, sight);
  if (sight->model != NULL)
    g_signal_handlers_disconnect_by_data (sight->model, sight);
  g_clear_object (&sight->adjustment);
  g_clear_object (&sight->model);
  stop_waiting (sight);
  g_ptr_array_unref (sight->waiting);
  g_ptr_array_unref (sight->cells);
  g_free (sight);
}

static Sight *
sight_of (GtkWidget *cell, gboolean make)
{
  static const char name[] = "app-panel-sight";
  GtkWidget *view = gtk_widget_get_ancestor (cell, GTK_TYPE_LIST_VIEW);
  Sight *sight = view != NULL ? g_object_get_data (G_OBJECT (view), name) : NULL;

  if (view == NULL || sight != NULL || !make)
    return sight;
  sight = g_new0 (Sight, 1);
  sight->view = GTK_LIST_VIEW (view);
  sight->cells = g_ptr_array_new ();
  sight->waiting = g_ptr_array_new ();
  g_signal_connect_swapped (view, "notify::vadjustment", G_CALLBACK (follow_adjustment), sight);
  g_signal_connect_swapped (view, "notify::model", G_CALLBACK (follow_model), sight);
  follow_adjustment (sight);
  follow_model (sight);
  g_object_set_data_full (G_OBJECT (view), name, sight, sight_free);
  return sight;
}

void
app_panel_sight_join (GtkWidget *cell)
{
  Sight *sight = sight_of (cell, TRUE);

  if (sight != NULL)
    g_ptr_array_add (sight->cells, cell);
}

void
app_panel_sight_leave (GtkWidget *cell)
{
  Sight *sight = sight_of (cell, FALSE);

  if (sight == NULL)
    return;
  g_ptr_array_remove_fast (sight->cells, cell);
  g_ptr_array_remove_fast (sight->waiting, cell);
}

/* Its place in the list is known already when it is told its size. */
gboolean
app_panel_sight_has (GtkWidget *cell)
{
  GtkWidget *view = gtk_widget_get_ancestor (cell, GTK_TYPE_LIST_VIEW);
  double x, y;

  if (view == NULL || !gtk_widget_translate_coordinates (cell, view, 0, 0, &x, &y))
    return TRUE;
  return y > -NEARLY - gtk_widget_get_height (cell) && y < gtk_widget_get_height (view) + NEARLY;
}

void
app_panel_sight_fill (GtkWidget *cell, void (*fill) (GtkWidget *cell))
{
  Sight *sight = sight_of (cell, FALSE);

  if (sight == NULL)
    return;
  sight->fill = fill;
  if (!g_ptr_array_find (sight->waiting, cell, NULL))
    g_ptr_array_add (sight->waiting, cell);
  if (sight->clock != NULL)
    return;
  g_set_object (&sight->clock, gtk_widget_get_frame_clock (cell));
  if (sight->clock != NULL)
    g_signal_connect_data (sight->clock,
                           "layout",
                           G_CALLBACK (on_layout),
                           sight,
                           NULL,
                           G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  /* Cells are told their size while "layout" is emitted, and who connects meanwhile is not called:
   * without another one, empty rows would be painted. */
  if (sight->clock != NULL)
    gdk_frame_clock_request_phase (sight->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}
