/* What is switched on stays on when the window closes, and is off with the next start: the office
 * keeps its faults, and is asked for them when the window opens again. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-office.h"

#include <glib/gi18n.h>

#include "app-fault-form.h"
#include "app-machines.h"
#include "app-spoken.h"
#include "learn-accounting.h"

/* Milliseconds between two looks at the counters. */
#define EVERY 250

struct _AppOffice
{
  AdwWindow parent_instance;
  AdwPreferencesGroup *machines;
  AdwPreferencesGroup *faults;
  AppFaultForm *own;
  GtkWidget *nobody;
  AdwActionRow *between;
  char *between_said; /* what its row says (nullable) */
  AppApplication *application;
  AppMachines *pairs;
  GPtrArray *rows; /* AdwActionRow, of the sessions */
  guint timer;
};

G_DEFINE_FINAL_TYPE (AppOffice, app_office, ADW_TYPE_WINDOW)

static const struct
{
  const char *fault, *title, *subtitle;
} faults[] = {
  { "greylist=smtp",
    N_ ("Strangers are to come again"),
    N_ ("Greylisting, 451 4.7.1: a letter you send is put off once, and your program tries "
        "again") },
  { "greylist=mx",
    N_ ("… between the two domains, too"),
    N_ ("The post office itself has to try again; your letter arrives some seconds later") },
  { "over-quota",
    N_ ("All mailboxes are full for now"),
    N_ ("452 4.2.2 and [OVERQUOTA]: not now, whoever has the letter keeps it") },
  { "mailbox-full=grace",
    N_ ("Grace’s mailbox is full for good"),
    N_ ("552 5.2.2: what you write to her comes back with a report") },
  { "reply=smtp:RCPT:550 5.7.1 Refused",
    N_ ("Every recipient is refused"),
    N_ ("550 5.7.1: never like this") },
  { "reply=smtp:CONNECT:421 4.3.2 Closed for now",
    N_ ("The counter for sending is closed"),
    N_ ("421 instead of a greeting: come again later") },
  { "cut=pop3:QUIT",
    N_ ("POP3’s line is cut at QUIT"),
    N_ ("What was marked for deletion stays on the server") },
  { "cut=imap:FETCH",
    N_ ("IMAP’s line is cut at FETCH"),
    N_ ("Your program connects again, and asks again") },
  { "slow=*:400", N_ ("The line is slow"), N_ ("400 bytes a second") },
  { "new-uidvalidity",
    N_ ("Folders are numbered anew"),
    N_ ("UIDVALIDITY changes whenever a folder is opened: what your program knew of UIDs is worth "
        "nothing any more") },
  { "same-uidl", N_ ("Two letters have one UIDL"), N_ ("POP3 cannot tell them apart by it") },
  { "certificate-expired",
    N_ ("The certificate has expired"),
    N_ ("Yesterday’s: your program refuses to go on. Open lines are cut, so that it is shown") },
  { "certificate-mismatched",
    N_ ("The certificate is another host’s"),
    N_ ("mail.elsewhere.example: your program refuses to go on. Open lines are cut, so that it is "
        "shown") },
  { "no-starttls=*",
    N_ ("STARTTLS has been taken out"),
    N_ ("As somebody on the way could do; nothing secret is said then. Your accounts here need no "
        "STARTTLS: look at “TLS and STARTTLS Side by Side” in the Protocol menu") },
  { "token-expired",
    N_ ("Access tokens have expired"),
    N_ ("OAuth: a new one is needed. Your accounts here sign in with a password; lesson 15 signs "
        "in with a token") },
};

static void
on_switched (GtkSwitch *widget, GParamSpec *spec, AppOffice *self)
{
  PracticeFaults *of = practice_office_faults (app_application_get_office (self->application));
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "fault"));

  if (!gtk_switch_get_active (widget))
    practice_faults_remove (of, faults[index].fault);
  else if (!practice_faults_add (of, faults[index].fault, NULL))
    g_warning ("%s is no fault", faults[index].fault);
}

static void
add_faults (AppOffice *self)
{
  PracticeFaults *of = practice_office_faults (app_application_get_office (self->application));
  g_auto (GStrv) on = practice_faults_list (of);
  const char *known[G_N_ELEMENTS (faults) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *widget = gtk_switch_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (faults[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (faults[i].subtitle));
      gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
      known[i] = faults[i].fault;
      gtk_switch_set_active (GTK_SWITCH (widget),
                             g_strv_contains ((const char *const *) on, faults[i].fault));
      g_object_set_data (G_OBJECT (widget), "fault", GUINT_TO_POINTER (i));
      g_signal_connect_object (widget, "notify::active", G_CALLBACK (on_switched), self, 0);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
      /* It is called as the row is. */
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);
      adw_preferences_group_add (self->faults, row);
    }
  app_fault_form_set_faults (self->own, of, known);
}

static char *
title_of (const AppMachine *machine)
{
  g_autofree char *protocol = g_ascii_strup (machine->protocol, -1);

  if (g_str_equal (machine->protocol, "mx"))
    return g_strdup (_ ("SMTP, from domain to domain"));
  return machine->user != NULL ? g_strdup_printf ("%s · %s", protocol, machine->user)
                               : g_steal_pointer (&protocol);
}

static char *
subtitle_of (const AppMachine *machine)
{
  if (machine->ours == NULL)
    /* Translators: the state of a session, in the RFC's word. */
    return g_strdup_printf (_ ("Server: %s"), machine->theirs);
  if (machine->caller != NULL)
    return g_strdup_printf (
        "%s: %s · %s: %s", machine->caller, machine->ours, machine->host, machine->theirs);
  return g_strdup_printf (_ ("You: %s · Server: %s"), machine->ours, machine->theirs);
}

/* What is spoken only changes when the words do. */
static void
show_between (AppOffice *self)
{
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;
  WireTraffic between;

  wire_tap_traffic_between (app_application_get_tap (self->application), &between);
  text = learn_between_cost_text (&between);
  if (g_strcmp0 (text, self->between_said) == 0)
    return;
  adw_action_row_set_subtitle (self->between, text);
  spoken = g_strdup_printf (
      "%s: %s", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->between)), text);
  app_spoken_row (GTK_WIDGET (self->between), spoken);
  g_free (self->between_said);
  self->between_said = g_steal_pointer (&text);
}

static gboolean
look (gpointer data)
{
  AppOffice *self = data;
  PracticeOffice *office = app_application_get_office (self->application);
  g_autoptr (GPtrArray) sessions = NULL;
  g_autoptr (GPtrArray) pairs = NULL;

  if (office == NULL)
    {
      self->timer = 0;
      gtk_window_close (GTK_WINDOW (self));
      return G_SOURCE_REMOVE;
    }
  sessions = practice_office_list_sessions (office);
  pairs = app_machines_pair (self->pairs, sessions);
  for (guint i = 0; i < pairs->len; i++)
    {
      const AppMachine *machine = pairs->pdata[i];
      g_autofree char *title = title_of (machine);
      g_autofree char *subtitle = subtitle_of (machine);

      if (i == self->rows->len)
        {
          GtkWidget *row = adw_action_row_new ();

          adw_preferences_group_add (self->machines, row);
          g_ptr_array_add (self->rows, row);
        }
      adw_preferences_row_set_title (self->rows->pdata[i], title);
      adw_action_row_set_subtitle (self->rows->pdata[i], subtitle);
    }
  while (self->rows->len > pairs->len)
    adw_preferences_group_remove (self->machines,
                                  g_ptr_array_steal_index (self->rows, self->rows->len - 1));
  gtk_widget_set_visible (self->nobody, pairs->len == 0);
  show_between (self);
  return G_SOURCE_CONTINUE;
}

static void
app_office_dispose (GObject *object)
{
  AppOffice *self = APP_OFFICE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->pairs, app_machines_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_OFFICE);
  G_OBJECT_CLASS (app_office_parent_class)->dispose (object);
}

static void
app_office_finalize (GObject *object)
{
  g_ptr_array_unref (APP_OFFICE (object)->rows);
  g_free (APP_OFFICE (object)->between_said);
  G_OBJECT_CLASS (app_office_parent_class)->finalize (object);
}

static void
app_office_class_init (AppOfficeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (APP_TYPE_FAULT_FORM);
  G_OBJECT_CLASS (klass)->dispose = app_office_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_office_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-office.ui");
  gtk_widget_class_bind_template_child (widget_class, AppOffice, machines);
  gtk_widget_class_bind_template_child (widget_class, AppOffice, faults);
  gtk_widget_class_bind_template_child (widget_class, AppOffice, own);
  gtk_widget_class_bind_template_child (widget_class, AppOffice, nobody);
  gtk_widget_class_bind_template_child (widget_class, AppOffice, between);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
app_office_init (AppOffice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
}

GtkWidget *
app_office_new (GtkWidget *parent, AppApplication *application)
{
  AppOffice *self =
      g_object_new (APP_TYPE_OFFICE, "transient-for", parent, "destroy-with-parent", TRUE, NULL);

  self->application = application;
  self->pairs = app_machines_new (app_application_get_tap (application));
  add_faults (self);
  look (self);
  self->timer = g_timeout_add (EVERY, look, self);
  return GTK_WIDGET (self);
}
