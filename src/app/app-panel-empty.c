/* What stands where no exchange does: that nothing was said, or that what is shown was narrowed to
 * nothing, and then the way back. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

#include "app-panel-shown.h"

static gboolean
is_narrowed (AppPanel *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->filter)) != '\0' ||
         !app_panel_shown_is_whole (G_ACTION_GROUP (self->actions));
}

/* (transfer full) */
static char *
dup_reason (AppPanel *self, gboolean narrowed)
{
  guint n = learn_dialogue_count (app_panel_model_get_dialogue (self->model));

  if (n == 0)
    return g_strdup (self->replays ? _ ("Nothing is in this recording.")
                                   : _ ("Nothing has been said yet. What goes between this "
                                        "computer and the servers appears here."));
  if (app_panel_model_get_until (self->model) != 0)
    return g_strdup (_ ("At this moment nothing of what is shown had been said."));
  if (!narrowed)
    return NULL;
  return g_strdup_printf (ngettext ("%d exchange, and it is not what is looked for.",
                                    "%d exchanges, and none is what is looked for.",
                                    n),
                          (int) n);
}

void
app_panel_show_empty (AppPanel *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0;
  gboolean narrowed = empty && is_narrowed (self);
  g_autofree char *reason = empty ? dup_reason (self, narrowed) : NULL;

  gtk_label_set_text (self->nothing_why, reason != NULL ? reason : "");
  gtk_widget_set_visible (self->nothing_narrowed, narrowed);
  gtk_widget_set_visible (self->nothing, reason != NULL);
}

static void
on_everything (AppPanel *self)
{
  /* The button goes with what it stands on. */
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
  app_panel_forget_filters (self);
}

void
app_panel_init_empty (AppPanel *self)
{
  g_signal_connect_object (
      self->model, "items-changed", G_CALLBACK (app_panel_show_empty), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->nothing_narrowed, "clicked", G_CALLBACK (on_everything), self);
}
