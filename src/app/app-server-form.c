/* A changed encryption changes the port with it, as long as the port is one of the usual ones. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-server-form.h"

#include <glib/gi18n.h>

#include "app-signal.h"
#include "app-spoken.h"

struct _AppServerForm
{
  GtkBox parent_instance;
  AdwPreferencesGroup *incoming;
  GtkEditable *host, *port, *user, *smtp_host, *smtp_port, *smtp_user;
  AdwComboRow *security, *smtp_security;
  AdwActionRow *ca_row, *own_row;
  GtkWidget *ca_clear, *ca_choose, *own_clear, *own_choose;
  GtkFileChooserNative *chooser;
  char *ca_file;  /* whom to trust */
  char *own_file; /* what to show */
  gboolean needs_own;
  gboolean imap;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (AppServerForm, app_server_form, GTK_TYPE_BOX)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *const securities[] = { "tls", "starttls", "none" };
/* For each protocol, in the order above (RFC 8314 §7.3, RFC 1939, 3501, 6409). */
static const guint imap_ports[] = { 993, 143, 143 };
static const guint pop3_ports[] = { 995, 110, 110 };
static const guint smtp_ports[] = { 465, 587, 587 };

static guint
number (GtkEditable *entry)
{
  guint64 value = 0;

  g_ascii_string_to_unsigned (gtk_editable_get_text (entry), 10, 1, 65535, &value, NULL);
  return (guint) value;
}

static void
set_number (GtkEditable *entry, guint value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);

  gtk_editable_set_text (entry, value != 0 ? text : "");
}

static gboolean
is_usual (const guint *ports, guint port)
{
  return port == 0 || port == ports[0] || port == ports[1];
}

static void
on_security (AppServerForm *self)
{
  const guint *ports = self->imap ? imap_ports : pop3_ports;

  if (!self->loading && is_usual (ports, number (self->port)))
    set_number (self->port, ports[adw_combo_row_get_selected (self->security)]);
  if (!self->loading && is_usual (smtp_ports, number (self->smtp_port)))
    set_number (self->smtp_port, smtp_ports[adw_combo_row_get_selected (self->smtp_security)]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_changed (AppServerForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_set (const char *file)
{
  return file != NULL && *file != '\0';
}

static void
show_file (AdwActionRow *row, GtkWidget *clear, const char *file, const char *without)
{
  g_autofree char *name = is_set (file) ? g_filename_display_basename (file) : NULL;
  g_autofree char *text = g_markup_escape_text (name != NULL ? name : without, -1);

  adw_action_row_set_subtitle (row, text);
  gtk_widget_set_visible (clear, name != NULL);
}

static void
show_files (AppServerForm *self)
{
  show_file (self->ca_row,
             self->ca_clear,
             self->ca_file,
             _ ("Only for a server with a private authority: a PEM file"));
  show_file (
      self->own_row,
      self->own_clear,
      self->own_file,
      _ ("Only for a server that asks for one: a PEM file with the certificate and its key, or "
         "with the key beside it (NAME.key)"));
}

static void
take_file (AppServerForm *self, char **file, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

      g_free (*file);
      *file = g_file_get_path (chosen);
      show_files (self);
      on_changed (self);
    }
  g_clear_object (&self->chooser);
}

static void
on_ca_response (GtkNativeDialog *dialog, int response, AppServerForm *self)
{
  take_file (self, &self->ca_file, response);
}

static void
on_own_response (GtkNativeDialog *dialog, int response, AppServerForm *self)
{
  take_file (self, &self->own_file, response);
}

static void
choose (AppServerForm *self, const char *title, GCallback callback)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title,
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("_Choose"),
                                               _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", callback, self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_ca_choose (GtkButton *button, AppServerForm *self)
{
  choose (self, _ ("Trust an Authority"), G_CALLBACK (on_ca_response));
}

static void
on_own_choose (GtkButton *button, AppServerForm *self)
{
  choose (self, _ ("Choose Your Certificate"), G_CALLBACK (on_own_response));
}

static void
on_ca_clear (GtkButton *button, AppServerForm *self)
{
  g_clear_pointer (&self->ca_file, g_free);
  show_files (self);
  on_changed (self);
  /* The button has gone, and the keyboard with it. */
  gtk_widget_grab_focus (GTK_WIDGET (self->ca_row));
}

static void
on_own_clear (GtkButton *button, AppServerForm *self)
{
  g_clear_pointer (&self->own_file, g_free);
  show_files (self);
  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->own_row));
}

static guint
security_index (const char *security)
{
  for (guint i = 0; i < G_N_ELEMENTS (securities); i++)
    if (g_str_equal (securities[i], security))
      return i;
  return 0;
}

void
app_server_form_load (AppServerForm *self, const StoreAccountInfo *info)
{
  self->loading = TRUE;
  self->imap = !g_str_equal (info->protocol, "pop3");
  adw_preferences_group_set_title (self->incoming,
                                   self->imap ? _ ("Receiving (IMAP)") : _ ("Receiving (POP3)"));
  gtk_editable_set_text (self->host, info->host);
  gtk_editable_set_text (self->user, info->user);
  gtk_editable_set_text (self->smtp_host, info->smtp_host);
  gtk_editable_set_text (self->smtp_user, info->smtp_user);
  adw_combo_row_set_selected (self->security, security_index (info->security));
  adw_combo_row_set_selected (self->smtp_security, security_index (info->smtp_security));
  set_number (self->port, info->port);
  set_number (self->smtp_port, info->smtp_port);
  g_free (self->ca_file);
  self->ca_file = g_strdup (info->ca_file);
  g_free (self->own_file);
  self->own_file = g_strdup (info->client_cert);
  self->needs_own = g_str_equal (info->sign_in, "certificate");
  show_files (self);
  self->loading = FALSE;
}

static void
take (char **field, GtkEditable *entry)
{
  g_free (*field);
  *field = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

void
app_server_form_save (AppServerForm *self, StoreAccountInfo *info)
{
  take (&info->host, self->host);
  take (&info->user, self->user);
  take (&info->smtp_host, self->smtp_host);
  take (&info->smtp_user, self->smtp_user);
  info->port = (guint16) number (self->port);
  info->smtp_port = (guint16) number (self->smtp_port);
  g_free (info->security);
  info->security = g_strdup (securities[adw_combo_row_get_selected (self->security)]);
  g_free (info->smtp_security);
  info->smtp_security = g_strdup (securities[adw_combo_row_get_selected (self->smtp_security)]);
  g_free (info->ca_file);
  info->ca_file = g_strdup (self->ca_file != NULL ? self->ca_file : "");
  g_free (info->client_cert);
  info->client_cert = g_strdup (self->own_file != NULL ? self->own_file : "");
}

gboolean
app_server_form_is_complete (AppServerForm *self)
{
  gboolean sends = *gtk_editable_get_text (self->smtp_host) != '\0';

  return *gtk_editable_get_text (self->host) != '\0' &&
         *gtk_editable_get_text (self->user) != '\0' && number (self->port) != 0 &&
         (!sends || number (self->smtp_port) != 0) && (!self->needs_own || is_set (self->own_file));
}

static void
app_server_form_dispose (GObject *object)
{
  AppServerForm *self = APP_SERVER_FORM (object);

  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_SERVER_FORM);
  G_OBJECT_CLASS (app_server_form_parent_class)->dispose (object);
}

static void
app_server_form_finalize (GObject *object)
{
  g_free (APP_SERVER_FORM (object)->ca_file);
  g_free (APP_SERVER_FORM (object)->own_file);
  G_OBJECT_CLASS (app_server_form_parent_class)->finalize (object);
}

static void
on_activated (AppServerForm *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
app_server_form_class_init (AppServerFormClass *klass)
{
  static const char *const names[] = { "changed", "activated" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_server_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_server_form_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = app_signal_new (klass, names[i], 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-server-form.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppServerForm, name)
  BIND (incoming);
  BIND (host);
  BIND (port);
  BIND (user);
  BIND (security);
  BIND (smtp_host);
  BIND (smtp_port);
  BIND (smtp_user);
  BIND (smtp_security);
  BIND (ca_row);
  BIND (ca_clear);
  BIND (ca_choose);
  BIND (own_row);
  BIND (own_clear);
  BIND (own_choose);
#undef BIND
}

static void
app_server_form_init (AppServerForm *self)
{
  GtkEditable *entries[6];

  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_combo_row (self->security);
  app_spoken_combo_row (self->smtp_security);
  app_spoken_row_button (self->ca_row, self->ca_choose);
  app_spoken_row_button (self->own_row, self->own_choose);
  memcpy (
      entries,
      (GtkEditable *[]){
          self->host, self->port, self->user, self->smtp_host, self->smtp_port, self->smtp_user },
      sizeof entries);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_signal_connect_swapped (entries[i], "changed", G_CALLBACK (on_changed), self);
      g_signal_connect_swapped (entries[i], "entry-activated", G_CALLBACK (on_activated), self);
    }
  g_signal_connect_swapped (self->security, "notify::selected", G_CALLBACK (on_security), self);
  g_signal_connect_swapped (
      self->smtp_security, "notify::selected", G_CALLBACK (on_security), self);
  g_signal_connect (self->ca_choose, "clicked", G_CALLBACK (on_ca_choose), self);
  g_signal_connect (self->own_choose, "clicked", G_CALLBACK (on_own_choose), self);
  g_signal_connect (self->own_clear, "clicked", G_CALLBACK (on_own_clear), self);
  g_signal_connect (self->ca_clear, "clicked", G_CALLBACK (on_ca_clear), self);
}

GtkWidget *
app_server_form_new (void)
{
  return g_object_new (APP_TYPE_SERVER_FORM, NULL);
}
