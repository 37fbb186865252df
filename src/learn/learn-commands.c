/* What curl does by itself (greeting, encryption, signing in, selecting a folder) gets no command
 * of its own. */
#include "config.h"

#include "learn-commands.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-wording.h"

/* In place of a user's name: the dialogue does not always show it. */
#define NAME "NAME"

/* What was learnt of a connection on the way. */
typedef struct
{
  const WireConnection *info;
  gboolean upgraded;  /* STARTTLS or STLS was said */
  gboolean encrypted; /* a handshake was seen */
  char *folder;       /* selected; as it stands in a URL (nullable) */
  /* SMTP: the letter that is being handed over. */
  char *sender;
  GPtrArray *recipients;
} Talk;

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  g_free (talk->folder);
  g_free (talk->sender);
  g_ptr_array_unref (talk->recipients);
  g_free (talk);
}

static Talk *
find_talk (GHashTable *talks, const LearnExchange *exchange)
{
  Talk *talk = g_hash_table_lookup (talks, &exchange->connection);

  if (talk != NULL)
    return talk;
  talk = g_new0 (Talk, 1);
  talk->info = exchange->info;
  talk->recipients = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (talks, g_memdup2 (&exchange->connection, sizeof exchange->connection), talk);
  return talk;
}

/* The exchange's first line that the client said; what still waits was not said. */
static const char *
said (const LearnExchange *exchange)
{
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if (line->direction == BASE_DIRECTION_OUT && !line->held)
        return line->text;
    }
  return NULL;
}

static const char *
after_tag (const char *line)
{
  const char *space = strchr (line, ' ');

  return space != NULL ? space + 1 : line;
}

static gboolean
is_one_of (const char *verb, const char *const *verbs)
{
  return g_strv_contains (verbs, verb);
}

static gboolean
at_once (const Talk *talk)
{
  return talk->encrypted && !talk->upgraded;
}

/* Where one connects to: the names of the practice world's hosts are known in that world alone. */
static const char *
dial (const WireConnection *info)
{
  return info->caller != NULL && info->address != NULL ? info->address : info->host;
}

/* "imaps://mail.example:993/" and what follows. */
static char *
url (const Talk *talk, const char *path)
{
  const WireConnection *info = talk->info;
  const char *host = dial (info);
  gboolean six = strchr (host, ':') != NULL;

  return g_strdup_printf ("%s%s://%s%s%s:%u/%s",
                          info->protocol,
                          at_once (talk) ? "s" : "",
                          six ? "[" : "",
                          host,
                          six ? "]" : "",
                          info->port,
                          path != NULL ? path : "");
}

static void
append_curl (GString *text, const Talk *talk, const char *path, const char *request, gboolean head)
{
  g_autofree char *where = url (talk, path);
  g_autofree char *quoted = g_shell_quote (where);

  g_string_append_printf (
      text, "curl -v %s--user " NAME " %s", talk->upgraded ? "--ssl-reqd " : "", quoted);
  if (request != NULL)
    {
      g_autofree char *asked = g_shell_quote (request);

      g_string_append_printf (text, " --request %s", asked);
    }
  g_string_append (text, head ? " --head\n" : "\n");
}

/* IMAP */

/* Takes a quoted string (RFC 9051 §9) at the beginning of @text out of its quotes. */
static void
unquote (char *text)
{
  char *to = text;

  for (const char *from = text + 1; *from != '\0' && *from != '"'; from++)
    {
      if (*from == '\\' && from[1] != '\0')
        from++;
      *to++ = *from;
    }
  *to = '\0';
}

static void
select_folder (Talk *talk, const char *line)
{
  const char *name = strchr (after_tag (line), ' ');
  g_autofree char *bare = name != NULL ? g_strdup (name + 1) : NULL;

  g_clear_pointer (&talk->folder, g_free);
  if (bare == NULL)
    return;
  if (*bare == '"')
    unquote (bare);
  else
    {
      bare[strcspn (bare, " ")] = '\0';
    }
  talk->folder = g_uri_escape_string (bare, NULL, FALSE);
}

static void
append_imap (GString *text, Talk *talk, const LearnExchange *exchange, const char *line)
{
  static const char *const by_itself[] = { "LOGIN",    "AUTHENTICATE", "IDLE",     "LOGOUT",
                                           "COMPRESS", "ENABLE",       "UNSELECT", "CLOSE",
                                           "APPEND",   "NOTIFY",       NULL };

  if (g_str_equal (exchange->verb, "SELECT") || g_str_equal (exchange->verb, "EXAMINE"))
    select_folder (talk, line);
  else if (!is_one_of (exchange->verb, by_itself))
    {
      append_curl (text, talk, talk->folder, after_tag (line), FALSE);
      if (strstr (line, "BODY") != NULL && strchr (line, '[') != NULL)
        g_string_append_printf (text,
                                "# %s\n",
                                _ ("Of a letter curl shows no more than the first line here: with "
                                   ";UID=… at the end of the URL it fetches all of it, which "
                                   "marks it as read."));
    }
}

/* POP3 */

static void
append_pop3 (GString *text, const Talk *talk, const LearnExchange *exchange, const char *line)
{
  static const char *const by_itself[] = { "CAPA", "USER", "PASS", "APOP",
                                           "AUTH", "QUIT", "UTF8", NULL };
  static const char *const one_line[] = { "STAT", "DELE", "NOOP", "RSET", NULL };
  /* With an argument they are answered in one line: curl would wait for more for ever. */
  static const char *const about_one[] = { "LIST", "UIDL", "LANG", NULL };
  const char *argument = strchr (line, ' ');

  if (g_str_equal (exchange->verb, "RETR") && argument != NULL)
    append_curl (text, talk, argument + 1, NULL, FALSE);
  else if (!is_one_of (exchange->verb, by_itself))
    append_curl (text,
                 talk,
                 NULL,
                 line,
                 is_one_of (exchange->verb, one_line) ||
                     (argument != NULL && is_one_of (exchange->verb, about_one)));
}

/* SMTP */

/* What stands between < and >. */
static char *
path_of (const char *line)
{
  const char *from = strchr (line, '<');
  const char *to = from != NULL ? strchr (from, '>') : NULL;

  return to != NULL ? g_strndup (from + 1, (gsize) (to - from - 1)) : NULL;
}

/* A program signs in; a host says its name in EHLO, which curl takes from the URL, and calls from
 * the address that its domain's SPF record names. */
static char *
curl_as (const Talk *talk)
{
  const WireConnection *info = talk->info;
  g_autofree char *address =
      info->caller_address != NULL ? g_shell_quote (info->caller_address) : NULL;

  if (info->caller == NULL)
    return g_strdup ("--user " NAME " ");
  return address != NULL ? g_strdup_printf ("--interface %s ", address) : g_strdup ("");
}

static char *
swaks_as (const Talk *talk)
{
  const WireConnection *info = talk->info;
  g_autofree char *name = info->caller != NULL ? g_shell_quote (info->caller) : NULL;
  g_autofree char *address =
      info->caller_address != NULL ? g_shell_quote (info->caller_address) : NULL;

  if (info->caller == NULL)
    return g_strdup (" --auth-user " NAME);
  return g_strdup_printf (" --ehlo %s%s%s",
                          name,
                          address != NULL ? " --local-interface " : "",
                          address != NULL ? address : "");
}

static void
append_letter (GString *text, const Talk *talk)
{
  g_autofree char *where = url (talk, talk->info->caller);
  g_autofree char *quoted = g_shell_quote (where);
  g_autofree char *sender = g_shell_quote (talk->sender);
  g_autofree char *server = g_shell_quote (dial (talk->info));
  g_autofree char *as = curl_as (talk);
  g_autofree char *as_too = swaks_as (talk);
  g_autofree char *all = NULL;
  g_autofree char *to = NULL;

  g_string_append_printf (text,
                          "curl -v %s%s%s --mail-from %s",
                          talk->upgraded ? "--ssl-reqd " : "",
                          as,
                          quoted,
                          sender);
  for (guint i = 0; i < talk->recipients->len; i++)
    {
      g_autofree char *recipient = g_shell_quote (talk->recipients->pdata[i]);

      g_string_append_printf (text, " --mail-rcpt %s", recipient);
    }
  g_string_append (text, " --upload-file letter.eml\n");
  g_ptr_array_add (talk->recipients, NULL);
  all = g_strjoinv (",", (char **) talk->recipients->pdata);
  g_ptr_array_remove_index (talk->recipients, talk->recipients->len - 1);
  to = g_shell_quote (all);
  g_string_append_printf (text,
                          "swaks --server %s --port %u%s%s --from %s --to %s --data @letter.eml\n",
                          server,
                          talk->info->port,
                          at_once (talk)   ? " --tls-on-connect"
                          : talk->upgraded ? " --tls"
                                           : "",
                          as_too,
                          sender,
                          to);
}

static void
append_smtp (GString *text, Talk *talk, const LearnExchange *exchange, const char *line)
{
  if (g_str_equal (exchange->verb, "MAIL"))
    {
      g_free (talk->sender);
      talk->sender = path_of (line);
      g_ptr_array_set_size (talk->recipients, 0);
    }
  else if (g_str_equal (exchange->verb, "RCPT"))
    {
      char *recipient = path_of (line);

      if (recipient != NULL)
        g_ptr_array_add (talk->recipients, recipient);
    }
  else if ((g_str_equal (exchange->verb, "DATA") || g_str_equal (exchange->verb, "BDAT")) &&
           talk->sender != NULL && talk->recipients->len > 0)
    {
      append_letter (text, talk);
      g_clear_pointer (&talk->sender, g_free);
    }
}

/* The programs do that by themselves. */
static gboolean
begins_tls (const LearnExchange *exchange)
{
  return g_str_equal (exchange->verb, LEARN_TLS) || g_str_equal (exchange->verb, "STARTTLS") ||
         g_str_equal (exchange->verb, "STLS");
}

/* The dialogue as it was, to be typed. */
static void
append_dialogue (GString *text, const Talk *talk, GPtrArray *exchanges)
{
  const WireConnection *info = talk->info;
  g_autofree char *place = g_strdup_printf (
      strchr (dial (info), ':') != NULL ? "[%s]:%u" : "%s:%u", dial (info), info->port);
  g_autofree char *quoted = g_shell_quote (place);
  g_autofree char *name = g_shell_quote (info->host);
  g_autofree char *address = g_shell_quote (dial (info));

  g_string_append_printf (text, "\n# %s\n", _ ("The same dialogue, line by line:"));
  if (talk->encrypted)
    g_string_append_printf (text,
                            "openssl s_client -quiet -crlf -connect %s -servername %s%s%s\n",
                            quoted,
                            name,
                            talk->upgraded ? " -starttls " : "",
                            talk->upgraded ? info->protocol : "");
  else
    g_string_append_printf (text, "nc -C %s %u\n", address, info->port);
  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];

      if (exchange->connection != info->id || begins_tls (exchange))
        continue;
      for (guint j = 0; j < exchange->lines->len; j++)
        {
          const WireLine *line = exchange->lines->pdata[j];

          if (line->direction == BASE_DIRECTION_OUT && !line->held)
            g_string_append_printf (text, "#   %s\n", line->text);
        }
    }
}

static void
look_around (GHashTable *talks, GPtrArray *exchanges)
{
  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];
      Talk *talk = exchange->info != NULL ? find_talk (talks, exchange) : NULL;

      if (talk == NULL)
        continue;
      if (g_str_equal (exchange->verb, LEARN_TLS))
        talk->encrypted = TRUE;
      if (g_str_equal (exchange->verb, "STARTTLS") || g_str_equal (exchange->verb, "STLS"))
        talk->upgraded = talk->encrypted = TRUE;
      /* The handshake may be older than what is kept. */
      if (exchange->info->port == 993 || exchange->info->port == 995 || exchange->info->port == 465)
        talk->encrypted = TRUE;
    }
}

static void
append_connection (GString *text, Talk *talk, GPtrArray *exchanges)
{
  g_autofree char *protocol = g_ascii_strup (talk->info->protocol, -1);
  g_autofree char *between = learn_between_text (talk->info);

  g_string_append_printf (text,
                          "%s# %s · %s:%u\n",
                          text->len > 0 ? "\n" : "",
                          protocol,
                          between != NULL ? between : talk->info->host,
                          talk->info->port);
  if (between != NULL)
    g_string_append_printf (
        text, "# %s\n", _ ("One host to another: nobody signs in. These are the host’s words."));
  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];
      const char *line = said (exchange);

      if (exchange->connection != talk->info->id || line == NULL || begins_tls (exchange))
        continue;
      if (g_str_equal (talk->info->protocol, "imap"))
        append_imap (text, talk, exchange, line);
      else if (g_str_equal (talk->info->protocol, "pop3"))
        append_pop3 (text, talk, exchange, line);
      else
        append_smtp (text, talk, exchange, line);
    }
  append_dialogue (text, talk, exchanges);
}

static gboolean
any_encrypted (GHashTable *talks)
{
  GHashTableIter iter;
  gpointer talk;

  g_hash_table_iter_init (&iter, talks);
  while (g_hash_table_iter_next (&iter, NULL, &talk))
    if (((const Talk *) talk)->encrypted)
      return TRUE;
  return FALSE;
}

/* What has to be put in before @commands are run. */
static void
prepend_head (GString *commands, GHashTable *talks)
{
  g_autoptr (GString) head = g_string_new (NULL);

  /* Hosts do not sign in to one another. */
  if (strstr (commands->str, "user " NAME " ") != NULL)
    g_string_append_printf (
        head, "# %s\n", _ ("Put your user name for NAME; the password is asked for."));
  if (any_encrypted (talks))
    g_string_append_printf (head,
                            "# %s\n",
                            _ ("A certificate by an authority of your own, such as the practice "
                               "post office’s, needs --cacert FILE with curl."));
  if (head->len > 0)
    g_string_append_c (head, '\n');
  g_string_prepend (commands, head->str);
}

char *
learn_commands_text (GPtrArray *exchanges)
{
  g_autoptr (GHashTable) talks =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, talk_free);
  g_autoptr (GHashTable) written = g_hash_table_new (NULL, NULL);
  GString *text = g_string_new (NULL);

  look_around (talks, exchanges);
  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];
      Talk *talk = g_hash_table_lookup (talks, &exchange->connection);

      if (talk != NULL && g_hash_table_add (written, talk))
        append_connection (text, talk, exchanges);
    }
  prepend_head (text, talks);
  return g_string_free (text, FALSE);
}
