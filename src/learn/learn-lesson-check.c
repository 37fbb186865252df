/* Checks: parsed once, asked after each run. */
#include "config.h"

#include "learn-lesson-check.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define COMMIT "COMMIT"

/* By number: StoreLedgerState. */
static const char *const states[] = { "seen-on-server",   "copied-here",
                                      "delete-asked",     "gone-from-server",
                                      "no-longer-listed", "moved",
                                      "move-asked",       "queued",
                                      "handed-over",      "maybe-handed-over",
                                      "refused",          "saved-on-server",
                                      "saved-here",       "removed-here",
                                      "delete-undone",    NULL };

static const struct
{
  const char *word;
  LearnCheckKind kind;
  guint least, most; /* words after it */
} kinds[] = {
  { "said", LEARN_CHECK_SAID, 1, 1 },
  { "heard", LEARN_CHECK_HEARD, 1, 1 },
  { "order", LEARN_CHECK_ORDER, 2, LEARN_LESSON_MAX_WORDS },
  { "done", LEARN_CHECK_DONE, 1, 1 },
  { "refused", LEARN_CHECK_REFUSED, 1, 1 },
  { "cut", LEARN_CHECK_CUT, 1, 1 },
  { "failed", LEARN_CHECK_FAILED, 0, 0 },
  { "ledger", LEARN_CHECK_LEDGER, 1, 2 },
  { "has", LEARN_CHECK_HAS, 1, 1 },
  { "lists", LEARN_CHECK_LISTS, 1, 1 },
  { "counts", LEARN_CHECK_COUNTS, 1, 1 },
  { "read", LEARN_CHECK_READ, 1, 1 },
  { "starred", LEARN_CHECK_STARRED, 1, 1 },
  { "doomed", LEARN_CHECK_DOOMED, 1, 1 },
  { "contains", LEARN_CHECK_CONTAINS, 2, 2 },
};

const char *const *
learn_check_states (void)
{
  return states;
}

void
learn_check_free (LearnCheck *check)
{
  g_free (check->who);
  g_clear_pointer (&check->words, g_ptr_array_unref);
  g_free (check->folder);
  g_free (check->user);
  g_free (check->says);
  g_free (check);
}

static gboolean
is_device (GPtrArray *devices, const char *name)
{
  if (g_str_equal (name, LEARN_LESSON_RECORDING) || g_str_equal (name, LEARN_LESSON_HOSTS))
    return TRUE;
  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (((LearnLessonDevice *) devices->pdata[i])->name, name))
      return TRUE;
  return FALSE;
}

/* What the post office, its hosts and the listener can be asked. */
static gboolean
can_be_asked (const char *who, LearnCheckKind kind)
{
  gboolean hosts = g_str_equal (who, LEARN_LESSON_HOSTS);

  switch (kind)
    {
    case LEARN_CHECK_HAS:
    case LEARN_CHECK_COUNTS:
    case LEARN_CHECK_READ:
    case LEARN_CHECK_STARRED:
    case LEARN_CHECK_DOOMED:
      return !g_str_equal (who, "listener") && !hosts;
    case LEARN_CHECK_CONTAINS:
      return g_str_equal (who, "server");
    case LEARN_CHECK_HEARD:
      return !g_str_equal (who, "server");
    case LEARN_CHECK_SAID:
    case LEARN_CHECK_ORDER:
    case LEARN_CHECK_DONE:
    case LEARN_CHECK_REFUSED:
    case LEARN_CHECK_CUT:
      return !g_str_equal (who, "listener") && !g_str_equal (who, "server");
    case LEARN_CHECK_FAILED:
    case LEARN_CHECK_LEDGER:
    case LEARN_CHECK_LISTS:
    case LEARN_CHECK_OVERHEARD:
    case LEARN_CHECK_QUOTA:
    case LEARN_CHECK_NUMBERING:
    default:
      return !g_str_equal (who, "listener") && !g_str_equal (who, "server") && !hosts;
    }
}

static gboolean
take_kind (LearnCheck *check, const char *word, guint n, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (!g_str_equal (kinds[i].word, word) || !can_be_asked (check->who, kinds[i].kind))
        continue;
      if (n < kinds[i].least || n > kinds[i].most)
        return learn_lesson_fail (
            error, check->line, _ ("“%s” has more or fewer words than it should"), word);
      check->kind = kinds[i].kind;
      if (check->kind == LEARN_CHECK_HEARD && g_str_equal (check->who, "listener"))
        check->kind = LEARN_CHECK_OVERHEARD;
      return TRUE;
    }
  return learn_lesson_fail (
      /* Translators: “laptop dreams”: a device, and a word that no check knows. */
      error,
      check->line,
      _ ("“%1$s %2$s” cannot be checked"),
      check->who,
      word);
}

static gboolean
take_quota (LearnCheck *check, const char *word, guint n, GError **error)
{
  check->kind = LEARN_CHECK_QUOTA;
  if (n == 0 &&
      (g_str_equal (word, "falls") || g_str_equal (word, "rises") || g_str_equal (word, "stays")))
    {
      g_ptr_array_add (check->words, g_strdup (word));
      return TRUE;
    }
  return learn_lesson_fail (error, check->line, _ ("a quota falls, rises or stays"));
}

static gboolean
take_numbering (LearnCheck *check, const char *word, guint n, GError **error)
{
  check->kind = LEARN_CHECK_NUMBERING;
  if (n == 0 && (g_str_equal (word, "changes") || g_str_equal (word, "stays")))
    {
      g_ptr_array_add (check->words, g_strdup (word));
      return TRUE;
    }
  return learn_lesson_fail (error, check->line, _ ("a numbering changes or stays"));
}

static gboolean
take_details (LearnCheck *check, GError **error)
{
  const char *first = check->words->len > 0 ? check->words->pdata[0] : "";
  char *end = NULL;

  if (check->kind == LEARN_CHECK_COUNTS)
    {
      guint64 number = g_ascii_strtoull (first, &end, 10);

      check->number = (guint) number;
      return (g_ascii_isdigit (first[0]) && *end == '\0' && number < 100000) ||
             learn_lesson_fail (error, check->line, _ ("“%s” is no number of letters"), first);
    }
  if (check->kind != LEARN_CHECK_LEDGER)
    return TRUE;
  for (int i = 0; states[i] != NULL; i++)
    if (g_str_equal (states[i], first))
      check->state = i + 1;
  return check->state > 0 ||
         learn_lesson_fail (error, check->line, _ ("“%s” is no state of a ledger"), first);
}

LearnCheck *
learn_check_parse (const char *text, GPtrArray *devices, guint line, GError **error)
{
  g_autoptr (GPtrArray) words = learn_lesson_words_parse (text, line, error);
  g_autoptr (LearnCheck) check = NULL;
  guint n, first;

  if (words == NULL || !learn_lesson_words_only (words, "in user", line, error))
    return NULL;
  check = g_new0 (LearnCheck, 1);
  check->line = line;
  check->words = g_ptr_array_new_with_free_func (g_free);
  check->negated = g_str_equal (learn_lesson_words_get (words, 0), "not");
  first = check->negated ? 1 : 0;
  n = learn_lesson_words_count (words);
  check->who = g_strdup (learn_lesson_words_get (words, first));
  check->folder = g_strdup (learn_lesson_words_named (words, "in"));
  check->user = g_strdup (learn_lesson_words_named (words, "user"));
  if (n < first + 2)
    {
      learn_lesson_fail (error, line, _ ("a check is written like: laptop said \"DELE\""));
      return NULL;
    }
  if (g_str_equal (check->who, "quota"))
    return take_quota (check, learn_lesson_words_get (words, first + 1), n - first - 2, error)
               ? g_steal_pointer (&check)
               : NULL;
  if (g_str_equal (check->who, "numbering"))
    return take_numbering (check, learn_lesson_words_get (words, first + 1), n - first - 2, error)
               ? g_steal_pointer (&check)
               : NULL;
  if (!is_device (devices, check->who) && !g_str_equal (check->who, "server") &&
      !g_str_equal (check->who, "listener"))
    {
      learn_lesson_fail (error, line, _ ("there is no “%s” in this lesson"), check->who);
      return NULL;
    }
  for (guint i = first + 2; i < n; i++)
    g_ptr_array_add (check->words, g_strdup (learn_lesson_words_get (words, i)));
  return take_kind (check, learn_lesson_words_get (words, first + 1), n - first - 2, error) &&
                 take_details (check, error)
             ? g_steal_pointer (&check)
             : NULL;
}

/* --- asking --- */

/* Whether @text has @words, in any case, and not in the middle of another word. */
static gboolean
has_words (const char *text, const char *words)
{
  gsize len = strlen (words);

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_strncasecmp (p, words, len) == 0 &&
        (p == text || !g_ascii_isalnum (p[-1]) || !g_ascii_isalnum (words[0])) &&
        (len == 0 || !g_ascii_isalnum (words[len - 1]) || !g_ascii_isalnum (p[len])))
      return TRUE;
  return FALSE;
}

static const char *
word (const LearnCheck *check, guint i)
{
  return i < check->words->len ? check->words->pdata[i] : "";
}

static gboolean
any_line (const LearnCheck *check, const LearnFacts *facts, LearnMomentKind kind)
{
  for (guint i = 0; i < facts->moments->len; i++)
    {
      const LearnMoment *moment = facts->moments->pdata[i];

      if (moment->kind == kind && g_strcmp0 (moment->device, check->who) == 0 &&
          has_words (moment->text, word (check, 0)))
        return TRUE;
    }
  return FALSE;
}

/* When this was said, or done, for the first time; G_MAXINT64: never. */
static gint64
first_time (const LearnFacts *facts, const char *device, const char *what)
{
  gboolean commit = g_str_equal (what, COMMIT);
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < facts->moments->len; i++)
    {
      const LearnMoment *moment = facts->moments->pdata[i];
      gboolean found =
          commit ? moment->kind == LEARN_MOMENT_LEDGER && moment->state == STORE_LEDGER_COPIED_HERE
                 : moment->kind == LEARN_MOMENT_SAID && has_words (moment->text, what);

      if (found && g_strcmp0 (moment->device, device) == 0)
        first = MIN (first, moment->when);
    }
  return first;
}

static gboolean
in_order (const LearnCheck *check, const LearnFacts *facts)
{
  gint64 before = G_MININT64;

  for (guint i = 0; i < check->words->len; i++)
    {
      gint64 when = first_time (facts, check->who, word (check, i));

      if (when == G_MAXINT64 || when < before)
        return FALSE;
      before = when;
    }
  return TRUE;
}

/* How the last exchange of this verb ended; NONE: there was none. */
static BaseOutcome
last_outcome (const LearnCheck *check, const LearnFacts *facts)
{
  BaseOutcome outcome = BASE_OUTCOME_NONE;

  for (guint i = 0; i < facts->moments->len; i++)
    {
      const LearnMoment *moment = facts->moments->pdata[i];

      if (moment->kind == LEARN_MOMENT_OUTCOME && g_strcmp0 (moment->device, check->who) == 0 &&
          moment->verb != NULL && g_ascii_strcasecmp (moment->verb, word (check, 0)) == 0)
        outcome = moment->outcome;
    }
  return outcome;
}

static gboolean
ended_as (const LearnCheck *check, const LearnFacts *facts)
{
  BaseOutcome outcome = last_outcome (check, facts);

  if (check->kind == LEARN_CHECK_DONE)
    return outcome == BASE_OUTCOME_OK;
  if (check->kind == LEARN_CHECK_CUT)
    return outcome == BASE_OUTCOME_LOST;
  return outcome == BASE_OUTCOME_REFUSED || outcome == BASE_OUTCOME_TEMPORARY ||
         outcome == BASE_OUTCOME_BAD;
}

static gboolean
noted (const LearnCheck *check, const LearnFacts *facts)
{
  for (guint i = 0; i < facts->moments->len; i++)
    {
      const LearnMoment *moment = facts->moments->pdata[i];

      if (moment->kind == LEARN_MOMENT_LEDGER && (int) moment->state == check->state &&
          g_strcmp0 (moment->device, check->who) == 0 &&
          (check->words->len < 2 || g_strcmp0 (moment->text, word (check, 1)) == 0))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_meant (const LearnCheck *check, const LearnLetter *letter, const char *subject)
{
  const char *user = check->user != NULL                  ? check->user
                     : g_str_equal (check->who, "server") ? "ada"
                                                          : letter->user;

  return g_str_equal (letter->place, check->who) && g_str_equal (letter->user, user) &&
         (subject == NULL || g_str_equal (letter->subject, subject)) &&
         (check->folder == NULL || g_ascii_strcasecmp (letter->folder, check->folder) == 0);
}

/* The letters that lie where the check looks and have all of @state; any subject: %NULL. */
static guint
count_letters (const LearnCheck *check, const LearnFacts *facts, const char *subject, guint state)
{
  guint n = 0;

  for (guint i = 0; i < facts->letters->len; i++)
    {
      const LearnLetter *letter = facts->letters->pdata[i];

      if (is_meant (check, letter, subject) && (letter->state & state) == state)
        n++;
    }
  return n;
}

static gboolean
contains (const LearnCheck *check, const LearnFacts *facts)
{
  for (guint i = 0; i < facts->letters->len; i++)
    {
      const LearnLetter *letter = facts->letters->pdata[i];

      if (is_meant (check, letter, word (check, 0)) && letter->source != NULL &&
          has_words (letter->source, word (check, 1)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
overheard (const LearnCheck *check, const LearnFacts *facts)
{
  for (guint i = 0; i < facts->overheard->len; i++)
    if (has_words (facts->overheard->pdata[i], word (check, 0)))
      return TRUE;
  return FALSE;
}

static gboolean
quota_went (const LearnCheck *check, const LearnFacts *facts)
{
  if (!facts->quota_told)
    return FALSE;
  return g_str_equal (word (check, 0), "falls")   ? facts->quota_now < facts->quota_before
         : g_str_equal (word (check, 0), "rises") ? facts->quota_now > facts->quota_before
                                                  : facts->quota_now == facts->quota_before;
}

static gboolean
numbering_went (const LearnCheck *check, const LearnFacts *facts)
{
  return facts->numbering_told &&
         facts->numbering_changed == g_str_equal (word (check, 0), "changes");
}

static gboolean
ask (const LearnCheck *check, const LearnFacts *facts)
{
  const char *subject = word (check, 0);

  switch (check->kind)
    {
    case LEARN_CHECK_SAID:
      return any_line (check, facts, LEARN_MOMENT_SAID);
    case LEARN_CHECK_HEARD:
      return any_line (check, facts, LEARN_MOMENT_HEARD);
    case LEARN_CHECK_ORDER:
      return in_order (check, facts);
    case LEARN_CHECK_DONE:
    case LEARN_CHECK_REFUSED:
    case LEARN_CHECK_CUT:
      return ended_as (check, facts);
    case LEARN_CHECK_FAILED:
      return g_hash_table_contains (facts->failures, check->who);
    case LEARN_CHECK_LEDGER:
      return noted (check, facts);
    case LEARN_CHECK_HAS:
      return count_letters (check, facts, subject, LEARN_LETTER_WHOLE) > 0;
    case LEARN_CHECK_LISTS:
      return count_letters (check, facts, subject, LEARN_LETTER_LISTED) > 0;
    case LEARN_CHECK_COUNTS:
      return count_letters (check, facts, NULL, LEARN_LETTER_LISTED) == check->number;
    case LEARN_CHECK_READ:
      return count_letters (check, facts, subject, LEARN_LETTER_READ) > 0;
    case LEARN_CHECK_STARRED:
      return count_letters (check, facts, subject, LEARN_LETTER_STARRED) > 0;
    case LEARN_CHECK_DOOMED:
      return count_letters (check, facts, subject, LEARN_LETTER_DELETED) > 0;
    case LEARN_CHECK_CONTAINS:
      return contains (check, facts);
    case LEARN_CHECK_OVERHEARD:
      return overheard (check, facts);
    case LEARN_CHECK_NUMBERING:
      return numbering_went (check, facts);
    case LEARN_CHECK_QUOTA:
    default:
      return quota_went (check, facts);
    }
}

gboolean
learn_check_holds (const LearnCheck *check, const LearnFacts *facts)
{
  return ask (check, facts) != check->negated;
}
