/* The console's widgets: whom to type to, the session's state, the line and its history. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-console-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-leave.h"
#include "app-signal.h"
#include "app-spoken.h"
#include "app-wrap.h"
#include "learn-export.h"

/* Of the session's state, in letters: more than these where there is room. */
#define OPEN_WIDTH 22
#define CLOSED_WIDTH 12

G_DEFINE_FINAL_TYPE (AppConsole, app_console, GTK_TYPE_BOX)

static guint typing_signal, left_signal;

gboolean
app_console_is_open (AppConsole *self)
{
  return self->console != NULL && engine_console_now (self->console)->state == ENGINE_CONSOLE_OPEN;
}

gboolean
app_console_wants_letter (AppConsole *self)
{
  const BaseMoment *now = app_console_now (self);

  return app_console_is_open (self) && now->wants_more && g_str_equal (now->state, "data");
}

gboolean
app_console_is_practice (AppConsole *self)
{
  return self->account != NULL && engine_account_info (self->account)->practice;
}

const BaseMoment *
app_console_now (AppConsole *self)
{
  static const BaseMoment none = { .protocol = "imap", .state = "" };

  return self->console != NULL ? &engine_console_now (self->console)->moment : &none;
}

static void
look (gpointer console, const LearnConsoleTarget *target, StoreMeant *meant)
{
  const EngineConsoleLetters letters = {
    target->marked, target->folder, target->uids, target->set
  };

  (void) engine_console_meant (console, &letters, meant, NULL);
}

char *
app_console_warning (AppConsole *self, const char *typed)
{
  return learn_console_warning (app_console_now (self), typed, look, self->console);
}

/* The session */

static char *
state_text (AppConsole *self)
{
  const EngineConsoleNow *now = self->console != NULL ? engine_console_now (self->console) : NULL;
  g_autofree char *protocol = NULL;

  if (now == NULL && self->removed)
    return g_strdup (self->offered->len > 0 && self->began_anew
                         ? _ ("the post office began anew: connect again")
                         : _ ("the account was removed"));
  if (now == NULL)
    return g_strdup (_ ("not connected"));
  if (now->state == ENGINE_CONSOLE_CONNECTING)
    return g_strdup (_ ("connecting…"));
  if (now->state == ENGINE_CONSOLE_CLOSED)
    return g_strdup (now->error != NULL ? now->error->message : _ ("the session is over"));
  protocol = g_ascii_strup (now->moment.protocol, -1);
  return g_strjoin (" · ",
                    engine_account_info (self->account)->email,
                    protocol,
                    learn_console_state_text (&now->moment),
                    now->moment.encrypted ? _ ("encrypted") : _ ("not encrypted"),
                    now->moment.mailbox,
                    NULL);
}

static void
update (AppConsole *self)
{
  g_autofree char *state = state_text (self);
  gboolean open = app_console_is_open (self);
  /* A letter is typed where it has more than a line. */
  gboolean letter = app_console_wants_letter (self);
  gboolean linked =
      self->console != NULL && engine_console_now (self->console)->state != ENGINE_CONSOLE_CLOSED;

  gtk_label_set_text (self->state, state);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), state);
  gtk_label_set_width_chars (self->state, linked ? OPEN_WIDTH : CLOSED_WIDTH);
  gtk_button_set_label (self->link, linked ? _ ("Hang Up") : _ ("Connect"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->link), self->offered->len > 0);
  /* What was chosen is in the state; its room is the state's then. */
  gtk_widget_set_visible (GTK_WIDGET (self->accounts), !linked);
  gtk_widget_set_visible (GTK_WIDGET (self->side), !linked);
  gtk_widget_set_visible (GTK_WIDGET (self->by_hand), !linked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accounts), self->offered->len > 0);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry),
                                  letter ? _ ("Type the letter below")
                                  : open ? _ ("Type a command")
                                         : _ ("Connect, then type a command"));
  app_console_help (self);
  /* GTK tells an entry nothing of the keyboard that it loses by this: it goes elsewhere before. */
  if ((!open || letter) &&
      (gtk_widget_get_state_flags (GTK_WIDGET (self->entry)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    gtk_widget_grab_focus (letter ? GTK_WIDGET (self->text) : GTK_WIDGET (self->link));
  gtk_widget_set_sensitive (GTK_WIDGET (self->entry), open && !letter);
  gtk_widget_set_sensitive (GTK_WIDGET (self->say), open);
}

static void
on_moment (EngineConsole *console, gpointer data)
{
  AppConsole *self = data;
  gboolean was_open = gtk_widget_get_sensitive (GTK_WIDGET (self->entry));

  app_console_go_on (self);
  update (self);
  if (!was_open && app_console_is_open (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
hang_up (AppConsole *self)
{
  if (self->console != NULL)
    self->last = engine_console_now (self->console)->connection;
  g_clear_pointer (&self->console, engine_console_free);
  g_clear_pointer (&self->account, engine_account_unref);
  g_clear_pointer (&self->rest, g_bytes_unref);
  self->saying = FALSE;
}

static void
on_link (GtkButton *button, AppConsole *self)
{
  guint selected = gtk_drop_down_get_selected (self->accounts);
  gboolean linked =
      self->console != NULL && engine_console_now (self->console)->state != ENGINE_CONSOLE_CLOSED;
  g_autoptr (GError) error = NULL;

  hang_up (self);
  self->removed = FALSE;
  if (!linked && selected < self->offered->len)
    {
      self->account = engine_account_ref (self->offered->pdata[selected]);
      self->console = engine_console_new (self->account,
                                          gtk_drop_down_get_selected (self->side) == 1
                                              ? ENGINE_CONSOLE_OUTGOING
                                              : ENGINE_CONSOLE_INCOMING,
                                          gtk_check_button_get_active (self->by_hand),
                                          on_moment,
                                          self,
                                          &error);
    }
  self->number = 0;
  update (self);
  if (error != NULL)
    gtk_label_set_text (self->state, error->message);
}

/* The line */

static void
on_typed (AppConsole *self)
{
  app_console_help (self);
  g_signal_emit (self, typing_signal, 0);
}

static void
on_turned_to (AppConsole *self)
{
  g_signal_emit (self, typing_signal, 0);
}

static void
on_chosen (GtkListBox *list, GtkListBoxRow *row, AppConsole *self)
{
  const char *command = g_object_get_data (G_OBJECT (row), "command");
  g_autofree char *line = g_strconcat (command, " ", NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), line);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static void
recall (AppConsole *self, int by)
{
  if ((by < 0 && self->at == 0) || (by > 0 && self->at >= self->history->len))
    return;
  /* What is being typed comes back behind the last of them. */
  if (self->at == self->history->len)
    {
      g_free (self->begun);
      self->begun = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
    }
  self->at += by;
  gtk_editable_set_text (GTK_EDITABLE (self->entry),
                         self->at < self->history->len ? self->history->pdata[self->at]
                                                       : self->begun);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType modifiers,
        AppConsole *self)
{
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  /* Tab completes: this is the way out. */
  if (key == GDK_KEY_Escape)
    {
      g_signal_emit (self, left_signal, 0);
      return TRUE;
    }
  if (key == GDK_KEY_Up || key == GDK_KEY_Down)
    {
      recall (self, key == GDK_KEY_Up ? -1 : 1);
      return TRUE;
    }
  return key == GDK_KEY_Tab && (modifiers & GDK_SHIFT_MASK) == 0 && app_console_complete (self);
}

/* Whom to type to */

/* Where @account is among @accounts; their number: nowhere. */
static guint
place_of (GPtrArray *accounts, const char *uuid)
{
  guint i = 0;

  while (i < accounts->len && !g_str_equal (engine_account_info (accounts->pdata[i])->uuid, uuid))
    i++;
  return i;
}

static char *
dup_chosen (AppConsole *self)
{
  guint selected = gtk_drop_down_get_selected (self->accounts);

  return selected < self->offered->len
             ? g_strdup (engine_account_info (self->offered->pdata[selected])->uuid)
             : NULL;
}

static void
name_accounts (gpointer data)
{
  AppConsole *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *chosen = dup_chosen (self);
  gboolean removed =
      self->account != NULL &&
      place_of (accounts, engine_account_info (self->account)->uuid) == accounts->len;

  g_ptr_array_set_size (self->offered, 0);
  for (guint i = 0; i < accounts->len; i++)
    {
      const StoreAccountInfo *info = engine_account_info (accounts->pdata[i]);
      g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
      g_autofree char *name = g_strdup_printf ("%s · %s", info->email, protocol);

      if (!info->practice && !self->own)
        continue;
      gtk_string_list_append (names, name);
      g_ptr_array_add (self->offered, engine_account_ref (accounts->pdata[i]));
    }
  if (self->offered->len == 0)
    gtk_string_list_append (names, _ ("No practice account"));
  gtk_drop_down_set_model (self->accounts, G_LIST_MODEL (names));
  if (chosen != NULL && place_of (self->offered, chosen) < self->offered->len)
    gtk_drop_down_set_selected (self->accounts, place_of (self->offered, chosen));
  /* Nobody types to an account that is gone, and its files can go. */
  if (removed)
    {
      self->removed = TRUE;
      self->began_anew = app_console_is_practice (self);
      hang_up (self);
    }
  update (self);
}

static void
on_own_response (AdwMessageDialog *dialog, const char *response, AppConsole *self)
{
  if (!g_str_equal (response, "go"))
    return;
  self->own = TRUE;
  name_accounts (self);
}

static void
on_own (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppConsole *self = APP_CONSOLE (widget);
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (widget)),
      _ ("Type to Your Own Accounts?"),
      _ ("What you type goes to your provider’s server at once, and what you remove there is gone "
         "for every device. The practice accounts cannot lose anything of yours."));

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "go", _ ("_Offer Them"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "go", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_own_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The session's exchanges into the clipboard; passwords are in none. */
static void
on_copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppConsole *self = APP_CONSOLE (widget);
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  g_autoptr (GPtrArray) exchanges = g_ptr_array_new ();
  g_autofree char *text = NULL;
  guint64 connection =
      self->console != NULL ? engine_console_now (self->console)->connection : self->last;

  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    if (connection != 0 && learn_dialogue_get (dialogue, i)->connection == connection)
      g_ptr_array_add (exchanges, learn_dialogue_get (dialogue, i));
  if (exchanges->len == 0)
    {
      gtk_widget_activate_action (widget, "win.tell", "s", _ ("Nothing was said here yet."));
      return;
    }
  text = learn_export (exchanges,
                       g_str_equal (g_variant_get_string (parameter, NULL), "commands")
                           ? LEARN_EXPORT_COMMANDS
                           : LEARN_EXPORT_TEXT,
                       FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (
      widget, "win.tell", "s", _ ("The exchanges are in the clipboard; passwords are not."));
}

void
app_console_set_service (AppConsole *self, EngineService *service, AppPanelModel *model)
{
  self->service = service;
  self->model = g_object_ref (model);
  self->service_watch = engine_service_watch (service, name_accounts, self);
  name_accounts (self);
}

void
app_console_set_open (AppConsole *self, gboolean open)
{
  gtk_widget_set_visible (GTK_WIDGET (self), open);
  if (!open)
    {
      hang_up (self);
      self->removed = FALSE;
    }
  update (self);
  if (open)
    gtk_widget_grab_focus (GTK_WIDGET (self->link));
}

GtkWidget *
app_console_get_help (AppConsole *self)
{
  return self->help;
}

/* Life */

static void
app_console_dispose (GObject *object)
{
  AppConsole *self = APP_CONSOLE (object);

  hang_up (self);
  if (self->service_watch != 0)
    engine_service_unwatch (self->service, self->service_watch);
  self->service_watch = 0;
  g_clear_object (&self->model);
  g_clear_pointer (&self->offered, g_ptr_array_unref);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_pointer (&self->begun, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_CONSOLE);
  G_OBJECT_CLASS (app_console_parent_class)->dispose (object);
}

static void
app_console_class_init (AppConsoleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_console_dispose;
  typing_signal = app_signal_new (klass, "typing", 0);
  left_signal = app_signal_new (klass, "left", 0);
  g_type_ensure (APP_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-console.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppConsole, name)
  BIND (accounts);
  BIND (side);
  BIND (by_hand);
  BIND (link);
  BIND (state);
  BIND (entry);
  BIND (say);
  BIND (text_area);
  BIND (text);
  BIND (warning);
  BIND (help);
  BIND (suggestions);
  BIND (meaning);
#undef BIND
  gtk_widget_class_install_action (widget_class, "console.copy", "s", on_copy);
  gtk_widget_class_install_action (widget_class, "console.own", NULL, on_own);
}

static void
app_console_init (AppConsole *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->accounts);
  app_spoken_drop_down (self->side);
  app_leave_by_tab (GTK_WIDGET (self->suggestions));
  self->offered = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_account_unref);
  self->history = g_ptr_array_new_with_free_func (g_free);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (on_turned_to), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (self->link, "clicked", G_CALLBACK (on_link), self);
  g_signal_connect_swapped (self->say, "clicked", G_CALLBACK (app_console_say), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (app_console_say), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->suggestions, "row-activated", G_CALLBACK (on_chosen), self);
}
