/* One look at every line of a dialogue. */
#include "test-lines.h"

#include <string.h>

#include "learn-wording.h"

static void
check_entry (const LearnEntry *entry)
{
  g_assert_nonnull (entry);
  g_assert_cmpstr (entry->title, !=, "");
  g_assert_cmpstr (entry->meaning, !=, "");
  g_assert_cmpstr (entry->why, !=, "");
  g_assert_cmpstr (entry->storage, !=, "");
}

static void
check_no_secret (const char *text, const char *secret)
{
  if (text != NULL && secret != NULL)
    g_assert_null (strstr (text, secret));
}

/* Ids that no catalogue needs to know: words of servers and of people. */
static gboolean
is_free_word (const char *id, const WireLine *line)
{
  if (g_str_equal (id, "imap.class.unknown-value"))
    return strstr (line->text, "nonsense") != NULL || g_str_has_suffix (line->text, "NOOP NOW");
  return g_str_has_prefix (id, "imap.flag.") || g_str_has_prefix (id, "imap.capability.x") ||
         g_str_has_prefix (id, "imap.command.x");
}

static void
complain (const char *language, const char *text, const char *id, const WireLine *line)
{
  g_test_message ("%s: only a class explains “%s” (%s) in “%s”", language, text, id, line->text);
  g_test_fail ();
}

/* What real sessions say is explained at all three depths. */
static void
check_depths (const LearnEntry *entry, const char *language)
{
  if (entry->is_class || entry->standard != NULL)
    return;
  g_test_message ("%s: no third depth: %s", language, entry->id);
  g_test_fail ();
}

/* Every word of a line is explained, not the line alone. */
static void
check_covered (const LearnCard *card, const WireLine *line, const char *language)
{
  g_autofree guint8 *covered = NULL;
  gsize len = 0;
  const char *text = g_bytes_get_data (line->bytes, &len);

  covered = g_malloc0 (len + 1);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      memset (covered + part->offset, 1, part->length);
    }
  for (gsize from = 0, to; from < len; from = to)
    {
      gboolean any = FALSE;
      gboolean words = FALSE;

      for (to = from; to < len && strchr (" ()[]<>\r\n", text[to]) == NULL; to++)
        {
          any = any || covered[to];
          words = words || !g_ascii_ispunct (text[to]);
        }
      if (to > from && words && !any)
        {
          g_test_message ("%s: nothing explains “%.*s” in “%s”",
                          language,
                          (int) (to - from),
                          text + from,
                          line->text);
          g_test_fail ();
        }
      if (to == from)
        to++;
    }
}

static void
check_card (const LearnCard *card, const WireLine *line, const char *language, const char *secret)
{
  gsize len = g_bytes_get_size (line->bytes);
  const LearnPart *outer = NULL;

  check_entry (card->entry);
  check_depths (card->entry, language);
  if (card->entry->is_class && strstr (line->text, "XUNHEARD") == NULL)
    complain (language, line->text, card->entry->id, line);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      check_entry (part->entry);
      check_depths (part->entry, language);
      g_assert_cmpuint (part->offset + part->length, <=, len);
      g_assert_true (g_utf8_validate (part->text, -1, NULL));
      g_assert_true (outer == NULL || outer->offset <= part->offset);
      check_no_secret (part->text, secret);
      if (part->entry->is_class && !is_free_word (part->id, line) &&
          strstr (line->text, "XUNHEARD") == NULL)
        complain (language, part->text, part->id, line);
      outer = part;
    }
  check_covered (card, line, language);
  check_no_secret (card->context, secret);
  check_no_secret (line->text, secret);
}

/* What an exchange begins with is its command. */
static void
check_first (const LearnExchange *exchange, GPtrArray *cards)
{
  const LearnCard *card;

  if (exchange->exchange == 0 || exchange->lines->len == 0)
    return;
  card = cards->pdata[0];
  if (strstr (card->entry->id, ".command.") == NULL && !card->entry->is_class)
    {
      g_test_message ("%s does not begin with a command: %s", exchange->verb, card->entry->id);
      g_test_fail ();
    }
}

guint
test_lines_check (LearnDialogue *dialogue, const char *secret)
{
  static const char *const languages[] = { "en", "fr" };
  guint lines = 0;

  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);
      g_autofree char *title = learn_exchange_title (exchange);
      g_autofree char *effect = learn_exchange_effect (exchange);
      g_autofree char *cause = learn_cause_text (exchange->cause);

      g_assert_cmpstr (title, !=, "");
      check_no_secret (title, secret);
      check_no_secret (effect, secret);
      check_no_secret (cause, secret);
      check_no_secret (exchange->error_line, secret);
      g_test_message ("%s %s: %s [%s]%s",
                      exchange->info != NULL ? exchange->info->protocol : "",
                      exchange->verb,
                      title,
                      effect,
                      exchange->routine ? " routine" : "");
      for (guint l = 0; l < G_N_ELEMENTS (languages); l++)
        {
          g_autoptr (GPtrArray) cards = learn_exchange_cards (exchange, languages[l]);

          g_assert_cmpuint (cards->len, ==, exchange->lines->len);
          check_first (exchange, cards);
          for (guint j = 0; j < cards->len; j++)
            check_card (cards->pdata[j], exchange->lines->pdata[j], languages[l], secret);
        }
      lines += exchange->lines->len;
    }
  return lines;
}
