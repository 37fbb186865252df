/* Help for someone who types: what may be said now and why the rest may not, what a line would do,
 * and the bytes of a line and of a text. */
#include "config.h"

#include "learn-console.h"

#include <locale.h>
#include <string.h>

static const char *const imap_offers[] = { "IMAP4rev1", "IDLE",     "LITERAL-", "THREAD=REFERENCES",
                                           "UIDPLUS",   "STARTTLS", NULL };
static const char *const pop3_offers[] = { "UIDL", "STLS", "SASL PLAIN SCRAM-SHA-256", NULL };
static const char *const smtp_offers[] = { "SIZE 1000", "AUTH PLAIN", "PIPELINING", NULL };

static BaseMoment
now_of (const char *protocol, const char *state)
{
  const char *const *offers = strcmp (protocol, "imap") == 0   ? imap_offers
                              : strcmp (protocol, "pop3") == 0 ? pop3_offers
                                                               : smtp_offers;

  return (BaseMoment){ .protocol = protocol, .state = state, .offers = (char **) offers };
}

/* What is typed in which state, and a word of the reason why it may not go; NULL: it may. */
static void
test_objection (void)
{
  static const struct
  {
    const char *protocol, *state, *typed, *reason;
  } rows[] = {
    { "pop3", "AUTHORIZATION", "STAT", "Sign in" },
    { "pop3", "AUTHORIZATION", "user ada", NULL },
    { "pop3", "AUTHORIZATION", "STLS", NULL },
    { "pop3", "TRANSACTION", "retr 1", NULL },
    { "pop3", "TRANSACTION", "PASS x", "signed in already" },
    { "pop3", "TRANSACTION", "TOP 1 0", "does not offer TOP" },
    { "pop3", "TRANSACTION", "UIDL", NULL },
    { "pop3", "TRANSACTION", "XYZZY", NULL }, /* nobody knows: the server may */
    { "pop3", "UPDATE", "NOOP", "connect first" },
    { "smtp", "start", "MAIL FROM:<a@b>", "EHLO" },
    { "smtp", "start", "EHLO me", NULL },
    { "smtp", "ready", "RCPT TO:<a@b>", "MAIL FROM" },
    { "smtp", "mail", "DATA", "RCPT TO" },
    { "smtp", "mail", "MAIL FROM:<a@b>", "under way" },
    { "smtp", "rcpt", "DATA", NULL },
    { "smtp", "rcpt", "BDAT 3 LAST", "does not offer CHUNKING" },
    { "smtp", "ready", "AUTH PLAIN", NULL },
    { "imap", "not authenticated", "a SELECT INBOX", "Sign in" },
    { "imap", "not authenticated", "select INBOX", "Sign in" },
    { "imap", "authenticated", "FETCH 1 FLAGS", "SELECT or EXAMINE" },
    { "imap", "authenticated", "x1 LOGIN a b", "signed in already" },
    { "imap", "selected", "x1 uid fetch 1 FLAGS", NULL },
    { "imap", "selected", "ENABLE CONDSTORE", "before a folder" },
    { "imap", "selected", "UID MOVE 1 Trash", "does not offer" },
    { "imap", "selected", "THREAD REFERENCES UTF-8 ALL", NULL },
    { "imap", "selected", "SORT (DATE) UTF-8 ALL", "does not offer SORT" },
    { "imap", "logout", "NOOP", "connect first" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BaseMoment now = now_of (rows[i].protocol, rows[i].state);
      g_autofree char *reason = learn_console_objection (&now, rows[i].typed);

      if ((reason == NULL) != (rows[i].reason == NULL) ||
          (reason != NULL && strstr (reason, rows[i].reason) == NULL))
        g_error ("%s, %s: %s", rows[i].state, rows[i].typed, reason);
    }
}

static void
test_objection_encrypted (void)
{
  BaseMoment now = now_of ("imap", "not authenticated");
  g_autofree char *reason = NULL;

  now.encrypted = TRUE;
  reason = learn_console_objection (&now, "a STARTTLS");
  g_assert_nonnull (strstr (reason, "encrypted already"));
  g_clear_pointer (&reason, g_free);
  now.wants_more = TRUE;
  reason = learn_console_objection (&now, "a NOOP");
  g_assert_nonnull (strstr (reason, "rest of the last command"));
}

/* "legal legal | other other" */
static char *
suggestions (const BaseMoment *now, const char *typed)
{
  g_autoptr (GPtrArray) found = learn_console_suggest (now, typed, "en");
  GString *text = g_string_new (NULL);
  gboolean parted = FALSE;

  for (guint i = 0; i < found->len; i++)
    {
      const LearnSuggestion *suggestion = found->pdata[i];

      g_assert_cmpint (suggestion->legal, ==, suggestion->reason == NULL);
      g_assert_nonnull (suggestion->entry);
      g_assert_false (suggestion->entry->is_class);
      if (!suggestion->legal && !parted)
        g_string_append (text, "| ");
      parted = !suggestion->legal;
      g_string_append_printf (text, "%s ", suggestion->command);
    }
  return g_string_free (text, FALSE);
}

static void
test_suggest (void)
{
  static const struct
  {
    const char *protocol, *state, *typed, *found;
  } rows[] = {
    { "pop3", "AUTHORIZATION", "u", "USER | UTF8 UIDL " },
    { "pop3", "TRANSACTION", "ST", "STAT | STLS " },
    { "pop3", "TRANSACTION", "retr 1", "RETR " },
    { "smtp", "ready", "", NULL },
    { "smtp", "rcpt", "r", "RCPT RSET " },
    { "imap", "selected", "a7 uid e", "UID EXPUNGE " },
    { "imap", "selected", "fe", "FETCH " },
    { "imap", "authenticated", "fe", "| FETCH " },
    { "imap", "selected", "xyz", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BaseMoment now = now_of (rows[i].protocol, rows[i].state);
      g_autofree char *found = suggestions (&now, rows[i].typed);

      if (rows[i].found != NULL)
        g_assert_cmpstr (found, ==, rows[i].found);
    }
}

/* What Tab makes of a line; arguments are never taken for a command. */
static void
test_complete (void)
{
  static const struct
  {
    const char *protocol, *state, *typed, *line;
  } rows[] = {
    { "pop3", "TRANSACTION", "re", "RETR " },
    { "pop3", "TRANSACTION", "st", "STAT" },
    { "pop3", "TRANSACTION", "STAT", NULL },
    { "imap", "selected", "sel", "SELECT " },
    { "imap", "selected", "SELECT ", NULL },
    { "imap", "selected", "a7 uid e", "a7 UID EXPUNGE " },
    { "imap", "selected", "uid ", "UID FETCH " },
    { "imap", "selected", "a7 ", NULL },
    { "imap", "selected", "FETCH 1 F", NULL },
    { "imap", "selected", "UID FETCH 1 U", NULL },
    { "imap", "selected", "xyz", NULL },
    { "imap", "selected", "", NULL },
    { "smtp", "ready", "ma", "MAIL " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BaseMoment now = now_of (rows[i].protocol, rows[i].state);
      g_autofree char *line = learn_console_complete (&now, rows[i].typed);

      g_assert_cmpstr (line, ==, rows[i].line);
    }
}

/* Every word of the tables has an entry of its own, in both languages. */
static void
test_entries (void)
{
  static const char *const protocols[][2] = { { "pop3", "TRANSACTION" },
                                              { "smtp", "ready" },
                                              { "imap", "selected" } };
  static const char *const languages[] = { "en", "fr" };

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    for (guint j = 0; j < G_N_ELEMENTS (languages); j++)
      {
        BaseMoment now = now_of (protocols[i][0], protocols[i][1]);
        g_autoptr (GPtrArray) all = learn_console_suggest (&now, "", languages[j]);

        g_assert_cmpuint (all->len, >=, 15);
        for (guint k = 0; k < all->len; k++)
          {
            const LearnSuggestion *suggestion = all->pdata[k];

            if (suggestion->entry->is_class)
              g_error ("%s has no entry", suggestion->command);
          }
      }
}

static void
look (gpointer data, const LearnConsoleTarget *target, StoreMeant *meant)
{
  const StoreMeant *known = data;

  /* It names them, or means all that are marked, or all of a folder. */
  g_assert_cmpint ((target->set != NULL) + target->marked + (target->folder != NULL), ==, 1);
  if (target->folder != NULL)
    g_assert_cmpstr (target->folder, ==, "Old \"Post\"");
  *meant = *known;
  meant->subject = g_strdup (known->subject);
}

static void
test_warning (void)
{
  static const struct
  {
    const char *protocol, *state, *typed;
    StoreMeant meant;
    const char *says;
  } rows[] = {
    { "pop3", "TRANSACTION", "RETR 1", { 0 }, NULL },
    { "pop3",
      "TRANSACTION",
      "DELE 1",
      { 1, 1, (char *) "lunch?" },
      "“lunch?”, of which there is no whole copy" },
    { "pop3", "TRANSACTION", "DELE 1", { 1, 0, (char *) "lunch?" }, "a copy is here" },
    { "pop3", "TRANSACTION", "QUIT", { 0 }, "removes 2 letters" },
    { "imap",
      "selected",
      "a UID STORE 1:3 +FLAGS (\\Deleted)",
      { 3, 2, NULL },
      "3 letters known here, 2 without" },
    { "imap", "selected", "a UID STORE 1 +FLAGS (\\Seen)", { 0 }, "Nothing is known" },
    { "imap", "selected", "EXPUNGE", { 0 }, "As far as is known here, none is marked." },
    { "imap",
      "selected",
      "EXPUNGE",
      { 1, 0, (char *) "lunch?" },
      "all letters marked \\Deleted from the open folder, for good. It means “lunch?”; a copy is "
      "here." },
    { "imap", "selected", "close", { 0 }, "UNSELECT" },
    { "imap", "selected", "c CLOSE", { 2, 1, NULL }, "2 letters known here, 1 without" },
    { "imap", "selected", "UID EXPUNGE 4", { 0 }, "Nothing is known" },
    { "imap",
      "selected",
      "DELETE \"Old \\\"Post\\\"\"",
      { 2, 1, NULL },
      "2 letters known here, 1 without" },
    { "imap", "selected", "UID FETCH 1 BODY[]", { 0 }, NULL },
    { "smtp", "rcpt", "DATA", { 0 }, "cannot be taken back" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BaseMoment now = now_of (rows[i].protocol, rows[i].state);
      g_autofree char *warning = NULL;

      now.leaving = 2;
      warning = learn_console_warning (&now, rows[i].typed, look, (gpointer) &rows[i].meant);
      if ((warning == NULL) != (rows[i].says == NULL) ||
          (warning != NULL && strstr (warning, rows[i].says) == NULL))
        g_error ("%s: %s", rows[i].typed, warning);
    }
}

static void
test_target (void)
{
  BaseMoment now = now_of ("imap", "selected");
  LearnConsoleTarget target;

  learn_console_target (&now, "z UID EXPUNGE 4:7,9", &target);
  g_assert_cmpint (target.weight, ==, LEARN_WEIGHT_DESTROYS);
  g_assert_true (target.uids);
  g_assert_cmpstr (target.set, ==, "4:7,9");
  learn_console_target_clear (&target);
  learn_console_target (&now, "expunge", &target);
  g_assert_cmpint (target.weight, ==, LEARN_WEIGHT_DESTROYS);
  g_assert_null (target.set);
  learn_console_target_clear (&target);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  g_assert_cmpmem (
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, strlen (expected));
  g_bytes_unref (bytes);
}

static void
test_line (void)
{
  BaseMoment imap = now_of ("imap", "selected");
  BaseMoment pop3 = now_of ("pop3", "TRANSACTION");
  BaseMoment smtp = now_of ("smtp", "data");
  g_autofree char *long_text = g_strnfill (5000, 'x');
  GBytes *rest = NULL;

  assert_bytes (learn_console_line (&pop3, "RETR 1 ", 3, NULL, NULL), "RETR 1\r\n");
  assert_bytes (learn_console_line (&imap, "NOOP", 3, NULL, NULL), "c3 NOOP\r\n");
  assert_bytes (learn_console_line (&imap, "uid fetch 1 FLAGS", 4, NULL, NULL),
                "c4 uid fetch 1 FLAGS\r\n");
  assert_bytes (learn_console_line (&imap, "t NOOP", 3, NULL, NULL), "t NOOP\r\n");
  /* What the server asked for goes out to the last byte. */
  imap.wants_more = TRUE;
  assert_bytes (learn_console_line (&imap, "open sesame ", 3, NULL, NULL), "open sesame \r\n");
  imap.wants_more = FALSE;
  /* A literal that need not wait, and one that has to. */
  assert_bytes (learn_console_line (&imap, "APPEND Drafts {}", 5, "a\nb", &rest),
                "c5 APPEND Drafts {4+}\r\na\r\nb\r\n");
  g_assert_null (rest);
  assert_bytes (learn_console_line (&imap, "APPEND Drafts {}", 5, long_text, &rest),
                "c5 APPEND Drafts {5000}\r\n");
  g_assert_cmpuint (g_bytes_get_size (rest), ==, 5002);
  g_bytes_unref (rest);
  /* Dots are stuffed; the lone one is said behind it. */
  assert_bytes (learn_console_text (&smtp, "Subject: x\n\n.hidden\nend"),
                "Subject: x\r\n\r\n..hidden\r\nend\r\n");
  assert_bytes (learn_console_text (&imap, "DONE"), "DONE\r\n");
}

static void
test_explain (void)
{
  BaseMoment now = now_of ("imap", "selected");
  g_autoptr (LearnCard) card = learn_console_explain (&now, NULL, "UID FETCH 7 (FL", "en");
  g_autoptr (LearnCard) secret = learn_console_explain (&now, NULL, "LOGIN ada tanstaaf", "en");

  g_assert_cmpstr (card->entry->id, ==, "imap.command.uid-fetch");
  g_assert_null (strstr (secret->text, "tanstaaf"));
}

int
main (int argc, char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/console/objection", test_objection);
  g_test_add_func ("/learn/console/objection-encrypted", test_objection_encrypted);
  g_test_add_func ("/learn/console/suggest", test_suggest);
  g_test_add_func ("/learn/console/complete", test_complete);
  g_test_add_func ("/learn/console/entries", test_entries);
  g_test_add_func ("/learn/console/warning", test_warning);
  g_test_add_func ("/learn/console/target", test_target);
  g_test_add_func ("/learn/console/line", test_line);
  g_test_add_func ("/learn/console/explain", test_explain);
  return g_test_run ();
}
