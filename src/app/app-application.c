/* What the program owns, from its options to its end; which windows it opens is app-start's. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-application.h"

#include <glib/gi18n.h>
#include <sys/prctl.h>

#include "app-bench.h"
#include "app-signal.h"
#include "mail-init.h"

struct _AppApplication
{
  AdwApplication parent_instance;

  char *data_dir;
  WireTap *tap;
  EngineService *service;
  PracticeOffice *office;
  GSettings *settings;
};

enum
{
  PARTING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppApplication, app_application, ADW_TYPE_APPLICATION)

#define PRACTICE_IMAP "practice-imap"
#define PRACTICE_POP3 "practice-pop3"

const char *
app_application_get_data_dir (AppApplication *self)
{
  return self->data_dir;
}

EngineService *
app_application_get_service (AppApplication *self)
{
  return self->service;
}

WireTap *
app_application_get_tap (AppApplication *self)
{
  return self->tap;
}

GSettings *
app_application_get_settings (AppApplication *self)
{
  return self->settings;
}

AppApplication *
app_application_get (void)
{
  return APP_APPLICATION (g_application_get_default ());
}

/* The practice post office */

static gboolean
open_office (AppApplication *self, GError **error)
{
  g_autofree char *dir = g_build_filename (self->data_dir, "practice", NULL);
  g_autofree char *directory = g_build_filename (dir, "mail", NULL);
  PracticeOptions options = { .dir = dir, .directory = directory, .seed = 1, .hop_tap = self->tap };

  if (self->office == NULL)
    self->office = practice_office_new (&options, error);
  return self->office != NULL;
}

PracticeOffice *
app_application_get_office (AppApplication *self)
{
  return self->office;
}

/* Its passwords are public, so they stand in a file like any a user could name. */
static char *
write_password (AppApplication *self, const PracticeUser *user, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "practice", "password", NULL);

  if (!g_file_set_contents_full (
          path, user->password, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return NULL;
  return g_steal_pointer (&path);
}

static StoreAccountInfo *
practice_info (AppApplication *self,
               const char *name,
               const char *protocol,
               const char *password_file)
{
  guint n_users;
  const PracticeUser *user = practice_users (&n_users);
  gboolean imap = g_str_equal (protocol, "imap");
  StoreAccountInfo *info = store_account_info_new ();

#define SET(field, value) (g_free (info->field), info->field = g_strdup (value))
  SET (name, name);
  SET (protocol, protocol);
  SET (email, user->address);
  SET (full_name, user->person);
  SET (host, practice_office_host (self->office));
  SET (security, "tls");
  SET (user, user->address);
  SET (smtp_host, practice_office_host (self->office));
  SET (smtp_security, "tls");
  SET (smtp_user, user->address);
  SET (ca_file, practice_office_ca_file (self->office));
  SET (password_file, password_file);
  /* Both accounts show one mailbox: what POP3 collects must stay there until it is deleted. */
  SET (leave_policy, "until-deleted");
  /* So that the first letter's FETCH is still to come; POP3 brings letters home. */
  SET (keep_policy, imap ? "headers" : "all");
#undef SET
  info->practice = TRUE;
  info->port =
      practice_office_port (self->office, imap ? PRACTICE_PORT_IMAPS : PRACTICE_PORT_POP3S);
  info->smtp_port = practice_office_port (self->office, PRACTICE_PORT_SUBMISSIONS);
  return info;
}

static gboolean
is_there (const StoreAccountInfo *known, const StoreAccountInfo *info)
{
  return known->port == info->port && known->smtp_port == info->smtp_port &&
         g_strcmp0 (known->password_file, info->password_file) == 0;
}

/* The ports change with every start: the accounts follow. While the office stays, they do too: what
 * is said just now is not cut off. */
static gboolean
put_practice_account (AppApplication *self,
                      const char *name,
                      const char *protocol,
                      const char *password_file,
                      gboolean was_open,
                      GError **error)
{
  StoreBook *book = engine_service_book (self->service);
  g_autoptr (StoreAccountInfo) info = practice_info (self, name, protocol, password_file);
  g_autoptr (StoreAccountInfo) known = store_book_find (book, name, NULL);
  g_autoptr (EngineAccount) account = NULL;

  if (known != NULL && was_open && is_there (known, info))
    return TRUE;
  if (known != NULL)
    {
      g_free (info->uuid);
      info->uuid = g_strdup (known->uuid);
      info->position = known->position;
      info->paused = known->paused;
      return engine_service_update (self->service, info, NULL, error);
    }
  account = engine_service_add (self->service, info, NULL, error);
  return account != NULL;
}

static void
start_accounts (AppApplication *self)
{
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);

  for (guint i = 0; i < accounts->len; i++)
    {
      EngineAccount *account = accounts->pdata[i];
      g_autoptr (GError) error = NULL;

      if (engine_account_info (account)->paused)
        continue;
      if (engine_account_info (account)->practice && self->office == NULL)
        continue;
      /* What is wrong is in the account's status, which the window shows. */
      if (!engine_account_start (account, &error))
        g_info ("an account does not start: code %d", error->code);
    }
}

gboolean
app_application_start_practice (AppApplication *self, GError **error)
{
  gboolean was_open = self->office != NULL;
  g_autofree char *password_file = NULL;
  guint n_users;

  if (!open_office (self, error))
    return FALSE;
  password_file = write_password (self, practice_users (&n_users), error);
  if (password_file == NULL ||
      !put_practice_account (self, PRACTICE_IMAP, "imap", password_file, was_open, error) ||
      !put_practice_account (self, PRACTICE_POP3, "pop3", password_file, was_open, error))
    return FALSE;
  start_accounts (self);
  return TRUE;
}

StoreAccountInfo *
app_application_dup_practice (AppApplication *self, const char *security)
{
  gboolean asked = g_str_equal (security, "starttls");
  g_autoptr (StoreAccountInfo) known =
      store_book_find (engine_service_book (self->service), PRACTICE_IMAP, NULL);
  StoreAccountInfo *info;

  if (known == NULL || self->office == NULL)
    return NULL;
  info = store_account_info_copy (known);
  g_free (info->security);
  info->security = g_strdup (security);
  info->port =
      practice_office_port (self->office, asked ? PRACTICE_PORT_IMAP : PRACTICE_PORT_IMAPS);
  g_free (info->smtp_host);
  info->smtp_host = g_strdup ("");
  return info;
}

gboolean
app_application_reset_practice (AppApplication *self, GError **error)
{
  StoreBook *book = engine_service_book (self->service);

  if (!open_office (self, error))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (StoreAccountInfo) known =
          store_book_find (book, i == 0 ? PRACTICE_IMAP : PRACTICE_POP3, NULL);

      if (known != NULL && !engine_service_remove (self->service, known->uuid, error))
        return FALSE;
    }
  if (!practice_office_reset (self->office, error))
    return FALSE;
  return app_application_start_practice (self, error);
}

gboolean
app_application_set_paused (AppApplication *self,
                            EngineAccount *account,
                            gboolean paused,
                            GError **error)
{
  g_autoptr (StoreAccountInfo) info = store_account_info_copy (engine_account_info (account));
  g_autoptr (EngineAccount) kept = engine_account_ref (account);

  info->paused = paused;
  if (!engine_service_update (self->service, info, NULL, error))
    return FALSE;
  return paused || engine_account_start (kept, error);
}

static gboolean
has_practice_account (AppApplication *self)
{
  g_autoptr (StoreAccountInfo) known =
      store_book_find (engine_service_book (self->service), PRACTICE_IMAP, NULL);

  return known != NULL;
}

gboolean
app_application_open (AppApplication *self, GError **error)
{
  if (self->service == NULL)
    self->service = engine_service_new (self->data_dir, self->tap, error);
  return self->service != NULL;
}

void
app_application_begin (AppApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (has_practice_account (self) && !app_application_start_practice (self, &error))
    g_info ("the practice post office does not start: code %d", error->code);
  start_accounts (self);
}

/* Start */

static gint
app_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  AppApplication *self = APP_APPLICATION (application);
  char *dir = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("restante %s\n", VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "data", "^ay", &dir))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (dir);

      g_free (self->data_dir);
      self->data_dir = g_file_get_path (file);
      g_free (dir);
      /* Two data directories are two programs. */
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  return -1;
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;

  adw_show_about_window (
      gtk_application_get_active_window (GTK_APPLICATION (self)),
      "application-name",
      _ ("Restante"),
      "application-icon",
      APPLICATION_ID,
      "version",
      VERSION,
      "developer-name",
      _ ("The Restante authors"),
      "comments",
      _ ("Mail, and a clear window onto what a mail program says to the servers."),
      "license-type",
      GTK_LICENSE_GPL_3_0,
      NULL);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  /* Closing asks composers to save their drafts first. */
  for (GList *l = g_list_last (windows); l != NULL;)
    {
      GList *previous = l->prev;

      gtk_window_close (l->data);
      l = previous;
    }
}

static void
app_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "about", .activate = on_about },
    { .name = "quit", .activate = on_quit },
  };
  static const char *const quit[] = { "<Primary>q", NULL };

  G_APPLICATION_CLASS (app_application_parent_class)->startup (application);
  /* Words can be selected to be copied; a window does not open with some selected. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  mail_init ();
  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (
      G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", quit);
}

/* The windows still include the one that goes. */
static void
app_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  GList *windows = gtk_application_get_windows (application);

  if (windows != NULL && windows->next == NULL)
    g_signal_emit (application, signals[PARTING], 0);
  GTK_APPLICATION_CLASS (app_application_parent_class)->window_removed (application, window);
}

static void
app_application_shutdown (GApplication *application)
{
  AppApplication *self = APP_APPLICATION (application);

  g_clear_pointer (&self->service, engine_service_free);
  g_clear_pointer (&self->office, practice_office_free);
  G_APPLICATION_CLASS (app_application_parent_class)->shutdown (application);
}

static void
app_application_finalize (GObject *object)
{
  AppApplication *self = APP_APPLICATION (object);

  g_clear_pointer (&self->tap, wire_tap_unref);
  g_clear_object (&self->settings);
  g_free (self->data_dir);
  G_OBJECT_CLASS (app_application_parent_class)->finalize (object);
}

static void
app_application_class_init (AppApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_application_finalize;
  application_class->startup = app_application_startup;
  application_class->shutdown = app_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = app_application_window_removed;
  application_class->handle_local_options = app_application_handle_local_options;
  signals[PARTING] = app_signal_new (klass, "parting", 0);
}

static void
app_application_init (AppApplication *self)
{
  static const GOptionEntry options[] = {
    { "data",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      NULL,
      N_ ("Keep mail and accounts in this folder"),
      N_ ("FOLDER") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("The program’s version"), NULL },
    { NULL },
  };

  /* Passwords pass through this process's memory: nobody may read it from a dump. */
  (void) prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  app_bench_start ();
  self->data_dir = g_build_filename (g_get_user_data_dir (), "restante", NULL);
  self->tap = wire_tap_new (0);
  wire_tap_set_enabled (self->tap, !app_bench_wants ("no-tap"));
  self->settings = g_settings_new (APPLICATION_ID);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), "[mailto:…]");
  g_application_set_option_context_summary (
      G_APPLICATION (self),
      _ ("Reads and sends mail over IMAP, POP3 and SMTP, and shows what is said. "
         "A mailto: link begins a letter; restante-cli does the same without a screen."));
}

AppApplication *
app_application_new (void)
{
  return g_object_new (APP_TYPE_APPLICATION,
                       "application-id",
                       APPLICATION_ID,
                       "flags",
                       G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path",
                       "/org/restante/Restante",
                       NULL);
}
