/* What an exchange changed, as far as its own lines prove it: never more than the server said. */
#include "config.h"

#include "learn-wording.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static char *
letters_here (guint n)
{
  /* Translators: copies that this exchange added on this computer. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "+%u here", "+%u here", n), n);
}

static char *
left_server (guint n)
{
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u left the server", "%u left the server", n), n);
}

/* What a person typed for is shown, and kept nowhere. */
static gboolean
is_kept (const LearnExchange *exchange)
{
  return exchange->cause == NULL || exchange->cause->kind != BASE_CAUSE_CONSOLE;
}

static char *
pop3_effect (const LearnExchange *exchange)
{
  gboolean quit = g_str_equal (exchange->verb, "QUIT");

  if (exchange->letters > 0 && is_kept (exchange))
    return letters_here (exchange->letters);
  if (quit && exchange->leaving > 0)
    return exchange->outcome == BASE_OUTCOME_OK ? left_server (exchange->leaving)
                                                : g_strdup (_ ("the letters may still be there"));
  if (g_str_equal (exchange->verb, "DELE") && exchange->outcome == BASE_OUTCOME_OK)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u leaves at QUIT", "%u leave at QUIT", exchange->leaving),
        exchange->leaving);
  if (g_str_equal (exchange->verb, "RSET") && exchange->outcome == BASE_OUTCOME_OK)
    return g_strdup (_ ("none leaves at QUIT"));
  return g_strdup ("");
}

/* The first thing the client said, when the wish was granted. */
static const char *
granted_command (const LearnExchange *exchange)
{
  BaseRole role = exchange->info->role;

  if (exchange->outcome != BASE_OUTCOME_OK)
    return NULL;
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if ((line->direction == BASE_DIRECTION_OUT) == (role == BASE_ROLE_CLIENT))
        return line->text;
    }
  return NULL;
}

/* "server: +\Seen": the marks as they were sent. */
static char *
store_effect (const char *command)
{
  const char *flags = strstr (command, "FLAGS");
  const char *open = flags != NULL ? strchr (flags, '(') : NULL;
  const char *close = open != NULL ? strchr (open, ')') : NULL;
  g_autofree char *marks = NULL;
  const char *sign;

  if (close == NULL || flags == command)
    return g_strdup ("");
  sign = flags[-1] == '+' ? "+" : flags[-1] == '-' ? "−" : "";
  marks = g_strndup (open + 1, (gsize) (close - open - 1));
  /* Translators: marks that were set (+) or taken away (−) on the server. */
  return g_strdup_printf (_ ("server: %1$s%2$s"), sign, marks);
}

static char *
imap_effect (const LearnExchange *exchange)
{
  const char *verb = exchange->verb;
  const char *command = granted_command (exchange);

  if (g_str_has_prefix (verb, "UID "))
    verb += strlen ("UID ");
  if (g_str_equal (verb, "FETCH") && !is_kept (exchange))
    return g_strdup ("");
  if (exchange->letters > 0)
    return letters_here (exchange->letters);
  if (g_str_equal (verb, "FETCH") && command != NULL && strstr (command, LEARN_COMPARED) != NULL)
    return g_strdup ("");
  if (g_str_equal (verb, "FETCH") && exchange->headers > 0 && command != NULL &&
      (strstr (command, "ENVELOPE") != NULL || strstr (command, "HEADER") != NULL))
    return g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE, "%u entry of the list", "%u entries of the list", exchange->headers),
        exchange->headers);
  if (command != NULL && g_str_equal (verb, "STORE"))
    return store_effect (command);
  if (g_str_equal (verb, "MOVE") && exchange->expunged > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u moved", "%u moved", exchange->expunged),
        exchange->expunged);
  if (exchange->expunged > 0)
    return left_server (exchange->expunged);
  if (command != NULL && g_str_equal (verb, "APPEND"))
    return g_strdup (_ ("+1 on the server"));
  return g_strdup ("");
}

static char *
smtp_effect (const LearnExchange *exchange)
{
  if (!g_str_equal (exchange->verb, "DATA") && !g_str_equal (exchange->verb, "BDAT"))
    return g_strdup ("");
  if (exchange->outcome == BASE_OUTCOME_OK && exchange->info->caller != NULL)
    /* Translators: a host. */
    return g_strdup_printf (_ ("%s has taken it"), exchange->info->host);
  if (exchange->outcome == BASE_OUTCOME_OK)
    return g_strdup (_ ("the server has taken it"));
  if (exchange->outcome == BASE_OUTCOME_LOST)
    return g_strdup (_ ("may have been sent"));
  return g_strdup ("");
}

char *
learn_exchange_effect (const LearnExchange *exchange)
{
  const char *protocol = exchange->info != NULL ? exchange->info->protocol : "";

  if (!exchange->done)
    return g_strdup ("");
  if (g_str_equal (protocol, "pop3"))
    return pop3_effect (exchange);
  if (g_str_equal (protocol, "imap"))
    return imap_effect (exchange);
  if (g_str_equal (protocol, "smtp"))
    return smtp_effect (exchange);
  return g_strdup ("");
}
