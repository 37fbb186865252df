/* GTK moves the divider by what the split has grown since it was laid out last, along whatever
 * side it was then. Only a first side that keeps its size is left alone; so it does, until it was
 * laid out anew. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-turn.h"

#define TURNING "app-turning"
/* A frame lays out after it called. */
#define FRAMES 2

typedef struct
{
  gboolean first, second; /* which side grows with the split */
  guint frames;           /* still to come */
} Turning;

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Turning *turning = data;

  if (--turning->frames > 0)
    return G_SOURCE_CONTINUE;
  gtk_paned_set_resize_start_child (GTK_PANED (widget), turning->first);
  gtk_paned_set_resize_end_child (GTK_PANED (widget), turning->second);
  g_object_set_data (G_OBJECT (widget), TURNING, NULL);
  return G_SOURCE_REMOVE;
}

static void
turn (GtkPaned *split, GtkOrientation orientation)
{
  Turning *turning = g_object_get_data (G_OBJECT (split), TURNING);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (split), orientation);
  if (turning == NULL)
    {
      turning = g_new0 (Turning, 1);
      turning->first = gtk_paned_get_resize_start_child (split);
      turning->second = gtk_paned_get_resize_end_child (split);
      g_object_set_data (G_OBJECT (split), TURNING, turning);
      gtk_widget_add_tick_callback (GTK_WIDGET (split), on_frame, turning, g_free);
    }
  turning->frames = FRAMES;
  gtk_paned_set_resize_start_child (split, FALSE);
  gtk_paned_set_resize_end_child (split, TRUE);
}

void
app_turn (GtkPaned *split, GtkOrientation orientation, int position)
{
  if (orientation != gtk_orientable_get_orientation (GTK_ORIENTABLE (split)))
    turn (split, orientation);
  gtk_paned_set_position (split, position);
}
