/* The words people read: they are those of the house, and claim nothing that is not known. */
#include "config.h"

#include <string.h>

#include "learn-wording.h"

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_causes (void)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) percent = base_cause_new (BASE_CAUSE_SEND, "100 %s %n");

  assert_text (learn_cause_text (open), "You opened “lunch?”");
  assert_text (learn_cause_text (percent), "You sent “100 %s %n”");
  assert_text (learn_cause_text (NULL), "Nobody asked");
  for (int kind = 0; kind <= BASE_CAUSE_LAST; kind++)
    {
      g_autoptr (BaseCause) with = base_cause_new (kind, "XYZ");
      g_autoptr (BaseCause) without = base_cause_new (kind, NULL);
      g_autofree char *text = learn_cause_text (with);
      g_autofree char *bare = learn_cause_text (without);

      g_assert_nonnull (strstr (text, "XYZ"));
      g_assert_cmpstr (bare, !=, "");
      g_assert_null (strchr (bare, '%'));
    }
}

/* What one command was said for that served several wishes claims no more than it knows. */
static void
test_joined_causes (void)
{
  g_autoptr (BaseCause) lunch = base_cause_new (BASE_CAUSE_MOVE, "lunch?");
  g_autoptr (BaseCause) proof = base_cause_new (BASE_CAUSE_MOVE, "proof");
  g_autoptr (BaseCause) again = base_cause_new (BASE_CAUSE_MOVE, "lunch?");
  const BaseCause *all[] = { lunch, proof, lunch };
  const BaseCause *same[] = { lunch, again };
  g_autoptr (BaseCause) two = base_cause_join (all, 3);
  g_autoptr (BaseCause) alike = base_cause_join (same, 2);
  g_autoptr (BaseCause) one = base_cause_join (all, 1);

  assert_text (learn_cause_text (two), "You moved messages (2 times)");
  assert_text (learn_cause_text (alike), "You moved “lunch?” (2 times)");
  assert_text (learn_cause_text (one), "You moved “lunch?”");
  g_assert_cmpuint (one->id, ==, lunch->id);
  g_assert_true (base_cause_covers (two, lunch->id) && base_cause_covers (two, proof->id));
  g_assert_false (base_cause_covers (two, again->id));
  g_assert_cmpuint (two->id, !=, lunch->id);
}

static void
test_outcomes (void)
{
  for (int i = BASE_OUTCOME_NONE; i <= BASE_OUTCOME_LOST; i++)
    for (int j = BASE_OUTCOME_NONE; j < i; j++)
      g_assert_cmpstr (
          learn_outcome_text ((BaseOutcome) i), !=, learn_outcome_text ((BaseOutcome) j));
}

static void
test_sizes (void)
{
  assert_text (learn_size_text (0), "0 bytes");
  assert_text (learn_size_text (1), "1 byte");
  assert_text (learn_size_text (12), "12 bytes");
  assert_text (learn_size_text (999), "999 bytes");
  assert_text (learn_size_text (1500), "1.5 KB");
  assert_text (learn_size_text (48213), "48 KB");
  assert_text (learn_size_text (999600), "1.0 MB");
  assert_text (learn_size_text (1200000), "1.2 MB");
  assert_text (learn_size_text (250000000), "250 MB");
  assert_text (learn_size_text (3400000000), "3.4 GB");
  assert_text (learn_duration_text (-5), "under 1 ms");
  assert_text (learn_duration_text (33000), "33 ms");
  assert_text (learn_duration_text (200000), "0.2 s");
  assert_text (learn_duration_text (30 * G_USEC_PER_SEC), "30 s");
  assert_text (learn_duration_text (125 * G_USEC_PER_SEC), "2 min 5 s");
}

/* A session's exchanges need no connection: the verb's own words do. */
static void
test_unknown_verb (void)
{
  LearnExchange exchange = { .verb = "XUNHEARD", .done = TRUE, .outcome = BASE_OUTCOME_BAD };

  exchange.lines = g_ptr_array_new ();
  assert_text (learn_exchange_title (&exchange), "Saying XUNHEARD: not understood");
  exchange.outcome = BASE_OUTCOME_OK;
  assert_text (learn_exchange_title (&exchange), "Said XUNHEARD");
  assert_text (learn_exchange_effect (&exchange), "");
  g_ptr_array_unref (exchange.lines);
}

static void
test_folders (void)
{
  assert_text (learn_folder_text ("INBOX", NULL), "Inbox");
  assert_text (learn_folder_text ("inbox", "/"), "Inbox");
  assert_text (learn_folder_text ("Work/Plans", "/"), "Plans");
  assert_text (learn_folder_text ("Work/", "/"), "Work/");
  assert_text (learn_folder_text ("A.B", NULL), "A.B");
}

static StoreLedgerEntry
entry_of (StoreLedgerState state, const char *folder, const char *exchange)
{
  StoreLedgerEntry entry = {
    .state = state, .folder = (char *) folder, .detail = (char *) "", .exchange = (char *) exchange
  };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_new_local (g_date_time_get_year (now),
                                                      g_date_time_get_month (now),
                                                      g_date_time_get_day_of_month (now),
                                                      9,
                                                      41,
                                                      0);

  entry.at = g_date_time_to_unix (then) * G_USEC_PER_SEC;
  return entry;
}

static void
test_ledger (void)
{
  static const struct
  {
    StoreLedgerState state;
    const char *folder, *text;
  } cases[] = {
    { STORE_LEDGER_SEEN_ON_SERVER, "INBOX", "On the server: Inbox (as of 9:41)" },
    { STORE_LEDGER_COPIED_HERE, "", "Copy here since 9:41" },
    { STORE_LEDGER_NO_LONGER_LISTED, "", "No longer listed by the server (as of 9:41)" },
    { STORE_LEDGER_GONE_FROM_SERVER, "Trash", "Gone from the server: Trash (9:41)" },
    { STORE_LEDGER_DELETE_ASKED, "", "Leaves the server at QUIT (asked 9:41)" },
    { STORE_LEDGER_DELETE_ASKED, "INBOX", "To be deleted on the server (asked 9:41)" },
    { STORE_LEDGER_MAYBE_HANDED_OVER,
      "",
      "May have been sent: the server’s answer is not known (9:41)" },
    { STORE_LEDGER_DELETE_UNDONE, "", "Still on the server: its deletion did not happen (9:41)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      StoreLedgerEntry entry = entry_of (cases[i].state, cases[i].folder, "");

      assert_text (learn_ledger_text (&entry), cases[i].text);
    }
  for (int state = STORE_LEDGER_SEEN_ON_SERVER; state <= STORE_LEDGER_DELETE_UNDONE; state++)
    {
      StoreLedgerEntry entry = entry_of ((StoreLedgerState) state, "", "");
      g_autofree char *text = learn_ledger_text (&entry);

      g_assert_cmpstr (text, !=, "");
      /* Only a DELE followed by a good QUIT proves that something was deleted. */
      if (state == STORE_LEDGER_NO_LONGER_LISTED)
        g_assert_null (strstr (text, "delete"));
    }
}

/* Where a message is */

typedef struct
{
  const char *protocol;
  gboolean server, maildrop, here, source;
  guint pending;
  StoreLedgerState told; /* 0: nothing */
  const char *text;
} Where;

static void
test_where (void)
{
  static const Where cases[] = {
    { "imap",
      TRUE,
      FALSE,
      FALSE,
      TRUE,
      0,
      STORE_LEDGER_COPIED_HERE,
      "On the server: Inbox · copy here since 9:41" },
    { "imap", TRUE, FALSE, FALSE, FALSE, 0, 0, "On the server: Inbox · no copy here" },
    { "imap",
      TRUE,
      FALSE,
      FALSE,
      TRUE,
      STORE_PENDING_DELETE,
      0,
      "On the server: Inbox · copy here · waiting to be deleted there" },
    { "pop3", FALSE, FALSE, TRUE, TRUE, 0, STORE_LEDGER_COPIED_HERE, "Only copy: here" },
    { "pop3",
      FALSE,
      FALSE,
      TRUE,
      TRUE,
      0,
      STORE_LEDGER_NO_LONGER_LISTED,
      "Only copy: here · no longer listed by the server (as of 9:41)" },
    { "pop3",
      FALSE,
      FALSE,
      TRUE,
      TRUE,
      0,
      STORE_LEDGER_GONE_FROM_SERVER,
      "Only copy: here · gone from the server (9:41)" },
    { "pop3",
      FALSE,
      TRUE,
      TRUE,
      TRUE,
      0,
      STORE_LEDGER_COPIED_HERE,
      "Still on the server · copy here since 9:41" },
    { "pop3",
      FALSE,
      TRUE,
      TRUE,
      TRUE,
      STORE_PENDING_DELE,
      0,
      "Still on the server · copy here · leaves the server at QUIT" },
    { "imap", FALSE, FALSE, FALSE, FALSE, 0, 0, "Neither on the server nor here" },
  };
  StoreFolder inbox = { .id = 1,
                        .place = STORE_PLACE_SERVER,
                        .name = (char *) "INBOX",
                        .delimiter = (char *) "/",
                        .role = STORE_ROLE_INBOX };
  StoreFolder maildrop = { .id = 2,
                           .place = STORE_PLACE_SERVER,
                           .name = (char *) "INBOX",
                           .delimiter = (char *) "",
                           .role = STORE_ROLE_MAILDROP };
  StoreFolder local = { .id = 3,
                        .place = STORE_PLACE_HERE,
                        .name = (char *) "INBOX",
                        .delimiter = (char *) "",
                        .role = STORE_ROLE_INBOX };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Where *where = &cases[i];
      g_autoptr (GPtrArray) folders = g_ptr_array_new ();
      g_autoptr (GPtrArray) placements = g_ptr_array_new ();
      g_autoptr (GPtrArray) ledger = g_ptr_array_new ();
      StoreLedgerEntry entry = entry_of (where->told, "", "");
      StoreRow rows[3];

      memset (rows, 0, sizeof rows);
      g_ptr_array_add (folders, &inbox);
      g_ptr_array_add (folders, &maildrop);
      g_ptr_array_add (folders, &local);
      for (guint j = 0; j < G_N_ELEMENTS (rows); j++)
        {
          rows[j].folder = j + 1;
          rows[j].has_source = where->source;
          rows[j].pending = where->pending;
        }
      if (where->server)
        g_ptr_array_add (placements, &rows[0]);
      if (where->maildrop)
        g_ptr_array_add (placements, &rows[1]);
      if (where->here)
        g_ptr_array_add (placements, &rows[2]);
      if (where->told != 0)
        g_ptr_array_add (ledger, &entry);
      assert_text (learn_where_text (where->protocol, placements, folders, ledger), where->text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/wording/causes", test_causes);
  g_test_add_func ("/learn/wording/outcomes", test_outcomes);
  g_test_add_func ("/learn/wording/joined-causes", test_joined_causes);
  g_test_add_func ("/learn/wording/sizes", test_sizes);
  g_test_add_func ("/learn/wording/unknown-verb", test_unknown_verb);
  g_test_add_func ("/learn/wording/folders", test_folders);
  g_test_add_func ("/learn/wording/ledger", test_ledger);
  g_test_add_func ("/learn/wording/where", test_where);
  return g_test_run ();
}
