/* Time is counted from the process's own start, as the kernel has it, so that loading the libraries
 * is in it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-bench.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static gboolean wanted;
static gint64 process_start;
static gint64 since; /* what the next frame is waited for; 0: nothing */
static GHashTable *marked;

static gint64
boot_now (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_BOOTTIME, &ts);
  return (gint64) ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* Field 22 of /proc/self/stat, in clock ticks since boot; the name before it may hold spaces. */
static gint64
read_process_start (void)
{
  g_autofree char *stat = NULL;
  const char *rest;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL) ||
      (rest = strrchr (stat, ')')) == NULL)
    return boot_now ();
  for (guint field = 2; field < 22 && rest != NULL; field++)
    rest = strchr (rest + 1, ' ');
  if (rest == NULL)
    return boot_now ();
  return g_ascii_strtoll (rest, NULL, 10) * (G_USEC_PER_SEC / sysconf (_SC_CLK_TCK));
}

void
app_bench_start (void)
{
  wanted = g_getenv ("RESTANTE_BENCH") != NULL;
  if (!wanted)
    return;
  process_start = read_process_start ();
  marked = g_hash_table_new (g_str_hash, g_str_equal);
}

gboolean
app_bench_wants (const char *what)
{
  return g_strcmp0 (g_getenv ("RESTANTE_BENCH"), what) == 0;
}

static void
say_since (const char *name, gint64 clock)
{
  fprintf (stderr, "bench %s %" G_GINT64_FORMAT "\n", name, boot_now () - clock);
  fflush (stderr);
}

static void
say (const char *name)
{
  say_since (name, process_start);
}

void
app_bench_mark (const char *name)
{
  if (wanted && g_hash_table_add (marked, (gpointer) g_intern_string (name)))
    say (name);
}

static void
on_painted (GdkFrameClock *clock, gpointer name)
{
  g_signal_handlers_disconnect_by_func (clock, on_painted, name);
  say (name);
}

void
app_bench_mark_painted (GtkWidget *widget, const char *name)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  if (!wanted || clock == NULL)
    return;
  /* What was painted already is painted once more, so that there is a frame to wait for. */
  gtk_widget_queue_draw (widget);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), (gpointer) name);
}

static void
on_painted_since (GdkFrameClock *clock, gpointer name)
{
  g_signal_handlers_disconnect_by_func (clock, on_painted_since, name);
  say_since (name, since);
  since = 0;
}

void
app_bench_mark_since (GtkWidget *widget, const char *name, gint64 clock)
{
  GdkFrameClock *frames = gtk_widget_get_frame_clock (widget);

  if (!wanted || frames == NULL || since != 0)
    return;
  since = clock;
  g_signal_connect (frames, "after-paint", G_CALLBACK (on_painted_since), (gpointer) name);
  /* A keep-alive changes nothing that is seen, and would wait for whatever is painted next. */
  gtk_widget_queue_draw (widget);
}
