/* Exchanges as commands for a shell that say the same to the same server: curl for what it can,
 * swaks for letters, openssl s_client for the dialogue itself. For this folder only. */
#pragma once

#include "learn-dialogue.h"

G_BEGIN_DECLS

/* @exchanges: LearnExchange. Passwords are asked for by these programs, and never written here.
 * (transfer full) */
char *learn_commands_text (GPtrArray *exchanges);

G_END_DECLS
