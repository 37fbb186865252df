/* How long a frame takes while the panel's list is scrolled through, from its end to its beginning:
 * a hundred thousand exchanges, or ("labels") as many rows of one plain label each, which is what
 * the toolkit costs by itself. Prints a line for each frame: "step MICROSECONDS" or, where it is
 * far from the frame before, or comes after such a one, since a jump is laid out in two, "jump
 * MICROSECONDS", of this thread's processor. With "filter": how long the main loop is held up at a
 * time while words are looked for in all of that, "turn MICROSECONDS". With "seen": how many rows
 * each frame painted, and how many of them with nothing in them, "rows N EMPTY". */
#include <adwaita.h>
#include <stdio.h>
#include <time.h>

#include "app-panel-cell.h"
#include "app-panel-model.h"

#define EXCHANGES APP_PANEL_MAX_EXCHANGES
#define FRAMES 400

GResource *app_get_resource (void);

static gboolean labels, filters, seen;
static gint64 began;
static guint frames;
static GListModel *model;
static GtkSingleSelection *selection;

static gint64
used (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
say (WireTap *tap,
     WireConnection *connection,
     guint64 exchange,
     BaseDirection direction,
     guint64 *offset,
     const char *line)
{
  BaseSpan span = { *offset, strlen (line), BASE_SPAN_PLAIN, TRUE, exchange };

  wire_tap_bytes (tap, connection, direction, &span, (const guint8 *) line);
  *offset += span.length;
}

static GListModel *
make_model (void)
{
  AppPanelModel *made = app_panel_model_new ();
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = wire_tap_open (
      tap, "ada", "ada", "imap", BASE_ROLE_CLIENT, "mail.example", 993, "192.0.2.7", FALSE);
  guint64 offset[2] = { 0, 0 };

  app_panel_model_set_everything (made, TRUE);
  for (guint i = 1; i <= EXCHANGES; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
      g_autofree char *command = g_strdup_printf ("a%u UID FETCH %u (FLAGS)\r\n", i, i);
      g_autofree char *answer = g_strdup_printf ("a%u OK done\r\n", i);

      wire_tap_exchange_begin (tap, connection, i, "UID FETCH", cause, NULL);
      say (tap, connection, i, BASE_DIRECTION_OUT, &offset[0], command);
      say (tap, connection, i, BASE_DIRECTION_IN, &offset[1], answer);
      wire_tap_exchange_end (tap, connection, i, i % 50 ? BASE_OUTCOME_OK : BASE_OUTCOME_REFUSED);
      if (i % 5000 == 0)
        app_panel_model_pull (made, tap);
    }
  app_panel_model_pull (made, tap);
  return G_LIST_MODEL (made);
}

static GListModel *
make_labels (void)
{
  GtkStringList *list = gtk_string_list_new (NULL);

  for (guint i = 0; i < 2 * EXCHANGES; i++)
    gtk_string_list_append (list, "Fetched “lunch?”");
  return G_LIST_MODEL (list);
}

static void
setup_label (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_label (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* What a cell would show is its one child. */
static gboolean
is_empty (GtkWidget *cell)
{
  GtkWidget *inside = gtk_widget_get_first_child (cell);

  return inside == NULL || !gtk_widget_get_child_visible (inside);
}

static void
count_rows (GtkWidget *scroller)
{
  GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller));
  guint rows = 0, empty = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (view); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *cell = gtk_widget_get_first_child (row);
      double x, y;

      if (cell == NULL || !gtk_widget_get_child_visible (row) ||
          !gtk_widget_translate_coordinates (cell, view, 0, 0, &x, &y) ||
          y + gtk_widget_get_height (cell) <= 0 || y >= gtk_widget_get_height (view))
        continue;
      rows++;
      empty += is_empty (cell);
    }
  printf ("rows %u %u\n", rows, empty);
}

static void
on_after_paint (GdkFrameClock *clock, GtkWidget *window)
{
  if (seen && frames > 0)
    count_rows (adw_application_window_get_content (ADW_APPLICATION_WINDOW (window)));
  if (frames > 0)
    printf ("%s %" G_GINT64_FORMAT "\n", frames % 4 < 2 ? "jump" : "step", used () - began);
  if (frames == FRAMES)
    gtk_window_close (GTK_WINDOW (window));
}

/* In the middle of what is left, then on by pages: both what a dragged slider and what a wheel
 * does. */
static gboolean
on_tick (GtkWidget *scroller, GdkFrameClock *clock, gpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  double page = gtk_adjustment_get_page_size (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - page;

  began = used ();
  frames++;
  gtk_adjustment_set_value (adjustment,
                            frames % 4 == 0 ? end - end * frames / FRAMES
                                            : gtk_adjustment_get_value (adjustment) - page / 3);
  return G_SOURCE_CONTINUE;
}

/* As they are typed: of all, of some, of one, of none, and back. */
static const char *const words[] = { "f",      "fe",    "fet",   "fetch",   "a77",
                                     "a77777", "xyzzy", "=noop", "refused", "" };

/* When nothing was to do for this part of a second, the answer is there. */
#define QUIET 5

static gboolean
type_words (gpointer window)
{
  gtk_single_selection_set_selected (selection, EXCHANGES);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gint64 before = used ();
      gint64 quiet = g_get_monotonic_time () + G_USEC_PER_SEC / QUIET;

      app_panel_model_set_filter (APP_PANEL_MODEL (model), words[i]);
      printf ("turn %" G_GINT64_FORMAT "\n", used () - before);
      while (g_get_monotonic_time () < quiet)
        {
          before = used ();
          if (!g_main_context_iteration (NULL, FALSE))
            {
              g_usleep (1000);
              continue;
            }
          printf ("turn %" G_GINT64_FORMAT "\n", used () - before);
          quiet = g_get_monotonic_time () + G_USEC_PER_SEC / QUIET;
        }
    }
  gtk_window_close (window);
  return G_SOURCE_REMOVE;
}

static void
activate (GtkApplication *application, gpointer data)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory =
      labels ? gtk_signal_list_item_factory_new () : app_panel_cell_factory_new ();
  GtkWidget *view;

  model = labels ? make_labels () : make_model ();
  selection = labels ? gtk_single_selection_new (model)
                     : app_panel_cell_selection_new (APP_PANEL_MODEL (model));
  view = gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory);

  if (labels)
    {
      g_signal_connect (factory, "setup", G_CALLBACK (setup_label), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_label), NULL);
    }
  gtk_widget_add_css_class (view, "panel-list");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 400);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), scroller);
  gtk_window_present (GTK_WINDOW (window));
  if (filters)
    {
      g_timeout_add (500, type_words, window);
      return;
    }
  gtk_widget_add_tick_callback (scroller, on_tick, NULL, NULL);
  g_signal_connect (
      gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_after_paint), window);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application =
      adw_application_new ("org.restante.PanelScroll", G_APPLICATION_NON_UNIQUE);

  /* The program's own style. */
  g_application_set_resource_base_path (G_APPLICATION (application), "/org/restante/Restante");
  g_resources_register (app_get_resource ());
  labels = argc > 1 && g_str_equal (argv[1], "labels");
  filters = argc > 1 && g_str_equal (argv[1], "filter");
  seen = argc > 1 && g_str_equal (argv[1], "seen");
  g_signal_connect (application, "activate", G_CALLBACK (activate), NULL);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
