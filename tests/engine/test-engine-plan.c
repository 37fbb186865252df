/* The plans, as tables: what is known, and the steps that follow from it; what waits in the
 * journal, and what is said of it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "engine-plan.h"

typedef struct
{
  const char *name;
  EngineFolderFacts facts;
  const char *steps;
} FolderRow;

static const FolderRow folder_rows[] = {
  { "nothing there, nothing here", { 0 }, "equal" },
  { "first time", { .exists = 9, .uidnext = 10, .modseq = 5 }, "uids-all equal" },
  { "first time, by pages: something to look at comes first",
    { .exists = 900, .uidnext = 1000, .modseq = 5, .pages = TRUE },
    "newest uids-all equal" },
  { "the first page is here, with its flags",
    { .exists = 900,
      .uidnext = 1000,
      .modseq = 5,
      .pages = TRUE,
      .newest = TRUE,
      .here = 100,
      .last = 999 },
    "uids-all equal" },
  { "a page is all there is",
    { .exists = 100, .uidnext = 1000, .modseq = 5, .pages = TRUE },
    "uids-all equal" },
  { "first time, listed",
    { .exists = 9, .uidnext = 10, .listed = ENGINE_LISTED_ALL, .fresh = 9 },
    "headers equal" },
  { "emptied by another",
    { .exists = 0, .uidnext = 10, .modseq = 8, .here = 3, .last = 9, .known_modseq = 5 },
    "drop equal" },

  { "counted, unchanged",
    { .exists = 3, .uidnext = 10, .modseq = 5, .here = 3, .last = 9, .known_modseq = 5 },
    "equal" },
  { "not counted: flags may have changed",
    { .exists = 3, .uidnext = 10, .here = 3, .last = 9 },
    "flags-all equal" },
  { "counted: some flag changed",
    { .exists = 3, .uidnext = 10, .modseq = 7, .here = 3, .last = 9, .known_modseq = 5 },
    "flags-changed equal" },
  { "the last one was expunged: UIDNEXT is above it",
    { .exists = 3, .uidnext = 12, .modseq = 7, .here = 3, .last = 9, .known_modseq = 5 },
    "uids-after flags-changed equal" },
  { "UIDNEXT was not said",
    { .exists = 3, .modseq = 5, .here = 3, .last = 9, .known_modseq = 5 },
    "uids-after equal" },
  { "new ones, none listed yet",
    { .exists = 5, .uidnext = 12, .modseq = 7, .here = 3, .last = 9, .known_modseq = 5 },
    "uids-after flags-changed equal" },
  { "new ones, listed, and the numbers agree",
    { .exists = 5,
      .uidnext = 12,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .fresh = 2 },
    "flags-changed headers equal" },
  { "new ones, and others are gone",
    { .exists = 4,
      .uidnext = 12,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .fresh = 2 },
    "uids-all flags-changed equal" },
  { "all listed",
    { .exists = 4,
      .uidnext = 12,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_ALL,
      .fresh = 2,
      .gone = 1 },
    "drop flags-changed headers equal" },
  { "fewer there than here: nothing can be told from the end",
    { .exists = 2, .uidnext = 10, .modseq = 7, .here = 3, .last = 9, .known_modseq = 5 },
    "uids-all flags-changed equal" },
  { "the highest UID there can be is here: there is none above it",
    { .exists = 4, .uidnext = 0, .here = 3, .last = G_MAXUINT32 },
    "uids-all flags-all equal" },

  { "HIGHESTMODSEQ went down: a backup was put back, or a bug (RFC 7162 says it never does)",
    { .exists = 3, .uidnext = 10, .modseq = 4, .here = 3, .last = 9, .known_modseq = 5 },
    "flags-all equal" },
  { "changes are counted since today",
    { .exists = 3, .uidnext = 10, .modseq = 4, .here = 3, .last = 9 },
    "flags-all equal" },
  { "changes are no longer counted (NOMODSEQ)",
    { .exists = 3, .uidnext = 10, .here = 3, .last = 9, .known_modseq = 5 },
    "flags-all equal" },
  { "it spoke since SELECT: its numbers are old",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 5,
      .news = TRUE,
      .here = 3,
      .last = 9,
      .known_modseq = 5 },
    "uids-after flags-changed equal" },
  { "and one came for the one that went",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 5,
      .news = TRUE,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .fresh = 1 },
    "uids-all flags-changed equal" },

  { "the numbers agree, but another one told its flags: Courier gave a letter a new UID",
    { .exists = 3, .uidnext = 10, .here = 3, .last = 9, .flags = TRUE, .strange = TRUE },
    "uids-all equal" },
  { "all listed, so that nothing is strange any more",
    { .exists = 3,
      .uidnext = 10,
      .here = 3,
      .last = 9,
      .listed = ENGINE_LISTED_ALL,
      .fresh = 1,
      .gone = 1,
      .flags = TRUE,
      .strange = TRUE },
    "drop headers equal" },

  { "told with SELECT, and the numbers agree",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .flags = TRUE },
    "equal" },
  { "told with SELECT that some are new",
    { .exists = 5,
      .uidnext = 12,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .fresh = 2,
      .flags = TRUE },
    "headers equal" },
  { "told with SELECT that nothing changed, although changes were counted",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .untold = TRUE },
    "flags-all equal" },
  { "unread ones are more or fewer than counted: what was marked was not counted",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 5,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .miscounted = TRUE },
    "flags-all equal" },
  { "the same, where SELECT told that nothing changed",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 5,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .miscounted = TRUE },
    "flags-all equal" },
  { "marks were not looked at for long: after all else",
    { .exists = 5,
      .uidnext = 12,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .fresh = 2,
      .due = TRUE },
    "flags-changed headers flags-newest equal" },
  { "the same, told with SELECT",
    { .exists = 3,
      .uidnext = 10,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .flags = TRUE,
      .due = TRUE },
    "flags-newest equal" },
  { "nor are they where all are asked for in any case",
    { .exists = 3, .uidnext = 10, .here = 3, .last = 9, .due = TRUE },
    "flags-all equal" },
  { "nor where nothing is known here",
    { .exists = 9, .uidnext = 10, .modseq = 5, .due = TRUE },
    "uids-all equal" },
  { "told with SELECT, but one that vanished was left out",
    { .exists = 2,
      .uidnext = 10,
      .modseq = 7,
      .here = 3,
      .last = 9,
      .known_modseq = 5,
      .listed = ENGINE_LISTED_AFTER,
      .flags = TRUE },
    "uids-all equal" },
};

static void
test_folder (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (folder_rows); i++)
    {
      const FolderRow *row = &folder_rows[i];
      EngineStep steps[ENGINE_STEP_LAST];
      guint n = engine_plan_folder (&row->facts, steps);
      g_autoptr (GString) said = g_string_new (NULL);

      for (guint k = 0; k < n; k++)
        g_string_append_printf (said, "%s%s", k ? " " : "", engine_step_name (steps[k]));
      if (strcmp (said->str, row->steps) != 0)
        g_error ("%s: %s, not %s", row->name, said->str, row->steps);
    }
}

/* Whatever a server says, following the plan ends: each step brings what it is asked for. */
static void
test_folder_ends (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GRand) dice = g_rand_new_with_seed (i);
      EngineFolderFacts facts = {
        .exists = (guint32) g_rand_int_range (dice, 0, 4),
        .uidnext = (guint32) g_rand_int_range (dice, 0, 8),
        .modseq = (guint64) g_rand_int_range (dice, 0, 4),
        .news = g_rand_boolean (dice),
        .here = (guint) g_rand_int_range (dice, 0, 4),
        .known_modseq = (guint64) g_rand_int_range (dice, 0, 4),
        .miscounted = g_rand_boolean (dice),
        .due = g_rand_boolean (dice),
      };
      EngineStep steps[ENGINE_STEP_LAST];
      guint rounds = 0;

      facts.last = facts.here + (guint32) g_rand_int_range (dice, 0, 3);
      while (engine_plan_folder (&facts, steps) > 1)
        {
          g_assert_cmpuint (rounds++, <, ENGINE_STEP_LAST);
          switch (steps[0])
            {
            case ENGINE_STEP_NEWEST:
              facts.newest = TRUE;
              facts.here = MIN (facts.exists, ENGINE_PAGE);
              break;
            case ENGINE_STEP_UIDS_AFTER:
              facts.listed = ENGINE_LISTED_AFTER;
              facts.fresh = (guint) g_rand_int_range (dice, 0, 4);
              break;
            case ENGINE_STEP_UIDS_ALL:
              facts.listed = ENGINE_LISTED_ALL;
              facts.fresh = (guint) g_rand_int_range (dice, 0, 4);
              facts.gone = (guint) g_rand_int_range (dice, 0, (gint32) facts.here + 1);
              break;
            case ENGINE_STEP_DROP:
              facts.here -= facts.exists == 0 ? facts.here : facts.gone;
              facts.gone = 0;
              break;
            case ENGINE_STEP_FLAGS_CHANGED:
              facts.flags = TRUE;
              break;
            case ENGINE_STEP_FLAGS_ALL:
              facts.flags = TRUE;
              facts.due = FALSE;
              break;
            case ENGINE_STEP_FLAGS_NEWEST:
              facts.due = FALSE;
              break;
            case ENGINE_STEP_HEADERS:
              facts.fresh = 0;
              facts.here = facts.exists;
              break;
            case ENGINE_STEP_EQUAL:
            case ENGINE_STEP_LAST:
            default:
              g_assert_not_reached ();
            }
        }
      g_assert_cmpint (steps[0], ==, ENGINE_STEP_EQUAL);
    }
}

/* --- the journal --- */

/* "- flags m1 f2 1/0 c5": state, kind, message, folder, what, cause; "R" in front: it was running,
 * "X": stuck; "u5": a cause of another kind. */
static GPtrArray *
journal_of (const char *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) store_journal_entry_free);
  g_auto (GStrv) lines = g_strsplit (text, "; ", -1);

  for (guint i = 0; lines[i] && lines[i][0]; i++)
    {
      StoreJournalEntry *entry = g_new0 (StoreJournalEntry, 1);
      char state = '-', kind[8] = "", wish = 'c';
      gint64 message = 0, folder = 0, cause = 0;
      guint one = 0, two = 0;
      int n =
          sscanf (lines[i],
                  "%c %7s m%" G_GINT64_FORMAT " f%" G_GINT64_FORMAT " %u/%u %c%" G_GINT64_FORMAT,
                  &state,
                  kind,
                  &message,
                  &folder,
                  &one,
                  &two,
                  &wish,
                  &cause);

      g_assert_cmpint (n, ==, 8);
      entry->id = i + 1;
      entry->message = entry->placement = message;
      entry->folder = folder;
      entry->cause = base_cause_restore (
          (guint64) cause, wish == 'u' ? BASE_CAUSE_UNDO : BASE_CAUSE_MARK, NULL, 0);
      entry->state = state == 'R'   ? STORE_JOURNAL_RUNNING
                     : state == 'X' ? STORE_JOURNAL_STUCK
                                    : STORE_JOURNAL_WAITING;
      entry->kind = strcmp (kind, "flags") == 0    ? STORE_JOURNAL_FLAGS
                    : strcmp (kind, "move") == 0   ? STORE_JOURNAL_MOVE
                    : strcmp (kind, "delete") == 0 ? STORE_JOURNAL_DELETE
                                                   : STORE_JOURNAL_APPEND;
      if (entry->kind == STORE_JOURNAL_FLAGS)
        {
          entry->flags_add = one;
          entry->flags_remove = two;
        }
      else
        entry->target = one;
      g_ptr_array_add (entries, entry);
    }
  return entries;
}

static void
add_ids (GString *said, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    g_string_append_printf (
        said, "%s%d", i ? "," : "", (int) ((StoreJournalEntry *) entries->pdata[i])->id);
}

static const struct
{
  const char *name, *journal, *plays;
} journal_rows[] = {
  { "nothing", "", "" },
  { "one", "- flags m1 f1 1/0 c1", "1 +1-0" },
  { "read, unread, read is one STORE",
    "- flags m1 f1 1/0 c1; - flags m1 f1 0/1 c2; - flags m1 f1 1/0 c3",
    "1[2,3] +1-0 c1,2,3" },
  { "read, unread: the last word counts, whatever the server had",
    "- flags m1 f1 1/0 c1; - flags m1 f1 0/1 c2",
    "1[2] +0-1 c1,2" },
  { "different marks of one message go together",
    "- flags m1 f1 1/0 c1; - flags m1 f1 4/0 c2",
    "1[2] +5-0 c1,2" },
  { "merged around what was done to another message",
    "- flags m1 f1 1/0 c1; - move m2 f1 2/0 c2; - flags m1 f1 0/1 c3",
    "1[3] +0-1 c1,3; 2 >2" },
  { "many by one click are one command",
    "- flags m1 f1 1/0 c1; - flags m2 f1 1/0 c1; - flags m3 f1 1/0 c1",
    "1,2,3 +1-0" },
  { "many one by one are one command, which says all of the wishes",
    "- flags m1 f1 1/0 c1; - flags m2 f1 1/0 c2; - flags m3 f1 1/0 c3; - flags m4 f1 1/0 c3",
    "1,2,3,4 +1-0 c1,2,3" },
  { "marks of other kinds in between are commands of their own",
    "- flags m1 f1 1/0 c1; - flags m2 f1 4/0 c2; - flags m3 f1 1/0 c3; - flags m4 f1 0/1 c4; "
    "- flags m5 f1 4/0 c5",
    "1,3 +1-0 c1,3; 2,5 +4-0 c2,5; 4 +0-1" },
  { "marked and moved, one letter after the other: two commands",
    "- flags m1 f1 1/0 c1; - move m1 f1 2/0 c2; - flags m2 f1 1/0 c3; - move m2 f1 2/0 c4",
    "1,3 +1-0 c1,3; 2,4 >2 c2,4" },
  { "marks of another folder are another command, wherever they stand",
    "- flags m1 f1 1/0 c1; - flags m2 f3 1/0 c2; - flags m3 f1 1/0 c3",
    "1,3 +1-0 c1,3; 2 +1-0" },
  { "deleted one by one",
    "- delete m1 f1 0/0 c1; - flags m9 f1 1/0 c2; - delete m2 f1 0/0 c3",
    "1,3 >0 c1,3; 2 +1-0" },
  { "what a letter went through before it comes first: marked, moved away, moved back, marked",
    "- flags m1 f1 1/0 c1; - flags m2 f1 1/0 c2; - move m2 f1 2/0 c3; - move m2 f2 1/0 c4; "
    "- flags m2 f1 1/0 c5; - flags m3 f1 1/0 c6",
    "1,2 +1-0 c1,2; 3 >2; 4 >1; 5,6 +1-0 c5,6" },
  { "a letter is not moved before another one was moved away that it follows",
    "- move m1 f1 2/0 c1; - move m2 f3 1/0 c2; - move m2 f1 2/0 c3; - move m4 f1 2/0 c4",
    "1 >2; 2 >1; 3,4 >2 c3,4" },
  { "what is removed may make room for what is moved then",
    "- move m1 f1 2/0 c1; - delete m2 f1 0/0 c2; - move m3 f1 2/0 c3; - move m4 f1 2/0 c4",
    "1 >2; 2 >0; 3,4 >2 c3,4" },
  { "and a letter that is put somewhere is not kept waiting for room",
    "- move m1 f1 2/0 c1; - append m2 f0 2/0 c2; - move m3 f1 2/0 c3; - append m4 f0 2/0 c4",
    "1 >2; 2 >2; 3 >2; 4 >2" },
  { "what one wish was is not told as another kind of wish",
    "- flags m1 f1 1/0 c1; - flags m2 f1 1/0 u2; - flags m1 f1 0/1 u3",
    "1 +1-0; 2 +1-0; 3 +0-1" },
  { "a move keeps its place between the marks",
    "- flags m1 f1 1/0 c1; - move m1 f1 2/0 c2; - flags m1 f2 0/1 c3",
    "1 +1-0; 2 >2; 3 +0-1" },
  { "moved on, and back: each is told", "- move m1 f1 2/0 c1; - move m1 f2 1/0 c2", "1 >2; 2 >1" },
  { "many moved by one click", "- move m1 f1 2/0 c1; - move m2 f1 2/0 c1", "1,2 >2" },
  { "from different folders they are two commands",
    "- move m1 f1 2/0 c1; - move m2 f3 2/0 c1",
    "1 >2; 2 >2" },
  { "what was cut off stands alone",
    "R flags m1 f1 1/0 c1; - flags m1 f1 0/1 c2; R move m2 f1 2/0 c3; - move m3 f1 2/0 c3",
    "1! +1-0; 2 +0-1; 3! >2; 4 >2" },
  { "what was cut off together is gone on with together",
    "R move m1 f1 2/0 c1; R move m2 f1 2/0 c2; R move m3 f3 2/0 c2; - move m4 f1 2/0 c3",
    "1,2! >2 c1,2; 3! >2; 4 >2" },
  { "and so are marks, before those that were not said yet",
    "R flags m1 f1 1/0 c1; R flags m2 f1 1/0 c2; - flags m2 f1 0/1 c3; - flags m3 f1 1/0 c4",
    "1,2! +1-0 c1,2; 3 +0-1; 4 +1-0" },
  { "letters are put together, whatever the cause",
    "- append m1 f0 2/0 c1; - append m2 f0 2/0 c2; - append m3 f0 3/0 c2",
    "1,2 >2 c1,2; 3 >3" },
  { "two letters that may be there already are looked for one by one",
    "R append m1 f0 2/0 c1; R append m2 f0 2/0 c1",
    "1! >2; 2! >2" },
  { "a letter that may be there already is put alone",
    "R append m1 f0 2/0 c1; - append m2 f0 2/0 c1",
    "1! >2; 2 >2" },
  { "what is stuck is passed over", "X move m1 f1 2/0 c1; - flags m2 f1 1/0 c2", "2 +1-0" },
};

static void
test_journal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (journal_rows); i++)
    {
      g_autoptr (GPtrArray) entries = journal_of (journal_rows[i].journal);
      g_autoptr (GPtrArray) plays = engine_plan_journal (entries);
      g_autoptr (GString) said = g_string_new (NULL);

      for (guint k = 0; k < plays->len; k++)
        {
          const EnginePlay *play = g_ptr_array_index (plays, k);

          g_string_append (said, k ? "; " : "");
          add_ids (said, play->entries);
          if (play->merged->len > 0)
            {
              g_string_append_c (said, '[');
              add_ids (said, play->merged);
              g_string_append_c (said, ']');
            }
          if (play->resumed)
            g_string_append_c (said, '!');
          if (play->kind == STORE_JOURNAL_FLAGS)
            g_string_append_printf (said, " +%u-%u", play->flags_add, play->flags_remove);
          else
            g_string_append_printf (said, " >%d", (int) play->target);
          for (guint w = 0; w < play->cause->n_wishes; w++)
            g_string_append_printf (said, "%s%d", w ? "," : " c", (int) play->cause->wishes[w]);
        }
      if (strcmp (said->str, journal_rows[i].plays) != 0)
        g_error ("%s: %s, not %s", journal_rows[i].name, said->str, journal_rows[i].plays);
    }
}

/* A part is of its messages alone: what is merged with them, and the wishes behind it. */
static void
test_part (void)
{
  g_autoptr (GPtrArray) entries =
      journal_of ("- flags m1 f1 1/0 c1; - flags m2 f1 1/0 c2; - flags m3 f1 1/0 c3; "
                  "- flags m2 f1 0/1 c4; - flags m2 f1 1/0 c5");
  g_autoptr (GPtrArray) plays = engine_plan_journal (entries);
  const EnginePlay *play = g_ptr_array_index (plays, 0);
  g_autoptr (EnginePlay) second = NULL;
  g_autoptr (EnginePlay) rest = NULL;
  g_autoptr (GString) said = g_string_new (NULL);

  g_assert_cmpuint (plays->len, ==, 1);
  second = engine_play_part (play, 1, 1);
  rest = engine_play_part (play, 2, 1);
  add_ids (said, second->entries);
  g_string_append_c (said, ' ');
  add_ids (said, second->merged);
  g_string_append_c (said, ' ');
  add_ids (said, rest->entries);
  g_assert_cmpstr (said->str, ==, "2 4,5 3");
  g_assert_cmpuint (rest->merged->len, ==, 0);
  g_assert_cmpuint (second->cause->n_wishes, ==, 3);
  g_assert_cmpuint (second->flags_add, ==, 1);
  g_assert_cmpuint (rest->cause->id, ==, 3);
  g_assert_cmpuint (rest->cause->n_wishes, ==, 0);
}

/* Whatever is wished, in whatever order: each entry is in one play, and what was done to one
 * message is done in its order. */
static void
test_journal_order (void)
{
  static const char *const kinds[] = { "flags", "move", "delete", "append" };

  for (guint seed = 0; seed < 3000; seed++)
    {
      g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) entries = NULL;
      g_autoptr (GPtrArray) plays = NULL;
      gint64 last[6] = { 0 };
      guint seen = 0;

      for (gint n = g_rand_int_range (dice, 1, 14); n > 0; n--)
        {
          gint kind = g_rand_int_range (dice, 0, 4);

          g_string_append_printf (text,
                                  "%s%c %s m%d f%d %d/%d %c%d",
                                  text->len ? "; " : "",
                                  "---R"[g_rand_int_range (dice, 0, 4)],
                                  kinds[kind],
                                  g_rand_int_range (dice, 1, 6),
                                  g_rand_int_range (dice, 1, 3),
                                  g_rand_int_range (dice, 0, 3),
                                  kind == 0 ? g_rand_int_range (dice, 0, 2) : 0,
                                  "ccu"[g_rand_int_range (dice, 0, 3)],
                                  g_rand_int_range (dice, 1, 9));
        }
      entries = journal_of (text->str);
      plays = engine_plan_journal (entries);
      for (guint i = 0; i < plays->len; i++)
        {
          const EnginePlay *play = g_ptr_array_index (plays, i);

          seen += play->entries->len + play->merged->len;
          for (guint k = 0; k < play->entries->len; k++)
            {
              const StoreJournalEntry *entry = g_ptr_array_index (play->entries, k);

              if (entry->id < last[entry->message])
                g_error ("%s: play %u does entry %d too late", text->str, i, (int) entry->id);
              last[entry->message] = entry->id;
              g_assert_cmpint (entry->kind, ==, play->kind);
              g_assert_true (base_cause_covers (play->cause, entry->cause->id));
            }
          for (guint k = 0; k < play->merged->len; k++)
            {
              const StoreJournalEntry *entry = g_ptr_array_index (play->merged, k);

              last[entry->message] = MAX (last[entry->message], entry->id);
              g_assert_true (base_cause_covers (play->cause, entry->cause->id));
            }
        }
      g_assert_cmpuint (seen, ==, entries->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/plan/folder", test_folder);
  g_test_add_func ("/engine/plan/folder-ends", test_folder_ends);
  g_test_add_func ("/engine/plan/journal", test_journal);
  g_test_add_func ("/engine/plan/journal-order", test_journal_order);
  g_test_add_func ("/engine/plan/part", test_part);
  return g_test_run ();
}
