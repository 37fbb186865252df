/* The password's field is there for everybody; the other ways are folded away. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-sign-in.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-secret-buffer.h"
#include "app-signal.h"
#include "app-spoken.h"

/* In the order of the list. */
typedef enum
{
  WAY_PASSWORD,
  WAY_TOKEN,
  WAY_COMMAND,
  WAY_CERTIFICATE,
  WAY_DESKTOP /* not in the list */
} Way;

#define COMMAND "command:"
#define DESKTOP "goa:"

struct _AppSignIn
{
  GtkBox parent_instance;
  AdwPreferencesRow *password;
  AdwActionRow *desktop;
  AdwExpanderRow *others;
  AdwComboRow *way;
  AdwEntryRow *command;
  GtkWidget *not_desktop, *secret_group, *others_group;
  GtkLabel *note;
  AppSecretBuffer *secret; /* of the password's field */
  char *desktop_id;        /* NULL: none */
  gboolean kept;
};

G_DEFINE_FINAL_TYPE (AppSignIn, app_sign_in, GTK_TYPE_BOX)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static Way
get_way (AppSignIn *self)
{
  return self->desktop_id != NULL ? WAY_DESKTOP : (Way) adw_combo_row_get_selected (self->way);
}

static gboolean
is_typed (Way way)
{
  return way == WAY_PASSWORD || way == WAY_TOKEN;
}

static const char *
note_text (AppSignIn *self)
{
  switch (get_way (self))
    {
    case WAY_PASSWORD:
      return self->kept ? _ ("Leave the password empty to keep it. It is in your keyring, is never "
                             "shown, and never sent without encryption.")
                        : _ ("The password goes into your keyring. It is never shown, and never "
                             "sent without encryption.");
    case WAY_TOKEN:
      return _ ("The access token goes into your keyring. When it has expired, it has to be "
                "entered anew.");
    case WAY_COMMAND:
      return _ ("The command is run each time a token is needed; the first line that it prints is "
                "the token. It is kept nowhere.");
    case WAY_CERTIFICATE:
      return _ ("No password is asked for. The certificate is chosen with the servers.");
    case WAY_DESKTOP:
    default:
      return _ ("No password is kept here: this computer’s settings hold what signs it in.");
    }
}

static void
update (AppSignIn *self)
{
  Way way = get_way (self);

  adw_preferences_row_set_title (self->password,
                                 way == WAY_TOKEN ? _ ("Access token") : _ ("Password"));
  gtk_widget_set_visible (self->secret_group, is_typed (way) || way == WAY_DESKTOP);
  gtk_widget_set_visible (GTK_WIDGET (self->password), is_typed (way));
  gtk_widget_set_visible (GTK_WIDGET (self->desktop), way == WAY_DESKTOP);
  gtk_widget_set_visible (self->others_group, way != WAY_DESKTOP);
  gtk_widget_set_visible (GTK_WIDGET (self->command), way == WAY_COMMAND);
  gtk_label_set_text (self->note, note_text (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
app_sign_in_load (AppSignIn *self, const StoreAccountInfo *info)
{
  Way way = WAY_PASSWORD;

  if (g_str_equal (info->sign_in, "token"))
    way = WAY_TOKEN;
  else if (g_str_equal (info->sign_in, "certificate"))
    way = WAY_CERTIFICATE;
  else if (g_str_has_prefix (info->sign_in, COMMAND))
    way = WAY_COMMAND;
  adw_combo_row_set_selected (self->way, way);
  gtk_editable_set_text (GTK_EDITABLE (self->command),
                         way == WAY_COMMAND ? info->sign_in + strlen (COMMAND) : "");
  adw_expander_row_set_expanded (self->others, way != WAY_PASSWORD);
  if (g_str_has_prefix (info->sign_in, DESKTOP))
    app_sign_in_set_desktop (self, info->sign_in + strlen (DESKTOP), NULL);
  update (self);
}

void
app_sign_in_save (AppSignIn *self, StoreAccountInfo *info)
{
  g_autofree char *command =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->command))));

  g_free (info->sign_in);
  switch (get_way (self))
    {
    case WAY_TOKEN:
      info->sign_in = g_strdup ("token");
      break;
    case WAY_COMMAND:
      info->sign_in = g_strconcat (COMMAND, command, NULL);
      break;
    case WAY_CERTIFICATE:
      info->sign_in = g_strdup ("certificate");
      break;
    case WAY_DESKTOP:
      info->sign_in = g_strconcat (DESKTOP, self->desktop_id, NULL);
      break;
    case WAY_PASSWORD:
    default:
      info->sign_in = g_strdup ("");
      break;
    }
}

void
app_sign_in_set_desktop (AppSignIn *self, const char *id, const char *provider)
{
  g_autofree char *title = g_markup_escape_text (provider != NULL ? provider : "", -1);

  g_free (self->desktop_id);
  self->desktop_id = g_strdup (id);
  adw_action_row_set_subtitle (self->desktop, title);
  update (self);
}

void
app_sign_in_set_kept (AppSignIn *self)
{
  self->kept = TRUE;
  update (self);
}

gboolean
app_sign_in_is_complete (AppSignIn *self)
{
  switch (get_way (self))
    {
    case WAY_PASSWORD:
    case WAY_TOKEN:
      return self->kept || gtk_entry_buffer_get_length (GTK_ENTRY_BUFFER (self->secret)) > 0;
    case WAY_COMMAND:
      return *gtk_editable_get_text (GTK_EDITABLE (self->command)) != '\0';
    case WAY_CERTIFICATE:
    case WAY_DESKTOP:
    default:
      return TRUE;
    }
}

gboolean
app_sign_in_is_desktop (AppSignIn *self)
{
  return get_way (self) == WAY_DESKTOP;
}

BaseSecret *
app_sign_in_dup_secret (AppSignIn *self)
{
  return is_typed (get_way (self)) ? app_secret_buffer_dup (self->secret) : NULL;
}

void
app_sign_in_forget (AppSignIn *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->password), "");
}

void
app_sign_in_focus (AppSignIn *self)
{
  switch (get_way (self))
    {
    case WAY_COMMAND:
      gtk_widget_grab_focus (GTK_WIDGET (self->command));
      break;
    case WAY_CERTIFICATE:
      gtk_widget_grab_focus (GTK_WIDGET (self->way));
      break;
    case WAY_DESKTOP:
      gtk_widget_grab_focus (self->not_desktop);
      break;
    case WAY_PASSWORD:
    case WAY_TOKEN:
    default:
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
      break;
    }
}

static void
on_not_desktop (AppSignIn *self)
{
  g_clear_pointer (&self->desktop_id, g_free);
  update (self);
}

static void
on_activated (AppSignIn *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
app_sign_in_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_SIGN_IN);
  G_OBJECT_CLASS (app_sign_in_parent_class)->dispose (object);
}

static void
app_sign_in_finalize (GObject *object)
{
  g_free (APP_SIGN_IN (object)->desktop_id);
  G_OBJECT_CLASS (app_sign_in_parent_class)->finalize (object);
}

static void
app_sign_in_class_init (AppSignInClass *klass)
{
  static const char *const names[] = { "changed", "activated" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_sign_in_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_sign_in_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = app_signal_new (klass, names[i], 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-sign-in.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppSignIn, name)
  BIND (password);
  BIND (desktop);
  BIND (others);
  BIND (way);
  BIND (command);
  BIND (not_desktop);
  BIND (secret_group);
  BIND (others_group);
  BIND (note);
#undef BIND
}

static void
app_sign_in_init (AppSignIn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_combo_row (self->way);
  app_spoken_password (ADW_PASSWORD_ENTRY_ROW (self->password));
  self->secret = app_secret_buffer_install (GTK_EDITABLE (self->password));
  g_signal_connect_swapped (self->password, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->password, "entry-activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (self->command, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->command, "entry-activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (self->way, "notify::selected", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->not_desktop, "clicked", G_CALLBACK (on_not_desktop), self);
  update (self);
}
