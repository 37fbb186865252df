/* console: lines from standard input go to the account's server as they are typed, each when the
 * one before it is answered. What is said either way is shown as --wire shows it. Behind a command
 * that ends in "{}" a text is typed as behind DATA, up to a lone dot, and its size is filled in. */
#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "engine-console.h"
#include "learn-console.h"

#define SYNOPSIS "console N [--smtp] [--by-hand]"

typedef struct
{
  EngineConsole *console;
  GMainLoop *loop;
  gboolean busy;   /* an answer is due */
  guint64 answers; /* when the last line went out */
  gboolean ended;  /* nothing more will be typed */
  guint watch;     /* of standard input; 0: nothing is wanted of it now */
  GString *input;  /* what was read of it, and not taken */
  guint number;    /* of commands, for IMAP's tags */
  char *command;   /* IMAP: the one that the text is for (nullable) */
  GString *text;   /* a letter that is being typed (nullable) */
  GBytes *rest;    /* what has to be said after the server's "+" (nullable) */
} Typing;

static void
say (Typing *typing, GBytes *bytes)
{
  typing->answers = engine_console_now (typing->console)->answers;
  typing->busy = TRUE;
  engine_console_say (typing->console, bytes);
  g_bytes_unref (bytes);
}

/* SMTP's: what begins with a dot in it is stuffed. */
static void
say_letter (Typing *typing, const BaseMoment *now)
{
  if (typing->text->len > 0)
    say (typing, learn_console_text (now, typing->text->str));
  say (typing, g_bytes_new_static (".\r\n", 3));
}

static void
say_literal (Typing *typing, const BaseMoment *now)
{
  g_autofree char *command = g_steal_pointer (&typing->command);

  g_clear_pointer (&typing->rest, g_bytes_unref);
  say (typing,
       learn_console_line (now, command, ++typing->number, typing->text->str, &typing->rest));
}

/* A text ends with a lone dot. */
static void
take_text (Typing *typing, const BaseMoment *now, const char *line)
{
  gboolean ends = strcmp (line, ".") == 0;

  if (!typing->text)
    typing->text = g_string_new (NULL);
  if (!ends)
    g_string_append_printf (typing->text, "%s\n", line);
  else if (typing->command)
    say_literal (typing, now);
  else
    say_letter (typing, now);
  if (ends)
    g_string_free (g_steal_pointer (&typing->text), TRUE);
}

static void
look (gpointer console, const LearnConsoleTarget *target, StoreMeant *meant)
{
  const EngineConsoleLetters letters = {
    target->marked, target->folder, target->uids, target->set
  };

  (void) engine_console_meant (console, &letters, meant, NULL);
}

/* Why the line will hardly do, and what would happen to letters. */
static void
advise (Typing *typing, const BaseMoment *now, const char *line)
{
  g_autofree char *objection = learn_console_objection (now, line);
  g_autofree char *warning = learn_console_warning (now, line, look, typing->console);

  if (objection)
    g_printerr ("  %s\n", objection);
  if (warning)
    g_printerr ("  %s\n", warning);
}

static void
take_line (Typing *typing, const char *line)
{
  const BaseMoment *now = &engine_console_now (typing->console)->moment;

  if (typing->command || (now->wants_more && strcmp (now->state, "data") == 0))
    {
      take_text (typing, now, line);
      return;
    }
  if (*line == '\0' && !now->wants_more)
    return;
  if (!now->wants_more)
    advise (typing, now, line);
  if (!now->wants_more && strcmp (now->protocol, "imap") == 0 && g_str_has_suffix (line, "{}"))
    {
      typing->command = g_strdup (line);
      return;
    }
  say (typing,
       learn_console_line (
           now, line, now->wants_more ? typing->number : ++typing->number, NULL, NULL));
}

/* A line of what was read, without its end; NULL: there is none yet. (transfer full) */
static char *
next_line (Typing *typing)
{
  char *newline = memchr (typing->input->str, '\n', typing->input->len);
  gsize len = newline ? (gsize) (newline - typing->input->str) : typing->input->len;
  char *line;

  if (!newline && (!typing->ended || len == 0))
    return NULL;
  line = g_strndup (typing->input->str,
                    len > 0 && typing->input->str[len - 1] == '\r' ? len - 1 : len);
  g_string_erase (typing->input, 0, (gssize) (newline ? len + 1 : len));
  return line;
}

static void go_on (Typing *typing);

static gboolean
on_typed (gint fd, GIOCondition condition, gpointer data)
{
  Typing *typing = data;
  char bytes[4096];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    g_string_append_len (typing->input, bytes, n);
  typing->ended = n <= 0;
  typing->watch = 0;
  go_on (typing);
  return G_SOURCE_REMOVE;
}

/* Takes lines until one waits for its answer. Who types nothing is told all the same when the line
 * is cut. */
static void
go_on (Typing *typing)
{
  char *line;

  while (!typing->busy && (line = next_line (typing)))
    {
      take_line (typing, line);
      g_free (line);
    }
  if (typing->busy || typing->watch != 0)
    return;
  if (typing->ended)
    g_main_loop_quit (typing->loop);
  else
    typing->watch = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_typed, typing);
}

static void
on_moment (EngineConsole *console, gpointer data)
{
  Typing *typing = data;
  const EngineConsoleNow *now = engine_console_now (console);

  typing->console = console;
  if (now->state == ENGINE_CONSOLE_CLOSED)
    {
      g_main_loop_quit (typing->loop);
      return;
    }
  if (typing->busy && now->answers == typing->answers)
    return;
  if (typing->rest && now->moment.wants_more)
    {
      say (typing, g_steal_pointer (&typing->rest));
      return;
    }
  typing->busy = FALSE;
  go_on (typing);
}

static void
typing_clear (Typing *typing)
{
  g_clear_handle_id (&typing->watch, g_source_remove);
  g_string_free (typing->input, TRUE);
  g_free (typing->command);
  g_clear_pointer (&typing->rest, g_bytes_unref);
  if (typing->text)
    g_string_free (typing->text, TRUE);
}

static int
run (Cli *cli, EngineAccount *account, gboolean smtp, gboolean by_hand)
{
  Typing typing = { .busy = FALSE };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GError *error = NULL;
  CliWire *wire = NULL;
  EngineConsole *console;

  typing.loop = loop;
  typing.input = g_string_new (NULL);
  wire_tap_set_enabled (cli->tap, TRUE);
  if (cli->wire == CLI_WIRE_OFF)
    wire = cli_wire_start (cli->tap, CLI_WIRE_LINES);
  console = engine_console_new (account,
                                smtp ? ENGINE_CONSOLE_OUTGOING : ENGINE_CONSOLE_INCOMING,
                                by_hand,
                                on_moment,
                                &typing,
                                &error);
  if (console)
    {
      g_main_loop_run (loop);
      if (engine_console_now (console)->error)
        error = g_error_copy (engine_console_now (console)->error);
      engine_console_free (console);
    }
  if (wire)
    cli_wire_stop (wire);
  typing_clear (&typing);
  return error ? cli_fail (error) : CLI_OK;
}

int
cli_console (Cli *cli, int argc, char **argv)
{
  gboolean smtp = FALSE;
  gboolean by_hand = FALSE;
  const GOptionEntry entries[] = {
    { "smtp", 0, 0, G_OPTION_ARG_NONE, &smtp, NULL, NULL },
    { "by-hand", 0, 0, G_OPTION_ARG_NONE, &by_hand, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  EngineAccount *account;
  int code = CLI_OK;

  if (!cli_parse (entries, SYNOPSIS, &argc, &argv) || argc != 2)
    return cli_usage (SYNOPSIS);
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  code = run (cli, account, smtp, by_hand);
  engine_account_unref (account);
  return code;
}
