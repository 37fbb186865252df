/* The written form of lessons: what it says, what is told to those who write it wrongly, and that
 * the lessons that come with the program are whole in both languages. */
#include "config.h"

#include <string.h>

#include "learn-data.h"
#include "learn-lesson.h"
#include "wire-tap.h"

#define HEAD "[Lesson]\nTitle=A\nTitle[fr]=Un\nDevices=laptop pop3 leave=none; phone imap\n"
#define STEP "[Step 1]\nKind=read\nText=Read.\\n\\nTwice.\nText[fr]=Lisez.\n"

/* In exactly sized memory. */
static LearnLesson *
parse (const char *text, const char *language, GError **error)
{
  gsize len = strlen (text);
  g_autofree char *copy = g_memdup2 (text, len);

  return learn_lesson_parse ("test", copy != NULL ? copy : "", len, language, error);
}

static void
test_parse (void)
{
  static const char text[] =
      "# a comment\n" HEAD "About=It is short.\nMinutes=3\nSettles=4;18;\n"
      "Start1=letter Photos from=grace size=3K\n\n" STEP
      "[Step 2]\nKind=predict\nText=Which?\nAnswer1=This\nAnswer1Says=No.\n"
      "Answer2=That\nAnswer2Says=Yes.\nRight=2\n"
      "[Step 3]\r\nKind=run\r\nText=Go.\r\n"
      "Do1=laptop collect\nDo2=phone send \"Two words\" to=grace bcc=\"carol\"\n"
      "Do3=phone types imap \"SELECT \"\"INBOX\"\"\" LOGOUT as=stranger\n"
      "Check1=laptop order RETR COMMIT DELE\nCheck1Says=In order.\n"
      "Check2=not server has Photos in=Trash user=carol\n"
      "Look=laptop \"UID FETCH\"\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = parse (text, "en", &error);
  const LearnStep *step;
  const LearnLessonAction *action;
  const LearnCheck *check;

  g_assert_no_error (error);
  g_assert_cmpstr (lesson->title, ==, "A");
  g_assert_cmpstr (lesson->about, ==, "It is short.");
  g_assert_cmpuint (lesson->minutes, ==, 3);
  g_assert_cmpuint (lesson->settles, ==, 1u << 4 | 1u << 18);
  g_assert_cmpuint (lesson->devices->len, ==, 2);
  g_assert_cmpstr (((LearnLessonDevice *) lesson->devices->pdata[0])->leave, ==, "none");
  g_assert_cmpstr (((LearnLessonDevice *) lesson->devices->pdata[1])->security, ==, "tls");
  g_assert_cmpuint (lesson->start->len, ==, 1);
  g_assert_cmpuint (((LearnLessonAction *) lesson->start->pdata[0])->size, ==, 3072);
  g_assert_cmpuint (lesson->steps->len, ==, 3);
  g_assert_cmpstr (((LearnStep *) lesson->steps->pdata[0])->text, ==, "Read.\n\nTwice.");
  step = lesson->steps->pdata[1];
  g_assert_cmpuint (step->right, ==, 1);
  g_assert_cmpstr (((LearnAnswer *) step->answers->pdata[1])->says, ==, "Yes.");
  step = lesson->steps->pdata[2];
  g_assert_cmpuint (step->actions->len, ==, 3);
  action = step->actions->pdata[1];
  g_assert_cmpint (action->kind, ==, LEARN_ACTION_SEND);
  g_assert_cmpstr (action->device, ==, "phone");
  g_assert_cmpstr (action->subject, ==, "Two words");
  g_assert_cmpstr (learn_lesson_action_named (action, "bcc"), ==, "carol");
  action = step->actions->pdata[2];
  g_assert_cmpstr (action->what, ==, "imap");
  g_assert_cmpstr (learn_lesson_words_get (action->words, 3), ==, "SELECT \"INBOX\"");
  check = step->checks->pdata[0];
  g_assert_cmpstr (check->says, ==, "In order.");
  check = step->checks->pdata[1];
  g_assert_true (check->negated);
  g_assert_cmpstr (check->folder, ==, "Trash");
  g_assert_cmpstr (check->user, ==, "carol");
  g_assert_cmpstr (step->look_verb, ==, "UID FETCH");
}

static void
test_language (void)
{
  g_autoptr (LearnLesson) french = parse (HEAD STEP, "fr", NULL);
  g_autoptr (LearnLesson) other = parse (HEAD STEP, "de", NULL);

  g_assert_cmpstr (french->title, ==, "Un");
  g_assert_cmpstr (((LearnStep *) french->steps->pdata[0])->text, ==, "Lisez.");
  g_assert_cmpstr (other->title, ==, "A");
}

/* Plain spaces in the file; on screen none that a line may end at before a mark. */
static void
test_french_spaces (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = parse (
      "[Lesson]\nTitle=Why ?\nTitle[fr]=Quoi ? « Photos » : oui ; non !\nDevices=phone imap\n"
      "[Step 1]\nKind=run\nText[fr]=« Allez ».\\n\\nOui : 12:30 ?\nText=Go.\n"
      "Do1=phone send Photos to=grace text=\"Quoi ?\"\nCheck1=phone said DATA\n"
      "Check1Says=Said.\nCheck1Says[fr]=Dit ?\n",
      "fr",
      &error);
  const LearnStep *step;

  g_assert_no_error (error);
  step = lesson->steps->pdata[0];
  g_assert_cmpstr (
      lesson->title, ==, "Quoi\u202f? «\u202fPhotos\u202f»\u00a0: oui\u202f; non\u202f!");
  g_assert_cmpstr (step->text, ==, "«\u202fAllez\u202f».\n\nOui\u00a0: 12:30\u202f?");
  g_assert_cmpstr (((LearnCheck *) step->checks->pdata[0])->says, ==, "Dit\u202f?");
  /* What is sent is as it was written. */
  g_assert_cmpstr (learn_lesson_action_named (step->actions->pdata[0], "text"), ==, "Quoi ?");
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { "", "line 1:" },
    { "hello\n", "line 1:" },
    { "Title=A\n", "line 1:" },
    { "[Lesson\n", "line 1:" },
    { "[Lesson]\nTitle=\xff\n", "line 2: this is not UTF-8" },
    { "[Lesson]\nTitle=\x01\n", "line 2: there are control characters here" },
    { "[Lesson]\nTitle=a\\x\n", "line 2:" },
    { "[Lesson]\nTitle=a\nTitle=b\n", "line 3: “Title=” was said before" },
    { "[Lesson]\nAbout=a\n" STEP, "line 1: [Lesson] has to say “Title=”" },
    { HEAD "Tilte=a\n" STEP, "line 5: [Lesson] has no “Tilte=” here" },
    { HEAD, "line 1: there is no [Step 1]" },
    { HEAD "[Step 2]\nKind=read\nText=a\n", "line 5: [Step 1] is expected here, not [Step 2]" },
    { HEAD STEP "[Step 1]\n", "line 9: there is a [Step 1] already" },
    { HEAD "[Step 1]\nKind=dance\nText=a\n", "line 5:" },
    { HEAD "[Step 1]\nKind=run\nText=a\n", "line 5: in this step something has to be done: Do1=" },
    { HEAD "[Step 1]\nKind=read\nText=a\nDo1=laptop sync\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=fridge sync\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync \"a\n", "line 8: a quote is not closed" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync fast\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync host=evil.example\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop set leave=perhaps\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=letter A size=9M\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=replay\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 14\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 0 days\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later -1 days\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 1 days\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 2x days\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 2 years\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 367 days\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=later 99999999999999999999 minutes\n", "line 8:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=laptop dreams\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=moon has A\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=quota sings\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=server counts many\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=server said A\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=laptop sync\nCheck1=hosts counts 1\n", "line 9:" },
    { HEAD "[Step 1]\nKind=run\nText=a\nDo1=hosts sync\n", "line 8:" },
    { HEAD "[Step 1]\nKind=predict\nText=a\nAnswer1=a\nAnswer1Says=b\nRight=1\n", "line 5:" },
    { HEAD "[Step 1]\nKind=predict\nText=a\nAnswer1=a\nRight=1\n", "line 8:" },
    { "[Lesson]\nTitle=A\nDevices=fridge imap\n", "line 3:" },
    { "[Lesson]\nTitle=A\nDevices=phone gopher\n", "line 3:" },
    { "[Lesson]\nTitle=A\nDevices=phone imap host=evil.example\n", "line 3:" },
    { "[Lesson]\nTitle=A\nDevices=phone imap; phone pop3\n", "line 3:" },
    { "[Lesson]\nTitle=A\nSettles=20\n", "line 3:" },
    { "[Lesson]\nTitle=A\nMinutes=600\n" STEP, "line 1:" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LearnLesson) lesson = parse (cases[i].text, "en", &error);

      g_test_message ("%s", cases[i].text);
      g_assert_null (lesson);
      g_assert_error (error, LEARN_LESSON_ERROR, LEARN_LESSON_ERROR_FORMAT);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, cases[i].expected));
    }
}

static void
test_recording (void)
{
  static const char recorded[] =
      HEAD "[Step 1]\nKind=run\nText=a\nDo1=replay\n[Recording]\n"
           "{\"type\":\"opened\",\"serial\":1,\"when\":1,\"clock\":1,\"connection\":1,"
           "\"protocol\":\"pop3\",\"role\":\"client\",\"host\":\"b.example\",\"port\":995,"
           "\"address\":\"192.0.2.1\",\"account_name\":\"a\",\"public_secrets\":false}\n"
           "{\"type\":\"closed\",\"serial\":2,\"when\":2,\"clock\":2,\"connection\":1,"
           "\"name\":\"bye\"}\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = parse (recorded, "en", &error);
  g_autoptr (LearnLesson) broken = parse (HEAD STEP "[Recording]\nno events\n\n{}\n", "en", NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (lesson->recording->len, ==, 2);
  g_assert_cmpuint (g_hash_table_size (lesson->connections), ==, 1);
  g_assert_null (broken);
}

/* --- checks --- */

static LearnCheck *
check_of (const char *text)
{
  g_autoptr (GPtrArray) devices =
      g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_device_free);
  g_autoptr (GError) error = NULL;
  LearnCheck *check;

  g_ptr_array_add (devices, learn_lesson_device_parse ("laptop pop3", 1, NULL));
  g_ptr_array_add (devices, learn_lesson_device_parse ("phone imap", 1, NULL));
  check = learn_check_parse (text, devices, 1, &error);
  g_assert_no_error (error);
  return check;
}

static void
add_bytes (WireTap *tap, WireConnection *connection, BaseDirection direction, const char *text)
{
  BaseSpan span = { .length = strlen (text), .ends_line = TRUE, .exchange = 1 };

  wire_tap_bytes (tap, connection, direction, &span, (const guint8 *) text);
}

static void
exchange (WireTap *tap,
          WireConnection *connection,
          const char *verb,
          const char *line,
          const char *answer,
          BaseOutcome outcome)
{
  wire_tap_exchange_begin (tap, connection, 1, verb, NULL, NULL);
  add_bytes (tap, connection, BASE_DIRECTION_OUT, line);
  if (answer != NULL)
    add_bytes (tap, connection, BASE_DIRECTION_IN, answer);
  wire_tap_exchange_end (tap, connection, 1, outcome);
}

static void
note (LearnFacts *facts, StoreLedgerState state, const char *subject, gint64 at)
{
  StoreLedgerEntry entry = { .state = state, .at = at };

  learn_facts_add_ledger (facts, "laptop", subject, &entry);
}

/* A POP3 visit and an IMAP one, as the tap has them. */
static LearnFacts *
some_facts (void)
{
  LearnFacts *facts = learn_facts_new ();
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireLines) lines = wire_lines_new ();
  g_autoptr (WireConnection) laptop =
      wire_tap_open (tap, NULL, "laptop", "pop3", BASE_ROLE_CLIENT, "localhost", 995, "::1", FALSE);
  g_autoptr (WireConnection) phone =
      wire_tap_open (tap, NULL, "phone", "imap", BASE_ROLE_CLIENT, "localhost", 993, "::1", FALSE);
  /* What hosts say to each other is no device's. */
  const WireConnection between = { .protocol = (char *) "smtp",
                                   .role = BASE_ROLE_CLIENT,
                                   .host = (char *) "mx.b.example",
                                   .port = 25,
                                   .address = (char *) "127.0.0.1",
                                   .caller = (char *) "practice.example" };
  g_autoptr (WireConnection) hosts = wire_tap_open_like (tap, &between);
  g_autoptr (GPtrArray) events = NULL;

  exchange (tap, hosts, "RCPT", "RCPT TO:<g@b.example>\r\n", "550 no\r\n", BASE_OUTCOME_REFUSED);
  exchange (tap, laptop, "RETR", "RETR 1\r\n", "+OK here\r\n", BASE_OUTCOME_OK);
  g_usleep (2);
  note (facts, STORE_LEDGER_COPIED_HERE, "Photos", g_get_real_time ());
  g_usleep (2);
  exchange (tap, laptop, "DELE", "DELE 1\r\n", "-ERR no\r\n", BASE_OUTCOME_REFUSED);
  exchange (tap, laptop, "QUIT", "QUIT\r\n", NULL, BASE_OUTCOME_LOST);
  exchange (tap,
            phone,
            "GETQUOTAROOT",
            "a1 GETQUOTAROOT INBOX\r\n",
            "* QUOTA \"\" (STORAGE 80 100)\r\n",
            BASE_OUTCOME_OK);
  exchange (tap,
            phone,
            "GETQUOTAROOT",
            "a2 GETQUOTAROOT INBOX\r\n",
            "* QUOTA \"\" (STORAGE 20 100)\r\n",
            BASE_OUTCOME_OK);
  events = wire_tap_read (tap, 1, 1000);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];
      g_autoptr (WireConnection) connection = wire_tap_connection (tap, event->connection);

      learn_facts_add_event (facts, lines, event, connection);
    }
  learn_facts_add_letter (facts,
                          "server",
                          "ada",
                          "INBOX",
                          "Photos",
                          LEARN_LETTER_LISTED | LEARN_LETTER_WHOLE | LEARN_LETTER_DELETED,
                          "To: Ada\nSubject: Photos\n");
  learn_facts_add_letter (
      facts, "server", "carol", "INBOX", "Concert", LEARN_LETTER_LISTED | LEARN_LETTER_WHOLE, "");
  learn_facts_add_letter (
      facts, "laptop", "ada", "INBOX", "Photos", LEARN_LETTER_LISTED | LEARN_LETTER_WHOLE, NULL);
  learn_facts_add_letter (
      facts, "phone", "ada", "Trash", "Photos", LEARN_LETTER_LISTED | LEARN_LETTER_READ, NULL);
  learn_facts_add_overheard (facts, "LOGIN ada lovelace");
  learn_facts_set_failed (facts, "laptop", "The line was cut.");
  return facts;
}

static void
test_checks (void)
{
  static const struct
  {
    const char *text;
    gboolean holds;
  } cases[] = {
    { "laptop said RETR", TRUE },
    { "laptop said \"retr 1\"", TRUE },
    { "laptop said ETR", FALSE },
    { "laptop said \"RETR 11\"", FALSE },
    { "phone said RETR", FALSE },
    { "phone said a1", FALSE },
    { "not phone said RETR", TRUE },
    { "laptop heard \"+OK\"", TRUE },
    { "laptop heard RETR", FALSE },
    { "laptop order RETR COMMIT DELE QUIT", TRUE },
    { "laptop order COMMIT RETR", FALSE },
    { "laptop order RETR TOP", FALSE },
    { "laptop done RETR", TRUE },
    { "laptop done DELE", FALSE },
    { "laptop done TOP", FALSE },
    { "laptop refused DELE", TRUE },
    { "laptop cut QUIT", TRUE },
    { "laptop refused QUIT", FALSE },
    { "laptop failed", TRUE },
    { "phone failed", FALSE },
    { "hosts said \"RCPT TO:<g@b.example>\"", TRUE },
    { "hosts heard 550", TRUE },
    { "hosts refused RCPT", TRUE },
    { "hosts done RCPT", FALSE },
    { "hosts said RETR", FALSE },
    { "laptop said RCPT", FALSE },
    { "not phone heard 550", TRUE },
    { "laptop ledger copied-here", TRUE },
    { "laptop ledger copied-here Photos", TRUE },
    { "laptop ledger copied-here Concert", FALSE },
    { "laptop ledger gone-from-server Photos", FALSE },
    { "laptop has Photos", TRUE },
    { "phone has Photos", FALSE },
    { "phone lists Photos", TRUE },
    { "phone lists Photos in=INBOX", FALSE },
    { "phone lists Photos in=trash", TRUE },
    { "server has Photos", TRUE },
    { "server has Concert", FALSE },
    { "server has Concert user=carol", TRUE },
    { "server counts 1", TRUE },
    { "server counts 0 in=Trash", TRUE },
    { "server counts 2", FALSE },
    { "server doomed Photos", TRUE },
    { "server read Photos", FALSE },
    { "phone read Photos", TRUE },
    { "phone starred Photos", FALSE },
    { "server contains Photos \"To: Ada\"", TRUE },
    { "server contains Photos Bcc", FALSE },
    { "listener heard lovelace", TRUE },
    { "listener heard love", FALSE },
    { "quota falls", TRUE },
    { "quota rises", FALSE },
    { "quota stays", FALSE },
    { "not quota stays", TRUE },
  };
  g_autoptr (LearnFacts) facts = some_facts ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LearnCheck) check = check_of (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (learn_check_holds (check, facts), ==, cases[i].holds);
    }
  learn_facts_begin_step (facts);
  for (gsize i = 0; i < 31; i++)
    {
      g_autoptr (LearnCheck) check = check_of (cases[i].text);

      g_test_message ("later: %s", cases[i].text);
      g_assert_cmpint (learn_check_holds (check, facts), ==, check->negated);
    }
}

/* --- those that come with the program --- */

/* Keys that people read. */
static gboolean
is_read (const char *name)
{
  return g_str_equal (name, "Title") || g_str_equal (name, "About") || g_str_equal (name, "Text") ||
         g_str_equal (name, "Claim") || g_str_equal (name, "Why") || g_str_equal (name, "Shown") ||
         g_str_has_suffix (name, "Says") || g_str_has_prefix (name, "Answer");
}

static gboolean
has_key (const LearnLessonGroup *group, const char *name, const char *language)
{
  for (guint i = 0; i < group->keys->len; i++)
    {
      const LearnLessonKey *key = group->keys->pdata[i];

      if (g_str_equal (key->name, name) && g_str_equal (key->language, language))
        return TRUE;
    }
  return FALSE;
}

/* What is read stands there in both languages, and what is done in neither; every check says what
 * it means. */
static void
check_file (const char *name)
{
  g_autofree char *path = g_strconcat ("lessons/", name, NULL);
  g_autoptr (GBytes) bytes = learn_data_load (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (LearnLessonFile) parsed = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);

  g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  parsed = learn_lesson_file_parse (text, len, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < parsed->groups->len; i++)
    {
      const LearnLessonGroup *group = parsed->groups->pdata[i];

      for (guint j = 0; j < group->keys->len; j++)
        {
          const LearnLessonKey *key = group->keys->pdata[j];
          gboolean both = is_read (key->name);
          g_autofree char *says = g_strconcat (key->name, "Says", NULL);

          g_test_message ("%s:%u %s", name, key->line, key->name);
          g_assert_true (has_key (group, key->name, ""));
          g_assert_cmpint (has_key (group, key->name, "fr"), ==, both);
          g_assert_true (key->language[0] == '\0' || g_str_equal (key->language, "fr"));
          g_assert_null (strstr (key->value, "'"));
          if (g_str_has_prefix (key->name, "Check") && !g_str_has_suffix (key->name, "Says"))
            g_assert_true (has_key (group, says, ""));
        }
    }
}

static void
test_own (void)
{
  g_autoptr (GPtrArray) english = learn_lessons ("en");
  g_autoptr (GPtrArray) french = learn_lessons ("fr");
  guint settled = 0;

  g_assert_cmpuint (english->len, ==, french->len);
  g_assert_cmpuint (english->len, >=, 12);
  for (guint i = 0; i < english->len; i++)
    {
      const LearnLesson *lesson = english->pdata[i];
      const LearnStep *first = lesson->steps->pdata[0];
      const LearnStep *last = lesson->steps->pdata[lesson->steps->len - 1];
      g_autofree char *name = g_strconcat (lesson->id, ".lesson", NULL);
      guint kinds = 0, checks = 0;

      settled |= lesson->settles;
      g_test_message ("%s", lesson->id);
      check_file (name);
      g_assert_nonnull (lesson->about);
      g_assert_cmpuint (lesson->minutes, >=, 5);
      g_assert_cmpuint (lesson->minutes, <=, 10);
      g_assert_cmpuint (lesson->settles, !=, 0);
      g_assert_cmpint (first->kind, ==, LEARN_STEP_EXAMPLE);
      g_assert_cmpint (last->kind, ==, LEARN_STEP_EXPLAIN);
      for (guint j = 0; j < lesson->steps->len; j++)
        {
          const LearnStep *step = lesson->steps->pdata[j];

          kinds |= 1u << step->kind;
          checks += step->checks->len;
        }
      g_assert_cmpuint (kinds & (1u << LEARN_STEP_PREDICT), !=, 0);
      g_assert_cmpuint (kinds & (1u << LEARN_STEP_RUN), !=, 0);
      g_assert_cmpuint (kinds & (1u << LEARN_STEP_OBSERVE), !=, 0);
      g_assert_cmpuint (checks, >, 3);
    }
  /* All nineteen misunderstandings, and each has words of its own. */
  for (guint i = 1; i <= LEARN_LESSON_MISUNDERSTANDINGS; i++)
    {
      g_test_message ("%u %s", i, learn_misunderstanding_text (i));
      g_assert_true ((settled & 1u << i) != 0);
      g_assert_cmpstr (learn_misunderstanding_text (i), !=, "");
    }
}

static void
test_claims (void)
{
  g_autoptr (GPtrArray) claims = learn_claims ("fr");

  check_file ("claims.ini");
  for (guint i = 0; i < claims->len; i++)
    {
      const LearnLesson *claim = claims->pdata[i];
      const LearnStep *question = claim->steps->pdata[0];
      const LearnStep *run = claim->steps->pdata[1];

      g_assert_cmpuint (question->answers->len, ==, 3);
      g_assert_cmpuint (question->right, ==, claim->verdict - LEARN_VERDICT_TRUE);
      g_assert_cmpuint (run->checks->len, >, 0);
      g_assert_nonnull (run->look_verb);
    }
}

/* The whole example of the README is one that can be played. */
static void
test_readme (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "learn", "lessons", "README.md", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = NULL;
  char *begin, *end;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  begin = strstr (text, "```ini\n") + strlen ("```ini\n");
  end = strstr (begin, "```");
  lesson = learn_lesson_parse ("readme", begin, (gsize) (end - begin), "fr", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lesson->steps->len, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lesson/parse", test_parse);
  g_test_add_func ("/lesson/language", test_language);
  g_test_add_func ("/lesson/french-spaces", test_french_spaces);
  g_test_add_func ("/lesson/wrong", test_wrong);
  g_test_add_func ("/lesson/recording", test_recording);
  g_test_add_func ("/lesson/checks", test_checks);
  g_test_add_func ("/lesson/own", test_own);
  g_test_add_func ("/lesson/claims", test_claims);
  g_test_add_func ("/lesson/readme", test_readme);
  return g_test_run ();
}
