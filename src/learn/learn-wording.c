/* Causes, outcomes, sizes, durations and times in words. */
#include "config.h"

#include "learn-wording.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define PLURAL(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, (gulong) (n))

typedef struct
{
  const char *with, *without; /* a subject */
} CauseWords;

static const CauseWords cause_words[] = {
  [BASE_CAUSE_CONNECT] = { N_ ("Connecting to %s"), N_ ("Connecting to the account") },
  [BASE_CAUSE_CHECK] = { N_ ("Checking the settings of %s"), N_ ("Checking the settings") },
  [BASE_CAUSE_SYNC] = { N_ ("Looking for what changed in %s"), N_ ("Looking for what changed") },
  [BASE_CAUSE_COLLECT] = { N_ ("You asked for new mail in %s"), N_ ("You asked for new mail") },
  [BASE_CAUSE_OPEN] = { N_ ("You opened “%s”"), N_ ("You opened a message") },
  [BASE_CAUSE_DOWNLOAD] = { N_ ("Fetching “%s” in the background"),
                            N_ ("Fetching letters in the background") },
  [BASE_CAUSE_MARK] = { N_ ("You changed the marks of “%s”"), N_ ("You changed marks") },
  [BASE_CAUSE_MOVE] = { N_ ("You moved “%s”"), N_ ("You moved messages") },
  [BASE_CAUSE_DELETE] = { N_ ("You deleted “%s”"), N_ ("You deleted messages") },
  [BASE_CAUSE_SEND] = { N_ ("You sent “%s”"), N_ ("You sent a message") },
  [BASE_CAUSE_UNDO] = { N_ ("You took back: %s"), N_ ("You took the last action back") },
  [BASE_CAUSE_SAVE] = { N_ ("Saving a copy of “%s”"), N_ ("Saving a copy") },
  [BASE_CAUSE_WATCH] = { N_ ("Waiting for news in %s"), N_ ("Waiting for news") },
  [BASE_CAUSE_LESSON] = { N_ ("To show you · %s"), N_ ("To show you") },
  [BASE_CAUSE_SEARCH] = { N_ ("You searched for “%s” on the server"),
                          N_ ("You searched on the server") },
  [BASE_CAUSE_THREAD] = { N_ ("You asked for the conversation of “%s”"),
                          N_ ("You asked for a conversation") },
  [BASE_CAUSE_CONSOLE] = { N_ ("You typed %s"), N_ ("You typed this") },
  [BASE_CAUSE_SERVE] = { N_ ("The post office answers %s"), N_ ("The post office answers") },
  [BASE_CAUSE_PASS_ON] = { N_ ("The practice post office passes “%s” on"),
                           N_ ("The practice post office passes a letter on") },
  [BASE_CAUSE_TRY_AGAIN] = { N_ ("The practice post office tries again to pass “%s” on"),
                             N_ ("The practice post office tries again to pass a letter on") },
  [BASE_CAUSE_REPORT] = { N_ ("The practice post office sends a report back: “%s”"),
                          N_ ("The practice post office sends a report back") },
};

static char *
wish_text (const BaseCause *cause)
{
  const CauseWords *words;
  const char *subject;

  if (cause == NULL || (guint) cause->kind >= G_N_ELEMENTS (cause_words))
    return g_strdup (_ ("Nobody asked"));
  words = &cause_words[cause->kind];
  if (cause->subject == NULL || *cause->subject == '\0')
    return g_strdup (_ (words->without));
  /* Other folders are called as they are; this one has a name that people know. */
  subject = strcmp (cause->subject, "INBOX") == 0 ? _ ("Inbox") : cause->subject;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_ (words->with), subject);
#pragma GCC diagnostic pop
}

char *
learn_cause_text (const BaseCause *cause)
{
  g_autofree char *wish = wish_text (cause);

  if (cause == NULL || cause->n_wishes < 2)
    return g_steal_pointer (&wish);
  /* Translators: what somebody did, and how often: one command serves all of it. "You moved
   * messages (12 times)" */
  return g_strdup_printf (
      PLURAL ("%1$s (%2$u time)", "%1$s (%2$u times)", cause->n_wishes), wish, cause->n_wishes);
}

const char *
learn_speaker_text (const WireConnection *info, BaseDirection direction)
{
  gboolean out = direction == BASE_DIRECTION_OUT;

  if (info != NULL && info->caller != NULL)
    return out ? info->caller : info->host;
  return out ? _ ("You") : _ ("Server");
}

char *
learn_between_text (const WireConnection *info)
{
  return info != NULL && info->caller != NULL
             ? g_strdup_printf ("%s → %s", info->caller, info->host)
             : NULL;
}

char *
learn_between_note (const WireConnection *info)
{
  if (info == NULL || info->caller == NULL)
    return NULL;
  /* Translators: two hosts: "practice.example calls mx.b.example here: …" */
  return g_strdup_printf (_ ("%1$s calls %2$s here: two hosts of the practice world speak to each "
                             "other. You are neither, and it counts to none of your accounts."),
                          info->caller,
                          info->host);
}

const char *
learn_outcome_text (BaseOutcome outcome)
{
  switch (outcome)
    {
    case BASE_OUTCOME_OK:
      return _ ("done");
    case BASE_OUTCOME_CONTINUE:
      return _ ("the server waits for more");
    case BASE_OUTCOME_TEMPORARY:
      return _ ("try again later");
    case BASE_OUTCOME_REFUSED:
      return _ ("refused");
    case BASE_OUTCOME_BAD:
      return _ ("not understood");
    case BASE_OUTCOME_LOST:
      return _ ("the line was cut before the answer");
    case BASE_OUTCOME_NONE:
    default:
      return _ ("no answer of its own");
    }
}

const char *
learn_exchange_outcome_text (const LearnExchange *exchange)
{
  const WireLine *last =
      exchange->lines->len > 0 ? exchange->lines->pdata[exchange->lines->len - 1] : NULL;

  if (exchange->outcome == BASE_OUTCOME_REFUSED && g_str_equal (exchange->verb, LEARN_TLS) &&
      last != NULL && last->direction == BASE_DIRECTION_OUT)
    return _ ("refused by this computer");
  if (exchange->outcome == BASE_OUTCOME_LOST && last != NULL && last->held)
    return _ ("never said, because the line ended while it waited");
  if (exchange->outcome == BASE_OUTCOME_LOST && exchange->dismissed)
    return _ ("the server ended the session before the answer");
  return learn_outcome_text (exchange->outcome);
}

/* What became of the words under way. */
static char *
line_text (const LearnExchange *exchange)
{
  const WireCarried *carried = &exchange->carried;
  g_autofree char *out = learn_size_text (carried->bytes_out);
  g_autofree char *in = learn_size_text (carried->bytes_in);
  gboolean counted = carried->bytes_in > 0 || carried->bytes_out > 0;

  if (exchange->shared || !counted)
    return g_strdup (exchange->shared
                         ? _ ("On the line it went together with what was said at the same time.")
                         : _ ("On the line it was not counted by itself."));
  if (exchange->sealed && exchange->compressed)
    return g_strdup_printf (_ ("On the line, compressed and encrypted: %1$s and %2$s."), out, in);
  if (exchange->sealed)
    return g_strdup_printf (_ ("On the line, encrypted: %1$s and %2$s."), out, in);
  return g_strdup_printf (_ ("On the line, compressed: %1$s and %2$s."), out, in);
}

char *
learn_exchange_bytes (const LearnExchange *exchange)
{
  g_autofree char *out = learn_size_text (exchange->bytes_out);
  g_autofree char *in = learn_size_text (exchange->bytes_in);
  /* Translators: two sizes: "42 bytes sent, 1.2 KB received." */
  g_autofree char *words = g_strdup_printf (_ ("%1$s sent, %2$s received."), out, in);
  g_autofree char *line = NULL;

  if (exchange->bytes_out == 0 && exchange->bytes_in == 0)
    return NULL;
  if (!exchange->done || g_str_equal (exchange->verb, LEARN_TLS) ||
      !(exchange->sealed || exchange->compressed))
    return g_steal_pointer (&words);
  line = line_text (exchange);
  return g_strdup_printf ("%s %s", words, line);
}
