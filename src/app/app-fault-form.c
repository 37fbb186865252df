/* What is asked for follows the protocol: SMTP has digits, IMAP has words, POP3 has one word. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-fault-form.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app-spoken.h"
#include "learn-annotator.h"
#include "practice-fault-reply.h"

struct _AppFaultForm
{
  AdwPreferencesGroup parent_instance;
  AdwComboRow *protocol, *command, *verdict, *when;
  GtkEditable *code, *detail, *text;
  AdwActionRow *preview;
  GtkWidget *add;
  PracticeFaults *faults;
  char **known;
  GPtrArray *rows; /* GtkWidget, of those that are on */
  gboolean changing;
};

G_DEFINE_FINAL_TYPE (AppFaultForm, app_fault_form, ADW_TYPE_PREFERENCES_GROUP)

static const char *const protocols[] = { "smtp", "mx", "pop3", "imap" };
static const char *const verdicts[] = { "NO", "BAD", "BYE" };
static const char *const whens[] = { "", "1x", "3x", "#2", "30%" };

/* The reply that stands in the form */

static const char *
protocol_of (AppFaultForm *self)
{
  return protocols[MIN (adw_combo_row_get_selected (self->protocol), G_N_ELEMENTS (protocols) - 1)];
}

static gboolean
is_imap (AppFaultForm *self)
{
  return g_str_equal (protocol_of (self), "imap");
}

static gboolean
is_pop3 (AppFaultForm *self)
{
  return g_str_equal (protocol_of (self), "pop3");
}

static PracticeFaultReply
reply_of (AppFaultForm *self)
{
  const char *const *commands = practice_fault_commands (protocol_of (self));
  guint command = adw_combo_row_get_selected (self->command);
  guint verdict = adw_combo_row_get_selected (self->verdict);
  guint when = adw_combo_row_get_selected (self->when);

  return (PracticeFaultReply){
    .protocol = protocol_of (self),
    .command = commands[MIN (command, g_strv_length ((char **) commands) - 1)],
    .when = whens[MIN (when, G_N_ELEMENTS (whens) - 1)],
    .code = is_pop3 (self)   ? ""
            : is_imap (self) ? verdicts[MIN (verdict, G_N_ELEMENTS (verdicts) - 1)]
                             : gtk_editable_get_text (self->code),
    .detail = gtk_editable_get_text (self->detail),
    .text = gtk_editable_get_text (self->text),
  };
}

/* "Greylisting and the like: come again" of the catalogue. (transfer full) */
static char *
meaning_of (AppFaultForm *self, const char *line)
{
  g_autofree char *whole = is_imap (self) && !g_str_has_prefix (line, "* ")
                               ? g_strconcat ("a1 ", line, NULL)
                               : g_strdup (line);
  g_autoptr (LearnCard) card = learn_explain_line (is_imap (self)   ? "imap"
                                                   : is_pop3 (self) ? "pop3"
                                                                    : "smtp",
                                                   whole,
                                                   NULL);

  return g_strdup (card->entry->title);
}

/* The very line, and what it means; or what is wrong with it. */
static void
show_preview (AppFaultForm *self)
{
  const PracticeFaultReply reply = reply_of (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = practice_fault_reply_line (&reply, &error);
  g_autofree char *meaning = line != NULL ? meaning_of (self, line) : NULL;
  g_autofree char *title = g_markup_escape_text (line != NULL ? line : error->message, -1);
  g_autofree char *subtitle = g_markup_escape_text (meaning != NULL ? meaning : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->preview), title);
  adw_action_row_set_subtitle (self->preview, subtitle);
  gtk_widget_set_sensitive (self->add, line != NULL);
  if (line == NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->preview), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->preview), "error");
}

/* "CONNECT" and "." are the faults' words for what is no command. */
static const char *
command_title (const char *command)
{
  if (g_str_equal (command, "CONNECT"))
    return _ ("The greeting");
  if (g_str_equal (command, "."))
    return _ ("The end of the letter");
  return g_str_equal (command, "*") ? _ ("Any command") : command;
}

static void
list_commands (AppFaultForm *self)
{
  const char *const *commands = practice_fault_commands (protocol_of (self));
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint first = 0;

  for (guint i = 0; commands[i] != NULL; i++)
    {
      static const char *const telling[] = { "RCPT", "RETR", "FETCH", NULL };

      gtk_string_list_append (titles, command_title (commands[i]));
      if (g_strv_contains (telling, commands[i]))
        first = i;
    }
  adw_combo_row_set_model (self->command, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->command, first);
}

static void
on_protocol (AppFaultForm *self)
{
  gboolean smtp = !is_imap (self) && !is_pop3 (self);

  self->changing = TRUE;
  list_commands (self);
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), is_imap (self));
  gtk_widget_set_visible (GTK_WIDGET (self->code), smtp);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->detail),
                                 smtp ? _ ("Enhanced code, if any") : _ ("Response code, if any"));
  gtk_editable_set_text (self->detail,
                         smtp             ? "4.3.0"
                         : is_imap (self) ? "UNAVAILABLE"
                                          : "SYS/TEMP");
  if (smtp)
    gtk_editable_set_text (self->code, "451");
  self->changing = FALSE;
  show_preview (self);
}

static void
on_changed (AppFaultForm *self)
{
  if (!self->changing)
    show_preview (self);
}

/* Those that are on */

static const char *
when_title (AppFaultForm *self, const char *fault)
{
  for (guint i = 1; i < G_N_ELEMENTS (whens); i++)
    if (g_str_has_prefix (fault, whens[i]) && fault[strlen (whens[i])] == ',')
      return gtk_string_list_get_string (GTK_STRING_LIST (adw_combo_row_get_model (self->when)), i);
  return gtk_string_list_get_string (GTK_STRING_LIST (adw_combo_row_get_model (self->when)), 0);
}

static void list_faults (AppFaultForm *self);

static void
on_take_back (GtkButton *button, AppFaultForm *self)
{
  /* The button goes with its row, and the text with the button. */
  g_autofree char *fault = g_strdup (g_object_get_data (G_OBJECT (button), "fault"));

  practice_faults_remove (self->faults, fault);
  list_faults (self);
  gtk_widget_grab_focus (self->add);
}

static void
add_row (AppFaultForm *self, const char *fault)
{
  const char *what = strstr (fault, "reply=") + strlen ("reply=");
  g_auto (GStrv) parts = g_strsplit (what, ":", 3);
  gboolean between = g_str_equal (parts[0], "mx");
  g_autofree char *protocol = g_ascii_strup (between ? "smtp" : parts[0], -1);
  g_autofree char *title = g_strdup_printf ("%s → %s", command_title (parts[1]), parts[2]);
  g_autofree char *subtitle = g_strdup_printf (
      "%s · %s", between ? _ ("SMTP, from domain to domain") : protocol, when_title (self, fault));
  g_autofree char *spoken = g_strdup_printf (_ ("Switch off: %s"), title);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Switch Off"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), "dialog-warning-symbolic");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (button), "fault", g_strdup (fault), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_take_back), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static gboolean
is_own (AppFaultForm *self, const char *fault)
{
  const char *what = strchr (fault, ',') != NULL && strchr (fault, ',') < strchr (fault, '=')
                         ? strchr (fault, ',') + 1
                         : fault;

  return g_str_has_prefix (what, "reply=") &&
         (self->known == NULL || !g_strv_contains ((const char *const *) self->known, fault));
}

static void
list_faults (AppFaultForm *self)
{
  g_auto (GStrv) on = practice_faults_list (self->faults);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; on[i] != NULL; i++)
    if (is_own (self, on[i]))
      add_row (self, on[i]);
}

static void
on_add (AppFaultForm *self)
{
  const PracticeFaultReply reply = reply_of (self);
  g_autofree char *fault = practice_fault_reply_text (&reply, NULL);

  if (fault == NULL)
    return;
  /* The same once more begins to count anew. */
  practice_faults_remove (self->faults, fault);
  if (!practice_faults_add (self->faults, fault, NULL))
    g_warning ("%s is no fault", fault);
  list_faults (self);
}

void
app_fault_form_set_faults (AppFaultForm *self, PracticeFaults *faults, const char *const *known)
{
  self->faults = faults;
  g_strfreev (self->known);
  self->known = g_strdupv ((char **) known);
  list_faults (self);
}

static void
app_fault_form_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_FAULT_FORM);
  G_OBJECT_CLASS (app_fault_form_parent_class)->dispose (object);
}

static void
app_fault_form_finalize (GObject *object)
{
  AppFaultForm *self = APP_FAULT_FORM (object);

  g_ptr_array_unref (self->rows);
  g_strfreev (self->known);
  G_OBJECT_CLASS (app_fault_form_parent_class)->finalize (object);
}

static void
app_fault_form_class_init (AppFaultFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_fault_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_fault_form_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-fault-form.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppFaultForm, name)
  BIND (protocol);
  BIND (command);
  BIND (verdict);
  BIND (when);
  BIND (code);
  BIND (detail);
  BIND (text);
  BIND (preview);
  BIND (add);
#undef BIND
}

static void
app_fault_form_init (AppFaultForm *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_combo_row (self->protocol);
  app_spoken_combo_row (self->command);
  app_spoken_combo_row (self->verdict);
  app_spoken_combo_row (self->when);
  g_signal_connect_swapped (self->protocol, "notify::selected", G_CALLBACK (on_protocol), self);
  g_signal_connect_swapped (self->command, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->verdict, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->code, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->detail, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->text, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->add, "clicked", G_CALLBACK (on_add), self);
  on_protocol (self);
}
