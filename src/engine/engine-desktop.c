/* GNOME Online Accounts' side of engine-token.h, over D-Bus: org.gnome.OnlineAccounts.Account,
 * Mail, OAuth2Based and PasswordBased. A desktop without it, or without a session bus, has no
 * accounts. */
#include "config.h"

#include "engine-token.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

#define NAME "org.gnome.OnlineAccounts"
#define MANAGER "/org/gnome/OnlineAccounts"
#define ACCOUNTS MANAGER "/Accounts/"
#define PATIENCE 30000 /* milliseconds; a provider is asked meanwhile */

void
engine_desktop_account_free (EngineDesktopAccount *account)
{
  g_free (account->id);
  g_free (account->provider);
  g_free (account->email);
  g_free (account->full_name);
  g_free (account->host);
  g_free (account->security);
  g_free (account->user);
  g_free (account->smtp_host);
  g_free (account->smtp_security);
  g_free (account->smtp_user);
  g_free (account);
}

static GVariant *
call (const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      const char *answer,
      GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);

  if (!bus)
    {
      if (parameters)
        g_variant_unref (g_variant_ref_sink (parameters));
      return NULL;
    }
  return g_dbus_connection_call_sync (bus,
                                      NAME,
                                      path,
                                      interface,
                                      method,
                                      parameters,
                                      G_VARIANT_TYPE (answer),
                                      G_DBUS_CALL_FLAGS_NONE,
                                      PATIENCE,
                                      NULL,
                                      error);
}

/* --- the list --- */

static char *
take_text (GVariant *properties, const char *name)
{
  const char *text = "";

  g_variant_lookup (properties, name, "&s", &text);
  return g_strdup (text);
}

static gboolean
is_set (GVariant *properties, const char *name)
{
  gboolean set = FALSE;

  g_variant_lookup (properties, name, "b", &set);
  return set;
}

static const char *
take_security (GVariant *mail, const char *ssl, const char *tls)
{
  if (is_set (mail, ssl))
    return "tls";
  return is_set (mail, tls) ? "starttls" : "none";
}

/* "imap.example:993"; without a port the usual one. */
static char *
split_host (char *host, const char *security, const guint16 usual[2], guint16 *port)
{
  char *colon = strrchr (host, ':');
  guint64 number = usual[strcmp (security, "tls") != 0];

  if (colon && strchr (host, ':') == colon &&
      g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
    *colon = '\0';
  *port = (guint16) number;
  return host;
}

static EngineDesktopAccount *
make_account (GVariant *account, GVariant *mail)
{
  static const guint16 imap_ports[] = { 993, 143 }, smtp_ports[] = { 465, 587 };
  EngineDesktopAccount *made;

  if (is_set (account, "MailDisabled") || !is_set (mail, "ImapSupported"))
    return NULL;
  made = g_new0 (EngineDesktopAccount, 1);
  made->id = take_text (account, "Id");
  made->provider = take_text (account, "ProviderName");
  made->email = take_text (mail, "EmailAddress");
  made->full_name = take_text (mail, "Name");
  made->security = g_strdup (take_security (mail, "ImapUseSsl", "ImapUseTls"));
  made->host = split_host (take_text (mail, "ImapHost"), made->security, imap_ports, &made->port);
  made->user = take_text (mail, "ImapUserName");
  made->smtp_security = g_strdup (take_security (mail, "SmtpUseSsl", "SmtpUseTls"));
  made->smtp_host = is_set (mail, "SmtpSupported") ? take_text (mail, "SmtpHost") : g_strdup ("");
  split_host (made->smtp_host, made->smtp_security, smtp_ports, &made->smtp_port);
  made->smtp_user = take_text (mail, "SmtpUserName");
  return made;
}

static void
free_account (gpointer account)
{
  engine_desktop_account_free (account);
}

GPtrArray *
engine_token_desktop_accounts (void)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func (free_account);
  g_autoptr (GVariant) answer = call (MANAGER,
                                      "org.freedesktop.DBus.ObjectManager",
                                      "GetManagedObjects",
                                      NULL,
                                      "(a{oa{sa{sv}}})",
                                      NULL);
  g_autoptr (GVariant) objects = answer ? g_variant_get_child_value (answer, 0) : NULL;

  for (gsize i = 0; objects && i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (objects, i);
      g_autoptr (GVariant) interfaces = g_variant_get_child_value (entry, 1);
      const GVariantType *properties = G_VARIANT_TYPE_VARDICT;
      g_autoptr (GVariant) account =
          g_variant_lookup_value (interfaces, NAME ".Account", properties);
      g_autoptr (GVariant) mail = g_variant_lookup_value (interfaces, NAME ".Mail", properties);
      EngineDesktopAccount *made = account && mail ? make_account (account, mail) : NULL;

      if (made)
        g_ptr_array_add (accounts, made);
    }
  return accounts;
}

/* --- tokens --- */

static BaseSecret *
set_failed (GError **error, const GError *why)
{
  g_autofree char *remote = why ? g_dbus_error_get_remote_error (why) : NULL;
  gboolean again = remote && strcmp (remote, NAME ".Error.NotAuthorized") != 0 &&
                   strcmp (remote, "org.freedesktop.DBus.Error.UnknownMethod") != 0 &&
                   strcmp (remote, "org.freedesktop.DBus.Error.ServiceUnknown") != 0;

  /* Its words may hold what a provider said: they are not shown. */
  g_set_error_literal (
      error,
      ENGINE_ERROR,
      again ? ENGINE_ERROR_TEMPORARY : ENGINE_ERROR_NO_PASSWORD,
      again
          ? _ ("The desktop’s online accounts give no access token at the moment: try again later")
          : _ ("The desktop’s online accounts want you to sign in again: open them in the "
               "computer’s settings"));
  return NULL;
}

static BaseSecret *
take_secret (GVariant *answer)
{
  const char *text = NULL;

  g_variant_get_child (answer, 0, "&s", &text);
  return text[0] ? base_secret_new (text, -1) : NULL;
}

/* Looks with the provider whether what the desktop has is still good, and renews it. */
static gboolean
renew (const char *path, GError **error)
{
  g_autoptr (GVariant) ensured =
      call (path, NAME ".Account", "EnsureCredentials", NULL, "(i)", error);

  return ensured != NULL;
}

static BaseSecret *
ask (const char *path, gboolean *is_token, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) token =
      call (path, NAME ".OAuth2Based", "GetAccessToken", NULL, "(si)", &local);
  g_autoptr (GVariant) password = NULL;

  *is_token = token != NULL;
  if (token)
    return take_secret (token);
  if (!g_error_matches (local, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) &&
      !g_error_matches (local, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  password = call (path,
                   NAME ".PasswordBased",
                   "GetPassword",
                   g_variant_new ("(s)", "imap-password"),
                   "(s)",
                   error);
  return password ? take_secret (password) : NULL;
}

BaseSecret *
engine_token_of_desktop (const char *id, gboolean again, gboolean *is_token, GError **error)
{
  g_autofree char *path = g_strconcat (ACCOUNTS, id, NULL);
  g_autoptr (GError) local = NULL;
  BaseSecret *secret = NULL;

  *is_token = TRUE;
  if (g_variant_is_object_path (path) && (!again || renew (path, &local)))
    secret = ask (path, is_token, &local);
  return secret ? secret : set_failed (error, local);
}
