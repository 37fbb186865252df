/* console: lines from standard input go to the account's server as they are typed, each when the
 * one before it is answered. What is said either way is shown as --wire shows it. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
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
  guint number;    /* of commands, for IMAP's tags */
  GString *text;   /* a letter that is being typed (nullable) */
} Typing;

static void
say (Typing *typing, GBytes *bytes)
{
  typing->answers = engine_console_now (typing->console)->answers;
  typing->busy = TRUE;
  engine_console_say (typing->console, bytes);
  g_bytes_unref (bytes);
}

/* SMTP's text: it ends with a lone dot, and what begins with a dot in it is stuffed. */
static void
take_text (Typing *typing, const BaseMoment *now, const char *line)
{
  if (!typing->text)
    typing->text = g_string_new (NULL);
  if (strcmp (line, ".") != 0)
    {
      g_string_append_printf (typing->text, "%s\n", line);
      return;
    }
  if (typing->text->len > 0)
    say (typing, learn_console_text (now, typing->text->str));
  say (typing, g_bytes_new_static (".\r\n", 3));
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

  if (now->wants_more && strcmp (now->state, "data") == 0)
    {
      take_text (typing, now, line);
      return;
    }
  if (*line == '\0' && !now->wants_more)
    return;
  if (!now->wants_more)
    advise (typing, now, line);
  say (typing, learn_console_line (now, line, ++typing->number, NULL, NULL));
}

/* A line of standard input, without its end; NULL at the end of it. (transfer full) */
static char *
read_line (void)
{
  char *line = NULL;
  size_t size = 0;
  ssize_t len = getline (&line, &size, stdin);
  char *copy = len < 0 ? NULL : g_strchomp (g_strndup (line, (gsize) len));

  free (line);
  return copy;
}

static void
go_on (Typing *typing)
{
  while (!typing->busy && !typing->ended)
    {
      g_autofree char *line = read_line ();

      if (line)
        take_line (typing, line);
      else
        typing->ended = TRUE;
    }
  if (typing->ended && !typing->busy)
    g_main_loop_quit (typing->loop);
}

static void
on_moment (EngineConsole *console, gpointer data)
{
  Typing *typing = data;

  typing->console = console;
  if (engine_console_now (console)->state == ENGINE_CONSOLE_CLOSED)
    {
      g_main_loop_quit (typing->loop);
      return;
    }
  if (typing->busy && engine_console_now (console)->answers == typing->answers)
    return;
  typing->busy = FALSE;
  go_on (typing);
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
  if (typing.text)
    g_string_free (typing.text, TRUE);
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
