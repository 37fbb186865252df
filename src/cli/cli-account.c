/* account add, list, desktop, remove. Adding checks the servers first, step by step as the wizard
 * does. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "engine-check.h"
#include "engine-credential.h"
#include "engine-error.h"
#include "engine-token.h"
#include "mail-address.h"
#include "net-session.h"

typedef struct
{
  char *name, *email, *user, *full_name, *server, *security;
  char *smtp, *smtp_security, *smtp_user;
  char *ca_file, *password_file, *leave, *keep;
  char *sign_in, *token_command, *client_cert;
  gboolean no_check;
} Options;

static void
options_clear (Options *options)
{
  char *fields[] = { options->name,       options->email,         options->user,
                     options->full_name,  options->server,        options->security,
                     options->smtp,       options->smtp_security, options->smtp_user,
                     options->ca_file,    options->password_file, options->leave,
                     options->keep,       options->sign_in,       options->token_command,
                     options->client_cert };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_free (fields[i]);
}

static gboolean
parse_server (const char *text, char **host, guint16 *port)
{
  const char *colon = strrchr (text, ':');
  guint64 number;

  if (!colon || colon == text || g_str_has_prefix (text, "[]") ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
    {
      cli_note (_ ("“%s” is no server: write HOST:PORT"), text);
      return FALSE;
    }
  g_free (*host);
  if (text[0] == '[' && colon[-1] == ']')
    *host = g_strndup (text + 1, (gsize) (colon - text) - 2);
  else
    *host = g_strndup (text, (gsize) (colon - text));
  *port = (guint16) number;
  return TRUE;
}

static gboolean
parse_security (const char *text, char **security)
{
  if (!text)
    return TRUE;
  if (net_security_from_name (text) < 0)
    {
      cli_note (_ ("“%s” is no security: tls, starttls or none"), text);
      return FALSE;
    }
  g_free (*security);
  *security = g_strdup (text);
  return TRUE;
}

static gboolean
is_days (const char *text)
{
  guint64 days;

  return g_str_has_prefix (text, "days:") &&
         g_ascii_string_to_unsigned (text + strlen ("days:"), 10, 0, 36500, &days, NULL);
}

static gboolean
is_below (const char *text)
{
  guint64 bytes;

  return g_str_has_prefix (text, "below:") &&
         g_ascii_string_to_unsigned (text + strlen ("below:"), 10, 1, G_MAXUINT32, &bytes, NULL);
}

static gboolean
parse_policies (const Options *options, StoreAccountInfo *info)
{
  gboolean is_pop3 = strcmp (info->protocol, "pop3") == 0;

  if (options->leave)
    {
      if (!is_days (options->leave) && strcmp (options->leave, "all") != 0 &&
          strcmp (options->leave, "none") != 0 && strcmp (options->leave, "until-deleted") != 0)
        {
          cli_note (_ ("“%s” is no policy: all, none, days:N or until-deleted"), options->leave);
          return FALSE;
        }
      g_free (info->leave_policy);
      info->leave_policy = g_strdup (options->leave);
    }
  if (options->keep)
    {
      if (!(is_pop3 ? is_below (options->keep) : is_days (options->keep)) &&
          strcmp (options->keep, "all") != 0 && strcmp (options->keep, "headers") != 0)
        {
          if (is_pop3)
            cli_note (_ ("“%s” is no policy: headers, below:BYTES or all"), options->keep);
          else
            cli_note (_ ("“%s” is no policy: headers, days:N or all"), options->keep);
          return FALSE;
        }
      g_free (info->keep_policy);
      info->keep_policy = g_strdup (options->keep);
    }
  return TRUE;
}

/* How it signs in: two options that say one thing. */
static gboolean
parse_sign_in (const Options *options, StoreAccountInfo *info)
{
  const char *word = options->sign_in ? options->sign_in : "password";

  if (strcmp (word, "password") != 0 && strcmp (word, "token") != 0 &&
      strcmp (word, "certificate") != 0 && !g_str_has_prefix (word, "goa:"))
    {
      cli_note (_ ("“%s” is no way to sign in: password, token, certificate or goa:ID"), word);
      return FALSE;
    }
  if (strcmp (word, "certificate") == 0 && !options->client_cert)
    {
      cli_note (_ ("To sign in by certificate, name its file with --client-cert"));
      return FALSE;
    }
  g_free (info->sign_in);
  if (options->token_command)
    info->sign_in = g_strconcat ("command:", options->token_command, NULL);
  else
    info->sign_in = g_strdup (strcmp (word, "password") == 0 ? "" : word);
  g_free (info->client_cert);
  info->client_cert =
      options->client_cert ? g_canonicalize_filename (options->client_cert, NULL) : g_strdup ("");
  return TRUE;
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* Such a name would break the lines of every list that shows it. */
static gboolean
has_control (const char *name)
{
  g_autofree char *clean = cli_clean (name);

  return strcmp (clean, name) != 0;
}

/* NULL: it said what is missing. */
static StoreAccountInfo *
make_info (const char *protocol, const Options *options)
{
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();

  if ((strcmp (protocol, "imap") != 0 && strcmp (protocol, "pop3") != 0) || !options->name ||
      !options->email || !options->server || !options->name[0])
    {
      cli_usage (CLI_ACCOUNT_ADD);
      return NULL;
    }
  if (has_control (options->name))
    {
      cli_note (_ ("An account’s name is one line of plain text: give it another name"));
      return NULL;
    }
  if (!mail_address_is_valid (options->email))
    {
      cli_note (_ ("“%s” is no e-mail address"), options->email);
      return NULL;
    }
  set (&info->protocol, protocol);
  set (&info->name, options->name);
  set (&info->email, options->email);
  set (&info->user, options->user ? options->user : options->email);
  if (options->full_name)
    set (&info->full_name, options->full_name);
  if (!parse_server (options->server, &info->host, &info->port) ||
      !parse_security (options->security, &info->security) || !parse_policies (options, info) ||
      !parse_sign_in (options, info))
    return NULL;
  if (options->smtp && (!parse_server (options->smtp, &info->smtp_host, &info->smtp_port) ||
                        !parse_security (options->smtp_security, &info->smtp_security)))
    return NULL;
  set (&info->smtp_user, options->smtp_user ? options->smtp_user : info->user);
  g_free (info->ca_file);
  info->ca_file =
      options->ca_file ? g_canonicalize_filename (options->ca_file, NULL) : g_strdup ("");
  if (options->password_file && strcmp (options->password_file, "-") != 0)
    {
      g_free (info->password_file);
      info->password_file = g_canonicalize_filename (options->password_file, NULL);
    }
  return g_steal_pointer (&info);
}

static BaseSecret *
secret_of_line (char *line, gsize size, GError **error)
{
  gsize len = strcspn (line, "\r\n");
  BaseSecret *secret = NULL;

  if (len > ENGINE_PASSWORD_MAX)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NO_PASSWORD,
                 _ ("The password given has more than %d bytes: nothing was stored"),
                 ENGINE_PASSWORD_MAX);
  else if (len > 0)
    secret = base_secret_new (line, (gssize) len);
  else
    g_set_error_literal (error,
                         ENGINE_ERROR,
                         ENGINE_ERROR_NO_PASSWORD,
                         _ ("No password was given on standard input"));
  base_secret_wipe (line, size);
  return secret;
}

/* The first line of standard input; from a terminal it is asked for and not shown. */
static BaseSecret *
read_secret (gboolean ask, GError **error)
{
  char line[ENGINE_PASSWORD_MAX + 3] = "";
  struct termios shown, hidden;

  if (ask)
    {
      g_printerr ("%s", _ ("Password: "));
      tcgetattr (STDIN_FILENO, &shown);
      hidden = shown;
      hidden.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
    }
  setvbuf (stdin, NULL, _IONBF, 0);
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  if (ask)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
      g_printerr ("\n");
    }
  return secret_of_line (line, sizeof line, error);
}

static BaseSecret *
get_password (const StoreAccountInfo *info, const Options *options, GError **error)
{
  gboolean ask = !options->password_file && isatty (STDIN_FILENO);

  if (info->password_file[0])
    return engine_credential_read_file (info->password_file, error);
  if (!options->password_file && !ask)
    {
      g_set_error_literal (error,
                           ENGINE_ERROR,
                           ENGINE_ERROR_NO_PASSWORD,
                           _ ("There is no terminal to ask for the password: name a file of mode "
                              "0600 with --password-file"));
      return NULL;
    }
  return read_secret (ask, error);
}

static int
store_account (Cli *cli, StoreAccountInfo *info, BaseSecret *password, gboolean check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (StoreAccountInfo) taken = NULL;
  int code;

  if (!cli_service (cli, &code))
    return code;
  taken = store_book_find (engine_service_book (cli->service), info->name, NULL);
  if (taken)
    {
      cli_note (_ ("There is an account “%s” already: give this one another name"), info->name);
      return CLI_USAGE;
    }
  if (check && !engine_check_account (info, password, cli->tap, NULL, NULL, NULL, &error))
    return cli_fail (g_steal_pointer (&error));
  account = engine_service_add (cli->service, info, password, &error);
  return account ? CLI_OK : cli_fail (g_steal_pointer (&error));
}

static int
add (Cli *cli, int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, NULL, NULL },
    { "email", 0, 0, G_OPTION_ARG_STRING, &options.email, NULL, NULL },
    { "full-name", 0, 0, G_OPTION_ARG_STRING, &options.full_name, NULL, NULL },
    { "user", 0, 0, G_OPTION_ARG_STRING, &options.user, NULL, NULL },
    { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, NULL, NULL },
    { "security", 0, 0, G_OPTION_ARG_STRING, &options.security, NULL, NULL },
    { "smtp", 0, 0, G_OPTION_ARG_STRING, &options.smtp, NULL, NULL },
    { "smtp-security", 0, 0, G_OPTION_ARG_STRING, &options.smtp_security, NULL, NULL },
    { "smtp-user", 0, 0, G_OPTION_ARG_STRING, &options.smtp_user, NULL, NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options.ca_file, NULL, NULL },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.password_file, NULL, NULL },
    { "sign-in", 0, 0, G_OPTION_ARG_STRING, &options.sign_in, NULL, NULL },
    { "token-command", 0, 0, G_OPTION_ARG_STRING, &options.token_command, NULL, NULL },
    { "client-cert", 0, 0, G_OPTION_ARG_FILENAME, &options.client_cert, NULL, NULL },
    { "leave", 0, 0, G_OPTION_ARG_STRING, &options.leave, NULL, NULL },
    { "keep", 0, 0, G_OPTION_ARG_STRING, &options.keep, NULL, NULL },
    { "no-check", 0, 0, G_OPTION_ARG_NONE, &options.no_check, NULL, NULL },
    { NULL },
  };
  g_autoptr (StoreAccountInfo) info = NULL;
  g_autoptr (BaseSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  int code = CLI_USAGE;

  if (cli_parse (entries, CLI_ACCOUNT_ADD, &argc, &argv))
    {
      if (argc == 2)
        info = make_info (argv[1], &options);
      else
        cli_usage (CLI_ACCOUNT_ADD);
    }
  if (info)
    {
      if (engine_credential_is_typed (info))
        password = get_password (info, &options, &error);
      code = !error ? store_account (cli, info, password, !options.no_check)
                    : cli_fail (g_steal_pointer (&error));
    }
  options_clear (&options);
  return code;
}

static void
print_account (const StoreAccountInfo *info, gboolean json)
{
  BaseJson *object;

  if (!json)
    {
      g_print ("%s\t%s\t%s\t%s:%u\t%s\n",
               info->name,
               info->protocol,
               info->email,
               info->host,
               info->port,
               info->security);
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_string (object, "name", info->name);
  base_json_add_string (object, "uuid", info->uuid);
  base_json_add_string (object, "protocol", info->protocol);
  base_json_add_string (object, "email", info->email);
  base_json_add_string (object, "user", info->user);
  base_json_add_string (object, "host", info->host);
  base_json_add_uint (object, "port", info->port);
  base_json_add_string (object, "security", info->security);
  base_json_add_string (object, "smtp_host", info->smtp_host[0] ? info->smtp_host : NULL);
  base_json_add_uint (object, "smtp_port", info->smtp_port);
  base_json_add_string (object, "smtp_security", info->smtp_host[0] ? info->smtp_security : NULL);
  base_json_add_string (
      object, "leave", strcmp (info->protocol, "pop3") == 0 ? info->leave_policy : NULL);
  base_json_add_string (object, "keep", info->keep_policy);
  base_json_add_bool (object, "practice", info->practice);
  base_json_end_object (object);
  cli_print_json (object);
}

static int
list (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, "account list [--json]", &argc, &argv))
    return CLI_USAGE;
  if (argc != 1)
    return cli_usage ("account list [--json]");
  if (!cli_service (cli, &code))
    return code;
  infos = store_book_accounts (engine_service_book (cli->service), &error);
  if (!infos)
    return cli_fail (g_steal_pointer (&error));
  for (guint i = 0; i < infos->len; i++)
    print_account (g_ptr_array_index (infos, i), json);
  return CLI_OK;
}

static void
print_desktop (const EngineDesktopAccount *account, gboolean json)
{
  BaseJson *object;

  if (!json)
    {
      g_print ("goa:%s\t%s\t%s\t%s:%u\n",
               account->id,
               account->provider,
               account->email,
               account->host,
               account->port);
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_string (object, "id", account->id);
  base_json_add_string (object, "provider", account->provider);
  base_json_add_string (object, "email", account->email);
  base_json_add_string (object, "full_name", account->full_name);
  base_json_add_string (object, "host", account->host);
  base_json_add_uint (object, "port", account->port);
  base_json_add_string (object, "security", account->security);
  base_json_add_string (object, "user", account->user);
  base_json_add_string (object, "smtp_host", account->smtp_host[0] ? account->smtp_host : NULL);
  base_json_add_uint (object, "smtp_port", account->smtp_port);
  base_json_add_string (
      object, "smtp_security", account->smtp_host[0] ? account->smtp_security : NULL);
  base_json_end_object (object);
  cli_print_json (object);
}

/* What --sign-in goa:ID may name. */
static int
desktop (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) accounts = NULL;

  if (!cli_parse (entries, "account desktop [--json]", &argc, &argv))
    return CLI_USAGE;
  if (argc != 1)
    return cli_usage ("account desktop [--json]");
  accounts = engine_token_desktop_accounts ();
  for (guint i = 0; i < accounts->len; i++)
    print_desktop (accounts->pdata[i], json);
  return CLI_OK;
}

static int
remove_account (Cli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineAccount) account = NULL;
  g_autofree char *uuid = NULL;
  int code;

  if (argc != 2)
    return cli_usage ("account remove N");
  account = cli_account_open (cli, argv[1], TRUE, &code);
  if (!account)
    return code;
  uuid = g_strdup (engine_account_info (account)->uuid);
  g_clear_pointer (&account, engine_account_unref);
  return engine_service_remove (cli->service, uuid, &error) ? CLI_OK
                                                            : cli_fail (g_steal_pointer (&error));
}

int
cli_account (Cli *cli, int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "add") == 0)
    return add (cli, argc - 1, argv + 1);
  if (argc > 1 && strcmp (argv[1], "list") == 0)
    return list (cli, argc - 1, argv + 1);
  if (argc > 1 && strcmp (argv[1], "desktop") == 0)
    return desktop (argc - 1, argv + 1);
  if (argc > 1 && strcmp (argv[1], "remove") == 0)
    return remove_account (cli, argc - 1, argv + 1);
  return cli_usage ("account add imap|pop3 … | account list [--json] | account desktop [--json] | "
                    "account remove N");
}
