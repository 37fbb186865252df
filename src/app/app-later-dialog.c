/* The day is chosen in a calendar, the time in two fields; what they come to is said in a whole
 * sentence, which the button obeys. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-later-dialog.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-later.h"
#include "app-signal.h"

struct _AppLaterDialog
{
  AdwWindow parent_instance;
  GtkWidget *cancel, *send;
  GtkMenuButton *day;
  GtkCalendar *calendar;
  GtkSpinButton *hour, *minute;
  GtkLabel *summary;
};

G_DEFINE_FINAL_TYPE (AppLaterDialog, app_later_dialog, ADW_TYPE_WINDOW)

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gint64
chosen_time (AppLaterDialog *self)
{
  g_autoptr (GDateTime) date = gtk_calendar_get_date (self->calendar);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return app_later_at (g_date_time_get_year (date),
                       g_date_time_get_month (date),
                       g_date_time_get_day_of_month (date),
                       gtk_spin_button_get_value_as_int (self->hour),
                       gtk_spin_button_get_value_as_int (self->minute),
                       zone);
}

static void
update (AppLaterDialog *self)
{
  gint64 when = chosen_time (self);
  gboolean to_come = when > g_get_real_time ();
  g_autofree char *time = app_format_when (when);
  g_autoptr (GDateTime) date = gtk_calendar_get_date (self->calendar);
  g_autofree char *day = app_format_day (date);
  g_autofree char *text = to_come ? g_strdup_printf (_ ("To be sent: %s"), time)
                                  : g_strdup (_ ("That time is over. Choose one that is to come."));

  gtk_menu_button_set_label (self->day, day);
  gtk_label_set_text (self->summary, text);
  gtk_widget_set_sensitive (self->send, to_come);
  if (to_come)
    gtk_widget_remove_css_class (GTK_WIDGET (self->summary), "warning");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->summary), "warning");
}

/* "07", as clocks have it. */
static gboolean
on_output (GtkSpinButton *button, gpointer data)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (button));

  gtk_editable_set_text (GTK_EDITABLE (button), text);
  return TRUE;
}

/* GtkCalendar's own keys move a frame that begins in the month's first week and is to be pressed
 * upon; here the day itself moves. */
static gboolean
on_calendar_key (GtkEventControllerKey *controller,
                 guint key,
                 guint code,
                 GdkModifierType modifiers,
                 AppLaterDialog *self)
{
  static const struct
  {
    guint key;
    int months, days;
  } moves[] = {
    { GDK_KEY_Left, 0, -1 }, { GDK_KEY_Right, 0, 1 },    { GDK_KEY_Up, 0, -7 },
    { GDK_KEY_Down, 0, 7 },  { GDK_KEY_Page_Up, -1, 0 }, { GDK_KEY_Page_Down, 1, 0 },
  };
  g_autoptr (GDateTime) date = gtk_calendar_get_date (self->calendar);

  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_space)
    {
      gtk_menu_button_popdown (self->day);
      return GDK_EVENT_STOP;
    }
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    if (moves[i].key == key && (modifiers & gtk_accelerator_get_default_mod_mask ()) == 0)
      {
        gboolean mirrored = moves[i].days * moves[i].days == 1 &&
                            gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
        g_autoptr (GDateTime) to = g_date_time_add_full (
            date, 0, moves[i].months, mirrored ? -moves[i].days : moves[i].days, 0, 0, 0);

        gtk_calendar_select_day (self->calendar, to);
        return GDK_EVENT_STOP;
      }
  return GDK_EVENT_PROPAGATE;
}

static void
on_send (AppLaterDialog *self)
{
  gint64 when = chosen_time (self);

  /* It may have passed while the person thought about it. */
  if (when <= g_get_real_time ())
    {
      update (self);
      return;
    }
  g_signal_emit (self, signals[CHOSEN], 0, when);
  gtk_window_close (GTK_WINDOW (self));
}

static void
app_later_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_LATER_DIALOG);
  G_OBJECT_CLASS (app_later_dialog_parent_class)->dispose (object);
}

static void
app_later_dialog_class_init (AppLaterDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_later_dialog_dispose;
  signals[CHOSEN] = app_signal_new (klass, "chosen", 1, G_TYPE_INT64);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-later-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppLaterDialog, name)
  BIND (cancel);
  BIND (send);
  BIND (day);
  BIND (calendar);
  BIND (hour);
  BIND (minute);
  BIND (summary);
#undef BIND
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
prepare_field (GtkSpinButton *field)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (field));

  gtk_text_set_activates_default (GTK_TEXT (text), TRUE);
  g_signal_connect (field, "output", G_CALLBACK (on_output), NULL);
}

static void
app_later_dialog_init (AppLaterDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_calendar_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->calendar), keys);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->send);
  /* Arrows move from day to day at once. */
  g_signal_connect_swapped (gtk_menu_button_get_popover (self->day),
                            "show",
                            G_CALLBACK (gtk_widget_grab_focus),
                            self->calendar);
  prepare_field (self->hour);
  prepare_field (self->minute);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (on_send), self);
}

AppLaterDialog *
app_later_dialog_new (GtkWindow *parent, gint64 when)
{
  AppLaterDialog *self =
      g_object_new (APP_TYPE_LATER_DIALOG, "transient-for", parent, "modal", TRUE, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) date = NULL;

  if (when <= g_get_real_time ())
    when = app_later_time ("tomorrow", now);
  date = g_date_time_new_from_unix_local (when / G_USEC_PER_SEC);
  gtk_calendar_select_day (self->calendar, date);
  gtk_spin_button_set_value (self->hour, g_date_time_get_hour (date));
  gtk_spin_button_set_value (self->minute, g_date_time_get_minute (date));
  g_signal_connect_swapped (self->calendar, "notify::day", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->calendar, "notify::month", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->calendar, "notify::year", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->hour, "value-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->minute, "value-changed", G_CALLBACK (update), self);
  update (self);
  return self;
}
