/* The gates are the engine's; here is the line that waits, and what can be done with it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-spoken.h"
#include "app-step.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-signal.h"
#include "app-wrap.h"

typedef struct _Listener Listener;

struct _AppStep
{
  GtkBox parent_instance;

  GtkStack *pages;
  GtkEntry *line;
  GtkButton *step, *leave;
  GtkDropDown *stop;
  GtkToggleButton *routine;

  EngineService *service;
  guint service_watch;
  gboolean active;
  GPtrArray *accounts; /* EngineAccount: the practice ones, their gates watched */
  Listener *listener;

  /* what waits */
  NetGate *gate; /* (nullable) */
  guint64 connection, exchange;
  guint64 awaited; /* the connection that goes on until it stops by itself; 0: none */
  char *text;      /* as the program would say it */
  char *protocol;
};

G_DEFINE_FINAL_TYPE (AppStep, app_step, GTK_TYPE_BOX)

static guint left_signal;

/* Commands that it is worth to stop before. */
static const char *const *
stops_of (const char *protocol)
{
  static const char *const imap[] = { "SELECT", "UID FETCH", "UID STORE", "UID MOVE", "UID EXPUNGE",
                                      "APPEND", "IDLE",      "LOGOUT",    NULL };
  static const char *const pop3[] = { "UIDL", "RETR", "DELE", "QUIT", NULL };
  static const char *const smtp[] = { "MAIL", "RCPT", "DATA|BDAT", "QUIT", NULL };

  return g_str_equal (protocol, "smtp") ? smtp : g_str_equal (protocol, "pop3") ? pop3 : imap;
}

static void
offer_stops (AppStep *self)
{
  const char *const *stops = stops_of (self->protocol != NULL ? self->protocol : "imap");
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);

  gtk_string_list_append (words, _ ("Go On Until…"));
  for (guint i = 0; stops[i] != NULL; i++)
    {
      g_auto (GStrv) verbs = g_strsplit (stops[i], "|", -1);
      g_autofree char *shown = g_strjoinv (", ", verbs);

      gtk_string_list_append (words, shown);
    }
  gtk_drop_down_set_model (self->stop, G_LIST_MODEL (words));
}

/* Gates */

/* Held by the gates, and by what is on its way to this thread; @step is cleared when it goes. */
struct _Listener
{
  AppStep *step;
};

static gboolean
tell_refused (gpointer data)
{
  const Listener *listener = data;

  if (listener->step != NULL)
    gtk_widget_activate_action (
        GTK_WIDGET (listener->step),
        "win.tell",
        "s",
        _ ("This line cannot stand here: one of the two changes what comes after it. Type it in "
           "the console, where nothing of the program’s depends on it."));
  return G_SOURCE_REMOVE;
}

/* On a session's thread. */
static void
on_refused (guint64 connection, guint64 exchange, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT,
                   tell_refused,
                   g_atomic_rc_box_acquire (data),
                   (GDestroyNotify) g_atomic_rc_box_release);
}

static void
set_gate (AppStep *self, EngineAccount *account)
{
  NetGate *gate = engine_account_gate (account);

  if (self->active)
    net_gate_close (
        gate, gtk_toggle_button_get_active (self->routine) ? NULL : learn_dialogue_routine ());
  else
    net_gate_open (gate);
}

static void
set_gates (AppStep *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    set_gate (self, self->accounts->pdata[i]);
}

static void
unwatch (AppStep *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    net_gate_watch (engine_account_gate (self->accounts->pdata[i]), NULL, NULL);
}

static void
find_accounts (gpointer data)
{
  AppStep *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);

  unwatch (self);
  g_ptr_array_set_size (self->accounts, 0);
  for (guint i = 0; i < accounts->len; i++)
    if (engine_account_info (accounts->pdata[i])->practice)
      g_ptr_array_add (self->accounts, engine_account_ref (accounts->pdata[i]));
  for (guint i = 0; i < self->accounts->len; i++)
    net_gate_watch (engine_account_gate (self->accounts->pdata[i]), on_refused, self->listener);
  if (self->active)
    set_gates (self);
}

static NetGate *
find_gate (AppStep *self, const char *uuid)
{
  for (guint i = 0; uuid != NULL && i < self->accounts->len; i++)
    if (g_str_equal (engine_account_info (self->accounts->pdata[i])->uuid, uuid))
      return engine_account_gate (self->accounts->pdata[i]);
  return NULL;
}

/* What waits */

static void
forget (AppStep *self)
{
  g_clear_pointer (&self->gate, net_gate_unref);
  self->connection = self->exchange = 0;
  g_clear_pointer (&self->text, g_free);
  gtk_stack_set_visible_child_name (self->pages, "nothing");
  gtk_widget_set_sensitive (GTK_WIDGET (self->step), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop), FALSE);
}

static const WireLine *
held_line (const LearnExchange *held)
{
  for (guint i = held->lines->len; i-- > 0;)
    if (((const WireLine *) held->lines->pdata[i])->held)
      return held->lines->pdata[i];
  return NULL;
}

void
app_step_show (AppStep *self, const LearnExchange *held)
{
  const WireLine *line = held != NULL ? held_line (held) : NULL;
  NetGate *gate = held != NULL && self->active ? find_gate (self, held->info->account) : NULL;

  if (line == NULL || gate == NULL)
    {
      if (self->gate != NULL)
        forget (self);
      return;
    }
  if (self->connection == held->connection && self->exchange == held->exchange)
    return;
  if (self->awaited == held->connection)
    self->awaited = 0;
  forget (self);
  self->gate = net_gate_ref (gate);
  self->connection = held->connection;
  self->exchange = held->exchange;
  self->text =
      g_strchomp (g_strndup (g_bytes_get_data (line->bytes, NULL), g_bytes_get_size (line->bytes)));
  if (g_strcmp0 (self->protocol, held->info->protocol) != 0)
    {
      g_free (self->protocol);
      self->protocol = g_strdup (held->info->protocol);
      offer_stops (self);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->line), self->text);
  /* A proof cannot be changed by who does not see it. */
  gtk_editable_set_editable (GTK_EDITABLE (self->line), line->secrets->len == 0);
  gtk_stack_set_visible_child_name (self->pages, "held");
  gtk_widget_set_sensitive (GTK_WIDGET (self->step), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop), TRUE);
}

static void
on_step (AppStep *self)
{
  const char *line = gtk_editable_get_text (GTK_EDITABLE (self->line));

  if (self->gate == NULL)
    return;
  if (g_str_equal (line, self->text))
    (void) net_gate_step (self->gate, self->connection);
  else
    {
      g_autofree char *with_end = g_strconcat (line, "\r\n", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (with_end, strlen (with_end));

      (void) net_gate_edit (self->gate, self->connection, self->exchange, bytes);
    }
}

static void
on_stop (AppStep *self)
{
  guint selected = gtk_drop_down_get_selected (self->stop);

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION || self->gate == NULL)
    return;
  if (net_gate_run_to (self->gate, self->connection, stops_of (self->protocol)[selected - 1]))
    self->awaited = self->connection;
  gtk_drop_down_set_selected (self->stop, 0);
}

static void
on_leave (AppStep *self)
{
  g_signal_emit (self, left_signal, 0);
}

/* For the panel */

void
app_step_set_service (AppStep *self, EngineService *service)
{
  self->service = service;
  self->service_watch = engine_service_watch (service, find_accounts, self);
  find_accounts (self);
}

void
app_step_set_active (AppStep *self, gboolean active)
{
  self->active = active;
  self->awaited = 0;
  gtk_widget_set_visible (GTK_WIDGET (self), active);
  if (self->service != NULL)
    find_accounts (self);
  set_gates (self);
  forget (self);
}

guint64
app_step_get_awaited (AppStep *self)
{
  return self->awaited;
}

gboolean
app_step_is_active (AppStep *self)
{
  return self->active;
}

static void
app_step_dispose (GObject *object)
{
  AppStep *self = APP_STEP (object);

  if (self->service_watch != 0)
    engine_service_unwatch (self->service, self->service_watch);
  self->service_watch = 0;
  if (self->accounts != NULL)
    {
      self->active = FALSE;
      set_gates (self);
      unwatch (self);
    }
  if (self->listener != NULL)
    self->listener->step = NULL;
  g_clear_pointer (&self->listener, g_atomic_rc_box_release);
  g_clear_pointer (&self->gate, net_gate_unref);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_STEP);
  G_OBJECT_CLASS (app_step_parent_class)->dispose (object);
}

static void
app_step_finalize (GObject *object)
{
  AppStep *self = APP_STEP (object);

  g_free (self->text);
  g_free (self->protocol);
  G_OBJECT_CLASS (app_step_parent_class)->finalize (object);
}

static void
app_step_class_init (AppStepClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_step_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_step_finalize;
  left_signal = app_signal_new (klass, "left", 0);
  g_type_ensure (APP_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-step.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppStep, name)
  BIND (pages);
  BIND (line);
  BIND (step);
  BIND (stop);
  BIND (routine);
  BIND (leave);
#undef BIND
}

static void
app_step_init (AppStep *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->stop);
  self->listener = g_atomic_rc_box_new0 (Listener);
  self->listener->step = self;
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_account_unref);
  g_signal_connect_swapped (self->step, "clicked", G_CALLBACK (on_step), self);
  g_signal_connect_swapped (self->line, "activate", G_CALLBACK (on_step), self);
  g_signal_connect_swapped (self->stop, "notify::selected", G_CALLBACK (on_stop), self);
  g_signal_connect_swapped (self->routine, "toggled", G_CALLBACK (set_gates), self);
  g_signal_connect_swapped (self->leave, "clicked", G_CALLBACK (on_leave), self);
  offer_stops (self);
  forget (self);
}
