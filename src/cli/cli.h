/* What the commands of restante-cli share. A command is a function that returns the exit code. */
#pragma once

#include "base-json.h"
#include "engine-run.h"
#include "engine-service.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_WIRE_OFF,
  CLI_WIRE_LINES,
  CLI_WIRE_EXPLAIN,
  CLI_WIRE_JSON
} CliWireMode;

typedef struct
{
  char *data;          /* the data directory */
  gboolean data_given; /* by --data */
  CliWireMode wire;
  WireTap *tap;           /* of all connections */
  EngineService *service; /* opened by cli_service() */
} Cli;

/* Exit codes that no GError stands behind. */
enum
{
  CLI_OK = 0,
  CLI_USAGE = 64,
  CLI_BAD_DATA = 65,
  CLI_REFUSED = 69,
  CLI_IO = 74,
  CLI_AGAIN = 75,
  CLI_CONFIG = 78
};

typedef int (*CliCommand) (Cli *cli, int argc, char **argv);

/* The commands; argv[0] is the command's own name. */
#define CLI_ACCOUNT_ADD                                                                        \
  "account add imap|pop3 --name N --email A --user U --server HOST:PORT "                      \
  "--security tls|starttls|none [--smtp HOST:PORT --smtp-security … --smtp-user U] "         \
  "[--full-name NAME] [--ca-file PEM] [--password-file FILE|-] "                               \
  "[--sign-in password|token|certificate|goa:ID] [--token-command WORDS] [--client-cert PEM] " \
  "[--leave all|none|days:N|until-deleted] [--keep headers|days:N|below:BYTES|all] [--no-check]"
int cli_account (Cli *cli, int argc, char **argv);
int cli_sync (Cli *cli, int argc, char **argv);
int cli_folders (Cli *cli, int argc, char **argv);
int cli_list (Cli *cli, int argc, char **argv);
int cli_show (Cli *cli, int argc, char **argv);
int cli_flag (Cli *cli, int argc, char **argv);
int cli_move (Cli *cli, int argc, char **argv);
int cli_delete (Cli *cli, int argc, char **argv);
int cli_search (Cli *cli, int argc, char **argv);
int cli_conversation (Cli *cli, int argc, char **argv);
#define CLI_SEND "send N [--from A] [--to A]… [--at TIME] [--reports] [--require-tls] FILE.eml|-"
int cli_draft (Cli *cli, int argc, char **argv);
int cli_send (Cli *cli, int argc, char **argv);
/* The id is the outbox's. */
#define CLI_OUTBOX "outbox N [--json] [ID again|discard] | outbox N send [--stats] [--json]"
int cli_outbox (Cli *cli, int argc, char **argv);
#define CLI_LEDGER "ledger N [ID] [--table] [--json] | ledger N --summary [--json]"
int cli_ledger (Cli *cli, int argc, char **argv);
int cli_inspect (Cli *cli, int argc, char **argv);
int cli_export (Cli *cli, int argc, char **argv);
int cli_explain (Cli *cli, int argc, char **argv);
int cli_practice (Cli *cli, int argc, char **argv);
/* What --fault takes. */
void cli_practice_help (void);
#define CLI_LESSON "lesson [NAME|FILE] [--language en|fr] [--answers all-right|N,N,…] [--again]"
int cli_lesson (Cli *cli, int argc, char **argv);
int cli_demo (Cli *cli, int argc, char **argv);
int cli_console (Cli *cli, int argc, char **argv);

/* One line on standard error: what happened. Returns the error's exit code and frees it. */
int cli_fail (GError *error);
/* "usage: restante-cli @synopsis" on standard error, and 64. */
int cli_usage (const char *synopsis);
/* The same kind of line for what is no error of ours. */
void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Parses @entries (GOptionEntry, NULL-terminated) anywhere among the arguments; what is left stays
 * in
 * @argv from index 1 on, and *@argc is set. FALSE: it said what is wrong. */
gboolean cli_parse (const GOptionEntry *entries, const char *synopsis, int *argc, char ***argv);

/* Opens the data directory once. FALSE: *@code is set, and the reason was said. */
gboolean cli_service (Cli *cli, int *code);
/* The account. @own: it must be owned; else it is where nobody else has it. (transfer full) */
EngineAccount *cli_account_open (Cli *cli, const char *name, gboolean own, int *code);

/* cli-refused.c: the newest journal entry that a server refused for good; 0: none. What was refused
 * @after it is told, one line each; how many. */
gint64 cli_last_refused (EngineAccount *account);
guint cli_tell_refused (EngineAccount *account, gint64 after);

/* cli-stats.c: what a run took, on standard output, at once: all is committed, and who measures
 * need not wait until the database is closed. */
void cli_print_stats (const EngineSyncStats *stats, gboolean json);

/* A message id as people type it; FALSE: said so. */
gboolean cli_parse_id (const char *text, gint64 *id);
/* A place of the message that a person sees; 0: said that there is none. */
gint64 cli_placement (EngineAccount *account, gint64 message, int *code);

/* "2026-11-22T09:41:00Z"; offset in minutes. (transfer full) */
char *cli_time (gint64 seconds, int offset);
const char *cli_role_name (StoreRole role);    /* "inbox"; NULL: none */
const char *cli_place_name (StorePlace place); /* "server", "here" */
const char *cli_ledger_name (StoreLedgerState state);
/* Writes it and its line end to standard output, and frees @json. */
void cli_print_json (BaseJson *json);
/* Text for one line of a terminal: control characters replaced. (transfer full) */
char *cli_clean (const char *text);
/* The same for a text: lines and tabs stay. (transfer full) */
char *cli_clean_lines (const char *text);
/* A file's bytes; "-" is standard input. */
GBytes *cli_read_file (const char *path, GError **error);
/* Exactly these bytes on standard output. */
gboolean cli_write_out (GBytes *bytes, GError **error);

/* cli-terminal.c: from now on g_print() and g_printerr() give a terminal only what it can show. */
void cli_terminal_init (void);
/* @text (UTF-8) in @charset; what that lacks, in ASCII: arrows, quotes, letters without their
 * marks. (transfer full) */
char *cli_terminal_text (const char *text, const char *charset);

/* cli-wire.c: prints what the tap sees, until stop has printed the rest. */
typedef struct _CliWire CliWire;
CliWire *cli_wire_start (WireTap *tap, CliWireMode mode);
void cli_wire_stop (CliWire *wire);

/* Prints what was said so far: what the command itself says comes after what it is about. */
void cli_wire_catch_up (void);

G_END_DECLS
