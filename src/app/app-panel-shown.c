/* The actions' states are what is chosen; each change asks all of them. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-shown.h"

#include <glib/gi18n.h>

typedef struct
{
  GActionGroup *actions;
  AppPanelModel *model;
  GtkWidget *button;
} Shown;

static const struct
{
  const char *name;
  AppPanelOnly only; /* 0: the protocol */
} choices[] = {
  { "protocol", 0 },
  { "only-failed", APP_PANEL_ONLY_FAILED },
  { "only-slow", APP_PANEL_ONLY_SLOW },
  { "no-keep-alives", APP_PANEL_NO_KEEP_ALIVES },
};

gboolean
app_panel_shown_is_whole (GActionGroup *actions)
{
  g_autoptr (GVariant) account = g_action_group_get_action_state (actions, "account");

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr (GVariant) state = g_action_group_get_action_state (actions, choices[i].name);

      if (choices[i].only == 0 ? *g_variant_get_string (state, NULL) != '\0'
                               : g_variant_get_boolean (state))
        return FALSE;
    }
  /* The first are all; and where there are none, none is chosen. */
  return account == NULL || g_variant_get_uint32 (account) == 0 ||
         g_variant_get_uint32 (account) == GTK_INVALID_LIST_POSITION;
}

void
app_panel_shown_tell (GActionGroup *actions, GtkWidget *button)
{
  gboolean whole = app_panel_shown_is_whole (actions);

  if (whole)
    gtk_widget_remove_css_class (button, "filtering");
  else
    gtk_widget_add_css_class (button, "filtering");
  gtk_widget_set_tooltip_text (button, whole ? _ ("What is shown") : _ ("Not everything is shown"));
}

static void
update (const Shown *shown)
{
  AppPanelOnly only = 0;

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr (GVariant) state =
          g_action_group_get_action_state (shown->actions, choices[i].name);

      if (choices[i].only == 0)
        app_panel_model_set_protocol (shown->model, g_variant_get_string (state, NULL));
      else if (g_variant_get_boolean (state))
        only |= choices[i].only;
    }
  app_panel_model_set_only (shown->model, only);
  app_panel_shown_tell (shown->actions, shown->button);
}

static void
on_change_state (GSimpleAction *action, GVariant *state, gpointer data)
{
  g_simple_action_set_state (action, state);
  update (data);
}

static void
shown_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
app_panel_shown_add (GActionMap *actions, AppPanelModel *model, GtkWidget *button)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      gboolean protocol = choices[i].only == 0;
      g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
          choices[i].name,
          protocol ? G_VARIANT_TYPE_STRING : NULL,
          protocol ? g_variant_new_string ("") : g_variant_new_boolean (FALSE));
      Shown *shown = g_new (Shown, 1);

      *shown = (Shown){ G_ACTION_GROUP (actions), model, button };
      g_signal_connect_data (
          action, "change-state", G_CALLBACK (on_change_state), shown, shown_free, 0);
      g_action_map_add_action (actions, G_ACTION (action));
    }
}

void
app_panel_shown_reset (GActionGroup *actions)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    g_action_group_change_action_state (actions,
                                        choices[i].name,
                                        choices[i].only == 0 ? g_variant_new_string ("")
                                                             : g_variant_new_boolean (FALSE));
}
