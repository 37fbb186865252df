/* What an account's connections cost. */
#pragma once

#include "cli.h"

G_BEGIN_DECLS

#define CLI_ACCOUNTING "accounting N [--json]"
int cli_accounting (Cli *cli, int argc, char **argv);

G_END_DECLS
