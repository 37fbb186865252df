/* The ledger as a table: what each cell claims, and no more; and what is said before something is
 * done. */
#include "config.h"

#include <string.h>

#include "learn-before.h"
#include "learn-storage.h"

#define SERVER 1
#define TRASH 2
#define LOCAL 3

static StoreFolder inbox = { .id = SERVER,
                             .place = STORE_PLACE_SERVER,
                             .name = (char *) "INBOX",
                             .role = STORE_ROLE_INBOX,
                             .selectable = TRUE };
static StoreFolder trash = { .id = TRASH,
                             .place = STORE_PLACE_SERVER,
                             .name = (char *) "Trash",
                             .role = STORE_ROLE_TRASH,
                             .selectable = TRUE,
                             .total = 1 };
static StoreFolder maildrop = { .id = SERVER,
                                .place = STORE_PLACE_SERVER,
                                .name = (char *) "INBOX",
                                .role = STORE_ROLE_MAILDROP,
                                .selectable = TRUE };
static StoreFolder local = { .id = LOCAL,
                             .place = STORE_PLACE_HERE,
                             .name = (char *) "Inbox",
                             .role = STORE_ROLE_INBOX,
                             .selectable = TRUE };

typedef struct
{
  const char *what;
  gboolean pop3, source;
  struct
  {
    gint64 folder; /* 0: no more */
    guint pending, flags;
  } rows[3];
  struct
  {
    StoreLedgerState state;
    StorePlace place;
    const char *folder, *detail, *exchange;
  } ledger[4];
  int outbox; /* state + 1; 0: none */
  int delivery;
  const char *column;
  LearnCellState state;
  const char *text, *in_why;
} Case;

#define SEEN                                                                   \
  {                                                                            \
    STORE_LEDGER_SEEN_ON_SERVER, STORE_PLACE_SERVER, "INBOX", "7", "UID FETCH" \
  }
#define LISTED                                                             \
  {                                                                        \
    STORE_LEDGER_SEEN_ON_SERVER, STORE_PLACE_SERVER, "INBOX", "u1", "UIDL" \
  }
#define COPIED                                                 \
  {                                                            \
    STORE_LEDGER_COPIED_HERE, STORE_PLACE_HERE, "", "", "RETR" \
  }

static const Case cases[] = {
  { "imap headers, here",
    FALSE,
    FALSE,
    { { SERVER, 0, 0 } },
    { SEEN },
    0,
    0,
    "here",
    LEARN_CELL_HEADERS,
    "headers only",
    "UID FETCH" },
  { "imap headers, there",
    FALSE,
    FALSE,
    { { SERVER, 0, 0 } },
    { SEEN },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_WHOLE,
    "whole",
    "by UID FETCH" },
  { "nothing in another folder",
    FALSE,
    FALSE,
    { { SERVER, 0, 0 } },
    { SEEN },
    0,
    0,
    "server:Trash",
    LEARN_CELL_ABSENT,
    "nothing",
    "" },
  { "marked before EXPUNGE",
    FALSE,
    FALSE,
    { { SERVER, 0, STORE_FLAG_DELETED } },
    { SEEN },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_LEAVING,
    "marked, until EXPUNGE",
    "" },
  { "deletion not said yet",
    FALSE,
    FALSE,
    { { SERVER, STORE_PENDING_DELETE, 0 } },
    { SEEN, { STORE_LEDGER_DELETE_ASKED, STORE_PLACE_SERVER, "INBOX", "7", "" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_LEAVING,
    "to be deleted",
    "To be deleted" },
  { "move not said: target",
    FALSE,
    FALSE,
    { { TRASH, STORE_PENDING_MOVE, 0 } },
    { SEEN, { STORE_LEDGER_MOVE_ASKED, STORE_PLACE_SERVER, "INBOX", "Trash", "" } },
    0,
    0,
    "server:Trash",
    LEARN_CELL_COMING,
    "to be moved here",
    "To be moved to Trash" },
  { "move not said: old folder",
    FALSE,
    FALSE,
    { { TRASH, STORE_PENDING_MOVE, 0 } },
    { SEEN, { STORE_LEDGER_MOVE_ASKED, STORE_PLACE_SERVER, "INBOX", "Trash", "" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_LEAVING,
    "to be moved away",
    "" },
  { "moved: old folder",
    FALSE,
    FALSE,
    { { TRASH, 0, 0 } },
    { SEEN, { STORE_LEDGER_MOVED, STORE_PLACE_SERVER, "INBOX", "Trash", "UID MOVE" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_GONE,
    "moved away",
    "by UID MOVE" },
  { "moved: target",
    FALSE,
    FALSE,
    { { TRASH, 0, 0 } },
    { SEEN, { STORE_LEDGER_MOVED, STORE_PLACE_SERVER, "INBOX", "Trash", "UID MOVE" } },
    0,
    0,
    "server:Trash",
    LEARN_CELL_WHOLE,
    "whole",
    "Moved to Trash" },
  { "expunged",
    FALSE,
    TRUE,
    { { LOCAL, 0, 0 } },
    { SEEN, { STORE_LEDGER_GONE_FROM_SERVER, STORE_PLACE_SERVER, "INBOX", "7", "EXPUNGE" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_GONE,
    "gone",
    "by EXPUNGE" },
  { "to be appended",
    FALSE,
    TRUE,
    { { TRASH, STORE_PENDING_APPEND, 0 } },
    { { 0 } },
    0,
    0,
    "server:Trash",
    LEARN_CELL_COMING,
    "to be put there",
    "" },
  { "pop3, both: here",
    TRUE,
    TRUE,
    { { SERVER, 0, 0 }, { LOCAL, 0, 0 } },
    { LISTED, COPIED },
    0,
    0,
    "here",
    LEARN_CELL_WHOLE,
    "whole · Inbox",
    "by RETR" },
  { "pop3, both: there",
    TRUE,
    TRUE,
    { { SERVER, 0, 0 }, { LOCAL, 0, 0 } },
    { LISTED, COPIED },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_WHOLE,
    "listed",
    "by UIDL" },
  { "DELE before QUIT",
    TRUE,
    TRUE,
    { { SERVER, STORE_PENDING_DELE, 0 }, { LOCAL, 0, 0 } },
    { LISTED, COPIED, { STORE_LEDGER_DELETE_ASKED, STORE_PLACE_SERVER, "INBOX", "u1", "DELE" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_LEAVING,
    "leaves at QUIT",
    "Leaves the server at QUIT" },
  { "QUIT after DELE",
    TRUE,
    TRUE,
    { { LOCAL, 0, 0 } },
    { LISTED,
      COPIED,
      { STORE_LEDGER_GONE_FROM_SERVER, STORE_PLACE_SERVER, "INBOX", "u1", "QUIT" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_GONE,
    "gone",
    "by QUIT" },
  { "line cut before QUIT",
    TRUE,
    TRUE,
    { { SERVER, 0, 0 }, { LOCAL, 0, 0 } },
    { LISTED, COPIED, { STORE_LEDGER_DELETE_UNDONE, STORE_PLACE_SERVER, "INBOX", "u1", "UIDL" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_WHOLE,
    "listed",
    "did not happen" },
  { "nobody here asked",
    TRUE,
    TRUE,
    { { LOCAL, 0, 0 } },
    { LISTED,
      COPIED,
      { STORE_LEDGER_NO_LONGER_LISTED, STORE_PLACE_SERVER, "INBOX", "u1", "UIDL" } },
    0,
    0,
    "server:INBOX",
    LEARN_CELL_NOT_LISTED,
    "no longer listed",
    "" },
  { "draft",
    TRUE,
    TRUE,
    { { 0 } },
    { { STORE_LEDGER_SAVED_HERE, STORE_PLACE_HERE, "", "", "" } },
    STORE_OUTBOX_DRAFT + 1,
    0,
    "outbox",
    LEARN_CELL_WHOLE,
    "draft",
    "Saved here" },
  { "the dot was out",
    TRUE,
    TRUE,
    { { 0 } },
    { { STORE_LEDGER_MAYBE_HANDED_OVER, STORE_PLACE_SERVER, "", "", "DATA" } },
    STORE_OUTBOX_UNKNOWN + 1,
    0,
    "way",
    LEARN_CELL_UNKNOWN,
    "perhaps",
    "answer is not known" },
  { "handed over",
    TRUE,
    TRUE,
    { { 0 } },
    { { STORE_LEDGER_HANDED_OVER, STORE_PLACE_SERVER, "", "bob@x", "DATA" } },
    STORE_OUTBOX_SENT + 1,
    0,
    "way",
    LEARN_CELL_WHOLE,
    "handed over",
    "by DATA" },
  { "handed over: nothing of it on the server's folders",
    TRUE,
    TRUE,
    { { 0 } },
    { { STORE_LEDGER_HANDED_OVER, STORE_PLACE_SERVER, "", "bob@x", "DATA" } },
    STORE_OUTBOX_SENT + 1,
    0,
    "server:INBOX",
    LEARN_CELL_ABSENT,
    "nothing",
    "" },
  { "bounced",
    TRUE,
    TRUE,
    { { 0 } },
    { { STORE_LEDGER_HANDED_OVER, STORE_PLACE_SERVER, "", "bob@x", "DATA" } },
    STORE_OUTBOX_SENT + 1,
    STORE_DELIVERY_FAILED,
    "way",
    LEARN_CELL_REFUSED,
    "not delivered",
    "" },
};

static StoreLetter *
letter_of (const Case *c)
{
  StoreLetter *letter = g_new0 (StoreLetter, 1);

  letter->has_source = c->source;
  letter->outbox = c->outbox - 1;
  letter->placements = g_ptr_array_new_with_free_func (g_free);
  letter->ledger = g_ptr_array_new_with_free_func (g_free);
  letter->deliveries = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (c->rows) && c->rows[i].folder != 0; i++)
    {
      StoreRow *row = g_new0 (StoreRow, 1);

      row->folder = c->rows[i].folder;
      row->pending = c->rows[i].pending;
      row->flags = c->rows[i].flags;
      g_ptr_array_add (letter->placements, row);
    }
  for (guint i = 0; i < G_N_ELEMENTS (c->ledger) && c->ledger[i].state != 0; i++)
    {
      StoreLedgerEntry *entry = g_new0 (StoreLedgerEntry, 1);

      entry->state = c->ledger[i].state;
      entry->place = c->ledger[i].place;
      entry->folder = (char *) c->ledger[i].folder;
      entry->detail = (char *) c->ledger[i].detail;
      entry->exchange = (char *) c->ledger[i].exchange;
      entry->at = g_get_real_time ();
      g_ptr_array_add (letter->ledger, entry);
    }
  if (c->delivery != 0)
    {
      StoreDelivery *delivery = g_new0 (StoreDelivery, 1);

      delivery->state = (StoreDeliveryState) c->delivery;
      g_ptr_array_add (letter->deliveries, delivery);
    }
  return letter;
}

static void
test_cells (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (GPtrArray) folders = g_ptr_array_new ();
      g_autoptr (GPtrArray) places = NULL;
      g_autoptr (StoreLetter) letter = letter_of (c);
      g_autoptr (LearnCell) cell = NULL;

      g_ptr_array_add (folders, c->pop3 ? &maildrop : &inbox);
      if (!c->pop3)
        g_ptr_array_add (folders, &trash);
      g_ptr_array_add (folders, &local);
      places = learn_places (folders);
      for (guint j = 0; j < places->len; j++)
        if (g_str_equal (((LearnPlace *) places->pdata[j])->id, c->column))
          cell = learn_cell (letter, places->pdata[j], folders);
      g_test_message ("%s", c->what);
      g_assert_nonnull (cell);
      g_assert_cmpstr (learn_cell_state_name (cell->state), ==, learn_cell_state_name (c->state));
      g_assert_cmpstr (cell->text, ==, c->text);
      g_assert_nonnull (strstr (cell->why, c->in_why));
      g_assert_true (learn_cell_is_provisional (cell) ==
                     (c->state == LEARN_CELL_COMING || c->state == LEARN_CELL_LEAVING ||
                      c->state == LEARN_CELL_UNKNOWN));
    }
}

static void
test_columns (void)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  g_autoptr (GPtrArray) places = NULL;
  StoreFolder empty = { .id = 9, .name = (char *) "Empty", .selectable = TRUE, .server_total = -1 };
  static const char *const expected[] = { "here", "server:INBOX", "server:Trash", "outbox", "way" };

  g_ptr_array_add (folders, &empty);
  g_ptr_array_add (folders, &trash);
  g_ptr_array_add (folders, &local);
  g_ptr_array_add (folders, &inbox);
  places = learn_places (folders);
  g_assert_cmpuint (places->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < places->len; i++)
    g_assert_cmpstr (((LearnPlace *) places->pdata[i])->id, ==, expected[i]);
}

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_policy (void)
{
  StoreRemoval twelve = { .leave = { 12, 41000 }, .stay = { 1, 500 } };
  StoreRemoval nothing = { .stay = { 3, 500 } };
  gint64 before;
  gboolean deleted;

  learn_before_policy_asks ("all", 1000, &before, &deleted);
  g_assert_true (before == G_MININT64 && !deleted);
  learn_before_policy_asks ("until-deleted", 1000, &before, &deleted);
  g_assert_true (before == G_MININT64 && deleted);
  learn_before_policy_asks ("none", 1000, &before, &deleted);
  g_assert_true (before == G_MAXINT64);
  learn_before_policy_asks ("days:2", 1000000, &before, &deleted);
  g_assert_cmpint (before, ==, 1000000 - 2 * 86400);
  assert_text (learn_before_policy ("none", &twelve),
               "12 letters (41 KB) leave the server at the next visit; their only copies are then "
               "here. 1 letter stays there. Later letters leave as soon as they are stored here.");
  assert_text (learn_before_policy ("all", &nothing),
               "Nothing leaves the server at the next visit. 3 letters stay there.");
}

static void
test_deletion (void)
{
  StoreDeletion deletion = { .all = { 3, 100 }, .only_here = 1, .there = 2, .other = 1 };

  assert_text (learn_before_delete ("imap", FALSE, &deletion, 0),
               "2 letters leave the server, and with it every device that shows this mailbox. No "
               "copy remains. 1 letter is in another folder too, and stays there. This cannot be "
               "undone.");
  assert_text (learn_before_delete ("imap", FALSE, &deletion, 1),
               "2 letters leave the server, and with it every device that shows this mailbox. The "
               "copy of 1 letter that POP3 collected stays here. 1 letter is in another folder "
               "too, and stays there. This cannot be undone.");
  assert_text (learn_before_delete ("pop3", FALSE, &deletion, 0),
               "The only copy of 1 letter is here: nothing of it remains. 2 letters leave this "
               "computer; the server keeps its copies, which are not collected again. This cannot "
               "be undone.");
}

static void
test_losses (void)
{
  StoreSurvey survey = { .only_here = { 2, 3000 },
                         .both = { 5, 1000 },
                         .only_there = { 3, 9000 },
                         .not_seen = 4,
                         .unsent = 1 };
  StoreSurvey safe = { .both = { 5, 1000 } };

  assert_text (learn_loss_computer (&survey), "2 letters would be lost");
  assert_text (
      learn_loss_computer_why (&survey),
      "Their only copies are here (3.0 KB): no server has them. 1 of them is a draft or on "
      "its way.");
  assert_text (learn_loss_provider (&survey), "7 letters would be lost");
  assert_text (learn_loss_computer (&safe), "No letter would be lost");
  assert_text (learn_loss_provider (&safe), "No letter would be lost");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/storage/cells", test_cells);
  g_test_add_func ("/learn/storage/columns", test_columns);
  g_test_add_func ("/learn/storage/policy", test_policy);
  g_test_add_func ("/learn/storage/deletion", test_deletion);
  g_test_add_func ("/learn/storage/losses", test_losses);
  return g_test_run ();
}
